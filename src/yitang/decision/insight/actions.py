"""Writes: find the hot issues anew, note what was decided because of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from yitang.ground.base.clock import civil_date
from yitang.ground.language.api import (
    PlaceIndex,
    build_place_index,
    deepest_place,
    find_places,
    redact,
)
from yitang.ground.organisations.api import (
    Organisation,
    User,
    check_can,
    division_rows,
    organisation,
    organisations_with_duty,
)
from yitang.ground.organisations.errors import OrganisationUnknown
from yitang.ground.plumbing.api import enqueue, merge_reference
from yitang.public.hotline.api import appeals_for_insight
from yitang.public.hotline.rules import AppealFacts

from .access import REFRESH, check_can_note_measure
from .errors import MeasureInvalid
from .models import HotIssue, HotIssueAppeal, HotIssueDivision, Measure
from .queries import hot_issue
from .rules import FoundIssue, Message, find_issues, match_issues, place_of, trend_of

MOST_ISSUES = 500  # kept of one refresh
WINDOW = timedelta(days=365)  # of appeals that a refresh looks at
EARLIEST_MEASURE = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: issues found, how many of them are new, merged or no longer found."""

    messages: int
    issues: int
    new: int
    merged: int
    gone: int


def refresh_hot_issues(*, messages: Sequence[Message], actor: User, at: datetime) -> Refreshed:
    """Find the issues among ``messages`` and put them into the places of those known before.

    The same messages give the same issues with the same ids, so it may be repeated at will.
    Messages without a division get the one that their text names. The search runs outside of
    the transaction, which takes only as long as the writing.
    """
    check_can(actor, REFRESH)
    located = locate(messages)
    found = find_issues(located)[:MOST_ISSUES]
    return _keep(found, {message.id: message for message in located}, at)


def queue_refresh(*, actor: User) -> None:
    """Let the worker look for the hot issues: what a page does, which should not wait."""
    check_can(actor, REFRESH)
    enqueue("insight.refresh")


def refresh_from_hotline(*, actor: User, at: datetime, since: datetime | None = None) -> Refreshed:
    """Find the issues among the hotline's appeals filed ``since``, a year back unless given."""
    facts = appeals_for_insight(since=since or at - WINDOW)
    return refresh_hot_issues(messages=[_message(fact) for fact in facts], actor=actor, at=at)


def _message(fact: AppealFacts) -> Message:
    return Message(
        id=fact.public_id,
        user_key=fact.caller_key,
        title=fact.title,
        text=fact.text,
        at=fact.filed_at,
        division_code=fact.division_code,
        category=fact.category,
        certainty=1.0 if fact.category_probability is None else fact.category_probability,
        duty=fact.duty,
        holder=fact.holder,
        number=fact.number,
        is_confidential=fact.is_confidential,
    )


def locate(messages: Sequence[Message]) -> list[Message]:
    """``messages`` with the names of their areas, those without a division with the one that
    their text settles on."""
    rows = list(division_rows())
    names = {code: name for code, name, *_ in rows}
    if not all(message.division_code for message in messages):
        index = build_place_index(rows)
        messages = [
            message if message.division_code else _placed(message, index) for message in messages
        ]
    return [replace(message, areas=_areas(message.division_code, names)) for message in messages]


def _placed(message: Message, index: PlaceIndex) -> Message:
    place = deepest_place(find_places(f"{message.title}\n{message.text}", index), index)
    return message if place is None else replace(message, division_code=place.code or "")


