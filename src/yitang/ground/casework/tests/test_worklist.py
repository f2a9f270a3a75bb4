from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from yitang.ground.base.clock import Term
from yitang.ground.casework.access import can_see
from yitang.ground.casework.actions import advance_case, assign_case, pause_case
from yitang.ground.casework.errors import BoxUnknown
from yitang.ground.casework.models import Case
from yitang.ground.casework.queries import worklist, worklist_counts
from yitang.ground.casework.rules import CappedCount
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.organisations.tests.factories import (
    make_appointment,
    make_division,
    make_officer,
    make_organisation,
    make_user,
)
from yitang.ground.plumbing.errors import CursorInvalid

from .factories import AT, EMERGENCY, PERMIT, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def province() -> dict[str, Any]:
    """Two cities, three counties; a water bureau and a general office in one of them."""
    for code in ("350000", "350100", "350102", "350103", "350200", "350203", "350102001000"):
        make_division(code)
    return {
        "water": make_organisation("350102", duties=("water",)),
        "office": make_organisation("350102"),
        "provincial_water": make_organisation("350000", duties=("water",)),
        "city": make_organisation("350100"),
        "other": make_organisation("350203"),
        "street": make_organisation("350102001000"),
    }


def numbers(user: User, **arguments: Any) -> list[str]:
    return [case.number for case in worklist(user, at=AT, **arguments).rows]


def test_a_list_shows_exactly_what_may_be_seen(province: dict[str, Any]) -> None:
    cases = [
        make_case(workflow, division_code=code, organisation=holder, duty=duty)
        for workflow in (PERMIT.name, EMERGENCY.name)
        for code in ("350000", "350102", "350103", "350203", "350102001000")
        for holder in (None, province["water"], province["other"])
        for duty in ("", "water", "noise")
    ]
    officers = [
        make_officer(role, organisation=organisation)
        for role in ("handler", "supervisor", "leader", "system_admin")
        for organisation in province.values()
    ]
    double = make_officer("handler", organisation=province["other"])
    make_appointment(double, "supervisor", province["water"])
    for user in [*officers, double, make_user(), system_actor()]:
        seen = {case.number for case in cases if can_see(user, case)}
        assert set(numbers(user, box="all", limit=200)) == seen, user
    assert len(numbers(double, box="all", limit=200)) > 0


def test_pages_follow_each_other_without_a_gap_or_a_double(province: dict[str, Any]) -> None:
    user = make_officer("supervisor", organisation=province["city"])
    for index in range(9):  # many are due at the same moment
        make_case(PERMIT.name, division_code="350102", term=Term(1 + index % 2))
        make_case(EMERGENCY.name, division_code="350103")
    make_case(PERMIT.name, state="incomplete", division_code="350103")
    whole = [case.pk for case in worklist(user, box="all", limit=100, at=AT).rows]
    expected = Case.objects.order_by("due_order", "pk").values_list("pk", flat=True)
    assert whole == list(expected)
    walked: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = worklist(user, box="all", limit=4, cursor=cursor, at=AT)
        walked += [case.pk for case in page.rows]
        cursor = page.next_cursor
    assert walked == whole


def test_boxes_part_the_list(province: dict[str, Any]) -> None:
    office, actor = province["office"], system_actor()
    user = make_officer("handler", organisation=office)
    late = make_case(organisation=office, at=AT - timedelta(days=30))
    today = make_case(EMERGENCY.name, organisation=office)
    mine = make_case(organisation=office)
    assign_case(case_id=mine.pk, organisation=office, assignee=user, actor=actor, at=AT)
    paused = make_case(organisation=office)
    pause_case(case_id=paused.pk, reason="hearing", actor=actor, at=AT)
    closed = make_case(organisation=office, state="accepted")
    advance_case(case_id=closed.pk, verb="grant", actor=actor, at=AT)
    assert numbers(user, box="late") == [late.number]
    assert numbers(user, box="today") == [today.number]
    assert numbers(user, box="mine") == [mine.number]
    assert numbers(user, box="paused") == [paused.number]
    assert numbers(user) == [late.number, today.number, mine.number, paused.number]
    assert numbers(user, workflow=EMERGENCY.name) == [today.number]
    counts = worklist_counts(user, at=AT)
    assert {box: count.count for box, count in counts.boxes.items()} == {
        "mine": 1, "organisation": 4, "all": 4, "late": 1, "today": 1, "paused": 1,
    }  # fmt: skip
    assert counts.kinds == {
        EMERGENCY.name: CappedCount(1), PERMIT.name: CappedCount(3),
    }  # fmt: skip
    assert worklist_counts(user, at=AT, cap=2).boxes["all"] == CappedCount(2, is_more=True)


def test_a_list_may_be_narrowed_to_a_division(province: dict[str, Any]) -> None:
    leader = make_officer("leader", organisation=province["city"])
    here = make_case(division_code="350102001000")
    make_case(division_code="350103")
    assert numbers(leader, box="all", within="350102") == [here.number]
    assert numbers(leader, box="all", within="350000") == numbers(leader, box="all")
    assert numbers(leader, box="all", within="350203") == []


def test_a_wrong_box_or_page_mark_is_a_sentence(province: dict[str, Any]) -> None:
    user = make_user()
    with pytest.raises(BoxUnknown, match="There is no box attic"):
        worklist(user, box="attic", at=AT)
    for cursor in ("%%", "WyJ4IiwxXQ"):
        with pytest.raises(CursorInvalid):
            worklist(user, cursor=cursor, at=AT)


def test_a_page_costs_a_query_per_range_and_one_for_its_rows(
    province: dict[str, Any], django_assert_num_queries: Any
) -> None:
    user = make_officer("supervisor", organisation=province["city"])
    for _ in range(5):
        make_case(division_code="350102", organisation=province["office"])
    worklist(user, workflow=PERMIT.name, at=AT)  # posts are asked once per request
    with django_assert_num_queries(2):
        rows = worklist(user, workflow=PERMIT.name, box="all", at=AT).rows
        assert {case.organisation.division.code for case in rows if case.organisation} == {"350102"}
