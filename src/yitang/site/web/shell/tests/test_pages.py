from __future__ import annotations

import re
import sqlite3
from dataclasses import replace

import psycopg
import pytest
from django.contrib.staticfiles import finders
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from django.utils.translation import override

from yitang.ground.base.errors import InvalidInput
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_user
from yitang.ground.plumbing.api import settings
from yitang.public.services.api import note_shared
from yitang.public.services.tests.factories import AT, make_newborn_item
from yitang.site.web import context
from yitang.site.web.shell import views
from yitang.site.web.shell.navigation import MENUS, address
from yitang.site.web.shell.tour import tour_steps

ENGLISH = {"Accept-Language": "en"}


def _wrong(request: HttpRequest) -> HttpResponse:
    raise InvalidInput(field="birth date", problem="it lies in the future")


def _full(request: HttpRequest) -> HttpResponse:
    raise OperationalError("full") from sqlite3.OperationalError("database or disk is full")


def _silent(request: HttpRequest) -> HttpResponse:
    gone = psycopg.OperationalError("consuming input failed: server closed the connection")
    raise OperationalError("gone") from gone


def _bug(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    path("wrong/", _wrong),
    path("full/", _full),
    path("silent/", _silent),
    path("bug/", _bug),
    path("", include("yitang.site.config.urls")),
]
handler500 = "yitang.site.web.shell.errors_in_words.crashed"


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    of_demo = replace(settings(), demo=True)
    monkeypatch.setattr(views, "settings", lambda: of_demo)
    monkeypatch.setattr(context, "settings", lambda: of_demo)


def test_every_page_speaks_chinese_and_english(client: Client, db: None) -> None:
    assert "您要办什么" in client.get("/").content.decode()
    english = client.get("/", headers=ENGLISH).content.decode()
    assert "What do you need to do?" in english
    assert '<html lang="en">' in english
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert "What do you need to do?" in client.get("/").content.decode()


def test_nothing_may_come_from_outside(client: Client, db: None) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_there_is_no_switch_of_roles_outside_of_the_demo(client: Client, db: None) -> None:
    assert client.get("/demo/roles/").status_code == 404
    assert client.post("/demo/roles/", {"username": "leader"}).status_code == 404


def test_the_demo_signs_in_its_own_people_only(demo: None, client: Client, db: None) -> None:
    make_officer("handler", username="handler")
    make_officer("handler", username="stranger")
    assert "Handling officer" in client.get("/demo/roles/", headers=ENGLISH).content.decode()
    assert client.post("/demo/roles/", {"username": "stranger"}).status_code == 404
    assert client.post("/demo/roles/", {"username": "handler"})["Location"] == "/desk/"
    page = client.get("/demo/roles/", headers=ENGLISH).content.decode()
    assert "every person, organisation and event is invented" in page


@override_settings(ROOT_URLCONF=__name__)
def test_an_error_is_a_sentence_and_keeps_its_status(client: Client, db: None) -> None:
    answer = client.get("/wrong/", headers=ENGLISH)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "birth date: it lies in the future." in text
    assert "base.invalid_input" in text


def test_an_address_without_a_page_says_so(client: Client, db: None) -> None:
    missing = client.get("/nowhere/", headers=ENGLISH)
    assert missing.status_code == 404
    assert "There is nothing here" in missing.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_a_bug_shows_its_number_and_nothing_else(db: None) -> None:
    client = Client(raise_request_exception=False)
    answer = client.get("/bug/", headers={"X-Request-Id": "req-7", "Accept-Language": "en"})
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "This is our mistake" in text
    assert "req-7" in text
    assert "ZeroDivision" not in text


def test_who_must_sign_in_comes_back_to_the_page(client: Client, db: None) -> None:
    answer = client.get("/desk/?box=late", headers=ENGLISH)
    assert answer.status_code == 401
    assert 'href="/accounts/login/?next=/desk/%3Fbox%3Dlate"' in answer.content.decode()


def test_an_old_form_says_so(db: None) -> None:
    said = {"text": "临江县自来水有异味", "password": "not shown again", "once": "machinery"}
    before = {"Referer": "http://testserver/hotline/"}
    answer = Client(enforce_csrf_checks=True).post("/hotline/file/", said, headers=before)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "有人登录、退出或切换了账号" in page
    assert said["text"] in page
    assert said["password"] not in page
    assert said["once"] not in page
    assert 'href="http://testserver/hotline/"' in page
    elsewhere = {"Referer": "http://elsewhere.example/"}
    answer = Client(enforce_csrf_checks=True).post("/hotline/file/", said, headers=elsewhere)
    assert "elsewhere.example" not in answer.content.decode()


