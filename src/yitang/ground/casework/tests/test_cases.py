from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from yitang.ground.base.clock import Calendar, Term, official_calendar
from yitang.ground.base.errors import NotAllowed, NotFound
from yitang.ground.base.ids import Reference
from yitang.ground.casework import errors
from yitang.ground.casework.actions import (
    advance_case,
    assign_case,
    clocks,
    extend_case,
    note_case,
    open_case,
    pause_case,
    recompute_provisional,
    resume_case,
    supervise_cases,
    supervising,
)
from yitang.ground.casework.events import CaseMoved, CaseSupervised
from yitang.ground.casework.models import Case
from yitang.ground.casework.queries import (
    allowed_verbs,
    case_for,
    case_of_subject,
    case_timeline,
    cases_of_applicant,
    late_and_soon_late,
    open_case_counts,
)
from yitang.ground.casework.rules import Urgency
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation, make_user
from yitang.ground.plumbing.api import register_listener

from .factories import AT, EMERGENCY, PERMIT, make_case, wrong_pairs

pytestmark = pytest.mark.django_db


def day(month: int, number: int) -> datetime:
    """24:00 in Shanghai of a day of 2026."""
    return datetime(2026, month, number, 16, 0, tzinfo=UTC)


_hearers: list[Callable[[CaseMoved | CaseSupervised], None]] = []


def _tell(event: CaseMoved | CaseSupervised) -> None:
    for hear in _hearers:
        hear(event)


register_listener(CaseMoved, _tell)
register_listener(CaseSupervised, _tell)


@pytest.fixture
def heard() -> Iterator[list[object]]:
    """What was announced, in order."""
    told: list[object] = []
    _hearers.append(told.append)
    yield told
    _hearers.clear()


def test_every_state_and_verb_is_declared_and_done_or_refused_and_left() -> None:
    assert wrong_pairs(PERMIT) == []


def test_opening_gives_a_number_a_clock_and_a_first_line() -> None:
    first, second = make_case(), make_case(at=AT + timedelta(days=40))
    assert first.number == "TE-2611-00001"
    assert second.number == "TE-2701-00001"
    assert make_case().number == "TE-2611-00002"
    assert (first.state, first.due_at) == ("received", day(11, 30))
    assert [event.kind for event in first.events.all()] == ["opened"]
    assert (first.province, first.city, first.county) == ("35", "3501", "350102")


def test_a_subject_has_one_case() -> None:
    case = make_case()
    assert case_of_subject(case.subject) == case
    with pytest.raises(NotFound):
        case_of_subject(Reference("tests.subject", "none"))


def test_moving_writes_state_history_clock_and_event_together(heard: list[object]) -> None:
    organisation = make_organisation()
    actor = make_officer("handler", organisation=organisation)
    case = make_case(organisation=organisation)
    moved = advance_case(case_id=case.pk, verb="accept", actor=actor, at=AT, note="complete")
    line = case_timeline(actor, moved)[-1]
    assert (moved.state, moved.due_at) == ("accepted", day(12, 21))
    assert (line.from_state, line.to_state, line.actor, line.note) == (
        "received", "accepted", actor, "complete",
    )  # fmt: skip
    assert (line.due_before, line.due_at, line.was_late) == (day(11, 30), day(12, 21), False)
    assert [(e.verb, e.to_state) for e in heard if isinstance(e, CaseMoved)] == [
        ("accept", "accepted")
    ]


def test_a_refused_move_changes_nothing(heard: list[object]) -> None:
    organisation = make_organisation()
    actor = make_officer("handler", organisation=organisation)
    stranger = make_officer("handler")
    case = make_case(organisation=organisation)
    with pytest.raises(NotAllowed, match="another organisation"):
        advance_case(case_id=case.pk, verb="accept", actor=stranger, at=AT)
    with pytest.raises(errors.TransitionNotAllowed, match="cannot grant a case that is received"):
        advance_case(case_id=case.pk, verb="grant", actor=actor, at=AT)
    advance_case(case_id=case.pk, verb="accept", actor=actor, at=AT)
    with pytest.raises(errors.ReasonNeeded, match="to refuse needs a reason"):
        advance_case(case_id=case.pk, verb="refuse", actor=actor, at=AT, note="  ")
    assert Case.objects.get(pk=case.pk).state == "accepted"
    assert len(heard) == 1
    assert case.events.count() == 2


