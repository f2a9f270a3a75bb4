"""The smaller registers: what is not written out in ``silos.py``, described in ``datasets.txt``.

``~ pupils share=0.9 form=csv encoding=gbk`` says of whom a register has rows, how many of them it
knows and in what form it hands over. A column holds the fact of its own name, or ``fact=``, or one
of ``values=``; ``as=`` is the department's own way to write it. ``= pupils: class=grade`` says that
the column is collected although another department holds it: the truth about chimneys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from .companies import companies_of
from .datasets import Column, Entry, Register, entries, registers
from .dirt import Clerk, Rates
from .facts import OF_FIRMS, OF_PEOPLE, Subject
from .people import STORY, Block
from .silos import Context, Silo
from .sinks import Row

RATES = Rates(
    missing_number=0.03, mistyped_number=0.01, short_number=0.01, wrong_name=0.01, duplicate=0.004,
)  # fmt: skip
SLIP = 0.02  # of a fact's values: not known, or of an earlier day
SUFFIX = {"csv": "csv", "excel": "xlsx", "sqlite": "sqlite3"}
STATES = ("有效", "有效", "有效", "有效", "过期", "注销")
VALID_FOR = (365, 1095, 1825, 2190)

People = Callable[[Subject], bool]
PEOPLE: Mapping[str, People] = {
    "everyone": lambda s: True,
    "grown": lambda s: s.age >= 16,
    "adults": lambda s: 18 <= s.age < 70,
    "pupils": lambda s: 6 <= s.age < 18,
    "workers": lambda s: 22 <= s.age < 60,
    "old": lambda s: s.age >= 60,
    "very_old": lambda s: s.age >= 80,
    "licensed": lambda s: 18 <= s.age < 70 and s.is_one_of("licensed", 0.12),
    "professional_drivers": lambda s: (
        18 <= s.age < 60 and s.is_one_of("licensed", 0.12) and s.is_one_of("professional", 0.3)
    ),
    "car_owners": lambda s: 20 <= s.age < 75 and s.is_one_of("car", 0.1),
    "disabled": lambda s: s.is_one_of("disabled", 0.025),
    "allowed": lambda s: s.is_one_of("disabled", 0.025) and s.is_one_of("allowed", 0.6),
    "poor": lambda s: s.home.is_poor,
    "poor_pupils": lambda s: s.home.is_poor and 6 <= s.age < 24,
    "home_owners": lambda s: s.home.is_owner and s.someone is s.home.people[0],
    "farmers": lambda s: not s.home.home.is_urban and s.someone is s.home.people[0],
    "teachers": lambda s: 23 <= s.age < 60 and s.is_one_of("teacher", 0.015),
    "doctors": lambda s: 25 <= s.age < 65 and s.is_one_of("doctor", 0.012),
    "veterans": lambda s: s.age >= 22 and s.someone.sex == "1" and s.is_one_of("veteran", 0.04),
}


def _trades(*words: str) -> People:
    return lambda s: s.firm.state == "存续" and any(word in s.firm.name for word in words)


FIRMS: Mapping[str, People] = {
    "firms": lambda s: True,
    "active_firms": lambda s: s.firm.state == "存续",
    "closed_firms": lambda s: s.firm.state == "注销",
    "food_firms": _trades("食品", "餐饮", "水产", "茶业"),
    "builders": _trades("建筑", "房地产"),
    "carriers": _trades("物流", "旅游"),
    "druggists": _trades("医药"),
}
# A department's own way of writing a value.
WRITINGS: Mapping[str, Callable[[object], object]] = {
    "words": lambda value: {"1": "男", "2": "女"}.get(str(value), "未说明"),
    "compact": lambda value: f"{value:%Y%m%d}" if isinstance(value, date) else value,
    "digit": lambda value: str("一二三四".index(str(value)[0]) + 1),
}


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two datasets of different departments that hold the same; ``items`` are name pairs."""

    left: str
    right: str
    items: tuple[tuple[str, str], ...]
    source: str


@cache
def register_silos() -> tuple[Silo, ...]:
    """Every register that ``datasets.txt`` describes, in its order."""
    by_code = {str(entry["code"]): entry for entry in entries()}
    return tuple(
        _silo(by_code[code], register, number)
        for number, (code, register) in enumerate(registers().items())
    )


