"""Periods, confirmations, claims and project stages, without a database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from yitang.ground.base.text import Message


class Confirmation(StrEnum):
    """How far a published value may be relied on."""

    CONFIRMED = "confirmed"  # read in the source named
    DERIVED = "derived"  # calculated from such values
    WEAK = "weak"  # read, but not in the publisher's own text
    UNCONFIRMED = "unconfirmed"  # known, not yet read in any source


MARKS = {
    "found": Confirmation.CONFIRMED,
    "derived": Confirmation.DERIVED,
    "found-weak": Confirmation.WEAK,
}


def confirmation_of(mark: str) -> Confirmation:
    """The confirmation behind a file's mark; what is not marked as found is unconfirmed."""
    return MARKS.get(mark.strip().lower(), Confirmation.UNCONFIRMED)


PERIOD = re.compile(r"(\d{4})年?(?:-?(0[1-9]|1[0-2]|mid|Q[1-4])月?)?")


def period_end(period: str) -> str:
    """A key that sorts periods by the month they end in: ``2018`` is ``2018-12``.

    Raises ``ValueError`` for what is no year (``2018``, ``2018年``), month (``2019-03``),
    quarter (``2019Q1``) or ``-mid``.
    """
    match = PERIOD.fullmatch(period.strip())
    if match is None:
        raise ValueError(f"{period!r} is no year, month or quarter")
    year, part = match.groups()
    if part is None:
        return f"{year}-12"
    if part == "mid":
        return f"{year}-06"
    return f"{year}-{int(part[1]) * 3:02}" if part.startswith("Q") else f"{year}-{part}"


def is_year(period: str) -> bool:
    """Whether the period is a whole year, and so may stand beside other years."""
    return bool(re.fullmatch(r"\d{4}年?", period.strip()))


@dataclass(frozen=True, slots=True)
class PublishedValue:
    """One figure of a series, as its source gave it."""

    indicator: str
    name: str
    unit: str
    period: str
    value: Decimal
    confirmation: Confirmation
    source: str
    note: str


def read_value(row: Mapping[str, str]) -> PublishedValue:
    """A row of an indicator file; raises ``ValueError`` with what is wrong.

    Columns: indicator, name_zh, unit, period, value, mark, source, note.
    """
    missing = [name for name in ("indicator", "period", "value") if not row.get(name, "").strip()]
    if missing:
        raise ValueError(f"the column {missing[0]} is empty")
    try:
        value = Decimal(row["value"].replace(",", "").strip())
    except InvalidOperation:
        raise ValueError(f"{row['value']!r} in the column value is not a number") from None
    if not value.is_finite():
        raise ValueError(f"{row['value']!r} in the column value is not a number")
    period_end(row["period"])
    return PublishedValue(
        indicator=row["indicator"].strip(),
        name=row.get("name_zh", "").strip() or row["indicator"].strip(),
        unit=row.get("unit", "").strip(),
        period=row["period"].strip(),
        value=value,
        confirmation=confirmation_of(row.get("mark", "")),
        source=row.get("source", "").strip(),
        note=row.get("note", "").strip(),
    )


NET_INCREASE = re.compile(r"\bnet ([+-]?\d+(?:\.\d+)?)")


def net_increase_in(value: PublishedValue) -> PublishedValue | None:
    """The published net increase that a value's note states, as a series of its own."""
    match = NET_INCREASE.search(value.note)
    if match is None:
        return None
    return PublishedValue(
        indicator=f"{value.indicator}_net_increase",
        name=f"{value.name.removesuffix('数')}净增",
        unit=value.unit,
        period=value.period,
        value=Decimal(match[1]),
        confirmation=value.confirmation,
        source=value.source,
        note="",
    )


@dataclass(frozen=True, slots=True)
class Increase:
    """What was published as the increase, beside what rounded year-ends would give."""

    published: Decimal
    of_rounded: Decimal

    @property
    def rounding(self) -> Decimal:
        return self.of_rounded - self.published


