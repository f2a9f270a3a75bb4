"""The list, one issue, a measure, and the same as JSON."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from yitang.decision.insight.api import HotIssue, hot_issues, refresh_hot_issues
from yitang.decision.insight.tests.factories import burst, single_concerns
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 16, 2, tzinfo=UTC)
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def issue() -> HotIssue:
    for code, name in (("350000", "闽海省"), ("350100", "海州市"), ("350102", "临江县")):
        make_division(code, name=name)
    make_organisation("350100", name="海州市水务局", duties=("water",))
    messages = [*single_concerns(40), *burst(8)]
    refresh_hot_issues(messages=messages, actor=system_actor(), at=AT)
    return hot_issues(system_actor())[0]


@pytest.fixture
def leader(issue: HotIssue) -> User:
    return make_officer("leader", organisation=make_organisation("350100"))


@pytest.fixture
def page(client: Client, leader: User) -> Client:
    client.force_login(leader)
    return client


def test_the_list_ranks_people_and_names_who_answers(page: Client, issue: HotIssue) -> None:
    text = page.get("/insight/").content.decode()
    assert "群众反映最多的是什么，由谁负责？" in text
    assert issue.title in text
    assert "海州市水务局" in text
    assert "临江县" in text
    english = page.get("/insight/", headers=ENGLISH).content.decode()
    assert "8 people" in english


def test_the_list_can_be_narrowed_and_says_why_it_is_empty(page: Client, issue: HotIssue) -> None:
    assert issue.title in page.get("/insight/?trend=rising").content.decode()
    assert "No issue of this kind now" in page.get(
        "/insight/?trend=quiet", headers=ENGLISH
    ).content.decode().replace("&#x27;", "'")
    HotIssue.objects.update(rank=None)
    assert "三人以上反映同一件事" in page.get("/insight/").content.decode()


def test_a_page_costs_the_same_however_many_issues(
    page: Client, issue: HotIssue, django_assert_max_num_queries: object
) -> None:
    assert callable(django_assert_max_num_queries)
    with django_assert_max_num_queries(12):
        page.get("/insight/")


def test_one_issue_shows_evidence_days_and_words(page: Client, issue: HotIssue) -> None:
    text = page.get(f"/insight/issues/{issue.public_id}/").content.decode()
    assert "QS-01000" in text
    assert "依据的诉求" in text
    assert "<svg" in text
    assert "停水" in text


def test_a_measure_is_noted_and_its_effect_awaited(page: Client, issue: HotIssue) -> None:
    address = f"/insight/issues/{issue.public_id}/measures/"
    wrong = page.post(address, {"decision": "好", "since": "昨天"})
    assert wrong.status_code == 422
    assert "error-summary" in wrong.content.decode()
    noted = page.post(address, {"decision": "新建加压泵站", "since": "2026-10-10"}, follow=True)
    text = noted.content.decode()
    assert "新建加压泵站" in text
    assert re.search(r"之前 \d+ 天 0 人，之后 \d+ 天 8 人", text)


def test_only_overseers_of_the_place_may_look(client: Client, issue: HotIssue) -> None:
    address = f"/insight/issues/{issue.public_id}/"
    assert client.get(address).status_code == 401
    client.force_login(make_user())
    assert client.get(address).status_code == 403
    make_division("360100", name="远州市")
    client.force_login(make_officer("leader", organisation=make_organisation("360100")))
    assert client.get(address).status_code == 404
    assert client.post("/insight/refresh/").status_code == 403
    client.force_login(make_officer("supervisor", organisation=make_organisation("350000")))
    assert client.post("/insight/refresh/", follow=True).status_code == 200


def test_json_tells_the_same(page: Client, issue: HotIssue) -> None:
    first = page.get("/api/v1/insight/issues").json()[0]
    assert (first["people"], first["owner"], first["trend"]) == (8, "海州市水务局", "rising")
    address = f"/api/v1/insight/issues/{first['id']}"
    detail = page.get(address).json()
    assert len(detail["evidence"]) == 8
    assert sum(detail["people_per_day"].values()) == 8
    body = {"decision": "新建加压泵站", "since": "2026-10-10"}
    noted = page.post(
        f"{address}/measures", body, "application/json", headers={"Idempotency-Key": "m1"}
    )
    assert noted.status_code == 201
    assert page.get(address).json()["measures"][0]["decision"] == "新建加压泵站"
    page.logout()
    assert page.get("/api/v1/insight/issues").status_code == 401
