"""Chimneys from gathered files to a decision: who may, what stays, what is counted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from yitang.data.catalogue.api import Dataset
from yitang.data.catalogue.rules import ItemSpec
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.collection.api import (
    chimneys,
    decide_overlap,
    gather_file,
    hand_over,
    overlap_events,
    overlap_for,
    overlaps,
    refresh_overlaps,
)
from yitang.data.collection.errors import OverlapDecided, OverlapUnknown, SourceNotInOverlap
from yitang.data.collection.models import Overlap, Sketch
from yitang.data.lake.api import read_table
from yitang.ground.base.errors import NotAllowed
from yitang.ground.metrics.api import check_rollups, metric_value, refresh_rollups
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation

from .factories import AT, make_identity_number

pytestmark = pytest.mark.django_db
ITEMS = (
    ItemSpec("card", "身份证号", length=18, rule="identity_number", sensitive=True),
    ItemSpec("school", "学校"),
    ItemSpec("grade", "年级"),
)
OTHER = (
    ItemSpec("number", "学生证件号码", length=18, rule="identity_number", sensitive=True),
    ItemSpec("campus", "就读学校"),
    ItemSpec("class", "所在年级"),
    ItemSpec("height", "身高", type="I"),
)


def gathered(code: str, items: tuple[ItemSpec, ...], rows: list[list[str]], path: Path) -> Dataset:
    organisation = make_organisation(name=f"{code} office")
    dataset = make_dataset(code, organisation=organisation, items=items)
    lines = [",".join(item.label for item in items), *map(",".join, rows)]
    file = path / f"{code}.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    gather_file(dataset=dataset, path=file, actor=system_actor(), at=AT)
    return dataset


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Dataset, Dataset]:
    """Education holds 300 pupils, health 200 of them with the same school and grade."""
    pupils = [
        [make_identity_number(n, birth=f"2012{1 + n % 12:02}01"), f"第{n % 23}小学", f"{n % 6}年级"]
        for n in range(300)
    ]
    health = [[*row, str(100 + at % 60)] for at, row in enumerate(pupils[:200])]
    return gathered("pupils", ITEMS, pupils, tmp_path), gathered("checks", OTHER, health, tmp_path)


def test_an_overlap_is_found_once_and_kept(pair: tuple[Dataset, Dataset]) -> None:
    found = refresh_overlaps(actor=system_actor(), at=AT)
    assert (found.datasets, found.overlaps, found.new) == (2, 1, 1)
    (overlap,) = overlaps(system_actor())
    assert overlap.source.code == "pupils"
    assert {(a["left"], a["right"]) for a in overlap.evidence["agreements"]} in (
        {("school", "campus"), ("grade", "class")},
        {("campus", "school"), ("class", "grade")},
    )
    again = refresh_overlaps(actor=system_actor(), at=AT + timedelta(days=1))
    assert (again.new, again.gone) == (0, 0)
    assert Sketch.objects.count() == 2
    summary = chimneys(system_actor())
    assert (summary.proposed, summary.datasets, summary.items, summary.rows) == (1, 1, 2, 200)


def test_sketches_hold_no_value(pair: tuple[Dataset, Dataset]) -> None:
    refresh_overlaps(actor=system_actor(), at=AT)
    number = read_table("pupils")["card"][0].as_py()
    for sketch in Sketch.objects.all():
        assert number.encode() not in bytes(sketch.content)


def test_the_authority_decides_and_nobody_else(pair: tuple[Dataset, Dataset]) -> None:
    refresh_overlaps(actor=system_actor(), at=AT)
    data_officer = make_officer("data_officer", organisation=pair[0].organisation)
    head = make_officer("sharing_head", organisation=make_organisation(name="数据局"))
    elsewhere = make_officer("sharing_head", organisation=make_organisation("350200", name="别处"))
    (overlap,) = overlaps(data_officer)
    with pytest.raises(NotAllowed):
        decide_overlap(overlap=overlap, verb="confirm", actor=data_officer, at=AT)
    assert overlaps(elsewhere) == []
    with pytest.raises(OverlapUnknown):
        overlap_for(elsewhere, overlap.public_id)
    with pytest.raises(SourceNotInOverlap):
        decide_overlap(overlap=overlap, verb="confirm", actor=head, at=AT, source="births")
    decided = decide_overlap(overlap=overlap, verb="confirm", actor=head, at=AT, source="checks")
    assert (decided.state, decided.source.code) == ("confirmed", "checks")
    with pytest.raises(OverlapDecided):
        decide_overlap(overlap=overlap, verb="confirm", actor=head, at=AT)
    assert [event.verb for event in overlap_events(decided)] == ["propose", "confirm"]


def test_a_decision_outlives_the_next_search(pair: tuple[Dataset, Dataset]) -> None:
    refresh_overlaps(actor=system_actor(), at=AT)
    overlap = overlaps(system_actor())[0]
    decide_overlap(overlap=overlap, verb="confirm", actor=system_actor(), at=AT, source="checks")
    refresh_overlaps(actor=system_actor(), at=AT + timedelta(days=1))
    overlap.refresh_from_db()
    assert (overlap.state, overlap.source.code) == ("confirmed", "checks")


def test_closing_a_chimney_is_counted_and_taken_back(pair: tuple[Dataset, Dataset]) -> None:
    refresh_overlaps(actor=system_actor(), at=AT)
    overlap = overlaps(system_actor())[0]
    for verb in ("confirm", "stop"):
        decide_overlap(overlap=overlap, verb=verb, actor=system_actor(), at=AT)
    assert metric_value(code="collection.chimneys_closed", division_code="350102").value == 1
    assert metric_value(code="collection.datasets_gathered", division_code="350102").value == 2
    assert list(check_rollups()) == []
    assert chimneys(system_actor()).stopped == 1
    decide_overlap(overlap=overlap, verb="reopen", actor=system_actor(), at=AT)
    assert list(check_rollups()) == []
    refresh_rollups(at=AT)
    assert list(check_rollups()) == []


def test_a_proposal_without_evidence_is_withdrawn(
    pair: tuple[Dataset, Dataset], tmp_path: Path
) -> None:
    refresh_overlaps(actor=system_actor(), at=AT)
    lines = [
        f"{make_identity_number(n, birth='20120101')},另一所{n % 9},{n % 5}班" for n in range(300)
    ]
    file = tmp_path / "again.csv"
    file.write_text("\n".join(["身份证号,学校,年级", *lines]), encoding="utf-8")
    gather_file(dataset=pair[0], path=file, actor=system_actor(), at=AT)
    found = refresh_overlaps(actor=system_actor(), at=AT + timedelta(days=1))
    assert (found.overlaps, found.gone) == (0, 1)
    assert not Overlap.objects.exists()


def test_a_base_that_is_made_here_is_no_chimney(pair: tuple[Dataset, Dataset]) -> None:
    base = make_dataset("base", organisation=make_organisation(name="大数据局"), items=ITEMS)
    hand_over(dataset=base, table=_without_marks(), actor=system_actor(), at=AT)
    assert refresh_overlaps(actor=system_actor(), at=AT).datasets == 2


def _without_marks() -> pa.Table:
    table = read_table("pupils")
    return table.select([name for name in table.column_names if not name.startswith("_")])
