"""Deliveries that cannot be taken as they are: refused as a whole, cheaply, with the reason."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.api import Batch, gather_file
from yitang.data.collection.connectors import file_delivery
from yitang.data.collection.connectors.excel import delivery
from yitang.data.collection.errors import BatchDiffers, DigitsLost, FileUnreadable
from yitang.data.collection.rules import Receipt
from yitang.data.lake.api import read_table, table_versions
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_division

from .factories import AT, HEADER, make_identity_number, make_residents, resident, write_csv
from .factories import write_workbook as workbook

IDENTITY = HEADER.index("公民身份号码")


@pytest.fixture
def residents(db: None) -> Dataset:
    make_division("350102")
    return make_residents()


def gathered(entry: Dataset, path: Path, **more: str) -> Receipt:
    return gather_file(dataset=entry, path=path, actor=system_actor(), at=AT, **more)  # type: ignore[arg-type]


def sheet(lost: int, rows: int = 20, *, since: int = 0) -> list[list[object]]:
    """Residents, the identity numbers of the last ``lost`` stored as numbers."""
    found: list[list[object]] = [list(HEADER)]
    for number in range(since, since + rows):
        row: list[object] = list(resident(number))
        if number >= since + rows - lost:
            row[IDENTITY] = float(make_identity_number(number)[:15] + "000")
        found.append(row)
    return found


def test_a_column_that_lost_its_last_digits_refuses_the_sheet_and_not_each_row(
    residents: Dataset, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "a.xlsx", {"表": sheet(lost=15)})
    with pytest.raises(DigitsLost, match="15 values of the column 公民身份号码"):
        gathered(residents, path)
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w") as archive:  # as it is, with its own end within
        archive.write(path, "a.xlsx")
    with pytest.raises(DigitsLost, match="15 values of the column 公民身份号码"):
        gathered(residents, packed)
    assert not Batch.objects.exists()
    few = gathered(residents, workbook(tmp_path / "b.xlsx", {"表": sheet(lost=3)}))
    assert (few.accepted, few.rejected) == (17, 3)
    assert [problem.code for problem in few.problems] == ["digits_lost"]


def test_a_spoiled_column_is_judged_over_the_whole_delivery_and_over_each_large_sheet(
    residents: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def packed(*members: list[list[object]]) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for at, member in enumerate(members):
                archive.write(workbook(tmp_path / "one.xlsx", {"表": member}), f"{at}.xlsx")
        return path

    few = gathered(residents, packed(sheet(0, rows=20), sheet(2, rows=3, since=20)))
    assert (few.accepted, few.rejected) == (21, 2)
    with pytest.raises(DigitsLost, match="3 values"):  # one in each of three files
        gathered(residents, packed(*(sheet(1, rows=1, since=at) for at in range(3))))
    sheets = {"甲": sheet(0, rows=30), "乙": sheet(20, rows=25, since=30)}
    with pytest.raises(DigitsLost, match=r"two\.xlsx \(乙\), 20 values"):
        gathered(residents, workbook(tmp_path / "two.xlsx", sheets))
    with pytest.raises(DigitsLost, match=r"\(1\.xlsx/表\), 20 values"):
        gathered(residents, packed(sheet(0, rows=30), sheet(20, rows=25, since=30)))
    monkeypatch.setattr(delivery, "CHUNK_ROWS", 5)  # of which the first two hold none
    with pytest.raises(DigitsLost, match="15 values"):
        gathered(residents, workbook(tmp_path / "late.xlsx", {"表": sheet(15, rows=25)}))


def test_a_spoiled_column_that_nobody_asks_for_is_left_out(
    residents: Dataset, tmp_path: Path
) -> None:
    residents.items.filter(label="公民身份号码").delete()
    receipt = gathered(residents, workbook(tmp_path / "a.xlsx", {"表": sheet(lost=20)}))
    assert (receipt.accepted, receipt.rejected) == (20, 0)
    assert receipt.unknown_columns == ("公民身份号码",)


def test_a_batch_replayed_with_one_row_changed_is_refused_and_changes_nothing(
    residents: Dataset, tmp_path: Path
) -> None:
    rows = [resident(number) for number in range(600)]
    path = write_csv(tmp_path / "a.csv", rows)
    first = gathered(residents, path, supplier_number="2026-11")
    rows[417] = resident(417, name="另名")
    write_csv(path, rows)
    with pytest.raises(BatchDiffers, match=r"2026-11 of .* with other content") as refused:
        gathered(residents, path, supplier_number="2026-11")
    assert "a number of its own" in str(refused.value)
    assert [batch.number for batch in Batch.objects.all()] == [first.number]
    assert [version.batch for version in table_versions(residents.code)] == [first.number]
    assert "另名" not in read_table(residents.code)["name"].to_pylist()
    assert gathered(residents, path, supplier_number="2026-12").accepted == 600


READER = """
import resource, sys
from pathlib import Path
from yitang.data.collection.connectors import file_delivery
from yitang.ground.base.errors import DomainError
for path in sys.argv[1:]:
    try:
        for _ in file_delivery(Path(path)).chunks():
            pass
    except DomainError as error:
        print(error)
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime)
peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(peak[0].split()[1]) / 1024)  # of this program, not of the one it was forked from
"""
ENDLESS = {
    "a.csv": ("编号,名称\n" + "1,甲\n" * 9, "Line 11 of a.csv is longer than 4 MB"),
    "b.csv": ("", "Line 1 of b.csv is longer than 4 MB"),
    "a.json": ('[{"a": 1}, {"a": "', "longer than 16 million characters"),
}


def test_a_line_of_two_gigabytes_is_refused_at_the_limit(tmp_path: Path) -> None:
    for name, (before, _) in ENDLESS.items():
        with (tmp_path / name).open("wb") as file:
            file.write(before.encode() + b"x" * (20 * 2**20))
            file.truncate(2**31)  # a hole, which takes no room on the disk
    paths = [str(tmp_path / name) for name in ENDLESS]
    ended = subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", READER, *paths], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])},
    )  # fmt: skip
    *sentences, seconds, megabytes = ended.stdout.splitlines()
    for sentence, (_, said) in zip(sentences, ENDLESS.values(), strict=True):
        assert said in sentence
    assert float(seconds) < 3  # of all three
    assert float(megabytes) < 500
    for name in ENDLESS:
        (tmp_path / name).unlink()


def test_what_can_be_read_only_once_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    began = time.monotonic()
    with pytest.raises(FileUnreadable, match="no file that can be read more than once"):
        file_delivery(path)
    assert time.monotonic() - began < 5
