"""Lists of service items as files: JSON, JSON inside a script, CSV, Excel; with a mapping.

A mapping is a TOML file for a list nobody prepared for us::

    rows = "items.sub_items"            # nested lists, from the top
    [columns]                           # our element = their column
    name = "name"
    code = { from = "link", pattern = "itemCode=([^&]+)" }
    [values.type]                       # their value = our code
    "许可" = "01"
    [constants]
    level = "4"
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yitang.ground.base.errors import why_unread
from yitang.ground.base.text import Message
from yitang.public.services.errors import ItemFileUnreadable, MappingInvalid

ENCODINGS = ("utf-8-sig", "gb18030")
JSON_FROM, JSON_TO = re.compile(r"[\[{]"), re.compile(r"[\]}]")
COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Column:
    """Where one element is found: a column, or the part of it that ``pattern`` catches."""

    source: str
    pattern: re.Pattern[str] | None = None

    def value_in(self, row: Mapping[str, object]) -> object:
        value = row.get(self.source)
        if self.pattern is None or value is None:
            return value
        found = self.pattern.search(str(value))
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How a foreign list says what we call our elements."""

    rows: tuple[str, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)

    def element_row(self, row: Mapping[str, object]) -> dict[str, object]:
        """``row`` by our elements; without columns everything keeps its own name."""
        found = (
            {element: column.value_in(row) for element, column in self.columns.items()}
            if self.columns
            else dict(row)
        )
        for element, meanings in self.values.items():
            found[element] = meanings.get(str(found.get(element, "")), found.get(element))
        return {**self.constants, **found}


def load_mapping(path: Path) -> ColumnMapping:
    """The mapping in a TOML file; raises ``MappingInvalid``."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        columns = {name: _column(value) for name, value in content.get("columns", {}).items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise MappingInvalid(file=path.name, problem=why_unread(error)) from None
    return ColumnMapping(
        rows=tuple(part for part in str(content.get("rows", "")).split(".") if part),
        columns=columns,
        values=content.get("values", {}),
        constants=content.get("constants", {}),
    )


def _column(value: str | dict[str, str]) -> Column:
    if isinstance(value, str):
        return Column(value)
    return Column(value["from"], re.compile(value["pattern"]))


def read_item_rows(
    path: Path, *, mapping: ColumnMapping | None = None, materials: Path | None = None
) -> list[dict[str, object]]:
    """Every row of a list, by our elements where ``mapping`` says so.

    ``materials`` is a second table with the column ``item_code`` (实施编码), for lists that come
    as two spreadsheets. Raises ``ItemFileUnreadable``.
    """
    mapping = mapping or ColumnMapping()
    rows = [mapping.element_row(row) for row in _rows(path, mapping.rows)]
    if materials is not None:
        by_item: dict[str, list[dict[str, object]]] = {}
        for row in _rows(materials, ()):
            code = str(row.pop("item_code", None) or row.pop("实施编码", ""))
            by_item.setdefault(code.strip(), []).append(row)
        for row in rows:
            code = str(row.get("code") or row.get("实施编码") or "").strip()
            row["materials"] = by_item.get(code, [])
    return rows


def _rows(path: Path, nested: tuple[str, ...]) -> Iterator[dict[str, object]]:
    readers = {".json": _json_rows, ".js": _json_rows, ".csv": _csv_rows, ".xlsx": _excel_rows}
    if path.suffix.lower() not in readers:
        known = ", ".join(sorted(readers))
        raise ItemFileUnreadable(
            file=path.name,
            problem=Message(
                "services.kinds_of_file", "only {known} are understood", {"known": known}
            ),
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ItemFileUnreadable(file=path.name, problem=error.strerror) from None
    return readers[path.suffix.lower()](content, path.name, nested)


def _text_of(content: bytes, name: str) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ItemFileUnreadable(file=name, problem="it is neither UTF-8 nor GB 18030 text")


def _json_rows(content: bytes, name: str, nested: tuple[str, ...]) -> Iterator[dict[str, object]]:
    """JSON, or the one JSON value inside a script (``const data = […];``)."""
    text = _text_of(content, name)
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = _inner_json(COMMENT.sub("", text), name)
    if not nested and isinstance(value, dict) and isinstance(value.get("items"), list):
        value = value["items"]
    return _flattened(value, nested, {})


def _inner_json(text: str, name: str) -> Any:
    first = JSON_FROM.search(text)
    last = max((found.end() for found in JSON_TO.finditer(text)), default=0)
    if first is None:
        raise ItemFileUnreadable(file=name, problem="there is no JSON in it")
    try:
        return json.loads(text[first.start() : last])
    except json.JSONDecodeError as error:
        problem = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise ItemFileUnreadable(file=name, problem=problem) from None


def _flattened(
    value: Any, nested: tuple[str, ...], above: dict[str, object]
) -> Iterator[dict[str, object]]:
    """The innermost rows; each inherits the single values of the rows that hold it."""
    for entry in value if isinstance(value, list) else [value]:
        if not isinstance(entry, dict):
            yield {**above, "value": entry}
        elif not nested:
            yield {**above, **entry}
        else:
            own = {key: one for key, one in entry.items() if not isinstance(one, list | dict)}
            yield from _flattened(entry.get(nested[0], []), nested[1:], {**above, **own})


def _csv_rows(content: bytes, name: str, _: tuple[str, ...]) -> Iterator[dict[str, object]]:
    text = _text_of(content, name)
    if "\0" in text:
        raise ItemFileUnreadable(file=name, problem="it holds zero bytes, so it is no CSV")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    for row in reader:
        yield {str(key).strip(): value for key, value in row.items() if key is not None}


def _excel_rows(content: bytes, name: str, _: tuple[str, ...]) -> Iterator[dict[str, object]]:
    """The first sheet; its first row with a value names the columns; empty rows are left out."""
    import openpyxl  # for those who bring such a file

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception:  # noqa: BLE001  (openpyxl raises whatever its zip and XML readers raise)
        raise ItemFileUnreadable(file=name, problem="it is not an Excel workbook") from None
    rows = (row for row in book.worksheets[0].iter_rows(values_only=True) if any(row))
    names = [str(value or "").strip() for value in next(rows, ())]
    for row in rows:
        yield dict(zip(names, row, strict=False))
