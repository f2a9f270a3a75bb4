"""When a delivery no longer looks like those before it, and who decides what becomes of it.

An added column waits for the data officer and stops nothing. A lost, renamed or changed column
stops the batch with a case of its department, so that somebody knows before data goes missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from yitang.ground.casework.rules import Transition, Workflow

from .border import ItemRule
from .columns import Matching, folded

DRIFT_WORKFLOW = "collection.drift"
DRIFT_PREFIX = "BG"  # 变更

DRIFT = Workflow(
    name=DRIFT_WORKFLOW,
    version=1,
    initial="stopped",
    final=frozenset({"taken", "sent_back", "settled"}),
    transitions=(
        # The next batch may come so: new names are understood, changed values judged one by one.
        Transition("take", "stopped", "taken", "collection.decide"),
        # The file is wrong and will be mended; the border keeps asking for what it asked.
        Transition("send_back", "stopped", "sent_back", "collection.decide"),
        # A later batch came as ever: nobody has to decide any more.
        Transition("settle", "stopped", "settled", "collection.decide"),
    ),
    pause_reasons={},
    view="collection.see",
    manage="collection.oversee",
    source="政务数据共享条例 Arts 17, 26",
)

ADDED, LOST, RENAMED, CHANGED, GONE = "added", "lost", "renamed", "changed", "gone"
DRIFT_KINDS = (ADDED, LOST, RENAMED, CHANGED, GONE)
DRIFT_STATES = ("pending", "added", "ignored", "taken", "sent_back", "settled")
ADDED_MOVES: Mapping[str, str] = {"add": "added", "ignore": "ignored"}

ALIKE = 0.5  # of the characters of two column names, from which one may be the other renamed
SAME_TABLE = 0.5  # of the items must be there; with fewer it is another file
FEWEST_ROWS = 20  # from here on what most rows do is no chance
MOST = 0.5
MEANWHILE = 0.02  # of a table, that may go between a decision and the next fetch
# Says nothing about what a column holds.
_NO_DRIFT = frozenset({"unique", "unreadable", "fields"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One column that is not as it was: the item it held, the column as delivered, how sure.

    ``share``: for a renamed one how alike the names are, for a changed one of how many rows
    the values no longer keep the item's rule.
    """

    kind: str
    item: str = ""
    label: str = ""
    column: str = ""
    share: float = 0.0


def is_too_much(removed: int, before: int, *, limit: float, allowed: float = 0.0) -> bool:
    """Whether a share of a table would vanish that nobody let through.

    Who let ``allowed`` through meant that state of the source; a little more may go meanwhile.
    """
    if not before or removed / before <= limit:
        return False
    return not allowed or removed / before > allowed + MEANWHILE


def differences_of(
    items: Sequence[tuple[str, str, Sequence[str]]], matching: Matching
) -> list[Difference]:
    """Lost and renamed columns of a delivery, ``[]`` where it is another file altogether."""
    if not matching.missing or len(matching.columns) < SAME_TABLE * len(items):
        return []
    lost = [(name, label, aliases) for name, label, aliases in items if label in matching.missing]
    pairs = sorted(
        (
            (_likeness(column, (label, *aliases, name)), name, label, column)
            for name, label, aliases in lost
            for column in matching.unknown
        ),
        reverse=True,
    )
    found: dict[str, Difference] = {}
    used: set[str] = set()
    for share, name, label, column in pairs:
        if share >= ALIKE and name not in found and column not in used:
            found[name] = Difference(RENAMED, name, label, column, round(share, 2))
            used.add(column)
    return [found.get(name) or Difference(LOST, name, label) for name, label, _ in lost]


def _likeness(column: str, words: Iterable[str]) -> float:
    one = folded(column)
    return max(SequenceMatcher(None, one, folded(word)).ratio() for word in words)


def failing_shares(problems: Iterable[tuple[str, str, int]], delivered: int) -> dict[str, float]:
    """Label to the share of rows whose value breaks the item's rule; of (label, code, rows)."""
    rows: dict[str, int] = {}
    for label, code, count in problems:
        if label and code not in _NO_DRIFT:
            rows[label] = rows.get(label, 0) + count
    return {label: count / delivered for label, count in rows.items()} if delivered else {}


def changed_columns(
    rules: Sequence[ItemRule],
    columns: Mapping[str, str],
    *,
    before: Mapping[str, float],
    now: Mapping[str, float],
    delivered: int,
) -> list[Difference]:
    """Columns whose values fit for most rows of the batch before and for most no longer do."""
    if delivered < FEWEST_ROWS:
        return []
    return [
        Difference(CHANGED, rule.name, rule.label, columns[rule.name], round(now[rule.label], 4))
        for rule in rules
        if now.get(rule.label, 0.0) > MOST >= before.get(rule.label, 0.0)
    ]
