"""Every kind of source, as departments really write them."""

from __future__ import annotations

import codecs
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import httpx
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yitang.data.collection.connectors import (
    Chunk,
    Delivery,
    Patience,
    arrow_delivery,
    file_delivery,
    http_delivery,
    sqlite_delivery,
)
from yitang.data.collection.connectors.text_encoding import Reading, Utf8Stream
from yitang.data.collection.errors import (
    EncodingUnknown,
    FileUnreadable,
    HeaderMissing,
    LineTooLong,
    SourceUnreachable,
    TableUnknown,
)
from yitang.data.collection.rules import expected_labels

from .factories import HEADER, RESIDENTS, resident, write_csv, write_workbook

EXPECTED = expected_labels((item.name, item.label, ()) for item in RESIDENTS)


def rows_of(delivery: Delivery) -> list[tuple[str | None, ...]]:
    frames = [chunk.frame for chunk in delivery.chunks() if chunk.frame.height]
    return [tuple(row) for row in pl.concat(frames).rows()] if frames else []


def numbers_of(delivery: Delivery) -> list[int]:
    return [int(number) for chunk in delivery.chunks() for number in chunk.numbers]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("gbk", "GBK / GB18030"),
        ("gb18030", "GBK / GB18030"),
        ("utf-16", "UTF-16"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encoding_and_delimiter_are_found(
    tmp_path: Path, encoding: str, said: str, delimiter: str
) -> None:
    rows = [resident(number) for number in range(5)]
    path = write_csv(tmp_path / "a.csv", rows, encoding=encoding, delimiter=delimiter)
    delivery = file_delivery(path)
    assert delivery.understood["encoding"] == said
    assert list(delivery.columns) == HEADER
    assert rows_of(delivery) == [tuple(row) for row in rows]
    assert numbers_of(delivery) == [2, 3, 4, 5, 6]


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    above = ("常住人口登记表", "制表单位：县公安局,,,,")
    path = write_csv(tmp_path / "a.csv", [resident(1)], encoding="gbk", above=above)
    for expected in (EXPECTED, frozenset[str]()):
        delivery = file_delivery(path, expected=expected)
        assert delivery.understood["header_row"] == "3"
        assert rows_of(delivery) == [tuple(resident(1))]
        assert numbers_of(delivery) == [4]


def test_broken_rows_are_kept_with_their_numbers(tmp_path: Path) -> None:
    rows = [resident(1), ["R2", "只有两列"], resident(3), ["", "", "", "", "", "多"], resident(5)]
    delivery = file_delivery(write_csv(tmp_path / "a.csv", rows))
    broken = [row for chunk in delivery.chunks() for row in chunk.broken]
    assert [(row.number, row.found, row.expected) for row in broken] == [(3, 2, 5), (5, 6, 5)]
    assert broken[0].text == "R2,只有两列"
    assert numbers_of(delivery) == [2, 4, 6]


def test_a_broken_last_row_is_not_forgotten(tmp_path: Path) -> None:
    delivery = file_delivery(write_csv(tmp_path / "a.csv", [["一", "二"]]))
    assert [row.number for chunk in delivery.chunks() for row in chunk.broken] == [2]


def test_quoted_values_may_hold_delimiters_and_line_ends(tmp_path: Path) -> None:
    rows = [resident(1, name='"张,\n三"'), resident(2)]
    delivery = file_delivery(write_csv(tmp_path / "a.csv", rows))
    assert rows_of(delivery)[0][2] == "张,\n三"
    assert len(rows_of(delivery)) == 2


def test_a_damaged_character_is_marked_and_not_fatal(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [resident(number) for number in range(300)])
    path.write_bytes(path.read_bytes().replace("张五".encode(), b"\xff\xfe", 1))
    delivery = file_delivery(path)
    assert delivery.understood["encoding"] == "UTF-8"
    assert any(chunk.may_be_unreadable for chunk in delivery.chunks())
    assert rows_of(delivery)[4][2] == "\ufffd\ufffd"


pieces = st.one_of(
    st.binary(max_size=6),
    st.text("a,\n\0é张\ufffd😀", max_size=8).map(str.encode),
    st.sampled_from([b"\xe5\xbc", b"\xf0\x9f\x98", b"\xc3", b"\xed\xa0\x80", b"\xc0\xaf"]),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(pieces, max_size=12).map(b"".join), st.integers(1, 9), st.integers(1, 20),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)  # fmt: skip
def test_a_stream_gives_what_decoding_the_whole_gives(
    content: bytes, block: int, step: int, encoding: str
) -> None:
    raw = codecs.BOM_UTF8 + content if encoding == "utf-8-sig" else content
    text = raw.decode(encoding, "replace").replace("\0", "\ufffd")
    reading = Reading()
    with tempfile.NamedTemporaryFile() as file:
        file.write(raw)
        file.flush()
        with Utf8Stream(Path(file.name), encoding, reading, block=block) as stream:
            assert b"".join(iter(lambda: stream.read(step), b"")) == text.encode()
    assert reading.replaced == ("\ufffd" in text)


def test_a_line_without_end_is_named_and_not_kept_in_memory(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [resident(number) for number in range(40_000)])
    with path.open("ab") as file:
        file.writelines(b"x" * 2**20 for _ in range(6))
    with pytest.raises(LineTooLong, match=r"Line 40002 of a\.csv is longer than 4 MB"):
        rows_of(file_delivery(path))
    path.write_bytes(b"x" * (6 * 2**20))
    with pytest.raises(LineTooLong, match="Line 1 of"):
        rows_of(file_delivery(path))


def test_a_quotation_mark_that_nothing_closes_is_one_sentence(tmp_path: Path) -> None:
    rows = [resident(1), resident(2, name='"张'), *(resident(n) for n in range(3, 200_000))]
    path = write_csv(tmp_path / "a.csv", rows)
    with pytest.raises(FileUnreadable, match="quotation mark that is never closed"):
        rows_of(file_delivery(path))


@pytest.mark.parametrize("content", ["编号,姓名", "编号,姓名\n", "登记表\n编号,姓名", "说明"])
def test_a_header_that_no_line_end_closes_is_a_table_without_rows(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    assert rows_of(file_delivery(path)) == []


# A process that keeps Python's lock to its end, so that Arrow's thread would get it too late.
ENDS_AT_ONCE = """
import sys
from pathlib import Path
from yitang.data.collection.connectors import file_delivery
sys.setswitchinterval(20)
print(sum(chunk.height for chunk in file_delivery(Path(sys.argv[1])).chunks()))
"""


def test_a_process_ends_well_after_a_file_that_arrow_did_not_open(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,姓名")
    found = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])}
    for _ in range(3):
        ended = subprocess.run(  # noqa: S603  (our own interpreter)
            [sys.executable, "-c", ENDS_AT_ONCE, str(path)], capture_output=True, text=True,
            check=False, timeout=60, env=found,
        )  # fmt: skip
        assert (ended.returncode, ended.stdout) == (0, "0\n"), ended.stderr


