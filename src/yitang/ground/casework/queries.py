"""Reads of cases: worklists by key without counting, one case, its history, what may be done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils.dateparse import parse_datetime

from yitang.ground.base.clock import civil_date, deadline, end_of_day
from yitang.ground.base.errors import NotFound
from yitang.ground.base.ids import Reference
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User, division_prefix, posts_of
from yitang.ground.organisations.rules import reaches_of
from yitang.ground.plumbing.api import Page, cursor_of, key_of, working_calendar
from yitang.ground.plumbing.errors import CursorInvalid

from .access import Slice, can_advance, check_can_see, slices_of
from .errors import BoxUnknown
from .models import Case, CaseEvent
from .rules import (
    SOON,
    STANDING_STILL,
    Box,
    CappedCount,
    Transition,
    Urgency,
    WorklistCounts,
    current_workflows,
    urgency,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class CaseKind:
    """What a kind of case is called, and where its own page is."""

    workflow: str
    label: Message
    url_of: Callable[[Case], str]


_kinds: dict[str, CaseKind] = {}


def register_case_kind(workflow: str, label: Message, url_of: Callable[[Case], str]) -> None:
    """Let the desk name and link the cases of a workflow; rooms do so in their ``apps.py``."""
    _kinds[workflow] = CaseKind(workflow, label, url_of)


def case_kinds() -> dict[str, CaseKind]:
    """Workflow name to its kind, ordered by name; only workflows that registered one."""
    return {name: _kinds[name] for name in sorted(_kinds)}


def worklist(
    user: User,
    *,
    at: datetime,
    workflow: str | None = None,
    box: str = Box.ORGANISATION,
    within: str | None = None,
    states: Collection[str] = (),
    cursor: str = "",
    limit: int = 30,
) -> Page[Case]:
    """A page of the open cases ``user`` may see, the most urgent first.

    ``box``: ``mine`` assigned to the user; ``organisation`` held by the user's organisations;
    ``all`` everything in scope; ``late``, ``today`` and ``paused`` parts of that. ``within``
    keeps one division's subtree, ``states`` only cases that stand in one of them. Holder and
    assignee are loaded. No exact count is made: each
    range of an index is read until the page is full.
    """
    after = _key(cursor)
    ranges = _ranges(user, box=box, workflow=workflow, within=within, at=at)
    if states:
        ranges = [rows.filter(state__in=states) for rows in ranges]
    keys = _first_keys(ranges, after=after, limit=limit + 1)
    found = Case.objects.select_related("organisation__division", "assignee").in_bulk(
        [pk for _, pk in keys[:limit]]
    )
    rows = [found[pk] for _, pk in keys[:limit] if pk in found]
    is_more = len(keys) > limit
    last = keys[limit - 1] if is_more else None
    return Page(rows, cursor_of(last[0].isoformat(), last[1]) if last else None)


def worklist_counts(user: User, *, at: datetime, cap: int = 99) -> WorklistCounts:
    """How many cases wait in each box, and of each kind in the user's organisations.

    Nothing is counted beyond ``cap``: over a million cases it costs what a page costs.
    """
    boxes = {
        box.value: _capped(_ranges(user, box=box, workflow=None, within=None, at=at), cap)
        for box in Box
    }
    kinds = {
        known.name: _capped(
            _ranges(user, box=Box.ORGANISATION, workflow=known.name, within=None, at=at), cap
        )
        for known in current_workflows()
    }
    return WorklistCounts(boxes, {name: count for name, count in kinds.items() if count.count})


def case_for(user: User | AnonymousUser, public_id: UUID | str, *, on: date | None = None) -> Case:
    """The case, if ``user`` may see it; else ``NotFound``, as if there were none."""
    identifier = _uuid(public_id)
    case = _loaded().filter(public_id=identifier).first() if identifier else None
    if case is None:
        raise NotFound(kind="case", id=public_id)
    check_can_see(user, case, on=on)
    return case


def case_of_subject(subject: Reference) -> Case:
    """The case of something in another room, for that room; raises ``NotFound``."""
    case = _loaded().filter(subject_kind=subject.kind, subject_id=subject.id).first()
    if case is None:
        raise NotFound(kind="case", id=subject)
    return case


def cases_of_applicant(user: User, *, workflow: str | None = None, limit: int = 50) -> list[Case]:
    """What ``user`` applied for, open cases first, then the newest; at most ``limit``."""
    own = Q(applicant=user)
    if user.identity_index:
        own |= Q(applicant_index=user.identity_index)
    rows = _loaded().filter(own)
    if workflow is not None:
        rows = rows.filter(workflow=workflow)
    return list(rows.order_by(F("closed_at").desc(nulls_first=True), "-opened_at", "-pk")[:limit])


def is_moved_by(user: User, case: Case, *, verb: str, note: str) -> bool:
    """Whether this very move, with these very words, is theirs already: a form sent twice."""
    moves = case.events.filter(kind="moved", actor=user, verb=verb)
    return any(line.note.strip() == note.strip() for line in moves)


def case_timeline(user: User | AnonymousUser, case: Case) -> list[CaseEvent]:
    """The history of a case that ``user`` may see, oldest first, actors and holders loaded."""
    check_can_see(user, case)
    return list(case.events.select_related("actor", "organisation"))


def allowed_verbs(
    user: User | AnonymousUser, case: Case, *, on: date | None = None
) -> list[Transition]:
    """The moves that ``user`` may make with the case now; what the buttons of a page are.

    A paused case can only be closed; everything else waits until it is resumed.
    """
    if not case.is_open:
        return []
    workflow = case.definition
    return [
        transition
        for transition in workflow.leaving(case.state)
        if (not case.is_paused or transition.target in workflow.final)
        and can_advance(user, case, transition, on=on)
    ]


def case_urgency(case: Case, *, at: datetime) -> Urgency:
    """How a case stands to its limit: in time, soon late, late, paused or undated."""
    return urgency(
        due=case.due_at if case.is_open else None,
        started=case.clock_started_at,
        term=case.running_term,
        at=at,
        horizon=soon_horizon(at),
        is_paused=case.is_paused,
    )


def soon_horizon(at: datetime) -> datetime:
    """The end of the next working day: what is due until then is soon late."""
    return deadline(start=at, term=SOON, calendar=working_calendar()).at


def late_and_soon_late(*, at: datetime, limit: int = 1000) -> list[tuple[Case, Urgency]]:
    """Open cases past or close to their limit, whatever their kind, the latest first.

    Unscoped: for supervision, which acts as the system. People ask ``worklist``.
    """
    rows = Case.objects.filter(closed_at__isnull=True, due_order__lte=soon_horizon(at))
    judged = (
        (case, case_urgency(case, at=at)) for case in rows.order_by("due_order", "id")[:limit]
    )
    return [(case, found) for case, found in judged if found is not Urgency.IN_TIME]


@dataclass(frozen=True, slots=True)
class SupervisionCounts:
    """How many open cases are nearly late and how many are late, told about or not."""

    soon_late: int
    late: int


def supervision_counts(*, at: datetime) -> SupervisionCounts:
    """Every open case past or close to its limit, counted. Unscoped, as ``late_and_soon_late``."""
    opened = Case.objects.filter(closed_at__isnull=True)
    near = opened.filter(due_order__gt=at, due_order__lte=soon_horizon(at))
    soon = sum(case_urgency(case, at=at) is Urgency.SOON_LATE for case in near.iterator())
    return SupervisionCounts(soon, opened.filter(due_order__lte=at).count())


@dataclass(frozen=True, slots=True)
class CaseCount:
    """How many cases of a workflow a county has open, and how many of them are late."""

    workflow: str
    county: str
    state: str
    open: int
    late: int


def open_case_counts(*, at: datetime) -> list[CaseCount]:
    """Open and late cases by workflow, county and state: for figures made in the background."""
    rows = (
        Case.objects.filter(closed_at__isnull=True)
        .values("workflow", "county", "state")
        .annotate(open=Count("pk"), late=Count("pk", filter=Q(due_order__lte=at)))
        .order_by("workflow", "county", "state")
    )
    return [CaseCount(**row) for row in rows]


def _loaded() -> QuerySet[Case]:
    return Case.objects.select_related("organisation__division", "assignee", "applicant")


def _uuid(public_id: UUID | str) -> UUID | None:
    try:
        return public_id if isinstance(public_id, UUID) else UUID(public_id)
    except ValueError:
        return None


def _ranges(
    user: User, *, box: str, workflow: str | None, within: str | None, at: datetime
) -> list[QuerySet[Case]]:
    """What a box holds, as querysets that each walk one index in its order."""
    if box not in set(Box):
        raise BoxUnknown(field="box", box=box, boxes=", ".join(Box))
    day = civil_date(at)
    opened = Case.objects.filter(_time_of(Box(box), at), closed_at__isnull=True)
    prefix = division_prefix(within) if within else ""
    if box == Box.MINE:
        rows = opened.filter(assignee=user)
        rows = rows.filter(workflow=workflow) if workflow else rows
        return [rows.filter(division_code__startswith=prefix) if prefix else rows]
    if box == Box.ORGANISATION:
        slices = _own_slices(user, workflow=workflow, on=day)
    else:
        slices = slices_of(user, on=day, workflow=workflow)
    narrowed = (_narrowed(one, prefix) for one in slices)
    return [rows for one in narrowed if one is not None for rows in _walks(opened, one, prefix)]


def _time_of(box: Box, at: datetime) -> Q:
    if box is Box.LATE:
        return Q(due_order__lte=at)
    if box is Box.TODAY:
        return Q(due_order__gt=at, due_order__lte=end_of_day(civil_date(at)))
    if box is Box.PAUSED:
        return Q(due_order=STANDING_STILL)
    return Q()


def _own_slices(user: User, *, workflow: str | None, on: date) -> list[Slice]:
    """What the user's organisations hold, of the workflows a post there lets the user see."""
    return list(
        dict.fromkeys(
            Slice(known.name, organisation_id=post.organisation_id)
            for known in current_workflows()
            if workflow in {None, known.name}
            for post in posts_of(user, on=on)
            if post.organisation_id is not None and post.role in reaches_of(known.view)
        )
    )


