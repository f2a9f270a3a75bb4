"""Sessions end without their person: sooner for officers, never because a page asked by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from yitang.ground.organisations.api import User
from yitang.ground.organisations.tests.factories import (
    make_appointment,
    make_organisation,
    make_user,
)
from yitang.ground.plumbing.api import load_settings
from yitang.ground.plumbing.settings import SettingInvalid

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.fixture
def officer() -> User:
    user = make_user("chen")
    make_appointment(user, "handler", make_organisation())
    return user


def seen_after(client: Client, user: User, *minutes: int, **headers: str) -> bool:
    """Whether an account that signed in is still so when it asks again after these minutes."""
    at = 0
    with time_machine.travel(NINE, tick=False) as clock:
        client.force_login(user)
        client.get("/")
        for rest in minutes:
            at += rest
            clock.move_to(NINE.timestamp() + 60 * at)
            client.get("/", headers=headers)
        return "_auth_user_id" in client.session


def test_an_officer_who_rests_too_long_is_signed_out(client: Client, officer: User) -> None:
    assert seen_after(client, officer, 29, 29)
    assert not seen_after(client, officer, 31)


def test_a_citizen_may_rest_longer(client: Client) -> None:
    citizen = make_user("wang")
    assert seen_after(client, citizen, 31, 119)
    assert not seen_after(client, citizen, 121)


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(client: Client, officer: User) -> None:
    assert not seen_after(client, officer, 16, 16, **{"X-Live": "1"})
    assert seen_after(client, officer, 16, 16)


def test_who_was_signed_out_is_told_why(client: Client, officer: User) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        client.force_login(officer)
        client.get("/")
        clock.move_to(NINE.timestamp() + 31 * 60)
        text = client.get("/desk/", headers={"Accept-Language": "en"}).content.decode()
    assert "nothing was done here for 30 minutes" in text
    signing_in = client.get("/accounts/login/", headers={"Accept-Language": "en"})
    assert "signed out after 30 minutes" in signing_in.content.decode()


def test_a_form_that_comes_too_late_is_filed_in_nobodys_name_only_on_purpose(
    client: Client,
) -> None:
    said = {"text": "临江县自来水有异味，请来看看"}
    before = {"Referer": "http://testserver/hotline/?a=1"}
    with time_machine.travel(NINE, tick=False) as clock:
        client.force_login(make_user("wang"))
        client.get("/")
        clock.move_to(NINE.timestamp() + 121 * 60)
        late = client.post("/hotline/file/", said, headers=before)
        page = late.content.decode()
        assert (late.status_code, said["text"] in page) == (401, True)
        assert "没有提交：您已经退出登录" in page
        assert 'href="/accounts/login/?next=/hotline/%3Fa%3D1"' in page
        assert client.post("/hotline/file/", said).status_code == 302


@pytest.mark.parametrize(
    ("form", "before", "page"),
    [
        ("/desk/0197c3a0-0000-7000-8000-000000000000/note/", "/desk/?box=late", "/desk/?box=late"),
        ("/hotline/file/", "/hotline/file/", "/hotline/"),  # a form that was wrong the first time
        ("/hotline/take/", "/hotline/take/", "/hotline/take/"),
        ("/hotline/appeals/0197c3a0-0000-7000-8000-000000000000/move/", "", None),
    ],
)
def test_from_the_answer_to_a_form_one_comes_back_to_a_page_that_opens(
    client: Client, form: str, before: str, page: str | None
) -> None:
    headers = {"Referer": f"http://testserver{before}"} if before else {}
    answer = client.post(form, {"text": "", "note": ""}, headers=headers).content.decode()
    assert f'name="next" value="{page or form.removesuffix("move/")}"' in answer


@pytest.mark.parametrize("text", ["0", "481", "soon", "-5", "²"])
def test_minutes_are_a_whole_number_within_a_working_day(text: str) -> None:
    environment = {"YITANG_SECRET_KEY": "x" * 40, "YITANG_IDLE_MINUTES": text}
    with pytest.raises(SettingInvalid, match="YITANG_IDLE_MINUTES"):
        load_settings(environment)
    assert load_settings(environment | {"YITANG_IDLE_MINUTES": "15"}).idle_minutes == 15
