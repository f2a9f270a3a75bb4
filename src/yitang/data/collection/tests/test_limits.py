"""Files that would take the machine's memory are refused in one sentence, before opening."""

from __future__ import annotations

import gzip
import io
import sqlite3
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from yitang.data.collection.connectors import file_delivery
from yitang.data.collection.connectors.limits import Limits
from yitang.data.collection.errors import (
    ArchiveRefused,
    FileUnreadable,
    TableUnknown,
    TooManyCells,
)

SMALL = Limits(unpacked=2**20, cells=100_000)


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def sheet_xml(cells: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}">{cells}</worksheet>'.encode()


def with_sheet(path: Path, content: bytes) -> Path:
    """A workbook whose one sheet is written by hand."""
    kept = io.BytesIO()
    Workbook().save(kept)
    with zipfile.ZipFile(kept) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    return packed(path, parts | {"xl/worksheets/sheet1.xml": content})


def flat_bomb(folder: Path) -> Path:
    return packed(folder / "a.zip", {"a.csv": b"a,b\n" + b"0" * 2**21})


def workbook_bomb(folder: Path) -> Path:
    return with_sheet(folder / "a.xlsx", sheet_xml(f"<sheetData>{' ' * 2**21}</sheetData>"))


def nested_bomb(folder: Path) -> Path:
    inner = flat_bomb(folder).read_bytes()
    return packed(folder / "b.zip", {"one.zip": inner, "two.zip": inner})


def gzip_bomb(folder: Path) -> Path:
    path = folder / "a.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"0" * 2**21))
    return path


def many_members(folder: Path) -> Path:
    return packed(folder / "a.zip", {f"{number}.csv": b"" for number in range(2_100)})


def two_directories(folder: Path) -> Path:
    path = packed(folder / "a.zip", {"a.csv": b"a,b\n1,2\n"})
    path.write_bytes(path.read_bytes() + path.read_bytes())
    return path


def led_away(folder: Path) -> Path:
    """A member's comment that ends as a ZIP64 locator does: a reader would go where it says."""
    path = folder / "a.zip"
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 0, 0)
    with zipfile.ZipFile(path, "w") as archive:
        member = zipfile.ZipInfo("a.csv")
        member.comment = record + struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1)
        archive.writestr(member, b"a,b\n1,2\n")
    return path


def lying_member(folder: Path) -> Path:
    """A directory that says 8 bytes of what unpacks to two million."""
    path = packed(folder / "a.zip", {"a.csv": b"a,b\n1,2\n" + b"0" * 2**21})
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 8)
    struct.pack_into("<I", content, at + 16, zlib.crc32(b"a,b\n1,2\n"))
    path.write_bytes(content)
    return path


def locked(folder: Path) -> Path:
    path = packed(folder / "a.zip", {"a.csv": b"a,b\n1,2\n"})
    content = bytearray(path.read_bytes())
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (flat_bomb, "unpacked it has more than 1 MB"),
        (workbook_bomb, "unpacked it has more than 1 MB"),
        (gzip_bomb, "unpacked it has more than 1 MB"),
        (nested_bomb, "one.zip in it is an archive too"),
        (many_members, "more than 2000 parts"),
        (two_directories, "more than one directory"),
        (led_away, "more than one directory"),
        (lying_member, "a part is larger than it says"),
        (locked, "protected by a password"),
    ],
)
def test_an_archive_that_unpacks_to_too_much_is_refused_in_one_sentence(
    tmp_path: Path, made: Callable[[Path], Path], said: str
) -> None:
    path = made(tmp_path)
    with pytest.raises(ArchiveRefused, match=said) as refused:
        file_delivery(path, limits=SMALL)
    assert str(refused.value).startswith(f"{path.name} was not opened: ")
    good = packed(tmp_path / "good.zip", {"a.csv": "甲,乙\n1,2\n".encode()})
    assert file_delivery(good, limits=SMALL).columns == ("甲", "乙")


