from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from yitang.ground.base.clock import Term, Unit
from yitang.ground.casework.errors import (
    ExtensionNotAllowed,
    ExtensionTooLong,
    TransitionNotAllowed,
    WorkflowUnknown,
)
from yitang.ground.casework.rules import (
    STANDING_STILL,
    UNDATED,
    CappedCount,
    Transition,
    Urgency,
    Workflow,
    current_workflows,
    due_order,
    register_workflow,
    urgency,
    workflow_document,
    workflow_named,
)

from .factories import AT, EMERGENCY, PERMIT, registered


def test_every_pair_is_declared_or_refused() -> None:
    declared = {(t.source, t.verb): t.target for t in PERMIT.transitions}
    for state, verb in product(PERMIT.states, PERMIT.verbs):
        if (state, verb) in declared:
            found = PERMIT.check_transition(state=state, verb=verb)
            assert found.target == declared[state, verb]
        else:
            with pytest.raises(TransitionNotAllowed, match=f"cannot {verb} a case that is {state}"):
                PERMIT.check_transition(state=state, verb=verb)


GO = Transition("go", "here", "there", "casework.view")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"transitions": (GO, GO)}, "go from here is declared twice"),
        ({"final": frozenset({"here", "there"})}, "here is final, yet something leads out"),
        (
            {"transitions": (GO, Transition("sink", "here", "pit", "casework.view"))},
            "from pit no final state can be reached",
        ),
        (
            {"transitions": (GO, Transition("fly", "sky", "there", "casework.view"))},
            "sky cannot be reached",
        ),
        ({"terms": {"nowhere": Term(1)}}, "nowhere is named, but no transition knows it"),
    ],
)
def test_a_workflow_that_cannot_work_is_refused(changes: dict[str, Any], problem: str) -> None:
    sound = Workflow("tests.x", 1, "here", frozenset({"there"}), (GO,))
    with pytest.raises(ValueError, match=problem):
        replace(sound, **changes)


def test_a_case_keeps_its_version_and_new_ones_get_the_newest() -> None:
    second = replace(PERMIT, version=2, terms={"accepted": Term(10)})
    with registered(second):
        assert workflow_named("tests.permit") is second
        assert workflow_named("tests.permit", 1) is PERMIT
        assert second in current_workflows()
        assert PERMIT not in current_workflows()


def test_a_changed_workflow_needs_a_new_version() -> None:
    register_workflow(replace(PERMIT))  # the same again is fine
    with pytest.raises(ValueError, match="raise its version"):
        register_workflow(replace(PERMIT, terms={}))


def test_an_unknown_workflow_is_named() -> None:
    with pytest.raises(WorkflowUnknown, match="version 3, is registered"):
        workflow_named("tests.none", 3)


def test_extensions_keep_to_what_the_state_allows() -> None:
    PERMIT.check_extension(state="accepted", term=Term(10), number="TE-1")
    with pytest.raises(ExtensionTooLong, match="by 11wd is more than the 10wd"):
        PERMIT.check_extension(state="accepted", term=Term(11), number="TE-1")
    with pytest.raises(ExtensionTooLong):
        PERMIT.check_extension(state="accepted", term=Term(5, Unit.DAYS), number="TE-1")
    with pytest.raises(ExtensionNotAllowed, match="while it is received"):
        PERMIT.check_extension(state="received", term=Term(1), number="TE-1")


def test_a_transition_starts_its_own_term_or_that_of_its_target() -> None:
    accept = PERMIT.check_transition(state="received", verb="accept")
    assert PERMIT.term_of(accept) == Term(20)
    assert PERMIT.term_of(replace(accept, term=Term(3))) == Term(3)
    assert PERMIT.term_of(PERMIT.check_transition(state="received", verb="ask")) is None


DUE = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)  # 24:00 on Wednesday


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (DUE - timedelta(days=3), Urgency.IN_TIME),
        (DUE - timedelta(hours=20), Urgency.SOON_LATE),
        (DUE - timedelta(seconds=1), Urgency.SOON_LATE),
        (DUE, Urgency.LATE),
    ],
)
def test_a_limit_in_days_warns_one_working_day_before(at: datetime, expected: Urgency) -> None:
    horizon = at + timedelta(hours=24)
    found = urgency(due=DUE, started=DUE - timedelta(days=7), term=Term(5), at=at, horizon=horizon)
    assert found is expected


def test_a_limit_in_hours_warns_in_its_last_quarter() -> None:
    for minutes, expected in ((31, Urgency.IN_TIME), (30, Urgency.SOON_LATE), (0, Urgency.LATE)):
        at = DUE - timedelta(minutes=minutes)
        assert (
            urgency(
                due=DUE,
                started=DUE - timedelta(hours=2),
                term=Term(2, Unit.HOURS),
                at=at,
                horizon=at + timedelta(days=1),
            )
            is expected
        )


def test_without_a_running_clock_nothing_is_late() -> None:
    arguments: dict[str, Any] = {"started": None, "term": None, "at": AT, "horizon": AT}
    assert urgency(due=None, **arguments) is Urgency.UNDATED
    assert urgency(due=None, is_paused=True, **arguments) is Urgency.PAUSED
    assert due_order(None, is_paused=True) == STANDING_STILL
    assert due_order(None, is_paused=False) == UNDATED < STANDING_STILL
    assert due_order(DUE, is_paused=False) == DUE


def test_a_capped_count_says_that_there_are_more() -> None:
    assert str(CappedCount(99, is_more=True)) == "99+"
    assert str(CappedCount(7)) == "7"


def test_the_page_of_a_workflow_draws_every_move() -> None:
    page = workflow_document(PERMIT)
    for transition in PERMIT.transitions:
        assert f"{transition.source} --> {transition.target}: {transition.verb}" in page
    assert "| accepted | refuse | refused | `casework.manage` | ends | yes |" in page
    assert "| received | ask | incomplete | `casework.manage` | clock stops |  |" in page
    assert "accepted by 10wd" in page
    assert "hearing (行政许可法 Art 45)" in page
    assert "never stops" in workflow_document(EMERGENCY)
