"""Columns that are not as they were: noticed at the border, told, decided, settled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from yitang.data.catalogue.api import Dataset, amend_entry, draft_entry, draft_of
from yitang.data.catalogue.rules import ItemSpec
from yitang.data.collection.access import check_can_decide
from yitang.data.collection.errors import (
    ColumnsDrifted,
    DriftDecided,
    DriftUnknown,
    LostColumnCannotBeTaken,
)
from yitang.data.collection.models import Batch, Drift, DriftEvent, Source
from yitang.data.collection.queries import problems_of
from yitang.data.collection.rules import (
    ADDED,
    ADDED_MOVES,
    CHANGED,
    DRIFT_PREFIX,
    DRIFT_WORKFLOW,
    GONE,
    LOST,
    Difference,
    ItemRule,
    Problem,
    changed_columns,
    failing_shares,
)
from yitang.ground.base.ids import Reference, uuid7
from yitang.ground.base.text import Message
from yitang.ground.casework.api import Case, advance_case, open_case
from yitang.ground.language.api import pinyin
from yitang.ground.organisations.api import User

from .border import Border

_SAID: Mapping[str, Message] = {
    LOST: Message("collection.drift.lost", "{label} is missing"),
    "renamed": Message("collection.drift.renamed", "{label} is missing, {column} may be it"),
    CHANGED: Message("collection.drift.changed", "{label} no longer holds what it did"),
    GONE: Message("collection.drift.gone", "{label} rows would be gone"),
}


class ColumnsChanged(Exception):
    """Breaks a passage off before the lake commits: columns no longer hold what they did."""

    def __init__(self, differences: list[Difference]) -> None:
        super().__init__()
        self.differences = differences


_NAME = re.compile(r"[^a-z0-9]+")


def said_of(difference: Difference | Drift) -> Message:
    """What is not as it was, in half a sentence."""
    known = _SAID[difference.kind]
    return replace(known, params={"label": difference.label, "column": difference.column})


def _said_of_all(differences: Sequence[Difference]) -> Message:
    first = said_of(differences[0])
    if len(differences) == 1:
        return first
    return Message(
        "collection.drift.several",
        "{first}, and {count} more",
        {"first": first, "count": len(differences) - 1},
    )


def last_batch(dataset: Dataset, *, before: Batch | None = None) -> Batch | None:
    """The latest batch that was receipted, with which a delivery is compared; few rows that came
    again mended say nothing of what a delivery looks like."""
    receipted = Batch.objects.filter(dataset=dataset, state="receipted", mends=None)
    receipted = receipted.order_by("-sequence")
    if before is not None:
        receipted = receipted.filter(sequence__lt=before.sequence)
    return receipted.first()


def changes_watched(
    dataset: Dataset, border: Border, rules: Sequence[ItemRule], columns: Mapping[str, str]
) -> Callable[[], None]:
    """A check for after the passage: raises ``ColumnsChanged`` where values no longer fit.

    What it needs of the database is read now: the passage ends in a thread of the lake.
    """
    before = last_batch(dataset)
    if before is None:
        return lambda: None
    shares = _shares(problems_of(before), before.delivered)
    taken = set(_taken_changes(dataset).values_list("item", flat=True))

    def check() -> None:
        found = changed_columns(
            rules,
            columns,
            before=shares,
            now=_shares(border.problems, border.delivered),
            delivered=border.delivered,
        )
        if differences := [one for one in found if one.item not in taken]:
            raise ColumnsChanged(differences)

    return check


def _shares(problems: Iterable[Problem], delivered: int) -> dict[str, float]:
    return failing_shares(((one.label, one.code, one.rows) for one in problems), delivered)


def _taken_changes(dataset: Dataset) -> QuerySet[Drift]:
    return Drift.objects.filter(
        dataset=dataset, kind__in=(CHANGED, GONE), state="taken", used_by=None
    )


def stop_batch(
    *, dataset: Dataset, differences: Sequence[Difference], file: str, actor: User, at: datetime
) -> ColumnsDrifted:
    """Open a case of the dataset's department, or find the one that is open; the error to raise."""
    try:
        case = _open_stop(dataset, differences, file, actor, at)
    except IntegrityError:  # the same was found at the same time
        case = _open_stop(dataset, differences, file, actor, at)
    return ColumnsDrifted(
        file=file,
        dataset=dataset.name,
        what=_said_of_all(differences),
        office=dataset.organisation.name,
        case=case.number,
    )


@transaction.atomic
def _open_stop(
    dataset: Dataset, differences: Sequence[Difference], file: str, actor: User, at: datetime
) -> Case:
    """One open case for each dataset; what stops it otherwise than before opens another."""
    pending = _pending_stops(dataset)
    for drift in pending:
        same = {(one.kind, one.item, one.column) for one in pending} == {
            (one.kind, one.item, one.column[:200]) for one in differences
        }
        if same and drift.case is not None:
            return drift.case
    settle_stops(dataset, actor=actor, at=at)
    ids = [uuid7() for _ in differences]
    case = open_case(
        workflow=DRIFT_WORKFLOW,
        subject=Reference("collection.drift", str(ids[0])),
        title=dataset.name,
        division_code=dataset.organisation.division.code,
        organisation=dataset.organisation,
        actor=actor,
        at=at,
        number_prefix=DRIFT_PREFIX,
        summary={"code": dataset.code},
        note="; ".join(str(said_of(difference)) for difference in differences)[:500],
    )
    for public_id, difference in zip(ids, differences, strict=True):
        Drift.objects.create(
            public_id=public_id,
            dataset=dataset,
            kind=difference.kind,
            item=difference.item,
            label=difference.label,
            column=difference.column[:200],
            share=difference.share,
            file=file[:500],
            case=case,
            found_at=at,
        )
    return case


