"""The right of the desk: the facts of one case, what may be done with it, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from yitang.ground.base.clock import Unit, civil_date
from yitang.ground.casework.api import (
    Case,
    CaseEvent,
    allowed_verbs,
    can_manage,
    case_timeline,
)
from yitang.ground.organisations.api import User, officers_of

from .facts import FactsPanel, facts_panel, part_of_own_page
from .rows import place_name
from .words import happened, kind_label, office_word, offices_of, reason_word, state_of, word


@dataclass(frozen=True, slots=True)
class Verb:
    verb: str
    label: str
    needs_note: bool
    is_first: bool
    url: str  # where more than a text is asked; empty: a text will do


@dataclass(frozen=True, slots=True)
class Line:
    event: CaseEvent
    text: str
    is_bad: bool
    office: str  # who held it then, and whom it went to


@dataclass(frozen=True, slots=True)
class Management:
    """What the holder may do besides moving the case on; each empty where it may not be."""

    colleagues: list[User]
    pauses: list[tuple[str, str]]
    can_resume: bool
    extension: int
    extension_unit: Unit | None


@dataclass(frozen=True, slots=True)
class Pane:
    kind: str
    state: str
    place: str
    panel: FactsPanel
    verbs: list[Verb]
    lines: list[Line]
    management: Management | None

    @property
    def takes_text(self) -> bool:
        """Whether a move can be made here."""
        return any(not verb.url for verb in self.verbs)


def pane_of(request: HttpRequest, user: User, case: Case, *, at: datetime) -> Pane:
    panel = facts_panel(request, case)
    return Pane(
        kind=kind_label(case.workflow),
        state=state_of(case),
        place=place_name(case.division_code),
        panel=panel,
        verbs=[
            Verb(
                move.verb,
                word(case.workflow, move.verb),
                move.needs_note,
                is_first=not position,
                url=_own_page(case, move.verb, panel.url),
            )
            for position, move in enumerate(allowed_verbs(user, case))
        ],
        lines=_lines(case, case_timeline(user, case)),
        management=_management(user, case, at=at) if case.is_open else None,
    )


def _lines(case: Case, events: Sequence[CaseEvent]) -> list[Line]:
    """The history, the latest first."""
    told = zip(events, offices_of(events), strict=True)
    return [
        Line(
            event,
            happened(case, event),
            is_bad=event.kind == "late" or event.was_late,
            office=office_word(event, *held),
        )
        for event, held in told
    ][::-1]


def _own_page(case: Case, verb: str, url: str) -> str:
    part = part_of_own_page(case.workflow, verb)
    return f"{url}#{part}" if url and part else ""


def _management(user: User, case: Case, *, at: datetime) -> Management | None:
    if not can_manage(user, case):
        return None
    workflow = case.definition
    runs = case.due_at is not None and not case.is_paused
    most = workflow.extensions.get(case.state) if runs and not case.extension else None
    held_by = case.organisation_id
    return Management(
        colleagues=officers_of(held_by, on=civil_date(at)) if held_by else [],
        pauses=[(reason, reason_word(reason)) for reason in workflow.pause_reasons] if runs else [],
        can_resume=case.is_paused,
        extension=most.amount if most else 0,
        extension_unit=most.unit if most else None,
    )
