"""What a dataset's first rows suggest as rules, each with its evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from yitang.ground.base.text import Message

from .border import INTEGER_TYPES, NUMBER_TYPES, ItemRule
from .columns import guess_rule
from .quality import QualityRule

ENOUGH_ROWS = 50  # with fewer, that something never occurs says little
FEW_VALUES = 12  # so many or fewer distinct texts look like a list
LONGEST_CODE = 20
SAMPLE = 1000
# Of an item of the catalogue entry; the others are quality rules.
ITEM_SUGGESTIONS = ("required", "unique", "codes", "value_rule")

EVIDENCE: Mapping[str, Message] = {
    "required": Message("collection.suggest.required", "none of {rows} rows is empty"),
    "unique": Message("collection.suggest.unique", "all {filled} values differ"),
    "codes": Message("collection.suggest.codes", "{filled} rows hold only {distinct} values"),
    "value_rule": Message(
        "collection.suggest.value_rule", "of {distinct} values looked at, most keep this rule"
    ),
    "range": Message("collection.suggest.range", "the least and the greatest of {filled} values"),
    "pattern": Message("collection.suggest.pattern", "all {filled} values have this form"),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """What one column holds: counts, ends, and some distinct values of a text."""

    rows: int
    filled: int
    distinct: int
    low: str = ""
    high: str = ""
    sample: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One rule that the rows suggest: ``value`` is a range's ends, a form, a list, a rule."""

    item: str
    label: str
    kind: str
    value: tuple[str, ...]
    evidence: Message

    @property
    def key(self) -> str:
        return f"{self.item}:{self.kind}"

    @property
    def is_of_item(self) -> bool:
        return self.kind in ITEM_SUGGESTIONS

    @property
    def rule(self) -> QualityRule:
        """The quality rule it stands for; it warns only, since the rows were taken already."""
        name = f"{self.item[:50]}-{self.kind}"
        if self.kind == "range":
            low, high = self.value
            return QualityRule(name, "range", (self.item,), "warn", low=low, high=high)
        return QualityRule(name, "pattern", (self.item,), "warn", pattern=self.value[0])


def suggest(
    item: ItemRule, profile: Profile, *, divisions: frozenset[str], asked: frozenset[str]
) -> list[Suggestion]:
    """What ``profile`` suggests that ``item`` and the quality rules (``asked``) do not ask yet.

    ``asked``: kinds of quality rules that name this item already. Values of sensitive items
    appear in no suggestion.
    """
    if profile.rows < ENOUGH_ROWS:
        return []
    found: list[tuple[str, tuple[str, ...]]] = []
    if not item.required and profile.filled == profile.rows:
        found.append(("required", ()))
    if not item.unique and profile.distinct == profile.filled >= ENOUGH_ROWS:
        found.append(("unique", ()))
    if item.type in INTEGER_TYPES | NUMBER_TYPES | {"D"}:
        if not item.sensitive and profile.low and "range" not in asked:
            found.append(("range", (profile.low, profile.high)))
    elif profile.sample:
        found += _of_text(item, profile, divisions, asked)
    counts = {"rows": profile.rows, "filled": profile.filled, "distinct": profile.distinct}
    return [
        Suggestion(
            item.name,
            item.label,
            kind,
            value,
            Message(EVIDENCE[kind].code, EVIDENCE[kind].template, counts),
        )
        for kind, value in found
    ]


def _of_text(
    item: ItemRule, profile: Profile, divisions: frozenset[str], asked: frozenset[str]
) -> list[tuple[str, tuple[str, ...]]]:
    if item.rule or item.codes:
        return []
    guessed, _ = guess_rule(item.name, item.label, profile.sample, divisions=divisions)
    if guessed.rule:
        return [("value_rule", (guessed.rule,))]
    short = all(len(value) <= LONGEST_CODE for value in profile.sample)
    is_list = 1 < profile.distinct <= FEW_VALUES and profile.filled >= ENOUGH_ROWS
    if is_list and short and not item.sensitive:
        return [("codes", tuple(sorted(profile.sample)))]
    shape = common_shape(profile.sample)
    return [("pattern", (shape,))] if shape and "pattern" not in asked else []


def common_shape(values: Sequence[str]) -> str:
    """The form that all values share, of capitals, small letters, digits and signs, or ``""``.

    The lengths of the runs may differ; a form that any text of letters has is none.
    """
    runs = [_runs(value) for value in values if value]
    if len(runs) < FEW_VALUES or len({tuple(kind for kind, _ in run) for run in runs}) != 1:
        return ""
    if not any(kind == "[0-9]" for kind, _ in runs[0]):
        return ""
    lengths = [[run[place][1] for run in runs] for place in range(len(runs[0]))]
    return "".join(
        kind + _times(min(found), max(found))
        for (kind, _), found in zip(runs[0], lengths, strict=True)
    )


def _runs(value: str) -> list[tuple[str, int]]:
    return [(kind, len(list(group))) for kind, group in groupby(map(_kind, value))]


def _kind(character: str) -> str:
    if character in "0123456789":
        return "[0-9]"
    if "A" <= character <= "Z":
        return "[A-Z]"
    return "[a-z]" if "a" <= character <= "z" else re.escape(character)


def _times(least: int, most: int) -> str:
    if least == most:
        return "" if most == 1 else f"{{{most}}}"
    return f"{{{least},{most}}}"
