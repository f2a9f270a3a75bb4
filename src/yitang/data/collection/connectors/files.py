"""A file of any kind we read, told by its first bytes and not by its name."""

from __future__ import annotations

from pathlib import Path

from yitang.data.collection.errors import FileUnreadable
from yitang.ground.base.text import Message

from .archive import GZIP_MARK, gzip_delivery, zip_delivery
from .csv import csv_delivery
from .delivery import Delivery
from .excel import excel_delivery, is_old_workbook, is_workbook
from .json_file import json_delivery, looks_like_json
from .limits import ARCHIVE_MARK, Limits, parts_of
from .parquet import PARQUET_MARK, parquet_delivery
from .sql_script import looks_like_sql, sql_delivery
from .sqlite import SQLITE_MARK, sqlite_delivery
from .text_encoding import UTF_16_MARKS

_OTHERS = {
    b"%PDF": Message("collection.why", "it is a PDF"),
    b"\xff\xd8\xff": Message("collection.why", "it is a picture"),
    b"\x89PNG": Message("collection.why", "it is a picture"),
    b"Rar!": Message(
        "collection.why", "it is an archive of a kind that is not read here; pack it as ZIP"
    ),
    b"7z\xbc\xaf": Message(
        "collection.why", "it is an archive of a kind that is not read here; pack it as ZIP"
    ),
    b"PGDMP": Message(
        "collection.why", "it is a dump of PostgreSQL in its own form; dump it as plain text"
    ),
    b"{\\rtf": Message("collection.why", "it is a text document"),
    b"<!DOC": Message("collection.why", "it is a web page"),
    b"<html": Message("collection.why", "it is a web page"),
}
_OFFICE = {
    "xl/workbook.bin": Message("collection.why", "it is a binary workbook (XLSB); save it as XLSX"),
    "word/document.xml": Message("collection.why", "it is a text document"),
    "ppt/presentation.xml": Message("collection.why", "it is a presentation"),
    "content.xml": Message("collection.why", "it is an OpenDocument file; save it as XLSX"),
}


def file_delivery(
    path: Path,
    *,
    expected: frozenset[str] = frozenset(),
    dates: frozenset[str] = frozenset(),
    table: str = "",
    name: str = "",
    limits: Limits | None = None,
) -> Delivery:
    """A workbook, SQLite, Parquet or JSON file, an SQL script, delimited text, or these packed.

    ``table`` names a sheet or a table. Raises ``FileUnreadable``, ``ArchiveRefused``,
    ``TooManyCells`` and what its kind raises.
    """
    name, limits = name or path.name, limits or Limits()
    head = _head(path, name)

    def read(inner: Path, called: str) -> Delivery:
        return file_delivery(
            inner, expected=expected, dates=dates, table=table, name=called, limits=limits
        )

    if head.startswith(ARCHIVE_MARK) or is_old_workbook(head):
        if is_workbook(path):
            return excel_delivery(
                path, expected=expected, dates=dates, sheet=table, name=name, limits=limits
            )
        _check_not_office(path, name)
        return zip_delivery(path, name=name, read=read, limits=limits, expected=expected)
    if head.startswith(GZIP_MARK):
        return gzip_delivery(path, name=name, read=read, limits=limits)
    if head.startswith(SQLITE_MARK):
        return sqlite_delivery(path, table=table, name=name)
    if head.startswith(PARQUET_MARK):
        return parquet_delivery(path, name=name, limits=limits)
    text = head.decode("utf-16", "ignore").encode() if head.startswith(UTF_16_MARKS) else head
    if looks_like_json(text):
        return json_delivery(path, expected=expected, name=name)
    if looks_like_sql(text):
        return sql_delivery(path, expected=expected, table=table, name=name)
    return csv_delivery(path, expected=expected, name=name)


def _head(path: Path, name: str) -> bytes:
    """The first bytes; raises ``FileUnreadable`` for what is no table."""
    if path.exists() and not path.is_file():  # what can be read once only would be waited for
        problem = Message("collection.why", "it is no file that can be read more than once")
        raise FileUnreadable(file=name, problem=problem)
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise FileUnreadable(file=name, problem=_unopened(error)) from None
    if not head:
        raise FileUnreadable(file=name, problem=Message("collection.why", "it is empty"))
    for mark, problem in _OTHERS.items():
        if head[: len(mark)].lower() == mark.lower():
            raise FileUnreadable(file=name, problem=problem)
    return head


def _unopened(error: OSError) -> Message:
    """Why the system did not open a file, in words of ours."""
    if isinstance(error, FileNotFoundError):
        return Message("collection.why", "there is no such file")
    if isinstance(error, PermissionError):
        return Message("collection.why", "this machine may not read it")
    return Message("collection.why", "this machine could not open it")


def _check_not_office(path: Path, name: str) -> None:
    parts = parts_of(path)
    for part, problem in _OFFICE.items():
        if part in parts:
            raise FileUnreadable(file=name, problem=problem)
