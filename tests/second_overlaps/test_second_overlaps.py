"""The finder of overlaps on a county it was not made for: how much is right, how much is found."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from yitang.data.catalogue.tests.factories import AT, make_dataset
from yitang.data.collection.api import gather_file, overlaps, refresh_overlaps
from yitang.data.collection.models import Overlap
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_organisation

from .tables import tables
from .truth import OVERLAPS, TEMPTING, Truth

PRECISION, RECALL = 0.95, 0.9


def test_the_truth_is_about_these_tables() -> None:
    by_code = {table.code: table for table in tables()}
    pairs = {frozenset((truth.source, truth.other)) for truth in OVERLAPS}
    assert len(pairs) == len(OVERLAPS)
    assert not pairs & {frozenset(pair) for pair in TEMPTING}
    assert {code for pair in TEMPTING for code in pair} <= by_code.keys()
    for truth in OVERLAPS:
        left, right = by_code[truth.source], by_code[truth.other]
        assert left.department != right.department
        assert {a for a, _ in truth.items} <= {column.item.name for column in left.columns}
        assert {b for _, b in truth.items} <= {column.item.name for column in right.columns}
        assert len(truth.items) >= 2
    assert all(30 <= len(table.rows) <= 3000 for table in by_code.values())


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.thorough
def test_a_county_never_seen_before(tmp_path: Path) -> None:
    """Most of what is found is true and most of what is true is found, with the right items."""
    suffix = uuid4().hex[:8]  # the lake outlives the database's rollback
    gather_county(tmp_path, suffix)
    refresh_overlaps(actor=system_actor(), at=AT)
    found = {
        frozenset(_code(side.code) for side in (row.left, row.right)): row
        for row in overlaps(system_actor())
        if row.left.code.endswith(suffix) and row.right.code.endswith(suffix)
    }
    truths = {frozenset((truth.source, truth.other)): truth for truth in OVERLAPS}
    right = found.keys() & truths.keys()
    precision, recall = len(right) / max(1, len(found)), len(right) / len(truths)
    source = sum(_code(found[pair].source.code) == truths[pair].source for pair in right)
    lines = [f"precision {precision:.3f}, recall {recall:.3f}, source {source} of {len(right)}"]
    for pair in sorted(found.keys() - truths.keys(), key=sorted):
        why = TEMPTING.get(tuple(sorted(pair))) or TEMPTING.get(tuple(sorted(pair))[::-1], "")
        lines.append(f"not true: {sorted(pair)} ({why}) {_said(found[pair])}")
    lines += [
        f"missed: {sorted(pair)}" for pair in sorted(truths.keys() - found.keys(), key=sorted)
    ]
    for pair in sorted(right, key=sorted):
        row, truth = found[pair], truths[pair]
        if _code(row.source.code) != truth.source:
            lines.append(f"source: {row.source.code} for {truth.source}, which {truth.why}")
        if wrong := _items(row) - {frozenset(item) for item in _named(truth)}:
            lines.append(f"items: {sorted(pair)} also {sorted(map(sorted, wrong))}")
        if lacking := {frozenset(item) for item in _named(truth)} - _items(row):
            lines.append(f"items: {sorted(pair)} without {sorted(map(sorted, lacking))}")
    report = "\n".join(lines)
    print(report)
    assert precision >= PRECISION, report
    assert recall >= RECALL, report


def gather_county(folder: Path, suffix: str) -> None:
    """Every table through the border, each from its department."""
    made = tables()
    owners = {name: make_organisation(name=name) for name in {table.department for table in made}}
    for table in made:
        entry = make_dataset(
            f"{table.code}-{suffix}", organisation=owners[table.department], name=table.title,
            subject=table.subject, abstract="",
            items=tuple(column.item for column in table.columns),
        )  # fmt: skip
        receipt = gather_file(dataset=entry, path=table.save(folder), actor=system_actor(), at=AT)
        assert receipt.accepted > 0.95 * receipt.delivered, (table.code, receipt)


def _code(code: str) -> str:
    return code.rsplit("-", 1)[0]


def _named(truth: Truth) -> list[tuple[str, str]]:
    """The items of a truth as ``dataset.item``."""
    source, other, items = truth.source, truth.other, truth.items
    return [(f"{source}.{a}", f"{other}.{b}") for a, b in items]


def _items(row: Overlap) -> set[frozenset[str]]:
    left, right = _code(row.left.code), _code(row.right.code)
    return {
        frozenset((f"{left}.{item['left']}", f"{right}.{item['right']}"))
        for item in row.evidence["agreements"]
    }


def _said(row: Overlap) -> str:
    evidence = row.evidence
    facts = [
        f"{item['left']}~{item['right']} {item['rate']:.2f} w{item['weight']:.2f}"
        for item in evidence["agreements"]
    ]
    return f"by {evidence['key']} through {evidence['through']!r}: {', '.join(facts)}"
