"""Loading what others publish. Nothing is overwritten, and every refused row says why."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from .errors import FileUnreadable
from .models import Indicator, Project, PublishedFigure
from .rules import (
    ProjectFacts,
    PublishedValue,
    net_increase_in,
    period_end,
    read_project,
    read_value,
)

PUBLISHED = Path(__file__).with_name("published")


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line of the file (the header is line 1) and what is wrong with it."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of a file: ``accepted + len(rejected) == delivered``."""

    delivered: int
    accepted: int
    added: int
    rejected: tuple[RejectedLine, ...]


def publishers(path: Path | None = None) -> dict[str, str]:
    """Source code to publisher, from a file with the columns code and publisher."""
    rows = _rows(path or PUBLISHED / "sources.csv", needed=("code", "publisher"))
    return {row["code"]: row["publisher"] for _, row in rows}


@transaction.atomic
def load_indicators(path: Path, *, at: datetime, sources: Mapping[str, str]) -> LoadReport:
    """Load a file of published values; the same file again adds nothing.

    Columns: indicator, name_zh, unit, period, value, mark, source, note; UTF-8 or GB 18030.
    ``sources`` names the publisher behind a source code. A note such as ``net +1.69`` is a
    published figure too, of the series ``…_net_increase``.
    """
    values: list[PublishedValue] = []
    rejected: list[RejectedLine] = []
    delivered = 0
    for line, row in _rows(path, needed=("indicator", "period", "value")):
        delivered += 1
        try:
            values.append(read_value(row))
        except ValueError as error:
            rejected.append(RejectedLine(line, str(error)))
    increases = [found for value in values if (found := net_increase_in(value))]
    added = _record([*values, *increases], at=at, sources=sources)
    return LoadReport(delivered, len(values), added, tuple(rejected))


@transaction.atomic
def load_projects(path: Path, *, at: datetime) -> LoadReport:
    """Load projects, new ones and changed ones; columns as ``rules.ProjectFacts``."""
    facts: dict[str, ProjectFacts] = {}
    rejected: list[RejectedLine] = []
    delivered = 0
    for line, row in _rows(path, needed=("code", "name", "stage")):
        delivered += 1
        try:
            project = read_project(row)
            if project.code in facts:
                raise ValueError(f"the code {project.code} came before in this file")
            facts[project.code] = project
        except ValueError as error:
            rejected.append(RejectedLine(line, str(error)))
    known = set(Project.objects.values_list("code", flat=True))
    fields = [name for name in ProjectFacts.__slots__ if name != "code"]
    Project.objects.bulk_create(
        [
            Project(**{name: getattr(p, name) for name in ProjectFacts.__slots__}, updated_at=at)
            for p in facts.values()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[*fields, "updated_at"],
        batch_size=500,
    )
    return LoadReport(delivered, len(facts), len(facts.keys() - known), tuple(rejected))


def _record(values: list[PublishedValue], *, at: datetime, sources: Mapping[str, str]) -> int:
    for value in {value.indicator: value for value in values}.values():
        Indicator.objects.get_or_create(
            code=value.indicator, defaults={"name": value.name, "unit": value.unit}
        )
    series = {indicator.code: indicator for indicator in Indicator.objects.all()}
    before = PublishedFigure.objects.count()
    PublishedFigure.objects.bulk_create(
        [
            PublishedFigure(
                indicator=series[value.indicator],
                period=value.period,
                period_end=period_end(value.period),
                value=value.value,
                confirmation=value.confirmation,
                source=sources.get(value.source, value.source),
                note=value.note,
                recorded_at=at,
            )
            for value in values
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    return PublishedFigure.objects.count() - before


def _rows(path: Path, *, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row; raises ``FileUnreadable`` in one sentence."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=path.name, problem=error.strerror or str(error)) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            problem = "it is neither UTF-8 nor GB 18030 text"
            raise FileUnreadable(file=path.name, problem=problem) from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in needed if name not in (reader.fieldnames or [])]
    if missing:
        raise FileUnreadable(file=path.name, problem=f"the column {missing[0]} is missing")
    for row in reader:
        yield reader.line_num, {key: value or "" for key, value in row.items() if key}
