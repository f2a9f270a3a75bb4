"""Which row is the header, which column holds which item, and what an unknown column may be."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .border import NUMBER_TYPES, ItemRule, check_value

HEADER_WITHIN = 20  # titles, issuing office, units: a header stands within so many rows
_NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Matching:
    """Item name to delivered column, and what was left over on either side."""

    columns: Mapping[str, str]
    missing: tuple[str, ...]  # labels
    unknown: tuple[str, ...]  # delivered columns that no item wants
    doubled: Mapping[str, tuple[str, ...]]  # label to the columns that all claim it


def folded(label: str) -> str:
    """A label without spaces, punctuation, case and width, as headers are compared."""
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", label)).lower()


def expected_labels(items: Iterable[tuple[str, str, Sequence[str]]]) -> frozenset[str]:
    """Every folded word by which (name, label, aliases) may stand in a header."""
    return frozenset(
        folded(word) for name, label, aliases in items for word in (name, label, *aliases)
    )


def match_columns(
    items: Sequence[tuple[str, str, Sequence[str]]],
    delivered: Sequence[str],
    *,
    mapping: Mapping[str, str] | None = None,
) -> Matching:
    """Find each item's column by ``mapping`` first, then by label, alias or name."""
    by_word: dict[str, list[str]] = {}
    for column in delivered:
        by_word.setdefault(folded(column), []).append(column)
    chosen: dict[str, str] = {}
    missing: list[str] = []
    doubled: dict[str, tuple[str, ...]] = {}
    for name, label, aliases in items:
        words = [mapping[name]] if mapping and name in mapping else [label, *aliases, name]
        found = _unique(c for word in words for c in by_word.get(folded(word), []))
        if not found:
            missing.append(label)
            continue
        if len(found) > 1:
            doubled[label] = tuple(found)
        chosen[name] = found[0]
    used = set(chosen.values())
    unknown = tuple(column for column in delivered if column not in used)
    return Matching(chosen, tuple(missing), unknown, doubled)


def _unique(columns: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(columns))


def header_row(rows: Sequence[Sequence[str]], *, expected: frozenset[str]) -> int | None:
    """The index of the row with column names among the first rows, or ``None``.

    With expected labels it is the row that holds most of them, if at least a third. Without,
    it is the first row that fills nearly the width of the data with distinct words.
    """
    head = rows[:HEADER_WITHIN]
    if expected:
        hits = [sum(folded(cell) in expected for cell in row if cell) for row in head]
        best = max(hits, default=0)
        if best and best * 3 >= len([cell for cell in head[hits.index(best)] if cell]):
            return hits.index(best)
    usual = Counter(len(row) for row in rows).most_common(1)
    widest = _first_as_wide(head, max((_filled(row) for row in rows), default=0))
    # A single broken row may be wider than all others.
    return _first_as_wide(head, usual[0][0]) if widest is None and usual else widest


def _first_as_wide(head: Sequence[Sequence[str]], width: int) -> int | None:
    """The first row with distinct words, no values, in four fifths of ``width`` columns."""
    for index, row in enumerate(head):
        words = [cell.strip() for cell in row if cell.strip()]
        wide_enough = len(words) >= max(1, round(width * 0.8))
        if wide_enough and len(set(words)) == len(words) and not any(map(_is_value, words)):
            return index
    return None


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _is_value(word: str) -> bool:
    return bool(re.fullmatch(r"[\d.,:/-]+[Xx]?", word))


# Words of a header that say what the column holds, before the values are looked at.
_HINTS: tuple[tuple[str, str], ...] = (
    ("identity_number", r"身份(证|号)|公民身份|idnumber|idcard|identitynumber"),
    ("credit_code", r"信用代码|creditcode"),
    ("division", r"行政区划|区划代码|divisioncode"),
    ("mobile", r"手机|移动电话|mobile"),
)
_PUBLIC = {"division", "credit_code"}
_CODE_LIKE = re.compile(r"编号|代码|号$|号码|电话|邮编|序号|code$|number$|id$")
_MOSTLY = 0.8


def guess_rule(
    name: str, label: str, values: Sequence[str], *, divisions: frozenset[str]
) -> tuple[ItemRule, str]:
    """The rule that an unprepared column most likely has, and why: ``name``, ``values`` or ``""``.

    A hint in the header is believed if half of the values keep the rule; without one, four
    fifths must. So a column of wrong numbers is still checked as what it claims to be.
    """
    filled = [value for value in values if value.strip()]
    word = folded(label)
    for rule, pattern in _HINTS:
        kept = _share(filled, ItemRule(name, label, rule=rule), divisions)
        hinted = bool(re.search(pattern, word))
        if (hinted and kept >= 0.5) or (
            filled and kept >= _MOSTLY and rule in {"identity_number", "credit_code"}
        ):
            reason = "name" if hinted else "values"
            return ItemRule(name, label, rule=rule, sensitive=rule not in _PUBLIC), reason
    for kind in ("D", "I", "N"):
        if kind in NUMBER_TYPES | {"I"} and _CODE_LIKE.search(word):
            continue
        if filled and _share(filled, ItemRule(name, label, type=kind), divisions) >= _MOSTLY:
            return ItemRule(name, label, type=kind), "values"
    sensitive = bool(re.search(r"姓名|^name$|地址|住址|address|电话|phone", word))
    return ItemRule(name, label, sensitive=sensitive), ""


def _share(values: Sequence[str], rule: ItemRule, divisions: frozenset[str]) -> float:
    if not values:
        return 0.0
    kept = sum(not check_value(value, rule, divisions=divisions) for value in values)
    return kept / len(values)