def test_a_failing_listener_undoes_the_move(heard: list[object]) -> None:
    def refuse(event: object) -> None:
        raise RuntimeError("no")

    _hearers.append(refuse)
    case = make_case()
    with pytest.raises(RuntimeError, match="no"):
        advance_case(case_id=case.pk, verb="accept", actor=system_actor(), at=AT)
    assert Case.objects.get(pk=case.pk).state == "received"
    assert case.events.count() == 1


def test_waiting_for_the_applicant_stops_the_clock_and_completion_starts_it_anew() -> None:
    case = make_case()
    asked = advance_case(case_id=case.pk, verb="ask", actor=system_actor(), at=AT)
    assert asked.due_at is None
    later = AT + timedelta(days=20)
    back = advance_case(case_id=case.pk, verb="complete", actor=system_actor(), at=later)
    assert back.due_at == day(12, 18)


def test_a_closed_case_keeps_its_due_date_and_takes_notes_only() -> None:
    actor = system_actor()
    case = make_case(state="accepted")
    closed = advance_case(case_id=case.pk, verb="grant", actor=actor, at=AT)
    assert (closed.closed_at, closed.due_at) == (AT, day(12, 21))
    assert allowed_verbs(actor, closed) == []
    with pytest.raises(errors.CaseClosed, match="TE-2611-00001 is closed"):
        pause_case(case_id=case.pk, reason="hearing", actor=actor, at=AT)
    note_case(case_id=case.pk, note="sent by post", actor=actor, at=AT)
    with pytest.raises(errors.ReasonNeeded):
        note_case(case_id=case.pk, note=" ", actor=actor, at=AT)
    assert [line.kind for line in case.events.all()] == ["opened", "moved", "noted"]


def test_history_is_never_changed() -> None:
    line = make_case().events.get()
    line.note = "rewritten"
    with pytest.raises(TypeError, match="never changed"):
        line.save()


def test_a_pause_moves_the_date_by_the_days_it_lasted() -> None:
    actor = system_actor()
    case = make_case(state="accepted")
    paused = pause_case(case_id=case.pk, reason="expert_review", actor=actor, at=AT)
    assert (paused.is_paused, paused.due_at) == (True, None)
    assert [t.verb for t in allowed_verbs(actor, paused)] == ["grant", "refuse"]
    with pytest.raises(errors.CasePaused):
        pause_case(case_id=case.pk, reason="hearing", actor=actor, at=AT)
    resumed = resume_case(case_id=case.pk, actor=actor, at=AT + timedelta(days=4))
    # 24-27 November were paused: four working days.
    assert (resumed.is_paused, resumed.due_at) == (False, day(12, 25))
    with pytest.raises(errors.CaseNotPaused):
        resume_case(case_id=case.pk, actor=actor, at=AT)
    assert case.pauses.get().basis == "行政许可法 Art 45"


def test_only_the_law_stops_a_clock() -> None:
    actor = system_actor()
    case = make_case()
    with pytest.raises(errors.PauseReasonUnlawful, match="holiday is no reason"):
        pause_case(case_id=case.pk, reason="holiday", actor=actor, at=AT)
    urgent = make_case(EMERGENCY.name)
    with pytest.raises(errors.PauseReasonUnlawful, match="Lawful reasons here: none"):
        pause_case(case_id=urgent.pk, reason="hearing", actor=actor, at=AT)
    waiting = make_case(state="incomplete")
    with pytest.raises(errors.ClockNotRunning):
        pause_case(case_id=waiting.pk, reason="hearing", actor=actor, at=AT)
    with pytest.raises(errors.ClockNotRunning):
        extend_case(case_id=waiting.pk, term=Term(1), reason="x", actor=actor, at=AT)