def _silo(entry: Entry, register: Register, number: int) -> Silo:
    code = str(entry["code"])
    return Silo(
        dataset=code,
        prefix=f"{chr(ord('A') + number // 26)}{chr(ord('A') + number % 26)}",
        rates=RATES,
        rows=_rows_of(code, register),
        kind=register.form,
        path=f"silos/{register.owner}/{code}.{SUFFIX[register.form]}",
        columns=tuple(
            column.name if register.form == "sqlite" else column.label
            for column in register.columns
        ),
        encoding=register.encoding,
        table=code.replace("-", "_") if register.form == "sqlite" else "",
        header_row=3,
        title=f"闽海省{entry['name']}汇总表",
        about="companies" if register.who in FIRMS else "persons",
    )


def _rows_of(code: str, register: Register) -> Callable[[Block, Clerk, Context], Iterator[Row]]:
    def rows(block: Block, clerk: Clerk, context: Context) -> Iterator[Row]:
        for subject in _subjects(register.who, block, context):
            if clerk.chosen.random() >= register.share:
                continue
            for _ in clerk.copies():
                record = clerk.record(subject=subject.id)
                yield tuple(
                    _written(code, record, column, subject, clerk) for column in register.columns
                )

    return rows


def _written(code: str, record: str, column: Column, subject: Subject, clerk: Clerk) -> object:
    """One cell: what is true, as this department's clerk wrote it down."""
    if column.name == "record_number":
        return record
    if column.name == "name":
        return clerk.name(record, subject.someone.name)
    if column.name == "identity_number":
        return clerk.number(record, subject.someone, subject.household)
    if column.name == "company_name":
        return subject.firm.name
    if column.name == "credit_code":
        return subject.firm.credit_code
    if column.fact == "phone":
        return clerk.mobile(record, subject.someone)
    if clerk.happens(SLIP):
        clerk.note(record, column.name, "missing")
        return ""
    value = _true(code, column, subject)
    if column.writing:
        value = WRITINGS[column.writing](value)
    return value.isoformat() if isinstance(value, date) else value


def _true(code: str, column: Column, subject: Subject) -> object:
    if column.values:
        return subject.among(f"{code} {column.name}", column.values)
    if column.fact == "valid_from":
        return subject.day(f"{code} from", most=2500)
    if column.fact == "valid_to":
        years = VALID_FOR[subject.number(f"{code} valid") % len(VALID_FOR)]
        return subject.day(f"{code} from", most=2500) + timedelta(days=years)
    if column.fact == "state":
        return subject.among(f"{code} state", STATES)
    return (OF_FIRMS if subject.company else OF_PEOPLE)[column.fact](subject)


def overlaps() -> list[Overlap]:
    """Every pair of datasets of different departments that hold the same, by what was planted.

    Two registers that both collect anew what a third holds also hold the same as each other.
    """
    found = []
    collected: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for code, register in registers().items():
        for source, pairs in register.copies:
            known = [(source, {item: item for item in pairs.values()}), *collected.get(source, [])]
            for other, theirs in known:
                common = tuple(
                    (theirs[item], mine) for mine, item in pairs.items() if item in theirs
                )
                if len(common) > 1 and _owners()[other] != _owners()[code]:
                    found.append(Overlap(other, code, common, source))
            mine = {item: name for name, item in pairs.items()}
            collected.setdefault(source, []).append((code, mine))
    return found


@cache
def _owners() -> dict[str, object]:
    return {str(entry["code"]): entry["organisation"] for entry in entries()}


def _subjects(who: str, block: Block, context: Context) -> list[Subject]:
    """Everyone of a group in a block, drawn once for all registers of that group."""
    if _drawn.get("block") != (context, block.number):
        _drawn.clear()
        _drawn["block"] = (context, block.number)
    members = _drawn.get(who)
    if not isinstance(members, list):
        everyone = _firms if who in FIRMS else _people
        is_member = (FIRMS if who in FIRMS else PEOPLE)[who]
        members = [subject for subject in everyone(block, context) if is_member(subject)]
        _drawn[who] = members
    return members


_drawn: dict[str, object] = {}  # of the block that is being written, group by group


def _people(block: Block, context: Context) -> Iterator[Subject]:
    for household in block.households:
        if household.number != STORY:
            for person in household.people:
                if person.number:
                    yield Subject(person.id, context.today, person=person, household=household)


def _firms(block: Block, context: Context) -> Iterator[Subject]:
    for company in companies_of(block, seed=context.seed, today=context.today):
        yield Subject(company.id, context.today, company=company)
