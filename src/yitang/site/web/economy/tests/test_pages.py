from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from yitang.decision.economy import api as economy

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