def test_closing_a_paused_case_ends_the_pause() -> None:
    actor = system_actor()
    case = make_case()
    pause_case(case_id=case.pk, reason="hearing", actor=actor, at=AT)
    with pytest.raises(errors.CasePaused, match="resume it first"):
        advance_case(case_id=case.pk, verb="accept", actor=actor, at=AT)
    with pytest.raises(errors.CasePaused):
        extend_case(case_id=case.pk, term=Term(1), reason="x", actor=actor, at=AT)
    other = make_case(state="accepted")
    pause_case(case_id=other.pk, reason="hearing", actor=actor, at=AT)
    closed = advance_case(case_id=other.pk, verb="refuse", actor=actor, at=AT, note="withdrawn")
    assert not closed.is_paused
    assert other.pauses.get().ended_at == AT


def test_an_extension_is_given_once_with_a_reason() -> None:
    actor = system_actor()
    case = make_case(state="accepted")
    with pytest.raises(errors.ReasonNeeded):
        extend_case(case_id=case.pk, term=Term(10), reason="", actor=actor, at=AT)
    longer = extend_case(case_id=case.pk, term=Term(4), reason="survey", actor=actor, at=AT)
    assert longer.due_at == day(12, 25)
    with pytest.raises(errors.ExtensionSpent, match="no second time"):
        extend_case(case_id=case.pk, term=Term(1), reason="again", actor=actor, at=AT)
    assert [line.note for line in case.events.all()][-1] == "4wd: survey"


def test_a_limit_that_has_run_out_is_not_extended() -> None:
    case = make_case(state="accepted")
    due = case.due_at
    assert due is not None
    late: dict[str, Any] = {
        "case_id": case.pk,
        "term": Term(1),
        "reason": "survey",
        "actor": system_actor(),
    }
    with pytest.raises(errors.ExtensionTooLate, match="has run out"):
        extend_case(**late, at=due)
    case.refresh_from_db()
    assert (case.due_at, case.extension) == (due, "")
    in_time = extend_case(**late, at=due - timedelta(seconds=1))
    assert in_time.extension == "1wd"


def test_assigning_keeps_state_and_clock_and_asks_for_a_colleague() -> None:
    ours, theirs = make_organisation(), make_organisation()
    chief = make_officer("handler", organisation=ours)
    colleague = make_officer("clerk", organisation=theirs)
    case = make_case(organisation=ours)
    with pytest.raises(errors.AssigneeElsewhere, match="holds no post in"):
        assign_case(case_id=case.pk, organisation=ours, assignee=colleague, actor=chief, at=AT)
    given = assign_case(
        case_id=case.pk, organisation=theirs, assignee=colleague, actor=chief, at=AT
    )
    assert (given.organisation, given.assignee) == (theirs, colleague)
    assert (given.state, given.due_at) == ("received", case.due_at)
    with pytest.raises(NotAllowed):  # it is theirs now
        assign_case(case_id=case.pk, organisation=ours, assignee=None, actor=chief, at=AT)


def test_a_move_may_hand_the_case_over() -> None:
    ours, theirs = make_organisation(), make_organisation("350103")
    case = make_case(organisation=ours)
    moved = advance_case(
        case_id=case.pk, verb="accept", actor=system_actor(), at=AT,
        organisation=theirs, division_code="350103", duty="water",
    )  # fmt: skip
    assert (moved.organisation, moved.county, moved.duty) == (theirs, "350103", "water")


def test_who_may_not_see_a_case_is_told_there_is_none() -> None:
    applicant, organisation = make_user(), make_organisation()
    case = make_case(organisation=organisation, applicant=applicant)
    assert case_for(applicant, case.public_id) == case
    assert case_for(make_officer("clerk", organisation=organisation), str(case.public_id)) == case
    for stranger in (make_user(), make_officer("clerk"), make_officer("system_admin")):
        with pytest.raises(NotFound):
            case_for(stranger, case.public_id)
    with pytest.raises(NotFound):
        case_for(applicant, "not-an-id")
    assert cases_of_applicant(applicant) == [case]
    assert cases_of_applicant(applicant, workflow="tests.other") == []


