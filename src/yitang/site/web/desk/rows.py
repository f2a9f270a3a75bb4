"""The left and the middle of the desk: boxes, kinds, and one line for each case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext, gettext_noop

from yitang.ground.casework.api import Box, Case, Urgency, WorklistCounts, case_urgency
from yitang.ground.organisations.api import division_path
from yitang.ground.organisations.errors import DivisionUnknown

from .words import kind_label, state_of

BOXES = {
    Box.MINE: gettext_noop("Waiting for me"),
    Box.ORGANISATION: gettext_noop("My organisation"),
    Box.ALL: gettext_noop("All I may see"),
}
DEADLINES = {
    Box.LATE: gettext_noop("Late"),
    Box.TODAY: gettext_noop("Due today"),
    Box.PAUSED: gettext_noop("Clock stopped"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A box or a kind with what waits in it."""

    value: str
    label: str
    count: str
    is_current: bool
    mood: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    case: Case
    kind: str
    place: str
    state: str
    mood: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Boxes:
    own: list[Choice]
    deadlines: list[Choice]

    @property
    def title(self) -> str:
        return next(choice.label for choice in [*self.own, *self.deadlines] if choice.is_current)


def boxes_of(counts: WorklistCounts, current: str) -> Boxes:
    """Every box with its count; a count of late cases stands in the colour of late."""
    moods = {Box.LATE: "is-late", Box.TODAY: "is-soon"}

    def choice(box: Box, label: str) -> Choice:
        count = counts.boxes[box]
        mood = moods.get(box, "") if count.count else ""
        return Choice(box.value, gettext(label), str(count), current == box.value, mood)

    return Boxes(
        own=[choice(box, label) for box, label in BOXES.items()],
        deadlines=[choice(box, label) for box, label in DEADLINES.items()],
    )


def kinds_of(counts: WorklistCounts, current: str | None) -> list[Choice]:
    return [
        Choice(name, kind_label(name), str(count), current == name)
        for name, count in counts.kinds.items()
    ]


def row_of(case: Case, *, at: datetime, is_selected: bool) -> Row:
    return Row(
        case=case,
        kind=kind_label(case.workflow),
        place=place_name(case.division_code),
        state=state_of(case),
        mood="info" if case_urgency(case, at=at) in {Urgency.IN_TIME, Urgency.SOON_LATE} else "",
        is_selected=is_selected,
    )


@lru_cache(maxsize=20_000)
def place_name(code: str) -> str:
    """``临江市 城东区``: the last two names of the path; names change by new codes only."""
    try:
        return " ".join(division_path(code).split()[-2:])
    except DivisionUnknown:
        return code
