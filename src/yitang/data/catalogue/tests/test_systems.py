"""The register of systems: who writes, decides and sees; history, figures, data behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from yitang.data.catalogue.api import (
    COST_ENDED,
    SYSTEMS_CONNECTED,
    SYSTEMS_IN_USE,
    SYSTEMS_RETIRED,
    InformationSystem,
    SystemFilter,
    amend_system,
    can_decide_system,
    can_keep_system,
    datasets_of_system,
    decide_system,
    note_gathered,
    register_system,
    source_systems_of,
    system_by_code,
    system_events,
    system_for,
    system_keepers,
    system_sums,
    system_sums_by_department,
    systems,
    systems_behind,
    yields_of,
)
from yitang.data.catalogue.errors import (
    SystemCodeTaken,
    SystemEnded,
    SystemInvalid,
    SystemMoveRefused,
    SystemUnknown,
)
from yitang.data.catalogue.rules.systems import SYSTEM_MOVES
from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import NotAllowed
from yitang.ground.metrics.api import check_rollups, metric_series, metric_value, refresh_rollups
from yitang.ground.organisations.api import ROLES, Organisation, User, system_actor
from yitang.ground.organisations.tests.factories import (
    make_appointment,
    make_officer,
    make_organisation,
    make_user,
)

from .factories import AT, PEOPLE, make_dataset, make_system, make_system_spec

pytestmark = pytest.mark.django_db
TODAY = civil_date(AT)
FIGURES = (SYSTEMS_IN_USE, SYSTEMS_CONNECTED, SYSTEMS_RETIRED, COST_ENDED)


@pytest.fixture
def office() -> Organisation:
    return make_organisation("350102", name="民政局")


@pytest.fixture
def bureau() -> Organisation:
    return make_organisation("350000", name="大数据局", duties=("data",))


def figures(division: str = "350000") -> tuple[int, ...]:
    found = (metric_value(code=code, division_code=division).value for code in FIGURES)
    return tuple(int(value or 0) for value in found)


def test_a_data_officer_enters_and_changes_the_own_systems(office: Organisation) -> None:
    officer = make_officer("data_officer", organisation=office)
    spec = make_system_spec("MZ-01")
    made = register_system(spec=spec, organisation=office, actor=officer, at=AT)
    assert (made.state, made.since, made.spec) == ("in_use", date(2018, 1, 1), spec)
    cheaper = replace(spec, yearly_cost=Decimal(90000), name="新名")
    for _ in range(2):  # the same again notes nothing
        made = amend_system(system=made, spec=cheaper, actor=officer, at=AT, note="合同到期")
    assert made.spec == cheaper
    events = system_events(made)
    assert [event.verb for event in events] == ["register", "amend"]
    assert events[1].changes == {
        "name": ["不动产登记系统", "新名"], "yearly_cost": ["150000.50", "90000.00"],
    }  # fmt: skip
    assert (events[1].actor, events[1].note) == (officer, "合同到期")
    other = make_officer("data_officer")
    with pytest.raises(NotAllowed):
        register_system(spec=make_system_spec(), organisation=office, actor=other, at=AT)
    with pytest.raises(NotAllowed):
        amend_system(system=made, spec=spec, actor=other, at=AT)
    with pytest.raises(SystemCodeTaken):
        register_system(spec=spec, organisation=office, actor=officer, at=AT)
    with pytest.raises(SystemInvalid, match="code"):
        amend_system(system=made, spec=replace(cheaper, code="MZ-02"), actor=officer, at=AT)
    assert InformationSystem.objects.count() == 1


def test_without_a_year_a_system_is_in_use_since_it_was_entered(office: Organisation) -> None:
    assert make_system(organisation=office, start_year=None).since == TODAY


def test_the_authority_decides_within_its_division(
    office: Organisation, bureau: Organisation
) -> None:
    system = make_system("MZ-01", organisation=office)
    head = make_officer("sharing_head", organisation=bureau)
    own_head = make_officer("sharing_head", organisation=make_organisation(duties=("civil",)))
    officer = make_officer("data_officer", organisation=office)
    elsewhere = make_officer(
        "sharing_head", organisation=make_organisation("360000", duties=("data",))
    )
    for nobody in (own_head, officer, elsewhere, make_officer("leader", organisation=bureau)):
        with pytest.raises(NotAllowed):
            decide_system(system=system, verb="connect", actor=nobody, at=AT)
        assert not can_decide_system(nobody, office)
    assert can_decide_system(head, office)
    day = TODAY - timedelta(days=30)
    decided = decide_system(system=system, verb="connect", actor=head, at=AT, on=day)
    assert (decided.state, decided.since) == ("connected", day)
    [_, event] = system_events(decided)
    assert (event.before, event.after, event.on, event.actor) == (
        "in_use", "connected", day, head,
    )  # fmt: skip


def test_a_decision_says_what_it_must(office: Organisation) -> None:
    actor, system = system_actor(), make_system("MZ-01", organisation=office)
    into = make_system("MZ-02", organisation=office)

    def refused(field: str, **values: object) -> None:
        with pytest.raises(SystemInvalid) as caught:
            decide_system(system=system, actor=actor, at=AT, **values)  # type: ignore[arg-type]
        assert caught.value.params["field"] == field

    refused("since", verb="connect", on=TODAY + timedelta(days=1))
    refused("since", verb="connect", on=date(2017, 12, 31))
    refused("note", verb="retire", note=" ")
    refused("successor", verb="merge")
    refused("successor", verb="merge", successor="MZ-01")
    with pytest.raises(SystemUnknown):
        decide_system(system=system, verb="merge", actor=actor, at=AT, successor="MZ-09")
    with pytest.raises(SystemMoveRefused):
        decide_system(system=system, verb="resume", actor=actor, at=AT, note="误")
    decide_system(system=into, verb="retire", actor=actor, at=AT, on=TODAY, note="已替代")
    refused("successor", verb="merge", successor="MZ-02")
    # What ended later can have taken over before.
    earlier = TODAY - timedelta(days=9)
    done = decide_system(
        system=system, verb="merge", actor=actor, at=AT, on=earlier, successor="MZ-02", note="整合"
    )
    assert done.successor == into
    assert system_events(done)[-1].note == "→ MZ-02; 整合"


def test_what_has_ended_stays_as_it_was(office: Organisation) -> None:
    system = make_system("MZ-01", organisation=office)
    ended = decide_system(system=system, verb="retire", actor=system_actor(), at=AT, note="停")
    with pytest.raises(SystemEnded):
        amend_system(
            system=ended, spec=replace(ended.spec, yearly_cost=None), actor=system_actor(), at=AT
        )
    again = decide_system(system=ended, verb="resume", actor=system_actor(), at=AT, note="误判")
    spec = replace(again.spec, yearly_cost=None)
    assert amend_system(system=again, spec=spec, actor=system_actor(), at=AT).yearly_cost is None


def test_figures_equal_a_recount(office: Organisation) -> None:
    actor = system_actor()
    first = make_system("A-1", organisation=office)
    second = make_system("A-2", organisation=office, start_year=2020, yearly_cost=None)
    third = make_system("A-3", organisation=make_organisation("350200"), start_year=2021)
    assert figures() == (3, 0, 0, 0)
    decide_system(system=second, verb="connect", actor=actor, at=AT, on=date(2026, 3, 2))
    decide_system(system=first, verb="migrate", actor=actor, at=AT, on=date(2026, 3, 5))
    assert figures() == (3, 2, 0, 0)
    decide_system(system=first, verb="retire", actor=actor, at=AT, on=date(2026, 5, 1), note="停")
    decide_system(system=third, verb="merge", actor=actor, at=AT, successor="A-2")
    assert figures() == (1, 1, 2, 300001)
    assert figures("350102") == (1, 1, 1, 150000)
    decide_system(system=first, verb="resume", actor=actor, at=AT, note="误判")
    assert figures() == (2, 1, 1, 150000)
    months = dict(metric_series(code=SYSTEMS_IN_USE, division_code="350000", grain="month"))
    assert {month: int(one.numerator) for month, one in months.items()} == {
        "2018-01": 1, "2020-01": 1, "2021-01": 1, "2026-05": -1, "2026-11": 0,
    }  # fmt: skip
    assert check_rollups(FIGURES) == []
    before = figures()
    refresh_rollups(codes=FIGURES, at=AT)
    assert figures() == before


@pytest.mark.parametrize("role", [role for role in ROLES if role not in {"citizen", "system"}])
def test_every_role_sees_and_does_what_it_may(
    role: str, office: Organisation, bureau: Organisation
) -> None:
    """Role × own office, own division, elsewhere: lines, sums, writing, deciding."""
    make_system("A-1", organisation=office)
    make_system("A-2", organisation=make_organisation("350200"))
    make_system("A-3", organisation=make_organisation("360100"))
    inside, authority = make_user(is_officer=True), make_user(is_officer=True)
    make_appointment(inside, role, office)
    make_appointment(authority, role, bureau)

    def seen(user: User) -> list[str]:
        return [row.code for row in systems(user).rows]

    is_keeper, is_head = role == "data_officer", role == "sharing_head"
    is_over = role in {"supervisor", "leader"}
    # An office without listed duties is general, so its head would be an authority.
    assert seen(inside) == (["A-1"] if is_keeper or is_head else [])
    assert seen(authority) == (["A-1", "A-2"] if is_head else [])
    assert can_keep_system(inside, office) == is_keeper
    assert not can_keep_system(authority, office)
    assert can_decide_system(authority, office) == is_head
    assert system_keepers(inside) == ([office] if is_keeper else [])
    assert system_sums(authority).systems == (2 if is_head or is_over else 0)
    assert system_sums(inside).systems == (1 if is_keeper or is_head or is_over else 0)
    if is_over:
        row = InformationSystem.objects.get(code="A-1")
        with pytest.raises(SystemUnknown):
            system_for(authority, row.public_id)


def test_a_head_without_the_duty_sees_the_own_office_alone() -> None:
    health = make_organisation("350000", name="卫健委", duties=("health",))
    make_system("A-1", organisation=health)
    make_system("A-2", organisation=make_organisation("350102"))
    head = make_officer("sharing_head", organisation=health)
    assert [row.code for row in systems(head).rows] == ["A-1"]
    with pytest.raises(SystemUnknown):
        system_by_code(head, "A-2")
    for user in (AnonymousUser(), make_user()):
        assert systems(user).rows == []  # type: ignore[arg-type]
        assert system_sums(user).systems == 0  # type: ignore[arg-type]


def test_sums_and_filters(office: Organisation) -> None:
    actor = system_actor()
    other = make_organisation("350200", name="住建局")
    one = make_system("A-1", organisation=office, name="救助系统", build_cost=Decimal(100))
    make_system("A-2", organisation=office, network="internet", yearly_cost=None)
    make_system("B-1", organisation=other, yearly_cost=Decimal(7), build_cost=None)
    decide_system(system=one, verb="retire", actor=actor, at=AT, note="停")
    sums = system_sums(actor)
    assert (sums.systems, sums.running, sums.joined, sums.ended) == (3, 2, 0, 1)
    assert (sums.yearly_cost, sums.ended_cost) == (Decimal(7), Decimal("150000.50"))
    assert (sums.build_cost, sums.unknown_costs) == (Decimal(1200100), 1)
    assert [row.organisation for row in system_sums_by_department(actor)] == ["住建局", "民政局"]

    def found(**values: str) -> list[str]:
        return [row.code for row in systems(actor, SystemFilter(**values)).rows]

    assert found(text="救助") == found(state="ended") == found(state="retired") == ["A-1"]
    assert found(text="a-2") == found(network="internet") == ["A-2"]
    assert found(organisation=str(other.public_id)) == ["B-1"]
    assert found(state="running") == ["A-2", "B-1"]
    assert system_sums(actor, SystemFilter(state="running")).systems == 2


def test_pages_follow_the_code(office: Organisation) -> None:
    for number in range(5):
        make_system(f"A-{number}", organisation=office)
    user = make_officer("data_officer", organisation=office)
    page = systems(user, limit=2)
    codes = [row.code for row in page.rows]
    while page.next_cursor:
        page = systems(user, limit=2, cursor=page.next_cursor)
        codes += [row.code for row in page.rows]
    assert codes == [f"A-{number}" for number in range(5)]


def test_data_and_systems_are_linked_by_code(office: Organisation) -> None:
    actor = system_actor()
    system = make_system("A-1", organisation=office)
    items = tuple(replace(item, source_system="A-1") for item in PEOPLE)
    first = make_dataset("one", organisation=office, items=items)
    second = make_dataset("two", organisation=office, items=(*PEOPLE[:1], *items[1:2]))
    draft = make_dataset("three", organisation=office, items=items, published=False)
    plain = make_dataset("four", organisation=office)
    note_gathered(code="one", rows=5, quality=1.0, batch="B-1", at=AT)
    assert datasets_of_system(actor, system) == [first, draft, second]
    found = yields_of(actor, ["A-1", "A-9"])
    assert (found["A-1"].datasets, found["A-1"].gathered, list(found)) == (3, 1, ["A-1"])
    keeper = make_officer("data_officer")  # of another office: sees no draft, and not the system
    assert datasets_of_system(keeper, system) == [first, second]
    assert source_systems_of(actor, first) == [system]
    assert source_systems_of(actor, plain) == source_systems_of(keeper, first) == []
    [behind] = systems_behind(actor, [first])
    assert (behind.system, behind.yields, behind.others) == (system, [first], [draft, second])
    assert systems_behind(keeper, [first]) == systems_behind(actor, [plain]) == []
    decide_system(system=system, verb="retire", actor=actor, at=AT, note="停")
    assert systems_behind(actor, [first]) == []


def test_the_database_holds_the_rules_too(office: Organisation) -> None:
    system = make_system("A-1", organisation=office)
    rows = InformationSystem.objects.filter(pk=system.pk)
    for wrong in (
        {"state": "merged"}, {"successor": system}, {"yearly_cost": -1}, {"security_grade": 6},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    assert set(SYSTEM_MOVES) == {"connect", "migrate", "merge", "retire", "resume"}
