"""Rejected rows come again mended and are tied to the batch that sent them back."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.actions import gathering
from yitang.data.collection.api import (
    Batch,
    Fewer,
    batch_for,
    drifts,
    gather_file,
    gather_source,
    mending_of,
    register_source,
    take_out_marked,
    take_out_quarantine,
)
from yitang.data.collection.errors import BatchReplaced
from yitang.data.collection.rules import (
    Receipt,
    Tie,
    place_of,
    place_text,
    tie_heading,
    ties_of,
)
from yitang.data.lake.api import count_rows, read_table
from yitang.ground.base.errors import InvalidInput
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_division

from .factories import AT, HEADER, make_residents, resident, write_csv, write_workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def residents() -> Dataset:
    make_division("350102")
    return make_residents(f"residents-{Batch.objects.count()}", delivery="whole")


def gathered(dataset: Dataset, path: Path, fewer: Fewer = "ask") -> Receipt:
    return gather_file(dataset=dataset, path=path, actor=system_actor(), at=AT, fewer=fewer)


def batch_of(receipt: Receipt) -> Batch:
    return batch_for(system_actor(), receipt.number)


def first_batch(dataset: Dataset, folder: Path) -> Receipt:
    rows = [resident(1), resident(2)]
    rows += [resident(number, division_code="1") for number in (3, 4, 5, 6)]
    return gathered(dataset, write_csv(folder / "first.csv", rows))


def taken_out(receipt: Receipt, path: Path, *, mended: set[str]) -> Path:
    """The workbook of rejected rows, in which the records ``mended`` come right."""
    content = take_out_quarantine(batch=batch_of(receipt), actor=system_actor(), at=AT)
    workbook = load_workbook(io.BytesIO(content))
    sheet = workbook.worksheets[0]
    at = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
    for line in range(2, sheet.max_row + 1):
        if sheet.cell(line, at["登记编号"]).value in mended:
            sheet.cell(line, at["行政区划代码"]).value = "350102"
    workbook.save(path)
    return path


def counts_of(receipt: Receipt) -> tuple[int, list[tuple[str, int]], int]:
    found = mending_of(batch_of(receipt))
    return found.rejected, list(found.taken), found.open


def test_mended_rows_join_the_table_and_are_said_on_the_first_receipt(
    residents: Dataset, tmp_path: Path
) -> None:
    first = first_batch(residents, tmp_path)
    assert counts_of(first) == (4, [], 4)
    path = taken_out(first, tmp_path / "a.xlsx", mended={"R00003", "R00004", "R00005"})
    second = gathered(residents, path)
    assert (second.delivered, second.accepted, second.rejected) == (4, 3, 1)
    assert counts_of(first) == (4, [(second.number, 3)], 1)
    assert mending_of(batch_of(second)).mends == first.number
    assert count_rows(residents.code) == 5  # joined, and replaced nothing
    assert second.unknown_columns == ()
    assert drifts(system_actor()) == []
    assert gathered(residents, path).repeated
    assert count_rows(residents.code) == 5
    # What is still wrong is taken out of the second batch and counts for both.
    third = gathered(residents, taken_out(second, tmp_path / "b.xlsx", mended={"R00006"}))
    assert counts_of(first) == (4, [(second.number, 3), (third.number, 1)], 0)
    assert counts_of(second) == (1, [(third.number, 1)], 0)
    assert sorted(read_table(residents.code)["record"].to_pylist()) == [
        f"R0000{number}" for number in range(1, 7)
    ]


def marked_whole(
    receipt: Receipt, original: Path, path: Path, *, mended: dict[tuple[str, str], str]
) -> Path:
    """The workbook that comes back whole, in which cells (sheet, place) are mended."""
    content = take_out_marked(batch=batch_of(receipt), path=original, actor=system_actor(), at=AT)
    workbook = load_workbook(io.BytesIO(content))
    for (sheet, place), value in mended.items():
        workbook[sheet][place] = value
    workbook.save(path)
    return path


def registers(folder: Path) -> Path:
    """Two sheets of one table under titles, three of their rows without a division."""

    def sheet(*rows: list[str]) -> list[list[object]]:
        return [list[object](row) for row in (["某县登记表"], HEADER, *rows)]

    return write_workbook(folder / "first.xlsx", {
        "城关": sheet(resident(1), resident(2, division_code="1"), resident(3)),
        "北山": sheet(resident(4, division_code="1"), resident(5), resident(6, division_code="1")),
    })  # fmt: skip


def test_a_marked_workbook_that_comes_again_replaces_and_is_tied_to_its_batch(
    residents: Dataset, tmp_path: Path
) -> None:
    original = registers(tmp_path)
    first = gathered(residents, original)
    assert (first.accepted, first.rejected) == (3, 3)
    some = {("城关", "E4"): "350102", ("北山", "E3"): "350102"}
    path = marked_whole(first, original, tmp_path / "a.xlsx", mended=some)
    workbook = load_workbook(path)
    assert [sheet["F2"].value for sheet in workbook] == [f"row {first.number} whole"] * 2
    assert [workbook["北山"].cell(row, 6).value for row in (3, 4, 5)] == ["北山!3", None, "北山!5"]
    second = gathered(residents, path)
    assert (second.accepted, second.rejected) == (5, 1)
    assert second.unknown_columns == ()
    assert count_rows(residents.code) == 5  # the whole table, in place of the one before
    assert counts_of(first) == (3, [(second.number, 2)], 1)
    found = mending_of(batch_of(second))
    assert (found.mends, found.holds) == ("", ((first.number, 2),))
    # A row is known wherever it stands by now; what is still wrong counts for both batches.
    workbook = load_workbook(path)
    workbook["北山"].delete_rows(4)
    workbook["北山"]["E4"] = "350102"
    workbook.save(tmp_path / "b.xlsx")
    third = gathered(residents, tmp_path / "b.xlsx")
    assert (third.accepted, third.rejected) == (5, 0)
    assert counts_of(first) == (3, [(second.number, 2), (third.number, 1)], 0)


def test_what_a_marked_workbook_still_holds_wrong_can_be_taken_out_alone(
    residents: Dataset, tmp_path: Path
) -> None:
    original = registers(tmp_path)
    first = gathered(residents, original)
    some = {("城关", "E4"): "350102", ("北山", "E3"): "350102"}
    second = gathered(residents, marked_whole(first, original, tmp_path / "a.xlsx", mended=some))
    third = gathered(residents, taken_out(second, tmp_path / "b.xlsx", mended={"R00006"}))
    assert count_rows(residents.code) == 6  # these joined
    assert mending_of(batch_of(third)).mends == second.number
    assert (counts_of(first)[2], counts_of(second)[2]) == (0, 0)
    # The rows of the first batch alone would join a table that holds them by now.
    alone = taken_out(first, tmp_path / "c.xlsx", mended={"R00002"})
    with pytest.raises(BatchReplaced, match=second.number):
        gathered(residents, alone)


def test_what_comes_back_marked_is_the_file_that_was_handed_in(tmp_path: Path) -> None:
    make_division("350102")
    added = make_residents("residents-added", delivery="added")
    original = registers(tmp_path)
    first = gathered(added, original)
    with pytest.raises(InvalidInput, match="not the file that was handed in as batch"):
        marked_whole(first, write_csv(tmp_path / "b.csv", []), tmp_path / "a.xlsx", mended={})


def test_a_marked_workbook_of_an_added_batch_brings_only_what_was_sent_back(
    tmp_path: Path,
) -> None:
    make_division("350102")
    added = make_residents("residents-added", delivery="added")
    original = registers(tmp_path)
    first = gathered(added, original)
    some = {("城关", "E4"): "350102", ("城关", "C3"): "改过也不收", ("北山", "E3"): "350102"}
    path = marked_whole(first, original, tmp_path / "a.xlsx", mended=some)
    assert load_workbook(path)["城关"].max_row == 5  # it comes back whole
    second = gathered(added, path)
    assert (second.delivered, second.accepted, second.rejected) == (3, 2, 1)
    assert second.understood["rows_left_out"] == "3"
    assert counts_of(first) == (3, [(second.number, 2)], 1)
    assert sorted(read_table(added.code)["record"].to_pylist()) == [
        f"R0000{number}" for number in range(1, 6)
    ]
    assert "改过也不收" not in read_table(added.code)["name"].to_pylist()
    assert gathered(added, path).repeated
    again = marked_whole(second, path, tmp_path / "b.xlsx", mended={("北山", "E5"): "350102"})
    third = gathered(added, again)  # numbers of both batches stand in it; the last one's count
    assert (third.delivered, third.accepted) == (1, 1)
    assert (counts_of(first)[2], counts_of(second)[2]) == (0, 0)
    assert count_rows(added.code) == 6


def test_mended_rows_of_a_batch_that_was_replaced_belong_nowhere(
    residents: Dataset, tmp_path: Path
) -> None:
    first = first_batch(residents, tmp_path)
    path = taken_out(first, tmp_path / "a.xlsx", mended={"R00003"})
    newer = gathered(residents, write_csv(tmp_path / "b.csv", [resident(9)]), "take")
    with pytest.raises(BatchReplaced, match=newer.number):
        gathered(residents, path)
    assert read_table(residents.code)["record"].to_pylist() == ["R00009"]


def test_a_value_that_stands_in_the_table_already_is_no_mended_row(
    residents: Dataset, tmp_path: Path
) -> None:
    twice = resident(1, name="李四")
    first = gathered(residents, write_csv(tmp_path / "a.csv", [resident(1), twice]))
    assert (first.accepted, first.rejected) == (1, 1)
    second = gathered(residents, taken_out(first, tmp_path / "a.xlsx", mended=set()))
    assert (second.accepted, second.rejected) == (0, 1)
    assert counts_of(first) == (1, [], 1)
    assert count_rows(residents.code) == 1


def test_a_cut_while_mended_rows_are_taken_leaves_them_once(
    residents: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = first_batch(residents, tmp_path)
    path = taken_out(first, tmp_path / "a.xlsx", mended={"R00003", "R00004"})

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(gathering, "_receipted", power_cut)
        with pytest.raises(KeyboardInterrupt):
            gathered(residents, path)
    second = gathered(residents, path)
    assert (second.accepted, counts_of(first)[2]) == (2, 2)
    assert count_rows(residents.code) == 4


def test_mended_rows_of_added_batches_are_added(tmp_path: Path) -> None:
    make_division("350102")
    added = make_residents("residents-added", delivery="added")
    first = first_batch(added, tmp_path)
    later = gathered(added, write_csv(tmp_path / "b.csv", [resident(9)]))
    path = taken_out(first, tmp_path / "a.xlsx", mended={"R00003"})
    second = gathered(added, path)
    assert counts_of(first) == (4, [(second.number, 1)], 3)
    assert counts_of(later) == (0, [], 0)
    assert count_rows(added.code) == 4


def test_mended_rows_of_a_source_compared_by_key_take_the_place_of_the_old_ones(
    residents: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "source.csv"
    write_csv(path, [resident(number) for number in range(1, 9)])
    source = register_source(
        dataset=residents, kind="file", location=str(path), mode="key", actor=system_actor(), at=AT
    )
    gather_source(source=source, actor=system_actor(), at=AT)
    rows = [resident(number) for number in range(1, 8)]
    write_csv(path, [*rows, resident(8, name="王五", division_code="1")])
    (first,) = gather_source(source=source, actor=system_actor(), at=AT)
    assert (first.rejected, first.changes["spared"]) == (1, 1)
    gathered(residents, taken_out(first, tmp_path / "a.xlsx", mended={"R00008"}))
    names = {row["record"]: row["name"] for row in read_table(residents.code).to_pylist()}
    assert len(names) == count_rows(residents.code) == 8
    assert names["R00008"] == "王五"
    assert counts_of(first)[2] == 0


def test_a_heading_that_only_looks_like_ours_is_a_column_like_any_other(
    residents: Dataset, tmp_path: Path
) -> None:
    header = [*HEADER, "row none-000001-abcdef"]
    path = write_csv(tmp_path / "a.csv", [[*resident(1), "2"]], header=header)
    receipt = gathered(residents, path)
    assert receipt.unknown_columns == ("row none-000001-abcdef",)
    assert batch_of(receipt).mends is None


def test_headings_name_their_batch_and_cells_their_row() -> None:
    one, two = "a-b-000001-0a1b2c", "c_d-000002-ffffff"
    columns = [
        "编号",
        tie_heading("行", one),
        tie_heading("哪里不对", one),
        tie_heading("row", two),
    ]
    assert ties_of(columns) == [Tie(one, f"行 {one}", (f"哪里不对 {one}",)), Tie(two, f"row {two}")]
    assert ties_of(["编号", one]) == []
    whole = tie_heading("行", one, whole=True)
    assert ties_of([whole, tie_heading("row", two)]) == [
        Tie(one, whole, whole=True), Tie(two, f"row {two}"),
    ]  # fmt: skip
    for sheet, row, several in (("一月", 7, True), ("", 7, False)):
        assert place_of(place_text(sheet, row, several=several)) == (sheet, row)
    assert place_of("7.0") == ("", 7)
    assert place_of("七") is None
    assert place_of(None) is None
