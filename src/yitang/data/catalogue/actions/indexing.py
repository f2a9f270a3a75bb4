"""Keeping the search index: in the transaction of what it indexes, a block at a time.

Whoever writes into a block locks its ``FacetBlock`` row first, so that two writers follow one
another and none loses what the other added.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from yitang.data.catalogue.models import Dataset, FacetBlock, IndexedEntry, Posting
from yitang.data.catalogue.rules import (
    BLOCK,
    COLUMNS,
    NOT_MEASURED,
    SHARING_CLASSES,
    SUBJECTS,
    UPDATE_CYCLES,
    SearchTexts,
    State,
    packed,
    theme_of,
    tokens_of,
    unpacked,
)
from yitang.ground.plumbing.api import insert_rows

STATES = {state.value: number for number, state in enumerate(State)}
CYCLES = {code: number for number, code in enumerate(UPDATE_CYCLES)}
SUBJECT_CODES = {code: number for number, code in enumerate(SUBJECTS, start=1)}
MANY = 500


@transaction.atomic
def index_entries(entries: Iterable[Dataset]) -> None:
    """Bring the index to what ``entries`` say now; organisation and items must be loaded."""
    for block, members in _by_block(entries):
        facets = _locked(block)
        _put_tokens(block, members)
        _put_facets(facets, members)


@transaction.atomic
def index_facets(entries: Sequence[Dataset]) -> None:
    """Only what facets count: a state, a batch, a quality."""
    for block, members in _by_block(entries):
        _put_facets(_locked(block), members)


def reindex_entries(*, everything: bool = True) -> int:
    """Index what is not indexed, or build the whole index anew; returns how many entries."""
    if everything:
        with transaction.atomic():
            for table in (Posting, FacetBlock, IndexedEntry):
                table.objects.all().delete()
    rows = Dataset.objects.exclude(pk__in=IndexedEntry.objects.values("dataset_id"))
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BLOCK):
        index_entries(
            Dataset.objects.filter(pk__gte=keys[start], pk__lte=keys[start : start + BLOCK][-1])
            .exclude(pk__in=IndexedEntry.objects.values("dataset_id"))
            .select_related("organisation")
            .prefetch_related("items")
        )
    return len(keys)


def _by_block(entries: Iterable[Dataset]) -> Iterator[tuple[int, list[Dataset]]]:
    found: dict[int, list[Dataset]] = defaultdict(list)
    for entry in entries:
        found[entry.pk // BLOCK].append(entry)
    yield from sorted(found.items())


def _locked(block: int) -> FacetBlock:
    rows = FacetBlock.objects.select_for_update().filter(block=block)
    if (row := rows.first()) is not None:
        return row
    empty = np.zeros(BLOCK, COLUMNS).tobytes()
    FacetBlock.objects.bulk_create([FacetBlock(block=block, columns=empty)], ignore_conflicts=True)
    return rows.get()


def _put_tokens(block: int, entries: Sequence[Dataset]) -> None:
    kept = IndexedEntry.objects.in_bulk([entry.pk for entry in entries])
    coming: dict[str, list[int]] = defaultdict(list)
    going: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        tokens = tokens_of(_texts_of(entry))
        before = _tokens(kept[entry.pk]) if entry.pk in kept else set()
        for token in tokens - before:
            coming[token].append(entry.pk % BLOCK)
        for token in before - tokens:
            going[token].append(entry.pk % BLOCK)
        kept[entry.pk] = IndexedEntry(
            dataset=entry, tokens=zlib.compress("\n".join(sorted(tokens)).encode())
        )
    _put_postings(block, coming, going)
    IndexedEntry.objects.bulk_create(
        [kept[entry.pk] for entry in entries],
        update_conflicts=True, unique_fields=["dataset"], update_fields=["tokens"],
    )  # fmt: skip


def _put_postings(block: int, coming: dict[str, list[int]], going: dict[str, list[int]]) -> None:
    touched = sorted({*coming, *going})
    found: dict[str, Posting] = {}
    if len(touched) > MANY:
        found = {row.token: row for row in Posting.objects.filter(block=block)}
    elif touched:
        few = Posting.objects.filter(block=block, token__in=touched)
        found = {row.token: row for row in few}
    rows = []
    for token in touched:
        row = found.get(token)
        mask = unpacked(bytes(row.members)) if row else np.zeros(BLOCK, np.bool_)
        mask[coming.get(token, [])] = True
        mask[going.get(token, [])] = False
        if mask.any():
            rows.append(Posting(token=token, block=block, members=packed(mask)))
    known = [row.pk for token in touched if (row := found.get(token))]
    for start in range(0, len(known), MANY):
        Posting.objects.filter(pk__in=known[start : start + MANY]).delete()
    insert_rows(Posting, rows)


def _put_facets(facets: FacetBlock, entries: Sequence[Dataset]) -> None:
    columns: NDArray[np.void] = np.frombuffer(bytes(facets.columns), COLUMNS).copy()
    for entry in entries:
        theme = theme_of(entry.classification)
        columns[entry.pk % BLOCK] = (
            entry.organisation_id,
            _minute(entry.gathered_at),
            int(theme) if theme.isdecimal() else 0,
            1,
            STATES[entry.state],
            entry.is_open,
            entry.sharing_class if entry.sharing_class in SHARING_CLASSES else 0,
            CYCLES[entry.update_cycle],
            NOT_MEASURED if entry.quality is None else min(int(100 * entry.quality), 100),
            SUBJECT_CODES.get(entry.subject, 0),
        )
    facets.columns = columns.tobytes()
    facets.save(update_fields=["columns"])


def _minute(moment: datetime | None) -> int:
    return int(moment.timestamp() // 60) if moment else 0


def _texts_of(entry: Dataset) -> SearchTexts:
    return SearchTexts(
        name=entry.name,
        names=(entry.organisation.name, *(item.label for item in entry.items.all())),
        texts=(entry.code, entry.resource_code, entry.abstract),
    )


def _tokens(row: IndexedEntry) -> set[str]:
    return set(zlib.decompress(bytes(row.tokens)).decode().split("\n"))