class Verdict(StrEnum):
    CONFIRMED = "confirmed"  # published as claimed, at the claim's own rounding
    OTHERWISE = "otherwise"  # published as something else: both are shown
    OPEN = "open"  # nothing published is known


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure somebody states, and the published value it must answer to.

    ``tolerance`` is the half width of the claim's own rounding, in the indicator's unit.
    """

    code: str
    statement: Message
    indicator: str
    period: str
    claimed: Decimal
    tolerance: Decimal


def verdict_on(claim: Claim, published: Decimal | None) -> Verdict:
    """Whether what was published is what is claimed."""
    if published is None:
        return Verdict.OPEN
    is_near = abs(published - claim.claimed) <= claim.tolerance
    return Verdict.CONFIRMED if is_near else Verdict.OTHERWISE


def _claim(code: str, template: str, indicator: str, claimed: str, tolerance: str = "0") -> Claim:
    statement = Message(f"economy.claim.{code}", template)
    return Claim(code, statement, indicator, "2018", Decimal(claimed), Decimal(tolerance))


# The statements about 2018 that leaders quote. Tolerances are those of the words used:
# "31 trillion" is a whole number of trillions, "one third" a fraction spoken, not measured.
CLAIMS: tuple[Claim, ...] = (
    _claim("scale", "The digital economy reached 31 trillion yuan", "digital_economy", "31", "0.5"),
    _claim("share", "One third of GDP", "digital_economy_share_gdp", "33.3", "2"),
    _claim("fibre", "43.58 million km of fibre-optic lines", "fibre_line_length", "4358"),
    _claim("users_4g", "1.17 billion 4G users", "users_4g", "11.7"),
    _claim("users_4g_net", "169 million more 4G users", "users_4g_net_increase", "1.69"),
    _claim("projects", "400 projects at the summit", "summit_projects", "400"),
    _claim("investment", "300 billion yuan at the summit", "summit_investment", "3000"),
)


class Stage(StrEnum):
    """Where a project stands; the first three are the summits' own words."""

    SEEKING = "seeking"
    IN_TALKS = "in_talks"
    SIGNED = "signed"
    STARTED = "started"
    UNDER_CONSTRUCTION = "under_construction"
    COMPLETED = "completed"
    IN_PRODUCTION = "in_production"


STARTED = frozenset({Stage.STARTED, Stage.UNDER_CONSTRUCTION, Stage.COMPLETED, Stage.IN_PRODUCTION})

STAGE_NAMES: Mapping[Stage, Message] = {
    Stage.SEEKING: Message("economy.stage.seeking", "Seeking investors"),
    Stage.IN_TALKS: Message("economy.stage.in_talks", "In talks"),
    Stage.SIGNED: Message("economy.stage.signed", "Signed"),
    Stage.STARTED: Message("economy.stage.started", "Started"),
    Stage.UNDER_CONSTRUCTION: Message("economy.stage.under_construction", "Under construction"),
    Stage.COMPLETED: Message("economy.stage.completed", "Completed"),
    Stage.IN_PRODUCTION: Message("economy.stage.in_production", "In production"),
}


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """A project as a file states it; money in 100 million yuan (亿元)."""

    code: str
    name: str
    division_code: str
    department: str
    category: str
    stage: Stage
    investment: Decimal
    planned_this_year: Decimal
    invested_this_year: Decimal
    planned_start: date | None
    started_on: date | None
    completed_on: date | None


def read_project(row: Mapping[str, str]) -> ProjectFacts:
    """A row of a project file; raises ``ValueError`` with what is wrong."""
    if not row.get("code", "").strip() or not row.get("name", "").strip():
        raise ValueError("a project needs a code and a name")
    stage = row.get("stage", "").strip()
    if stage not in set(Stage):
        raise ValueError(f"the stage {stage!r} is none of {', '.join(Stage)}")
    facts = ProjectFacts(
        code=row["code"].strip(),
        name=row["name"].strip(),
        division_code=row.get("division_code", "").strip(),
        department=row.get("department", "").strip(),
        category=row.get("category", "").strip(),
        stage=Stage(stage),
        investment=_money(row, "investment"),
        planned_this_year=_money(row, "planned_this_year"),
        invested_this_year=_money(row, "invested_this_year"),
        planned_start=_day(row, "planned_start"),
        started_on=_day(row, "started_on"),
        completed_on=_day(row, "completed_on"),
    )
    if (facts.stage in STARTED) != (facts.started_on is not None):
        raise ValueError(f"the stage {stage} and the column started_on contradict each other")
    return facts


def _money(row: Mapping[str, str], column: str) -> Decimal:
    text = row.get(column, "").replace(",", "").strip() or "0"
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} in the column {column} is not an amount") from None
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"{text!r} in the column {column} is not an amount")
    return amount


def _day(row: Mapping[str, str], column: str) -> date | None:
    text = row.get(column, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"{text!r} in the column {column} is not a date") from None


def elapsed_share(on: date) -> Decimal:
    """The part of the year that has passed by the end of a day, as published: whole months.

    A month counts once it is over, or when its last ten days have begun (October: 83.3 %).
    """
    months = on.month if on.day >= 20 else on.month - 1
    return Decimal(months) / 12


def invested_share(projects: Iterable[ProjectFacts]) -> Decimal | None:
    """投资完成率: invested this year over planned this year; ``None`` if nothing is planned."""
    invested = planned = Decimal(0)
    for project in projects:
        invested += project.invested_this_year
        planned += project.planned_this_year
    return invested / planned if planned else None