@pytest.mark.parametrize("broken_at", [(), (3, 9_000, 30_001, 79_999)])
def test_rows_keep_their_numbers_over_many_blocks_and_one_very_long_row(
    tmp_path: Path, broken_at: tuple[int, ...]
) -> None:
    rows = [resident(number) for number in range(80_000)]
    for index in broken_at:
        rows[index] = ["破", "行"]
    rows[40_000] = resident(40_000, name=f'"{"长" * 900_000}"')
    path = write_csv(tmp_path / "a.csv", rows, above=("人口表",))
    delivery = file_delivery(path, expected=EXPECTED)
    broken = [row.number for chunk in delivery.chunks() for row in chunk.broken]
    assert broken == [index + 3 for index in broken_at]
    assert numbers_of(delivery) == [index + 3 for index in range(80_000) if index not in broken_at]
    records = [row[0] for row in rows_of(delivery)]
    assert records == [row[0] for row in rows if len(row) == 5]
    assert len(rows_of(delivery)[40_000 - sum(at < 40_000 for at in broken_at)][2] or "") == 900_000


def test_a_chunk_gives_its_rows_as_frame_and_as_arrow() -> None:
    frame = pl.DataFrame({"a": ["一", None]})
    for chunk in (
        Chunk(frame, np.array([1, 2])),
        Chunk(pa.record_batch({"a": pa.array(["一", None])}), np.array([1, 2])),
    ):
        assert chunk.frame.equals(frame)
        assert chunk.arrow.to_pydict() == {"a": ["一", None]}
        assert chunk.height == 2
    assert Chunk(frame.clear(), np.array([])).arrow.num_rows == 0


@pytest.mark.parametrize("encoding", ["utf-16-le", "shift_jis", "koi8-r"])
def test_another_encoding_is_one_sentence(tmp_path: Path, encoding: str) -> None:
    text = "名前,住所,Имя\n" if encoding != "shift_jis" else "名前,ひらがな,カタカナ\n"
    text = "Имя,Адрес,Город\nИван,Тверская,Москва\n" if encoding == "koi8-r" else text * 5
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(EncodingUnknown, match="Save it as"):
        file_delivery(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PGDMP\x01\x0e\x00", "dump it as plain text"),
        (b"PK\x03\x04 not a workbook", "damaged"),
        (b"SQLite format 3\0 torn", "not a database|malformed|file"),
    ],
)
def test_what_is_no_table_says_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match=said):
        file_delivery(path)
    with pytest.raises(FileUnreadable, match="there is no such file"):
        file_delivery(tmp_path / "none.csv")


def test_a_file_of_numbers_has_no_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1,2\n3,4\n", encoding="utf-8")
    with pytest.raises(HeaderMissing):
        file_delivery(path)


