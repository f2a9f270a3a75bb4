from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from yitang.ground.casework.api import case_timeline
from yitang.ground.metrics.api import check_rollups
from yitang.ground.organisations.api import Organisation, system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation
from yitang.public.hotline.actions import dispatch_appeal, return_appeal, sign_for_appeal
from yitang.public.hotline.queries import dispatch_shares, suggest_dispatch
from yitang.public.hotline.rules import DispatchShares

from .factories import AT, HOME, Province, make_appeal, make_model, make_province

pytestmark = pytest.mark.django_db
UNCLEAR = "临江县城里楼道灯坏了"


@pytest.fixture
def province() -> Province:
    return make_province()


@pytest.fixture
def government(province: Province) -> Organisation:
    return make_organisation("350102", name="临江县人民政府", kind="government")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model"))


def notes(appeal_case: object) -> list[str]:
    return [line.note for line in case_timeline(system_actor(), appeal_case)]  # type: ignore[arg-type]


def test_an_unclear_duty_goes_to_the_government_of_its_county(
    province: Province, government: Organisation
) -> None:
    appeal = make_appeal(UNCLEAR)
    assert (appeal.case.state, appeal.unit) == ("dispatched", government)
    assert (appeal.dispatch_basis, appeal.dispatch_obstacle) == ("territory", "class_unsure")
    assert notes(appeal.case) == [
        "", "Sent to the territorial government because its class is not sure.",
    ]  # fmt: skip
    assert appeal.case.due_at is not None
    handler = make_officer("handler", organisation=government)
    returned = return_appeal(appeal_id=appeal.pk, actor=handler, at=AT, reason="it is the city's")
    assert (returned.case.state, returned.case.organisation) == ("returned", province.hotline)


def test_nobody_charged_is_unclear_too(
    province: Province, government: Organisation, model: Path
) -> None:
    appeal = make_appeal("临江县城里夜里施工一直没人管", model=model)  # a class without a duty
    assert (appeal.category and appeal.category.label, appeal.unit) == ("噪音", government)
    assert appeal.dispatch_obstacle == "nobody_charged"


def test_a_sure_class_goes_past_the_government(
    province: Province, government: Organisation, model: Path
) -> None:
    appeal = make_appeal(model=model)
    assert (appeal.unit, appeal.dispatch_basis, appeal.dispatch_obstacle) == (
        province.water, "class", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "obstacle"),
    [
        ("楼道灯坏了", "place_unsettled"),
        ("海州市的楼道灯坏了", "place_unsettled"),  # only the city is known
        ("城东区的楼道灯坏了", "no_government"),
        ("临江县城里自来水水管漏电一直没人管", "emergency"),
    ],
)
def test_a_person_looks_where_the_rules_do_not_send(
    province: Province, government: Organisation, model: Path, text: str, obstacle: str
) -> None:
    appeal = make_appeal(text, model=model)
    assert (appeal.case.state, appeal.dispatch_basis, appeal.dispatch_obstacle) == (
        "received", "", obstacle,
    )  # fmt: skip
    assert appeal.case.organisation == province.hotline
    suggestion = suggest_dispatch(appeal, model=model, home=HOME, at=AT)
    assert (suggestion.holder, suggestion.route.obstacle) == (None, obstacle)


def test_two_governments_of_one_county_leave_it_to_a_person(
    province: Province, government: Organisation
) -> None:
    make_organisation("350102", name="临江县人民政府办公室", kind="government")
    assert make_appeal(UNCLEAR).dispatch_obstacle == "no_government"


def test_what_went_by_class_to_the_territory_and_to_a_person_is_counted_apart(
    province: Province, government: Organisation, model: Path
) -> None:
    make_appeal(model=model)
    territorial = make_appeal(UNCLEAR)
    by_hand = make_appeal("楼道灯坏了")
    make_appeal("楼道灯又坏了")
    dispatch_appeal(
        appeal_id=by_hand.pk, organisation=province.office, actor=province.dispatcher,
        at=AT + timedelta(hours=1), division_code="350102",
    )  # fmt: skip
    sign_for_appeal(appeal_id=territorial.pk, actor=system_actor(), at=AT + timedelta(hours=1))
    day = AT.date()
    found = dispatch_shares(within=HOME, since=day, until=day)
    assert found == DispatchShares(by_class=1, to_territory=1, whole=4)
    assert found.to_person == 2
    assert dispatch_shares(within="350102", since=day, until=day).whole == 3
    assert dispatch_shares(within=HOME, since=day + timedelta(days=1), until=day).whole == 0
    assert check_rollups() == []