def test_a_dense_archive_is_refused_by_its_ratio_alone(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.csv": b"a,b\n" + b"0" * (80 * 2**20)})
    with pytest.raises(ArchiveRefused, match="times as large"):
        file_delivery(path)


def test_an_archive_cut_short_or_altered_is_named_damaged(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.csv": b"a,b\n" + bytes(range(256)) * 50})
    content = path.read_bytes()
    for damaged in (content[:-30], content[:60] + b"\xff\xff" + content[62:]):
        path.write_bytes(damaged)
        with pytest.raises(FileUnreadable, match="damaged or incomplete"):
            file_delivery(path)


FAR = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>{rest}</sheetData>'


@pytest.mark.parametrize(
    "rest",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c><v>1</v></c></row>' + '<row r="2"><c r="XFD2"><v>1</v></c></row>',
    ],
)
def test_two_cells_in_opposite_corners_take_no_memory(tmp_path: Path, rest: str) -> None:
    path = with_sheet(tmp_path / "a.xlsx", sheet_xml(FAR.format(rest=rest)))
    tracemalloc.start()
    with pytest.raises(TooManyCells, match="17179869184 cells"):
        file_delivery(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 8 * 2**20


def test_an_empty_sheet_may_claim_any_dimension(tmp_path: Path) -> None:
    rows = (
        '<sheetData><row r="1"><c r="A1" t="str"><v>甲</v></c><c r="B1" t="str"><v>乙</v></c></row>'
    )
    rows += '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row></sheetData>'
    path = with_sheet(tmp_path / "a.xlsx", sheet_xml(f'<dimension ref="A1:XFD1048576"/>{rows}'))
    delivery = file_delivery(path, limits=SMALL)
    assert [chunk.frame.height for chunk in delivery.chunks()] == [1]


def test_a_sheet_with_a_document_type_is_refused(tmp_path: Path) -> None:
    content = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + sheet_xml("<sheetData/>")
    with pytest.raises(FileUnreadable, match="document type"):
        file_delivery(with_sheet(tmp_path / "a.xlsx", content))


def test_a_parquet_file_of_repetition_is_refused_by_its_cells(tmp_path: Path) -> None:
    table = pa.table({"甲": pa.array([None] * 12_000_000, pa.int8())})
    pq.write_table(table, tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 100_000
    with pytest.raises(TooManyCells, match="12000000 cells"):
        file_delivery(tmp_path / "a.parquet", limits=SMALL)


def database(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"


def test_of_an_sqlite_file_only_its_tables_are_read(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.db",
        "CREATE TABLE people (id INTEGER, name TEXT, big AS (hex(zeroblob(9000000))))",
        "INSERT INTO people (id, name) VALUES (1, '张三')",
        f"CREATE VIEW endless AS {ENDLESS}",
        "CREATE TRIGGER t AFTER INSERT ON people BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE words USING fts5(body)",
    )
    delivery = file_delivery(path, table="people")
    assert delivery.columns == ("id", "name")
    assert delivery.understood == {"table": "people", "computed_columns": "big"}
    for name in ("endless", "words", "sqlite_master"):
        with pytest.raises(TableUnknown, match=r"It has: people\."):
            file_delivery(path, table=name)


def test_a_table_that_hides_a_view_cannot_run_it(tmp_path: Path) -> None:
    """The schema is altered so that a view is listed as a table: it is still not run."""
    path = database(tmp_path / "a.db", "CREATE TABLE t (x)", f"CREATE VIEW v AS {ENDLESS}")
    database(
        path,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET type = 'table' WHERE name = 'v'",
    )
    with pytest.raises((FileUnreadable, TableUnknown)):
        file_delivery(path, table="v")


def test_a_damaged_sqlite_file_is_named_so(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.db",
        "CREATE TABLE t (x TEXT)",
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 5000)"
        " INSERT INTO t SELECT 'row ' || x FROM n",
    )
    content = bytearray(path.read_bytes())
    content[8192:8200] = b"\xff" * 8
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match="the database is damaged"):
        file_delivery(path)
