"""What rooms add to the desk for their kind of case: facts, a page of its own, their moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.http import HttpRequest

from yitang.ground.casework.api import Case, advance_case, case_kinds, is_moved_by
from yitang.ground.casework.errors import TransitionNotAllowed
from yitang.ground.organisations.api import User


@dataclass(frozen=True, slots=True)
class Fact:
    """One line beside the case; a personal value comes masked, ``url`` opens and records it."""

    label: str
    value: str
    source: str = ""
    url: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class FactsPanel:
    """What an officer needs to know to act: a summary, facts, and the case's own page.

    ``template`` with ``context`` draws whatever lines cannot say, below the facts.
    """

    summary: str = ""
    facts: Sequence[Fact] = ()
    url: str = ""
    template: str = ""
    context: Mapping[str, object] = field(default_factory=dict)


class Move(Protocol):
    """A move that does more than ``advance_case``, for the room that owns the workflow."""

    def __call__(
        self, *, case_id: int, verb: str, actor: User, at: datetime, note: str = ""
    ) -> Case: ...


FactsOf = Callable[[HttpRequest, Case], FactsPanel]
_facts: dict[str, FactsOf] = {}
_moves: dict[str, Move] = {}
_on_own_page: dict[str, Mapping[str, str]] = {}


def register_facts(workflow: str, facts_of: FactsOf) -> None:
    """Show ``facts_of(request, case)`` beside the cases of a workflow."""
    _facts[workflow] = facts_of


def register_move(
    workflow: str, move: Move, *, on_own_page: Mapping[str, str] | None = None
) -> None:
    """Let the desk make the moves of a workflow through ``move``.

    ``on_own_page`` are the verbs that need more than a text, each with the part of the case's
    own page that asks for it: the desk leads there instead of offering what would be refused.
    """
    _moves[workflow] = move
    _on_own_page[workflow] = on_own_page or {}


def facts_panel(request: HttpRequest, case: Case) -> FactsPanel:
    """The room's panel, or an empty one with the link the room gave to its kind of case."""
    if case.workflow in _facts:
        return _facts[case.workflow](request, case)
    kind = case_kinds().get(case.workflow)
    return FactsPanel(url=kind.url_of(case) if kind else "")


def part_of_own_page(workflow: str, verb: str) -> str:
    """The part of the case's own page where ``verb`` is made; empty: the desk makes it."""
    return _on_own_page.get(workflow, {}).get(verb, "")


def moved_once(
    case: Case | None, *, verb: str, actor: User, note: str, make: Callable[[], object]
) -> None:
    """``make()`` the move, or nothing where this person made it before with the same words.

    That is a form sent twice, by a double click or out of a second tab: the first stands.
    """
    try:
        make()
    except TransitionNotAllowed:
        if case is None or not is_moved_by(actor, case, verb=verb, note=note):
            raise


def move_of(workflow: str) -> Move:
    return _moves.get(workflow, advance_case)
