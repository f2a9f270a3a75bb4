"""Rows of a CSV as people hand it over."""

from __future__ import annotations

from pathlib import Path

import pytest

from yitang.ground.language.api import read_rows
from yitang.ground.language.errors import ColumnsMissing, FileUnreadable


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_rows_are_read_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text('标题,内容\n停水,"三天,没水"\n缺\n', encoding=encoding)
    rows = read_rows(path, columns=["标题"])
    assert rows == [{"标题": "停水", "内容": "三天,没水"}, {"标题": "缺", "内容": ""}]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(FileUnreadable, match="No such file"):
        read_rows(path)
    path.write_bytes(b"\xff\xff\xff\n")
    with pytest.raises(FileUnreadable, match="neither UTF-8 nor GB 18030"):
        read_rows(path)
    path.write_bytes(b"")
    with pytest.raises(FileUnreadable, match="it is empty"):
        read_rows(path)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ColumnsMissing, match="no column c; it has a, b"):
        read_rows(path, columns=["a", "c"])
