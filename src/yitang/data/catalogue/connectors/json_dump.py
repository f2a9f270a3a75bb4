"""JSON as portals hand it out: an array, arrays glued together, lines, records inside an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator

from yitang.data.catalogue.errors import DumpUnreadable
from yitang.data.catalogue.rules.mapping import name_scores
from yitang.ground.base.text import Message

from .dump import Delivered, Dump, flat

_SEARCHED = 6  # levels down to the list of records


def read_json(text: str, *, file: str) -> Dump:
    """Raises ``DumpUnreadable`` with line and column where the file stops being JSON."""
    try:
        values = _values(text)
        kind = "JSON"
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or sum(line.lstrip().startswith("{") for line in lines) < 0.8 * len(
            lines
        ):
            problem = Message(
                "catalogue.unreadable.json",
                "it stops being JSON at line {line}, column {column}",
                {"line": error.lineno, "column": error.colno},
            )
            raise DumpUnreadable(file=file, problem=problem) from None
        return Dump("JSON lines", tuple(_lines(lines)))
    except RecursionError:
        raise DumpUnreadable(file=file, problem="its records are nested too deeply") from None
    found: list[object] = []
    for value in values:
        found.extend(records_in(value))
    understood = {"arrays": str(len(values))} if len(values) > 1 and kind == "JSON" else {}
    if len(values) > 1 and all(isinstance(value, dict) for value in values):
        kind, understood = "JSON lines", {}
    return Dump(
        kind, tuple(_delivered(number, row) for number, row in enumerate(found, 1)),
        understood=understood,
    )  # fmt: skip


def records_in(value: object) -> list[object]:
    """The list of records that an answer wraps, or the value itself as the only record."""
    if isinstance(value, list):
        return _flattened(value)
    if isinstance(value, dict):
        lists = sorted(_lists_in(value, _SEARCHED), key=len, reverse=True)
        own = sum(not isinstance(part, (dict, list)) for part in value.values())
        if lists and (len(value) <= 8 or own < 3) and not _reads_as_record(value):
            return lists[0]
    return [value]


def _reads_as_record(value: dict[str, object]) -> bool:
    """Whether the fields of ``value`` itself are those of a dataset rather than of an answer."""
    spoken = {
        target for name in value for target, score in name_scores(name).items() if score >= 0.9
    }
    return len({"name", "abstract", "organisation", "update_cycle", "format"} & spoken) >= 2


def _flattened(rows: list[object]) -> list[object]:
    """An array of pages is one array."""
    if rows and all(isinstance(row, list) for row in rows):
        return [part for row in rows if isinstance(row, list) for part in row]
    return rows


def _lists_in(value: object, depth: int) -> Iterator[list[object]]:
    if isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
        yield value
    elif isinstance(value, dict) and depth:
        for part in value.values():
            yield from _lists_in(part, depth - 1)


def _values(text: str) -> list[object]:
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(text):
        if text[at].isspace() or text[at] in ",;\x1e":
            at += 1
            continue
        value, at = decoder.raw_decode(text, at)
        found.append(value)
    return found


def _lines(lines: list[str]) -> Iterator[Delivered]:
    for number, line in enumerate(lines, start=1):
        try:
            yield _delivered(number, json.loads(line))
        except (json.JSONDecodeError, RecursionError):
            yield Delivered(
                number,
                {"line": line[:500]},
                Message("catalogue.broken.line", "the line is not JSON"),
            )


def _delivered(number: int, row: object) -> Delivered:
    if not isinstance(row, dict) or not row:
        said = Message("catalogue.broken.not_a_record", "it is no record with fields")
        return Delivered(number, {"value": str(row)[:500]}, said)
    return Delivered(number, flat(row))
