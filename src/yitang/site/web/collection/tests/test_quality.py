"""Quality rules on the page and as JSON: added, taken out, refused to others."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.api import gather_file, quality_rules
from yitang.data.collection.tests.factories import AT, make_residents, resident, write_csv
from yitang.ground.organisations.api import User
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
    make_organisation,
)

from .test_pages import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/collection/rules/residents/"
BORN = {
    "name": "born",
    "kind": "range",
    "items_": ["birth_date"],
    "severity": "warn",
    "low": "1900-01-01",
}


@pytest.fixture
def residents() -> Dataset:
    return make_residents()


@pytest.fixture
def officer(residents: Dataset) -> User:
    return make_officer("data_officer", organisation=residents.organisation)


def test_a_rule_is_added_and_taken_out_with_its_history(
    client: Client, residents: Dataset, officer: User
) -> None:
    signed_in(client, officer)
    assert ADDRESS in client.get("/catalogue/residents/").content.decode()
    assert client.get(ADDRESS).status_code == 200
    assert client.post(f"{ADDRESS}add/", BORN | {"kind": "burn"}).status_code == 422
    wrong = client.post(f"{ADDRESS}add/", BORN | {"low": "yesterday"})
    assert wrong.status_code == 422
    assert quality_rules(residents) == (0, [])
    assert client.post(f"{ADDRESS}add/", BORN).status_code == 302
    page = client.get(ADDRESS, headers={"accept-language": "zh-hans"}).content.decode()
    assert "1900-01-01" in page
    assert "收下，并提醒" in page
    assert client.post(f"{ADDRESS}remove/", {"name": "born", "base": "x"}).status_code == 409
    assert client.post(f"{ADDRESS}remove/", {"name": "born", "base": "1"}).status_code == 302
    assert quality_rules(residents) == (2, [])
    assert "- born" in client.get(ADDRESS).content.decode()


def test_others_look_and_change_nothing(client: Client, residents: Dataset, officer: User) -> None:
    signed_in(client, make_officer("data_officer", organisation=make_organisation()))
    page = client.get(ADDRESS)
    assert page.status_code == 200
    assert "add/" not in page.content.decode()
    assert client.post(f"{ADDRESS}add/", BORN).status_code == 403
    signed_in(client, officer)
    assert "add/" in client.get(ADDRESS).content.decode()


def test_the_same_over_json(client: Client, residents: Dataset, officer: User) -> None:
    signed_in(client, officer)
    address = "/api/v1/collection/rules/residents"
    rule = {"name": "born", "kind": "range", "items": ["birth_date"], "low": "1900-01-01"}
    said = {"base": 0, "rules": [rule], "note": "初版"}
    made = client.post(address, said, "application/json", HTTP_IDEMPOTENCY_KEY="a").json()
    assert (made["version"], made["rules"][0]["low"]) == (1, "1900-01-01")
    again = client.post(address, said, "application/json", HTTP_IDEMPOTENCY_KEY="b")
    assert again.status_code == 409
    assert again.json()["code"] == "collection.rules_changed"
    (version,) = client.get(address).json()["history"]
    assert (version["number"], version["note"]) == (1, "初版")


def test_suggestions_are_shown_and_accepted(
    client: Client, tmp_path: Path, residents: Dataset, officer: User
) -> None:
    make_division("350102")
    signed_in(client, officer)
    assert client.get(f"{ADDRESS}suggestions/").status_code == 409
    path = write_csv(tmp_path / "a.csv", [resident(number) for number in range(60)])
    gather_file(dataset=residents, path=path, actor=officer, at=AT)
    page = client.get(f"{ADDRESS}suggestions/", headers={"accept-language": "zh-hans"})
    assert "60 行无一为空" in page.content.decode()
    (form,) = {
        one["key"]
        for one in client.get("/api/v1/collection/rules/residents/suggestions").json()
        if one["kind"] == "pattern"
    }
    taken = client.post(f"{ADDRESS}suggestions/accept/", {"key": [form]})
    assert taken.status_code == 302
    (rule,) = quality_rules(residents)[1]
    assert (rule.kind, rule.pattern) == ("pattern", "[A-Z][0-9]{5}")
    rest = client.post(
        "/api/v1/collection/rules/residents/suggestions",
        {},
        "application/json",
        HTTP_IDEMPOTENCY_KEY="a",
    ).json()
    assert {one["kind"] for one in rest} >= {"required"}