def _narrowed(one: Slice, prefix: str) -> Slice | None:
    """The part of a slice inside a division; ``None`` when there is none."""
    if one.prefix is None or one.prefix.startswith(prefix):
        return one
    return replace(one, prefix=prefix) if prefix.startswith(one.prefix) else None


def _walks(opened: QuerySet[Case], one: Slice, within: str) -> Iterable[QuerySet[Case]]:
    rows = opened.filter(workflow=one.workflow)
    if one.organisation_id is not None:
        held = rows.filter(organisation_id=one.organisation_id)
        return [held.filter(division_code__startswith=within) if within else held]
    prefix = one.prefix or ""
    if len(prefix) > 6:
        placed = rows.filter(county=prefix[:6], division_code__startswith=prefix)
    elif prefix:
        placed = rows.filter(**{{2: "province", 4: "city", 6: "county"}[len(prefix)]: prefix})
    else:
        placed = rows
    if one.duties is None:
        return [placed]
    return [placed.filter(duty=duty) for duty in sorted(one.duties)]


def _first_keys(ranges: Iterable[QuerySet[Case]], *, after: Key | None, limit: int) -> list[Key]:
    """The first ``limit`` keys over all ranges, each case once."""
    merged = merge(*(_keys(rows, after=after, limit=limit) for rows in ranges))
    return list(islice(dict.fromkeys(merged), limit))


def _keys(rows: QuerySet[Case], *, after: Key | None, limit: int) -> list[Key]:
    ordered = rows.order_by("due_order", "id").values_list("due_order", "id")
    if after is None:
        return list(ordered[:limit])
    # Two plain ranges instead of one "or": many cases are due at the same 24:00.
    due, pk = after
    keys = list(ordered.filter(due_order=due, id__gt=pk)[:limit])
    if len(keys) < limit:
        keys += ordered.filter(due_order__gt=due)[: limit - len(keys)]
    return keys


def _capped(ranges: Iterable[QuerySet[Case]], cap: int) -> CappedCount:
    found: set[int] = set()
    for rows in ranges:
        found.update(rows.order_by("due_order", "id").values_list("id", flat=True)[: cap + 1])
        if len(found) > cap:
            return CappedCount(cap, is_more=True)
    return CappedCount(len(found))


def _key(cursor: str) -> Key | None:
    if not cursor:
        return None
    due, pk = key_of(cursor, length=2)
    moment = parse_datetime(str(due))
    if moment is None or moment.tzinfo is None or not isinstance(pk, int):
        raise CursorInvalid
    return moment, pk
