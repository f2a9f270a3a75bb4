from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from yitang.ground.organisations.tests.factories import make_division, make_organisation

pytestmark = pytest.mark.django_db


def test_a_division_says_what_it_stands_for_today(client: Client) -> None:
    make_division("990000", name="闽海省")
    city = make_division("990100", name="临江市")
    now = make_division("990102", name="城东区")
    make_division("990121", name="江口县", valid_to=date(2021, 1, 1), successors=(now,))
    gone = client.get("/api/v1/divisions/990121").json()
    assert (gone["path"], gone["stands_for"]) == ("闽海省 临江市 江口县", ["990102"])
    assert (gone["level"], gone["parent"]) == ("county", city.code)
    then = client.get("/api/v1/divisions/990121", {"on": "2020-01-01"}).json()
    assert then["stands_for"] == ["990121"]
    below = client.get("/api/v1/divisions/990100/children").json()
    assert [row["code"] for row in below] == ["990102"]
    unknown = client.get("/api/v1/divisions/990199")
    assert unknown.status_code == 404
    assert unknown.json()["code"] == "organisations.division_unknown"


def test_organisations_of_a_place_and_by_duty(client: Client) -> None:
    bureau = make_organisation("990100", name="水利局", duties=("water",))
    county = make_organisation("990102")
    rows = client.get("/api/v1/organisations", {"division_code": "990100"}).json()
    assert {row["credit_code"] for row in rows} == {bureau.credit_code, county.credit_code}
    asked = {"division_code": "990102", "duty": "water"}
    (row,) = client.get("/api/v1/organisations", asked).json()
    assert row["name"] == "水利局"
    assert client.get(f"/api/v1/organisations/{bureau.public_id}").json() == row
    missing = client.get("/api/v1/organisations/0198f000-0000-7000-8000-000000000000")
    assert missing.status_code == 404
