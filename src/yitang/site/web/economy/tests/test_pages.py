from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils.translation import override

from yitang.decision.economy import api as economy
from yitang.ground.organisations.tests.factories import make_officer, make_organisation
from yitang.site.web.economy.names import period_of, time_of

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture
def published(db: None) -> None:
    economy.load_indicators(
        economy.PUBLISHED / "indicators.csv", at=NOON, sources=economy.publishers()
    )


def test_the_page_shows_each_claim_and_its_doubt(published: None, client: Client) -> None:
    text = client.get("/economy/").content.decode()
    assert "数字经济规模达 31 万亿元" in text
    assert "公布为 3,600 亿元" in text
    assert "多出的 0.04 来自四舍五入" in text
    english = client.get("/economy/", headers={"Accept-Language": "en"}).content.decode()
    assert "1.17 billion 4G users" in english
    assert "0.04 is rounding, not growth" in english


@pytest.mark.parametrize(
    ("period", "chinese", "english", "time"),
    [
        ("2018", "2018 年", "2018", 2018.0),
        ("2025-11", "2025 年 11 月", "Nov 2025", 2024.917),
        ("2026-mid", "2026 年中", "mid-2026", 2025.5),
        ("2024-12", "2024 年 12 月", "Dec 2024", 2024.0),
        ("long ago", "long ago", "long ago", None),
    ],
)
def test_periods_are_said_in_words(
    period: str, chinese: str, english: str, time: float | None
) -> None:
    with override("zh-hans"):
        assert period_of(period) == chinese
    with override("en"):
        assert period_of(period) == english
    assert time_of(period) == time


def test_english_counts_in_thousands(published: None, client: Client) -> None:
    english = client.get("/economy/", headers={"Accept-Language": "en"}).content.decode()
    assert "43.58 million km" in english
    assert "published as 360 billion yuan" in english
    assert "10,000 km" not in english


def test_only_leaders_load_the_library_of_charts(published: None, client: Client) -> None:
    assert "echarts" not in client.get("/economy/").content.decode()
    client.force_login(make_officer("leader", organisation=make_organisation()))
    text = client.get("/economy/series/fibre_line_length/").content.decode()
    assert "echarts.min.js" in text
    assert "enhanced" in text


def test_an_empty_page_says_what_to_do(db: None, client: Client) -> None:
    assert "yitang economy indicators" in client.get("/economy/").content.decode()


def test_a_series_shows_every_record_and_an_unknown_one_is_not_found(
    published: None, client: Client
) -> None:
    text = client.get("/economy/series/fibre_line_length/").content.decode()
    assert "4,358" in text
    assert "未核实" in text
    assert client.get("/economy/series/nothing/").status_code == 404


def test_json_answers_with_the_same_figures(published: None, client: Client) -> None:
    claims = client.get("/api/v1/economy/claims").json()
    assert {claim["verdict"] for claim in claims} == {"confirmed", "otherwise"}
    problem = client.get("/api/v1/economy/series/nothing")
    assert problem.status_code == 404
    assert problem["Content-Type"] == "application/problem+json"
    assert json.loads(problem.content)["code"] == "economy.indicator_unknown"
    assert client.get("/api/v1/economy/projects/summary").json()["projects"] == 0


def test_projects_that_began_are_listed_under_the_word_of_the_overview(
    published: None, client: Client
) -> None:
    page = client.get("/economy/projects/?stage=begun")
    assert (page.context["wanted"], page.context["total"]) == ("begun", 0)
    assert "开工及以后" in page.content.decode()