def test_buttons_are_the_moves_one_may_make() -> None:
    organisation = make_organisation()
    case = make_case(organisation=organisation)
    handler = make_officer("handler", organisation=organisation)
    leader = make_officer("leader", organisation=organisation)
    assert [t.verb for t in allowed_verbs(handler, case)] == ["accept", "ask"]
    assert allowed_verbs(leader, case) == []


def test_supervision_tells_once_per_due_date(heard: list[object]) -> None:
    case = make_case(state="accepted")
    make_case(state="incomplete")
    before, after = day(12, 20), day(12, 21)
    assert supervise_cases(at=AT).soon_late == 0
    assert (supervise_cases(at=before).soon_late, supervise_cases(at=before).soon_late) == (1, 0)
    assert [level for _, level in late_and_soon_late(at=before)] == [Urgency.SOON_LATE]
    extend_case(case_id=case.pk, term=Term(1), reason="survey", actor=system_actor(), at=before)
    assert supervise_cases(at=after).soon_late == 1  # a new due date, a new warning
    assert (supervise_cases(at=day(12, 22)).late, supervise_cases(at=day(12, 22)).late) == (1, 0)
    assert [line.kind for line in case.events.all() if "late" in line.kind] == [
        "soon_late", "soon_late", "late",
    ]  # fmt: skip
    assert [e.level for e in heard if isinstance(e, CaseSupervised)] == [
        "soon_late", "soon_late", "late",
    ]  # fmt: skip
    counts = {(row.state, row.open, row.late) for row in open_case_counts(at=day(12, 22))}
    assert counts == {("accepted", 1, 1), ("incomplete", 1, 0)}


def test_provisional_dates_are_reckoned_anew_when_the_calendar_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = make_case(at=datetime(2026, 12, 30, 1, 0, tzinfo=UTC))
    assert (case.due_is_provisional, case.due_at) == (True, datetime(2027, 1, 7, 16, tzinfo=UTC))
    assert recompute_provisional(at=AT) == 0
    old = official_calendar()
    days = dict(old.exceptions) | {date(2027, 1, 1): False, date(2027, 1, 4): False}
    newer = Calendar("2004-2027", old.first, old.last.replace(year=2027), days)
    for module in (clocks, supervising):
        monkeypatch.setattr(module, "working_calendar", lambda: newer)
    assert (recompute_provisional(at=AT), recompute_provisional(at=AT)) == (1, 0)
    case.refresh_from_db()
    assert (case.due_is_provisional, case.due_at) == (False, datetime(2027, 1, 8, 16, tzinfo=UTC))
    assert [line.kind for line in case.events.order_by("pk")][-1] == "recomputed"


def test_open_case_is_open_cases_of_one() -> None:
    case = open_case(
        workflow=PERMIT.name,
        subject=Reference("tests.subject", "single"),
        title="x" * 300,
        division_code="350000",
        organisation=None,
        actor=system_actor(),
        at=AT,
        number_prefix="TE",
        term=Term(2),
        summary={"place": "Gulou"},
        applicant_index="f" * 64,
    )
    assert (len(case.title), case.due_at, case.summary) == (200, day(11, 25), {"place": "Gulou"})


@pytest.mark.django_db(transaction=True)
def test_of_two_moves_at_once_one_is_made_and_one_refused() -> None:
    case, actor = make_case(), system_actor()

    def accept() -> str:
        try:
            advance_case(case_id=case.pk, verb="accept", actor=actor, at=AT)
        except errors.TransitionNotAllowed:
            return "refused"
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [attempt.result() for attempt in (pool.submit(accept), pool.submit(accept))]
    assert sorted(outcomes) == ["made", "refused"]
    assert [line.kind for line in case.events.all()] == ["opened", "moved"]
