"""Messages from a file that nobody prepared."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from yitang.decision.insight.api import read_messages
from yitang.decision.insight.errors import MessagesUnreadable
from yitang.ground.base.clock import SHANGHAI
from yitang.ground.language.errors import ColumnsMissing

HEADER = "留言编号,留言用户,留言主题,留言时间,留言详情,点赞数\n"


def test_common_headers_and_both_forms_of_date_are_known(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = "1,U1,停水,2026/2/8 9:05:05, 三天了 ,9999\n2,U2,噪音,2026-02-28 19:05,夜里,0\n"
    path.write_text(HEADER + rows, encoding="gb18030")
    read = read_messages(path)
    assert read.problems == ()
    first, second = read.messages
    assert (first.id, first.user_key, first.title, first.text) == ("1", "U1", "停水", "三天了")
    assert first.at == datetime(2026, 2, 8, 9, 5, 5, tzinfo=SHANGHAI)
    assert second.at == datetime(2026, 2, 28, 19, 5, tzinfo=SHANGHAI)


def test_other_headers_are_named_by_the_caller(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("题,何时,话\n停水,2026年2月8日,三天\n", encoding="utf-8")
    with pytest.raises(ColumnsMissing, match="留言主题, 留言详情, 留言时间"):
        read_messages(path)
    columns = {"title": "题", "at": "何时", "text": "话"}
    (message,) = read_messages(path, columns=columns).messages
    assert (message.id, message.user_key) == ("2", "")
    with pytest.raises(ColumnsMissing, match="no column 缺"):
        read_messages(path, columns={"title": "缺"})


def test_rows_without_a_date_are_named_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "1,U,停水,昨天,x,0\n2,U,停水,2026-13-40,x,0\n", encoding="utf-8")
    with pytest.raises(MessagesUnreadable, match="row 2: '昨天' is no date"):
        read_messages(path)
    with path.open("a", encoding="utf-8") as file:
        file.write("3,U,停水,2026-1-4,x,0\n")
    read = read_messages(path)
    assert [message.id for message in read.messages] == ["3"]
    assert read.problems == ("row 2: '昨天' is no date", "row 3: '2026-13-40' is no date")
    path.write_text(HEADER, encoding="utf-8")
    with pytest.raises(MessagesUnreadable, match="no row below the headers"):
        read_messages(path)
