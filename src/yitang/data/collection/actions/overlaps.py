"""Chimneys: what several departments hold is found, a source is named, the others stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

import polars as pl
from django.db import transaction

from yitang.data.catalogue.api import DataItem, Dataset, all_datasets, items_of
from yitang.data.catalogue.rules import CYCLE_DAYS
from yitang.data.collection.access import check_can_find_overlaps, check_can_name_source
from yitang.data.collection.errors import SourceNotInOverlap
from yitang.data.collection.measures import observe_decision
from yitang.data.collection.models import Batch, Overlap, OverlapEvent, Sketch
from yitang.data.collection.queries import rules_of
from yitang.data.collection.rules import (
    FoundOverlap,
    Held,
    HeldItem,
    TableSketch,
    find_overlaps,
    next_state,
    packed_sketch,
    sketch_table,
    unpacked_sketch,
)
from yitang.data.lake.api import query_parts, quoted, table_exists, table_schema, table_version
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import derived_key

PART_ROWS = 100_000
MADE_WITH = f"polars {pl.__version__}, form 3"  # sketches of another make are made anew
Advance = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class FoundOverlaps:
    """What a search came to: datasets looked at, overlaps, and how many are new or gone."""

    datasets: int
    overlaps: int
    new: int
    gone: int


def refresh_overlaps(
    *, actor: User, at: datetime, advance: Advance = lambda share: None
) -> FoundOverlaps:
    """Compare every gathered dataset with every other and keep what was found.

    A decision is kept while the evidence stays. A proposal whose evidence is gone is withdrawn.
    Sketches hold keyed hashes of values and no value, so nobody's record is opened.
    """
    check_can_find_overlaps(actor)
    datasets = [dataset for dataset in all_datasets() if _is_gathered(dataset)]
    held = []
    for number, dataset in enumerate(datasets, start=1):
        held.append(_held(dataset, at))
        advance(0.8 * number / len(datasets))
    found = find_overlaps(held)
    by_code = {dataset.code: dataset for dataset in datasets}
    with transaction.atomic():
        new = sum(_keep(one, by_code, actor, at) for one in found)
        gone = _withdraw(at)
    advance(1.0)
    return FoundOverlaps(len(datasets), len(found), new, gone)


def _is_gathered(dataset: Dataset) -> bool:
    """Whether a department hands it in; a base that a room of ours publishes is no chimney."""
    last = Batch.objects.filter(dataset=dataset, state="receipted").order_by("-sequence").first()
    return last is not None and last.source_kind != "arrow" and table_exists(dataset.code)


def _held(dataset: Dataset, at: datetime) -> Held:
    items = list(items_of(dataset))
    return Held(
        code=dataset.code,
        organisation=str(dataset.organisation_id),
        items=tuple(map(_held_item, items)),
        table=_sketch(dataset, at),
        cycle_days=CYCLE_DAYS.get(dataset.update_cycle, 0),
        quality=1.0 if dataset.quality is None else dataset.quality,
        title=dataset.name,
        duties=tuple(dataset.organisation.duties),
    )


def _held_item(item: DataItem) -> HeldItem:
    return HeldItem(item.name, item.label, item.rule, item.role, item.is_key, item.authority)


def _sketch(dataset: Dataset, at: datetime) -> TableSketch:
    """The dataset's sketch, made anew only for a table that has changed since."""
    version = table_version(dataset.code)
    known = Sketch.objects.filter(dataset=dataset, version=version, made_with=MADE_WITH).first()
    if known is not None:
        return unpacked_sketch(bytes(known.content))
    rules = rules_of(dataset)
    seed = int.from_bytes(derived_key("collection.sketch")[:8])
    made = sketch_table(lambda: _parts(dataset, [r.name for r in rules]), rules, seed=seed)
    Sketch.objects.update_or_create(
        dataset=dataset,
        defaults={
            "version": version,
            "made_with": MADE_WITH,
            "made_at": at,
            "content": packed_sketch(made),
        },
    )
    return made


def _parts(dataset: Dataset, names: list[str]) -> Iterator[pl.DataFrame]:
    held = set(table_schema(dataset.code).names)
    chosen = ", ".join(quoted(name) for name in names if name in held)
    sql = f"SELECT {chosen} FROM wanted"  # noqa: S608  (quoted)
    for batch in query_parts(sql, rows=PART_ROWS, wanted=dataset.code):
        part = pl.from_arrow(batch)
        if isinstance(part, pl.DataFrame):
            yield part


def _keep(found: FoundOverlap, by_code: dict[str, Dataset], actor: User, at: datetime) -> bool:
    """Write down one overlap; whether it was not known before."""
    values = {
        "weight": found.weight,
        "subjects": found.subjects,
        "contained": found.contained,
        "evidence": {
            "key": list(found.key),
            "agreements": [asdict(agreement) for agreement in found.agreements],
            "share": found.share,
            "reasons": list(found.reasons),
            "through": found.through,
        },
        "seen_at": at,
    }
    left, right = by_code[found.left], by_code[found.right]
    known = Overlap.objects.select_for_update().filter(left=left, right=right).first()
    if known is None:
        source = by_code[found.source]
        made = Overlap.objects.create(left=left, right=right, source=source, found_at=at, **values)
        OverlapEvent.objects.create(overlap=made, verb="propose", actor=actor, at=at)
        return True
    if known.state == "proposed":
        known.source = by_code[found.source]
    for name, value in values.items():
        setattr(known, name, value)
    known.save()
    return False


def _withdraw(at: datetime) -> int:
    """Forget proposals that this search did not find again; decisions stay."""
    gone = Overlap.objects.filter(state="proposed", seen_at__lt=at)
    OverlapEvent.objects.filter(overlap__in=gone).delete()
    return gone.delete()[0]


def decide_overlap(
    *,
    overlap: Overlap,
    verb: str,
    actor: User,
    at: datetime,
    source: str = "",
    note: str = "",
) -> Overlap:
    """Confirm an overlap and name its source, dismiss it, note that the others stopped, reopen.

    Raises ``OverlapDecided`` when its state does not allow it, ``SourceNotInOverlap``, and
    ``NotAllowed``: the competent authority decides (Decree 809 Art 11).
    """
    with transaction.atomic():
        locked = Overlap.objects.select_for_update().get(pk=overlap.pk)
        for dataset in (locked.left, locked.right):
            check_can_name_source(actor, dataset)
        was, locked.state = locked.state, next_state(locked.state, verb)
        if verb == "confirm" and source:
            locked.source = _named(locked, source)
        locked.full_clean(exclude=("evidence",))
        locked.save()
        OverlapEvent.objects.create(overlap=locked, verb=verb, note=note, actor=actor, at=at)
        observe_decision(locked, verb, was=was, at=at)
    return locked


def _named(overlap: Overlap, code: str) -> Dataset:
    among = {one.code: one for one in (overlap.left, overlap.right, overlap.source)}
    if code not in among:
        raise SourceNotInOverlap(source=code, datasets=", ".join(sorted(among)))
    return among[code]
