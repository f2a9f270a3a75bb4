from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from yitang.data.catalogue.api import decide_system, note_gathered
from yitang.data.catalogue.tests.factories import make_dataset, make_system
from yitang.decision.economy import api as economy
from yitang.ground.base.clock import civil_date
from yitang.ground.casework.tests.factories import PERMIT, make_case, registered
from yitang.ground.ledger.tests.factories import noted_verification
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
    make_organisation,
    make_user,
)
from yitang.ground.plumbing.api import now, settings
from yitang.site.web.cockpit import views

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def province(db: None) -> Iterator[None]:
    make_division("350000", name="Minhai")
    make_division("350121", name="Linjiang")
    make_division("350122", name="Shitan")
    with registered(PERMIT):
        yield


@pytest.fixture
def leader(client: Client) -> Client:
    office = make_organisation("350000")
    client.force_login(make_officer("leader", organisation=office))
    return client


def late_cases(county: str, count: int) -> None:
    for number in range(count):
        at = now() - timedelta(days=30)
        make_case(title=f"Case {number} of {county}", division_code=county, at=at)


def test_only_who_oversees_reads_it(client: Client) -> None:
    assert client.get("/cockpit/").status_code == 401
    client.force_login(make_user("someone"))
    refused = client.get("/cockpit/", headers=ENGLISH)
    assert refused.status_code == 403
    assert "This page is for officers" in refused.content.decode()
    office = make_organisation("350000")
    for role in ("handler", "dispatcher", "data_officer", "audit_admin"):
        client.force_login(make_officer(role, organisation=office))
        refused = client.get("/cockpit/", headers=ENGLISH)
        assert refused.status_code == 403
        assert "supervisor or leader" in refused.content.decode()
    client.force_login(make_officer("supervisor", organisation=office))
    assert client.get("/cockpit/").status_code == 200


def test_a_figure_without_a_source_is_left_out(leader: Client) -> None:
    page = leader.get("/cockpit/", headers=ENGLISH)
    text = page.content.decode()
    assert text.count("nothing measured yet") == 10  # five places, in the picture and the list
    assert "none yet: note one on a hot issue" in text
    assert page.context["saved"] is None
    assert page.context["economy"] == []


def test_late_cases_stand_first_and_on_their_tile(leader: Client) -> None:
    late_cases("350121", 3)
    late_cases("350122", 1)
    make_case(title="In time", division_code="350122", at=now())
    page = leader.get("/cockpit/", headers=ENGLISH)
    shades = {
        tile.division.name: (tile.late, tile.open, tile.shade) for tile in page.context["map"].tiles
    }
    assert shades == {"Linjiang": (3, 3, "worst"), "Shitan": (1, 2, "q3")}
    assert page.context["attention"].late == "4"
    assert page.context["attention"].matters[0].mood == "late"
    assert "days late" in page.content.decode()


def test_the_economy_shows_what_was_said_beside_what_was_published(leader: Client) -> None:
    economy.load_indicators(
        economy.PUBLISHED / "indicators.csv", at=now(), sources=economy.publishers()
    )
    for language, said, published, unit in (
        ("en", "300", "360", "billion yuan"),
        ("zh-hans", "3,000", "3,600", "亿元"),
    ):
        page = leader.get("/cockpit/", headers={"Accept-Language": language})
        shown = page.context["economy"]
        investment = next(figure for figure in shown if figure.doubt)
        assert (investment.value, investment.unit) == (said, unit)
        assert published in investment.doubt
        assert sum(bool(figure.checked) for figure in shown) == 3


def test_the_tour_belongs_to_the_demo(leader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert leader.get("/cockpit/").context["steps"] == []
    monkeypatch.setattr(views, "settings", lambda: replace(settings(), demo=True))
    assert leader.get("/cockpit/").context["steps"]


def test_islands_and_chimneys_are_drawn_month_by_month(leader: Client) -> None:
    office, at = make_organisation(settings().division), now()
    assert leader.get("/cockpit/").context["silos"] is None
    one = make_system("A-1", organisation=office, start_year=2019)
    make_system("A-2", organisation=office, start_year=2019)
    month = civil_date(at).replace(day=1)
    earlier = (month - timedelta(days=40)).replace(day=3)
    actor = system_actor()
    decide_system(system=one, verb="connect", actor=actor, at=at, on=earlier)
    decide_system(system=one, verb="retire", actor=actor, at=at, on=month, note="停")
    page = leader.get("/cockpit/", headers=ENGLISH)
    silos = page.context["silos"]
    lines = {line.label: [point.value for point in line.points] for line in silos.lines}
    assert lines["systems in use"] == [2] * 11 + [1]
    assert lines["connected"] == [0] * 9 + [1, 1, 0]
    assert lines["merged or retired"] == [0] * 11 + [1]
    assert (int(silos.cost_ended), silos.islands) == (150000, 1)
    assert 'href="/catalogue/systems/"' in page.content.decode()


def test_an_altered_ledger_stands_first_until_it_is_verified_whole(leader: Client) -> None:
    def stands() -> list[str]:
        lines = leader.get("/cockpit/", headers=ENGLISH).context["attention"].matters
        return [line.tag for line in lines if line.what == "Ledger"] + [lines[0].what]

    noted_verification(problems=1)
    assert stands() == ["1 line does not fit", "Ledger"]
    noted_verification(problems=0)
    assert stands() == ["not sealed yet", "No case is late"]


def test_what_fusion_makes_is_not_gathered_and_rows_are_those_that_stand(leader: Client) -> None:
    for code, rows in (("births", 40), ("marriages", 2), ("population", 400)):
        make_dataset(code)
        note_gathered(code=code, batch="b", rows=rows, quality=None, at=now())
    node = next(
        placed.node
        for placed in leader.get("/cockpit/", headers=ENGLISH).context["nodes"]
        if placed.node.key == "gather"
    )
    assert node.value == "2"
    assert "42 rows" in node.details


def test_a_county_without_a_case_has_its_tile_too(leader: Client) -> None:
    assert leader.get("/cockpit/").context["map"].tiles == []
    late_cases("350121", 1)
    tiles = leader.get("/cockpit/").context["map"].tiles
    assert [(tile.division.name, tile.open) for tile in tiles] == [("Linjiang", 1), ("Shitan", 0)]