def _areas(code: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the county, the city and the province, the longest code first."""
    around = (code[:6], f"{code[:4]}00", f"{code[:2]}0000") if code else ()
    return tuple(dict.fromkeys(names[area] for area in around if area in names))


@transaction.atomic
def _keep(found: Sequence[FoundIssue], messages: dict[str, Message], at: datetime) -> Refreshed:
    kept = {str(issue.public_id): issue for issue in HotIssue.objects.select_for_update()}
    appeals: dict[str, set[str]] = {key: set() for key in kept}
    rows = HotIssueAppeal.objects.values_list("issue__public_id", "appeal_id")
    for public_id, appeal_id in rows.iterator():
        appeals[str(public_id)].add(appeal_id)
    matched = match_issues([frozenset(issue.message_ids) for issue in found], appeals)
    stored: dict[str, HotIssue] = {}
    for place, issue in enumerate(found):
        known = kept.get(matched.get(place, ""))
        row = _store(issue, known, [messages[key] for key in issue.message_ids], place + 1, at)
        stored.update(dict.fromkeys(issue.message_ids, row))
    lost = [row for key, row in kept.items() if key not in matched.values()]
    merged = sum(_merge(row, appeals[str(row.public_id)], stored, at) for row in lost)
    HotIssue.objects.filter(pk__in=[row.pk for row in lost]).update(rank=None)
    return Refreshed(len(messages), len(found), len(found) - len(matched), merged, len(lost))


def _store(
    found: FoundIssue, known: HotIssue | None, messages: Sequence[Message], rank: int, at: datetime
) -> HotIssue:
    row = known or HotIssue(found_at=at)
    place = place_of(found.divisions)
    row.title = found.title[:200]
    row.rank = rank
    row.heat, row.burst, row.focus = found.heat.value, found.heat.burst, found.heat.focus
    row.people, row.messages = found.heat.people, len(found.message_ids)
    row.trend = trend_of(found.heat.days, today=civil_date(at))
    row.category = found.category.choice[:100]
    row.category_candidates = [[label, people] for label, people in found.category.candidates]
    row.first_at, row.last_at = found.first_at, found.last_at
    row.place_code = place
    row.owner = _owner(found, place)
    row.owner_candidates = _owners(found, place)
    row.days = {day.isoformat(): count for day, count in found.heat.days.items()}
    row.quotes = [
        {"appeal": quote.message_id, "at": quote.at.isoformat(), "title": quote.title,
         "text": quote.text}
        for quote in found.quotes
    ]  # fmt: skip
    row.refreshed_at = at
    row.save()
    _keep_evidence(row, found, messages)
    return row


def _keep_evidence(row: HotIssue, found: FoundIssue, messages: Sequence[Message]) -> None:
    row.divisions.all().delete()
    HotIssueDivision.objects.bulk_create(
        HotIssueDivision(issue=row, division_code=code, messages=count)
        for code, count in found.divisions
    )
    row.evidence.all().delete()
    HotIssueAppeal.objects.bulk_create(
        HotIssueAppeal(
            issue=row,
            appeal_id=message.id,
            number=message.number,
            at=message.at,
            division_code=message.division_code,
            title="" if message.is_confidential else redact(message.title).text[:200],
            is_confidential=message.is_confidential,
        )
        for message in messages
    )


def _owner(found: FoundIssue, place: str) -> Organisation | None:
    """Who holds the appeals of most people; else who alone is charged with their duty there."""
    if held := _organisation(found.holder.choice):
        return held
    charged = _charged(found.duty.choice, place)
    return charged[0] if len(charged) == 1 else None


def _owners(found: FoundIssue, place: str) -> list[list[str | int]]:
    """Whom the evidence speaks for, with the people behind each: holders, else those charged."""
    held = [
        (organisation, people)
        for key, people in found.holder.candidates
        if (organisation := _organisation(key))
    ]
    charged = [
        (organisation, people)
        for duty, people in found.duty.candidates
        for organisation in _charged(duty, place)
    ]
    return [[str(one.public_id), people] for one, people in held or charged]


def _organisation(key: str) -> Organisation | None:
    """The organisation of a public id; None for one dissolved since."""
    try:
        return organisation(UUID(key))
    except (OrganisationUnknown, ValueError):
        return None


def _charged(duty: str, place: str) -> list[Organisation]:
    return organisations_with_duty(duty, place) if duty and place else []


def _merge(row: HotIssue, appeals: set[str], stored: dict[str, HotIssue], at: datetime) -> bool:
    """Let an issue that went into another one lead there, with its measures."""
    heirs = Counter(stored[appeal].pk for appeal in appeals if appeal in stored)
    if not heirs or 2 * max(heirs.values()) < len(appeals):
        return False
    heir = HotIssue.objects.get(pk=min(heirs, key=lambda pk: (-heirs[pk], pk)))
    row.measures.update(issue=heir)
    row.evidence.all().delete()
    merge_reference(old=row.reference, new=heir.reference, at=at)
    return True


@transaction.atomic
def note_measure(
    *, issue_id: UUID | str, decision: str, since: date, actor: User, at: datetime
) -> Measure:
    """Note what was decided because of an issue and from which day it holds.

    Noting the same again changes nothing.
    """
    issue = hot_issue(actor, issue_id)
    check_can_note_measure(actor, issue)
    decision = " ".join(decision.split())
    if not 4 <= len(decision) <= 500:
        raise MeasureInvalid(problem="say in 4 to 500 characters what was decided")
    today = civil_date(at)
    if not today - EARLIEST_MEASURE <= since <= today + timedelta(days=366):
        raise MeasureInvalid(problem="it must begin within the last ten years or the next one")
    noted, _ = Measure.objects.get_or_create(
        issue=issue, decision=decision, since=since, defaults={"noted_by": actor, "noted_at": at}
    )
    return noted