def test_a_truncated_workbook_is_named_broken(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", {"一": [list(HEADER), list(resident(1))]})
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(FileUnreadable, match="damaged or incomplete"):
        file_delivery(path)


def test_a_workbook_is_read_below_its_titles_over_all_its_sheets(tmp_path: Path) -> None:
    title: list[object] = ["残疾人证登记表"]
    people: list[list[object]] = [list(resident(number)) for number in range(3)]
    people[0][3] = date(1990, 5, 17)
    people[1][3] = datetime(1990, 5, 17, 8, 30)  # noqa: DTZ001  (workbooks know no zones)
    path = write_workbook(
        tmp_path / "a.xlsx",
        {
            "说明": [["请按要求填写"]],
            "一镇": [title, [], list(HEADER), *people[:2], ["合计", 2]],
            "二镇": [list(HEADER), people[2]],
            "别的": [["甲", "乙", "丙", "丁"], ["一", "二", "三", "四"]],
        },
    )
    delivery = file_delivery(path, expected=EXPECTED)
    assert delivery.understood == {
        "sheets": "一镇, 二镇", "header_row": "3", "total_rows": "1", "left_out": "别的",
    }  # fmt: skip
    assert [row[3] for row in rows_of(delivery)] == [
        "1990-05-17", "1990-05-17 08:30:00", resident(2)[3],
    ]  # fmt: skip
    assert numbers_of(delivery) == [4, 5, 2]
    assert [chunk.sheet for chunk in delivery.chunks()] == ["一镇", "二镇"]
    assert file_delivery(path, table="别的").columns == ("甲", "乙", "丙", "丁")
    with pytest.raises(TableUnknown, match="一镇"):
        file_delivery(path, table="没有")


def test_long_numbers_stored_as_numbers_are_marked(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "a.xlsx", {"一": [["编号", "身份证号"], [7, 350102199001010011], [8.5, "x"]]}
    )
    (chunk,) = file_delivery(path).chunks()
    assert [(mark.position, mark.column, mark.code) for mark in chunk.marks] == [
        (0, "身份证号", "digits_lost")
    ]
    assert chunk.frame["编号"].to_list() == ["7", "8.5"]


def test_a_table_of_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE insured (id INTEGER, name TEXT, base REAL, gone TEXT)")
        connection.execute("INSERT INTO insured VALUES (350102199001010011, '张三', 3000.0, NULL)")
        connection.commit()
    delivery = file_delivery(path)
    assert rows_of(delivery) == [("350102199001010011", "张三", "3000", None)]
    assert delivery.understood == {"table": "insured"}
    with pytest.raises(TableUnknown, match="insured"):
        sqlite_delivery(path, table="people")


def test_an_arrow_table_and_equal_digests_for_equal_rows() -> None:
    table = pa.table({"a": [1, 2], "d": [date(2026, 1, 2), None]})
    delivery = arrow_delivery(table, name="services")
    assert rows_of(delivery) == [("1", "2026-01-02"), ("2", None)]
    assert arrow_delivery(table.slice(0), name="x").digest == delivery.digest
    assert arrow_delivery(table.slice(1), name="x").digest != delivery.digest


Handler = Callable[[httpx.Request], httpx.Response]


def gathered(handler: Handler, pauses: list[float] | None = None) -> Delivery:
    with httpx.Client(transport=httpx.MockTransport(handler)) as client:
        return http_delivery(
            "http://health.example/births?page=1",
            client=client,
            patience=Patience(
                pause=(pauses if pauses is not None else []).append, jitter=lambda: 0.0
            ),
        )


def test_pages_are_followed_and_failures_tried_again() -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        page = request.url.params["page"]
        asked.append(page)
        if asked.count(page) == 1 and page == "2":
            return httpx.Response(503)
        rows = [{"number": f"B{page}", "weight": 3300, "twin": False, "extra": None}]
        following = "/births?page=2" if page == "1" else None
        return httpx.Response(200, json={"total": 2, "rows": rows, "next": following})

    pauses: list[float] = []
    delivery = gathered(handler, pauses)
    assert rows_of(delivery) == [("B1", "3300", "0", None), ("B2", "3300", "0", None)]
    assert asked == ["1", "2", "2"]
    assert pauses == [0.5]
    assert delivery.understood == {"pages": "2"}


def test_a_source_that_breaks_off_gives_nothing_and_says_so() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.params["page"] == "2":
            raise httpx.ReadError("connection cut")
        return httpx.Response(200, json={"rows": [{"a": 1}], "next": "/births?page=2"})

    pauses: list[float] = []
    with pytest.raises(SourceUnreachable, match=r"after 5 attempts: the connection broke off"):
        gathered(handler, pauses)
    assert pauses == [0.5, 1, 2, 4]


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (httpx.Response(404), "status 404"),
        (httpx.Response(200, text="<html>"), "no list of records in JSON"),
        (httpx.Response(200, json={"message": "no"}), "no list of records"),
        (httpx.Response(200, json=[1, 2]), "no list of records"),
    ],
)
def test_an_answer_without_records_is_refused(response: httpx.Response, said: str) -> None:
    with pytest.raises(SourceUnreachable, match=said):
        gathered(lambda _request: response)


def test_a_bare_list_and_a_link_header_are_read_too() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.params["page"] == "1":
            link = {"Link": '<http://health.example/births?page=2>; rel="next"'}
            return httpx.Response(200, json=[{"a": "1"}], headers=link)
        return httpx.Response(200, json=[{"a": "2"}])

    assert rows_of(gathered(handler)) == [("1",), ("2",)]
