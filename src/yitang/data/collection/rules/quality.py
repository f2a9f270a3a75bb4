"""Quality rules of a dataset beside those of its items: ranges, forms, and how values go together.

This is the plain form, one row at a time. ``pipeline.quality`` has the columnar one, and a
property test holds that both say the same. Values are those the border made of the texts; an
empty one breaks no rule but those that ask whether it is there.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, fields
from datetime import date, datetime

from yitang.data.collection.errors import QualityRuleInvalid, RulesFileInvalid
from yitang.ground.base.text import Message

from .border import INTEGER_TYPES, NUMBER_TYPES, ItemRule, parsed_date

# Kind to the least and the most items it is about.
QUALITY_KINDS: Mapping[str, tuple[int, int]] = {
    "range": (1, 1),
    "pattern": (1, 1),
    "order": (2, 2),
    "if_then": (2, 2),
    "one_of": (2, 20),
    "unique": (2, 20),
    "reference": (1, 1),
}
SEVERITIES = ("reject", "warn")
CODES: Mapping[str, str] = {kind: f"quality_{kind}" for kind in QUALITY_KINDS}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")
_LONGEST_PATTERN = 200
_MOST_RULES = 100
Value = str | int | float | bool | date | datetime | None
Bound = int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class QualityRule:
    """One rule: ``low`` and ``high`` of a range (either may be empty), the ``pattern`` a whole
    text has, ``item`` of ``dataset`` in which a value must stand; ``value`` of the first item
    at which the second is needed (empty: any).
    """

    name: str
    kind: str
    items: tuple[str, ...]
    severity: str = "reject"
    low: str = ""
    high: str = ""
    pattern: str = ""
    value: str = ""
    dataset: str = ""
    item: str = ""

    @property
    def code(self) -> str:
        return CODES[self.kind]


def is_broken(
    rule: QualityRule,
    row: Mapping[str, Value],
    kinds: Mapping[str, str],
    *,
    known: Set[str] = frozenset(),
) -> bool:
    """Whether one row breaks ``rule``; ``known`` are the texts a reference may name.

    ``kinds`` gives each item's type. Uniqueness needs the other rows: see ``key_of``.
    """
    values = [row[name] for name in rule.items]
    first = values[0]
    match rule.kind:
        case "range":
            low, high = bounds(rule, kinds[rule.items[0]])
            return first is not None and not (_least(low, first) and _least(first, high))
        case "pattern":
            return first is not None and re.fullmatch(rule.pattern, str(first)) is None
        case "order":
            return first is not None and values[1] is not None and not _least(first, values[1])
        case "if_then":
            given = first is not None and (not rule.value or str(first) == rule.value)
            return given and values[1] is None
        case "one_of":
            return sum(value is not None for value in values) != 1
        case "reference":
            return first is not None and str(first) not in known
    return False


def key_of(rule: QualityRule, row: Mapping[str, Value]) -> tuple[Value, ...] | None:
    """What may stand once only; ``None`` where a part of it is empty."""
    key = tuple(row[name] for name in rule.items)
    return None if None in key else key


def _least(one: Value, other: Value) -> bool:
    """Whether ``one`` does not come after ``other``; an open end is never passed."""
    return one is None or other is None or bool(one <= other)  # type: ignore[operator]


def bounds(rule: QualityRule, kind: str) -> tuple[Bound, Bound]:
    """Both ends of a range in the type of the item; ``None``: open."""
    return _bound(rule.low, kind, is_low=True), _bound(rule.high, kind, is_low=False)


def _bound(text: str, kind: str, *, is_low: bool) -> Bound:
    if not text:
        return None
    if kind in INTEGER_TYPES:
        number = float(text)
        whole = re.fullmatch(r"[+-]?\d{1,18}", text)
        return int(text) if whole else (math.ceil(number) if is_low else math.floor(number))
    if kind in NUMBER_TYPES:
        return float(text)
    if kind == "T":
        return datetime.fromisoformat(text)
    found = parsed_date(text)
    if found is None:
        raise ValueError(text)
    return found


def check_quality_rules(rules: Sequence[QualityRule], items: Sequence[ItemRule]) -> None:
    """Raises ``QualityRuleInvalid`` with the first rule that cannot be kept."""
    if len(rules) > _MOST_RULES:
        raise QualityRuleInvalid(name="", problem=_why("more than 100 rules"))
    kinds = {item.name: item.type for item in items}
    names = set[str]()
    for rule in rules:
        if problem := _problem(rule, kinds) or ("its name is there twice" * (rule.name in names)):
            raise QualityRuleInvalid(name=rule.name, problem=_why(problem))
        names.add(rule.name)


def _why(problem: str) -> Message:
    return Message("collection.why", problem)


def _problem(rule: QualityRule, kinds: Mapping[str, str]) -> str:
    if not _NAME.fullmatch(rule.name):
        return "a name has small letters, digits, - and _ and begins with a letter"
    if rule.kind not in QUALITY_KINDS:
        return "its kind is none of range, pattern, order, if_then, one_of, unique, reference"
    if rule.severity not in SEVERITIES:
        return "its severity is neither reject nor warn"
    least, most = QUALITY_KINDS[rule.kind]
    if not least <= len(rule.items) <= most or len(set(rule.items)) != len(rule.items):
        return "it names too few items, too many, or one twice"
    if any(name not in kinds for name in rule.items):
        return "it names an item that the dataset does not have"
    return _problem_of_kind(rule, [kinds[name] for name in rule.items])


def _problem_of_kind(rule: QualityRule, kinds: Sequence[str]) -> str:
    match rule.kind:
        case "range":
            return _problem_of_range(rule, kinds[0])
        case "pattern":
            return _problem_of_pattern(rule, kinds[0])
        case "order":
            families = {_family(kind) for kind in kinds}
            return (
                ""
                if len(families) == 1 and "" not in families
                else ("only two numbers, two dates or two moments can be compared")
            )
        case "if_then" if rule.value and not _is_text(kinds[0]):
            return "only of a text can a value be named"
        case "reference" if not (rule.dataset and rule.item):
            return "it names no dataset and item in which the value must stand"
        case "reference" if not (_is_text(kinds[0]) or kinds[0] in INTEGER_TYPES):
            return "only a text or a whole number can refer to another dataset"
    return ""


def _problem_of_range(rule: QualityRule, kind: str) -> str:
    if not _family(kind):
        return "only a number, a date or a moment has a range"
    try:
        low, high = bounds(rule, kind)
    except (ValueError, OverflowError):
        return "an end of the range is not of the item's type"
    if low is None and high is None:
        return "a range needs an end"
    return "" if _least(low, high) else "its low end is above its high end"


def _problem_of_pattern(rule: QualityRule, kind: str) -> str:
    if not _is_text(kind):
        return "only a text has a form"
    if not rule.pattern or len(rule.pattern) > _LONGEST_PATTERN:
        return "a pattern has 1 to 200 characters"
    try:
        re.compile(rule.pattern)
    except re.error:
        return "its pattern is no regular expression"
    return ""


def _family(kind: str) -> str:
    return "N" if kind in NUMBER_TYPES | INTEGER_TYPES else kind if kind in {"D", "T"} else ""


def _is_text(kind: str) -> bool:
    return not _family(kind) and kind != "L"


_FIELDS = tuple(field.name for field in fields(QualityRule))


def rule_of(entry: object, *, file: str) -> QualityRule:
    """A rule out of a TOML table or the JSON it is kept as."""
    if not isinstance(entry, dict) or not isinstance(entry.get("items"), list):
        raise RulesFileInvalid(file=file, problem=_why("a rule is a table with a list of items"))
    if set(entry) - set(_FIELDS):
        raise RulesFileInvalid(file=file, problem=_why("a rule has a word that is not known"))
    texts = {name: str(value) for name, value in entry.items() if name != "items"}
    if not {"name", "kind"} <= set(texts):
        raise RulesFileInvalid(file=file, problem=_why("a rule has no name or no kind"))
    return QualityRule(items=tuple(map(str, entry["items"])), **texts)


def document_of_rule(rule: QualityRule) -> dict[str, object]:
    """A rule as it is kept and shown: what is empty is left out."""
    values = {name: getattr(rule, name) for name in _FIELDS}
    return {name: list(v) if name == "items" else v for name, v in values.items() if v}


def read_rules(text: str, *, file: str) -> tuple[str, list[QualityRule]]:
    """The dataset and the ``[[rule]]`` tables of a TOML file."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesFileInvalid(file=file, problem=str(error)) from None
    dataset, entries = content.get("dataset"), content.get("rule", [])
    if not isinstance(dataset, str) or not isinstance(entries, list):
        raise RulesFileInvalid(file=file, problem=_why("it names no dataset"))
    return dataset, [rule_of(entry, file=file) for entry in entries]


def written_rules(dataset: str, rules: Iterable[QualityRule]) -> str:
    """The same as TOML, to be changed in an editor and loaded again."""
    lines = [f"dataset = {json.dumps(dataset)}"]
    for rule in rules:
        lines += ["", "[[rule]]"]
        for name, value in document_of_rule(rule).items():
            lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