def test_a_citizen_is_not_sent_to_an_administrator(client: Client, db: None) -> None:
    client.force_login(make_user("citizen"))
    refused = client.get("/desk/")
    assert refused.status_code == 403
    assert "单位管理员" not in refused.content.decode()
    client.force_login(make_user("another"))
    assert "请从首页进入" in client.get("/desk/").content.decode()


def test_what_a_form_wants_is_said_without_doubled_marks(client: Client, db: None) -> None:
    wrong = client.post("/hotline/file/", {"text": ""}).content.decode()
    assert "发生了什么事：请填写" in wrong
    short = client.post("/hotline/file/", {"text": "水"}).content.decode()
    assert "至少写 2 个字，现在是 1 个" in short


@pytest.mark.parametrize(
    ("role", "home"), [("leader", "leader"), ("handler", "officer"), ("citizen", "public")]
)
def test_each_audience_has_its_menu(role: str, home: str, db: None) -> None:
    user = make_user(role) if role == "citizen" else make_officer(role)
    request = RequestFactory().get("/")
    request.user = user
    assert context.site_context(request)["audience"] == home


def test_the_tour_changes_eyes_and_says_what_comes_next(
    demo: None, client: Client, db: None
) -> None:
    for role in ("leader", "data_officer"):
        make_officer(role, username=role)
    make_user("citizen")
    for step in tour_steps():
        answer = client.post(f"/demo/tour/{step.number}/")
        assert answer["Location"] == step.url
        page = client.get(step.url, headers=ENGLISH)
        assert page.status_code == 200, step.url
        assert page.context["request"].user.username == step.stop.persona
        assert f"{step.number}/{len(tour_steps())} {step.stop.title}" in page.content.decode()
    assert "Back to the overview" in page.content.decode()
    assert client.post("/demo/tour/0/")["Location"] == "/cockpit/"
    assert "Back to the overview" not in client.get("/cockpit/", headers=ENGLISH).content.decode()


def test_a_tour_out_of_order_promises_only_what_is_there(demo: None, db: None) -> None:
    item = make_newborn_item()
    make_user("citizen")

    def said() -> list[str]:
        with override("en"):
            return [step.look_at for step in tour_steps()][1:3]

    assert "after step 1" in said()[0]
    assert "Once step 2 is done" in said()[1]
    needed = {material.dataset for material in item.materials.all()} - {""}
    note_shared(needed, actor=system_actor(), at=AT)
    assert said()[0].endswith("no trip")


def test_there_is_no_tour_outside_of_the_demo(client: Client, db: None) -> None:
    assert client.post("/demo/tour/1/").status_code == 404


def test_the_description_of_the_interface_asks_no_other_host(client: Client, db: None) -> None:
    text = client.get("/api/v1/docs").content.decode()
    assert "swagger" in text
    assert "//" not in text.replace("<!DOCTYPE html>", "").replace("http://www.w3.org", "")
    files = re.findall(r'(?:src|href)="/static/([^"]+)"', text)
    assert len(files) > 2
    assert all(finders.find(file) for file in files)


def test_every_line_of_every_menu_leads_somewhere(db: None) -> None:
    assert all(address(entry.page) for menu in MENUS.values() for entry in menu)


@pytest.mark.parametrize(
    ("role", "home"),
    [
        ("security_admin", "/accounts/posts/"),
        ("audit_admin", "/ledger/verification/"),
        ("handler", "/desk/"),
    ],
)
def test_each_officer_begins_where_their_work_is(
    role: str, home: str, client: Client, db: None
) -> None:
    client.force_login(make_officer(role))
    page = client.get(home)
    assert page.status_code == 200
    assert page.context["home"] == home
    assert home in [entry.url for entry in page.context["navigation"]]


@override_settings(ROOT_URLCONF=__name__)
def test_a_full_disk_is_said_on_a_page_and_is_no_bug(client: Client, db: None) -> None:
    told = client.get("/full/")
    assert told.status_code == 507
    said = told.content.decode()
    assert "没有空间了" in said.split("<h1", 1)[1].split("</h1>")[0]
    assert "运维人员" in said
    assert "这是我们的问题" not in said


@override_settings(ROOT_URLCONF=__name__)
def test_a_database_that_went_away_is_said_on_a_page(client: Client, db: None) -> None:
    told = client.get("/silent/")
    assert told.status_code == 503
    assert "数据库没有应答" in told.content.decode()
