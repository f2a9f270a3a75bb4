"""What a portal's file is once it has been read: records under the portal's own field names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from yitang.ground.base.text import Message

Record = Mapping[str, object]
DEPTH = 4  # of nested records; deeper ones are kept as they are


@dataclass(frozen=True, slots=True)
class Delivered:
    """One record: its number in the file, its fields, or why it could not be read."""

    number: int
    values: Record
    broken: Message | None = None


@dataclass(frozen=True, slots=True)
class Dump:
    """A file's records; ``mapping`` is set where a standard says what each field is."""

    kind: str
    records: tuple[Delivered, ...]
    mapping: Mapping[str, str] = field(default_factory=dict[str, str])
    understood: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def readable(self) -> list[Record]:
        return [record.values for record in self.records if record.broken is None]


def flat(record: Mapping[str, object]) -> dict[str, object]:
    """Nested records with dotted names; a list of records becomes a list for each of its fields."""
    return dict(_flat(record, "", DEPTH))


def _flat(record: Mapping[str, object], prefix: str, depth: int) -> Iterator[tuple[str, object]]:
    for name, value in record.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict) and value and depth:
            yield from _flat(_named(value), f"{path}.", depth - 1)
        elif isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
            yield from _columns([_named(part) for part in value], path, depth)
        else:
            yield path, value


def _columns(
    records: list[dict[str, object]], path: str, depth: int
) -> Iterator[tuple[str, object]]:
    rows = [dict(_flat(record, f"{path}.", depth - 1 if depth else 0)) for record in records]
    for name in dict.fromkeys(name for row in rows for name in row):
        found = [row[name] for row in rows if row.get(name) not in (None, "")]
        parts = [value if isinstance(value, list) else [value] for value in found]
        yield name, [part for listed in parts for part in listed]


def _named(value: object) -> dict[str, object]:
    return {str(key): part for key, part in value.items()} if isinstance(value, dict) else {}
