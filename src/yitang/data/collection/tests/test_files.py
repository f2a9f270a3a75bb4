"""JSON, Parquet, ZIP and gzip, as they are handed over."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yitang.data.collection.connectors import file_delivery
from yitang.data.collection.connectors.json_file import CHUNK_ROWS
from yitang.data.collection.errors import FileUnreadable, NothingDelivered

from .factories import HEADER, resident, write_csv, write_workbook
from .test_connectors import EXPECTED, numbers_of, rows_of

RECORDS = [
    {"code": 4135010003.0, "name": "张三", "address": {"city": "福州", "street": None}, "ok": True},
    {"code": 350102199001010011, "name": "李四", "phones": ["1", "2"]},
]


def marks_of(path: Path) -> list[tuple[int, str, str]]:
    return [
        (mark.position, mark.column, mark.code)
        for chunk in file_delivery(path).chunks()
        for mark in chunk.marks
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("form", ["array", "wrapped", "lines", "indented"])
def test_json_records_are_flattened_and_lists_refused(
    tmp_path: Path, form: str, encoding: str
) -> None:
    path = tmp_path / "a.json"
    text = {
        "array": json.dumps(RECORDS, ensure_ascii=False),
        "wrapped": json.dumps({"total": 2, "data": RECORDS}, ensure_ascii=False),
        "lines": "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS),
        "indented": json.dumps(RECORDS, ensure_ascii=False, indent=2),
    }[form]
    path.write_text(text, encoding=encoding)
    delivery = file_delivery(path)
    assert delivery.columns == ("code", "name", "address.city", "address.street", "ok", "phones")
    assert rows_of(delivery) == [
        ("4135010003", "张三", "福州", None, "1", None),
        ("350102199001010011", "李四", None, None, None, '["1", "2"]'),
    ]
    assert numbers_of(delivery) == [1, 2]
    assert marks_of(path) == [(1, "phones", "nested")]


def test_a_long_array_is_read_in_parts(tmp_path: Path) -> None:
    rows = CHUNK_ROWS * 2 + 5
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps([{"n": n, "名": "值" * 20} for n in range(rows)], ensure_ascii=False)
    )
    delivery = file_delivery(path)
    assert [chunk.frame.height for chunk in delivery.chunks()] == [CHUNK_ROWS, CHUNK_ROWS, 5]
    assert rows_of(delivery)[-1] == (str(rows - 1), "值" * 20)


def test_a_line_that_is_no_record_is_kept_as_a_broken_row(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n{"a": \n\n[1]\n{"a": 2}\n', encoding="utf-8")
    (chunk,) = file_delivery(path).chunks()
    assert [(row.number, row.text) for row in chunk.broken] == [(2, '{"a":'), (4, "[1]")]
    assert chunk.numbers.tolist() == [1, 5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"a": 1}, {"a": 2', "record 2 is no JSON, or the end is missing"),
        ('[{"a": 1}, 7]', "entry 2 of its array is no record"),
        ('{"code": 0,\n"message": "无", "names": ["一"]}', "it holds no list of records"),
        ('[{"a": NaN}]', "record 1 is no JSON"),
        ('[{"a": ' + "[" * 100_000 + "]}]", "record 1 is no JSON"),
        (json.dumps([{f"k{n}": 1 for n in range(1_001)}]), "more than 1000 different fields"),
        ('[{"a": "' + "x" * (17 * 2**20) + '"}]', "longer than 16 million characters"),
    ],
)
def test_json_that_cannot_be_read_gets_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileUnreadable, match=said):
        rows_of(file_delivery(path))


def test_an_empty_array_delivers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(NothingDelivered):
        file_delivery(path)


def test_parquet_keeps_what_its_types_say(tmp_path: Path) -> None:
    moment = datetime(2026, 1, 2, 16, 30, tzinfo=UTC)
    table = pa.table(
        {
            "code": [4135010003.0, None],
            "day": [date(2026, 1, 2), None],
            "moment": pa.array([moment, None], pa.timestamp("us", "UTC")),
            "local": pa.array([moment.replace(tzinfo=None), None], pa.timestamp("ms")),
            "sum": [Decimal("12.50"), None],
            "ok": [True, False],
            "kind": pa.array(["甲", "甲"]).dictionary_encode(),
            "at": [{"city": "福州"}, None],
            "tags": [["a"], None],
        }
    )
    path = tmp_path / "a.parquet"
    pq.write_table(table, path)
    delivery = file_delivery(path)
    assert delivery.columns == (
        "code", "day", "moment", "local", "sum", "ok", "kind", "at.city", "tags",
    )  # fmt: skip
    assert rows_of(delivery) == [
        ("4135010003", "2026-01-02", "2026-01-03 00:30:00", "2026-01-02 16:30:00", "12.5", "1",
         "甲", "福州", '["a"]'),
        (None, None, None, None, None, "0", "甲", None, None),
    ]  # fmt: skip
    assert marks_of(path) == [(0, "tags", "nested")]
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(FileUnreadable, match="the Parquet file is damaged"):
        file_delivery(path)


def test_members_of_a_zip_with_the_same_columns_are_one_delivery(tmp_path: Path) -> None:
    one = write_csv(tmp_path / "1.csv", [resident(1)], encoding="gbk")
    two = write_workbook(tmp_path / "2.xlsx", {"表": [list(HEADER), list(resident(2))]})
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("说明.csv", "甲,乙\n1,2\n")
        archive.writestr("__MACOSX/._1.csv", b"\0\1")
        archive.write(one, "县一/人口.csv")
        archive.write(two, "县二/人口.xlsx")
    delivery = file_delivery(path, expected=EXPECTED)
    assert rows_of(delivery) == [tuple(resident(1)), tuple(resident(2))]
    assert [chunk.sheet for chunk in delivery.chunks()] == ["县一/人口.csv", "县二/人口.xlsx/表"]
    assert delivery.understood["files"] == "县一/人口.csv, 县二/人口.xlsx"
    assert delivery.understood["files_left_out"] == "说明.csv"


def test_chinese_names_in_old_archives_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("XXXX.csv", "甲,乙\n1,2\n")
    path.write_bytes(path.read_bytes().replace(b"XXXX", "人口".encode("gbk")))
    assert file_delivery(path).understood["files"] == "人口.csv"


def test_a_gzip_file_is_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(write_csv(tmp_path / "a.csv", [resident(1)]).read_bytes()))
    delivery = file_delivery(path)
    assert (delivery.kind, rows_of(delivery)) == ("csv", [tuple(resident(1))])
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(FileUnreadable, match="damaged or incomplete"):
        file_delivery(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"-- dump\nINSERT INTO t VALUES (1);\n", "SQL script that names no columns of t"),
        (b"{\\rtf1 ...", "text document"),
        (b"<!DOCTYPE html><table>", "web page"),
        (b"7z\xbc\xaf\x27\x1c", "pack it as ZIP"),
    ],
)
def test_other_kinds_are_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match=said):
        file_delivery(path)


@pytest.mark.parametrize("part", ["content.xml", "xl/workbook.bin", "word/document.xml"])
def test_other_office_files_are_named(tmp_path: Path, part: str) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, b"x")
    with pytest.raises(FileUnreadable, match="it is a"):
        file_delivery(path)