def _pending_stops(dataset: Dataset) -> list[Drift]:
    rows = Drift.objects.filter(dataset=dataset, state="pending").exclude(kind=ADDED)
    return list(rows.select_related("case").order_by("pk"))


def settle_stops(dataset: Dataset, *, actor: User, at: datetime) -> None:
    """Close what waits for a decision: a batch came as ever, or differs in another way by now."""
    for case_id in dict.fromkeys(drift.case_id for drift in _pending_stops(dataset)):
        if case_id is not None:
            move_stop(case_id=case_id, verb="settle", actor=actor, at=at)


def note_columns(
    batch: Batch, guesses: Mapping[str, ItemRule], *, actor: User, at: datetime
) -> None:
    """Of a batch that is receipted: keep further columns aside, settle what stopped earlier ones.

    In the transaction of the receipt.
    """
    settle_stops(batch.dataset, actor=actor, at=at)
    _taken_changes(batch.dataset).update(used_by=batch)
    known = set(
        Drift.objects.filter(dataset=batch.dataset, kind=ADDED).values_list("column", flat=True)
    )
    for column, rule in guesses.items():
        if column[:200] in known:
            continue
        Drift.objects.create(
            dataset=batch.dataset,
            kind=ADDED,
            column=column[:200],
            guess={"type": rule.type, "rule": rule.rule, "sensitive": rule.sensitive},
            file=batch.source_name,
            batch=batch,
            found_at=at,
        )


@transaction.atomic
def move_stop(*, case_id: int, verb: str, actor: User, at: datetime, note: str = "") -> Case:
    """Decide about a stopped batch: ``take`` the next one so, or ``send_back`` to be mended.

    The desk and the page come here. Raises ``LostColumnCannotBeTaken``, ``DriftUnknown``,
    ``TransitionNotAllowed``, ``NotAllowed``.
    """
    drifts = list(Drift.objects.select_for_update().filter(case_id=case_id).order_by("pk"))
    if not drifts:
        raise DriftUnknown(id=case_id)
    lost = [drift.label for drift in drifts if drift.kind == LOST]
    if verb == "take" and lost:
        raise LostColumnCannotBeTaken(labels=", ".join(lost))
    case = advance_case(case_id=case_id, verb=verb, actor=actor, at=at, note=note)
    for drift in drifts:
        drift.state = case.state
        drift.save(update_fields=["state"])
        DriftEvent.objects.create(drift=drift, verb=verb, note=note[:500], actor=actor, at=at)
    if verb == "take":  # what was let through need not wait for the end of a cycle
        waiting = Source.objects.filter(dataset=drifts[0].dataset, next_at__isnull=False)
        waiting.update(next_at=at)
    return case


@transaction.atomic
def decide_drift(
    *, drift: Drift, verb: str, actor: User, at: datetime, note: str = "", label: str = ""
) -> Drift:
    """Decide about one column: ``add`` or ``ignore`` an added one, else as ``move_stop``.

    ``add`` writes a new item, named ``label`` or as the column is, into the draft of the
    catalogue entry. Raises ``DriftDecided``, ``NotAllowed`` and what ``move_stop`` and
    ``draft_entry`` raise.
    """
    locked = Drift.objects.select_for_update(of=("self",)).get(pk=drift.pk)
    check_can_decide(actor, drift.dataset)
    moves = {"take", "send_back"} if locked.case_id is not None else set(ADDED_MOVES)
    if locked.state != "pending" or verb not in moves:
        raise DriftDecided(column=locked.column or locked.label, verb=verb)
    if locked.case_id is not None:
        move_stop(case_id=locked.case_id, verb=verb, actor=actor, at=at, note=note)
        return Drift.objects.get(pk=drift.pk)
    if verb == "add":
        _add_item(locked, drift.dataset, label.strip() or locked.column, actor, at)
    locked.state = ADDED_MOVES[verb]
    locked.save(update_fields=["state", "item", "label"])
    DriftEvent.objects.create(drift=locked, verb=verb, note=note[:500], actor=actor, at=at)
    return locked


def _add_item(drift: Drift, dataset: Dataset, label: str, actor: User, at: datetime) -> None:
    """A further item in the entry's draft, of the kind its first values were taken for."""
    draft = draft_of(actor, dataset)
    spec = draft.spec if draft is not None else dataset.spec
    name = _item_name(label, {item.name for item in spec.items})
    aliases = (drift.column,) if label != drift.column else ()
    item = ItemSpec(name, label[:100], aliases=aliases, **drift.guess)
    drift.item, drift.label = name, item.label
    spec = replace(spec, items=(*spec.items, item))
    if draft is not None:
        amend_entry(version=draft, spec=spec, actor=actor, at=at)
    else:
        draft_entry(spec=spec, organisation=dataset.organisation, actor=actor, at=at)


def _item_name(label: str, used: set[str]) -> str:
    """A name for tables out of a label: its pinyin, its words with underscores."""
    plain = _NAME.sub("_", pinyin(label).lower()).strip("_")[:50].strip("_")
    name = plain if plain[:1].isalpha() else f"item_{plain}".strip("_")
    found, number = name, 2
    while found in used:
        found, number = f"{name}_{number}", number + 1
    return found
