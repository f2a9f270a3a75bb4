"""Workflows as literals, when a case is nearly late, and how a workflow is drawn.

A workflow is registered once per version in the ``apps.py`` of the room that owns it. A case
keeps the version it was opened with, so a changed workflow is a new literal with the next
version, and the old one stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from yitang.ground.base.clock import PAUSE_REASONS, Term, Unit
from yitang.ground.base.text import Word

from .errors import ExtensionNotAllowed, ExtensionTooLong, TransitionNotAllowed, WorkflowUnknown

# Where a case without a running clock stands in a list ordered by due date: after all others.
UNDATED = datetime(9000, 1, 1, tzinfo=UTC)
STANDING_STILL = datetime(9001, 1, 1, tzinfo=UTC)

# A warning comes this long before the end: one working day, or a quarter of a limit in hours.
SOON = Term(1, Unit.WORKDAYS)
SOON_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Transition:
    """One declared move: ``verb`` leads from ``source`` to ``target`` for who has ``permission``.

    ``term`` starts a new clock at the move (else that of the target state in
    ``Workflow.terms`` where the move leads to another state, else the present clock goes on);
    ``stops_clock`` ends it without a new one, as when the applicant has to act; ``needs_note``
    asks for a reason.
    """

    verb: str
    source: str
    target: str
    permission: str
    term: Term | None = None
    stops_clock: bool = False
    needs_note: bool = False


@dataclass(frozen=True)
class Workflow:
    """Every state a kind of case can be in, and every move between them.

    ``terms``: state to the limit that starts when a case enters it. ``extensions``: state to
    the most its limit may be extended, once; a state not named cannot be extended.
    ``pause_reasons``: reason to the law that names it. ``view`` and ``manage``: permissions
    to see such cases, and to assign, pause and extend them. ``source``: where the rules come
    from.
    """

    name: str
    version: int
    initial: str
    final: frozenset[str]
    transitions: tuple[Transition, ...]
    terms: Mapping[str, Term] = field(default_factory=dict[str, Term])
    extensions: Mapping[str, Term] = field(default_factory=dict[str, Term])
    pause_reasons: Mapping[str, str] = field(default_factory=lambda: PAUSE_REASONS)
    view: str = "casework.view"
    manage: str = "casework.manage"
    source: str = ""

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise ValueError(f"workflow {self.name}, version {self.version}: {problem}")

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order in which the transitions name them, the initial one first."""
        named = [self.initial]
        for transition in self.transitions:
            named += [transition.source, transition.target]
        return tuple(dict.fromkeys(named))

    @property
    def verbs(self) -> tuple[str, ...]:
        """Every verb, in the order of the transitions."""
        return tuple(dict.fromkeys(transition.verb for transition in self.transitions))

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """The moves declared from ``state``."""
        return tuple(t for t in self.transitions if t.source == state)

    def check_transition(self, *, state: str, verb: str) -> Transition:
        """The transition ``verb`` makes from ``state``; raises if there is none."""
        for transition in self.transitions:
            if (transition.source, transition.verb) == (state, verb):
                return transition
        raise TransitionNotAllowed(
            workflow=self.name, state=Word(state, self.name), verb=Word(verb, self.name)
        )

    def term_of(self, transition: Transition) -> Term | None:
        """The limit that starts with this move, if one does; none where the state stays."""
        stays = transition.source == transition.target
        return transition.term or (None if stays else self.terms.get(transition.target))

    def check_extension(self, *, state: str, term: Term, number: str) -> None:
        """Raises unless a case that is ``state`` may be given ``term`` more."""
        most = self.extensions.get(state)
        if most is None:
            raise ExtensionNotAllowed(number=number, state=Word(state, self.name))
        if term.unit is not most.unit or not 0 < term.amount <= most.amount:
            raise ExtensionTooLong(wanted=term, most=most)

    def _problems(self) -> Iterator[str]:
        pairs = [(t.source, t.verb) for t in self.transitions]
        for source, verb in sorted({pair for pair in pairs if pairs.count(pair) > 1}):
            yield f"{verb} from {source} is declared twice"
        for state in self.states:
            if state in self.final and self.leaving(state):
                yield f"{state} is final, yet something leads out of it"
            if state not in self.final and not self._reaches_end(state):
                yield f"from {state} no final state can be reached"
        for state in sorted(set(self.states) - self._reached_from(self.initial)):
            yield f"{state} cannot be reached"
        for state in sorted((self.final | set(self.terms) | set(self.extensions)) - {*self.states}):
            yield f"{state} is named, but no transition knows it"

    def _reaches_end(self, state: str) -> bool:
        return bool(self._reached_from(state) & self.final)

    def _reached_from(self, state: str) -> set[str]:
        reached, waiting = {state}, [state]
        while waiting:
            for transition in self.leaving(waiting.pop()):
                if transition.target not in reached:
                    reached.add(transition.target)
                    waiting.append(transition.target)
        return reached


_workflows: dict[tuple[str, int], Workflow] = {}


def register_workflow(workflow: Workflow) -> None:
    """Make one version of a workflow known; rooms do so in their ``apps.py``."""
    key = (workflow.name, workflow.version)
    if _workflows.setdefault(key, workflow) != workflow:
        raise ValueError(f"workflow {key} is registered already and differs: raise its version")


def workflows() -> tuple[Workflow, ...]:
    """Every registered version of every workflow, ordered by name and version."""
    return tuple(_workflows[key] for key in sorted(_workflows))


def current_workflows() -> tuple[Workflow, ...]:
    """The newest version of each workflow, ordered by name."""
    return tuple({workflow.name: workflow for workflow in workflows()}.values())


def workflow_named(name: str, version: int | None = None) -> Workflow:
    """That version of the workflow ``name``, or its newest; raises ``WorkflowUnknown``."""
    if version is None:
        version = max((known for of, known in _workflows if of == name), default=0)
    try:
        return _workflows[name, version]
    except KeyError:
        raise WorkflowUnknown(name=name, version=version) from None


class Box(StrEnum):
    """The parts of a worklist: whose, and how urgent."""

    MINE = "mine"
    ORGANISATION = "organisation"
    ALL = "all"
    LATE = "late"
    TODAY = "today"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class CappedCount:
    """A count that stops at a cap, so that it costs the same over any number of cases."""

    count: int
    is_more: bool = False

    def __str__(self) -> str:
        return f"{self.count}+" if self.is_more else str(self.count)


@dataclass(frozen=True, slots=True)
class WorklistCounts:
    """How many cases wait in each box, and of each workflow among those of the organisation."""

    boxes: Mapping[str, CappedCount]
    kinds: Mapping[str, CappedCount]


class Urgency(StrEnum):
    """How a case stands to its time limit; the words the screens use."""

    UNDATED = "undated"
    PAUSED = "paused"
    IN_TIME = "in_time"
    SOON_LATE = "soon_late"
    LATE = "late"


def urgency(
    *, due: datetime | None, started: datetime | None, term: Term | None, at: datetime,
    horizon: datetime, is_paused: bool = False,
) -> Urgency:  # fmt: skip
    """How a case stands at ``at``; ``horizon`` is the end of the next working day (``SOON``).

    Due at 24:00 exactly is in time until that moment and late from it on.
    """
    if is_paused:
        return Urgency.PAUSED
    if due is None:
        return Urgency.UNDATED
    if at >= due:
        return Urgency.LATE
    if term is not None and term.unit is Unit.HOURS:
        warning = timedelta(hours=term.amount * SOON_SHARE)
        return Urgency.SOON_LATE if due - at <= warning else Urgency.IN_TIME
    short = started is not None and due - started <= timedelta(days=1)
    return Urgency.SOON_LATE if due <= horizon and not short else Urgency.IN_TIME


def due_order(due: datetime | None, *, is_paused: bool) -> datetime:
    """The sort key of a worklist: the due moment, or a place after all that have one."""
    if is_paused:
        return STANDING_STILL
    return due or UNDATED


def workflow_document(workflow: Workflow) -> str:
    """The page of ``docs/workflows/`` for one workflow: a diagram and the table of its moves."""
    lines = [
        f"# {workflow.name}, version {workflow.version}",
        "",
        "Written by `yitang cases draw` from the workflow's literal; do not edit.",
        "",
        *([f"Source: {workflow.source}.", ""] if workflow.source else []),
        "```mermaid",
        *_diagram(workflow),
        "```",
        "",
        "| from | verb | to | permission | time limit | reason needed |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_row(workflow, transition) for transition in workflow.transitions),
        "",
        f"Seen with `{workflow.view}`; assigned, paused and extended with `{workflow.manage}`.",
        "",
        *_limits(workflow),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _diagram(workflow: Workflow) -> Iterator[str]:
    yield "stateDiagram-v2"
    yield f"    [*] --> {workflow.initial}"
    for transition in workflow.transitions:
        yield f"    {transition.source} --> {transition.target}: {transition.verb}"
    for state in workflow.states:
        if state in workflow.final:
            yield f"    {state} --> [*]"


def _row(workflow: Workflow, transition: Transition) -> str:
    term = workflow.term_of(transition)
    limit = "clock stops" if transition.stops_clock else str(term or "goes on")
    if transition.target in workflow.final:
        limit = "ends"
    cells = (transition.source, transition.verb, transition.target, f"`{transition.permission}`")
    return f"| {' | '.join(cells)} | {limit} | {'yes' if transition.needs_note else ''} |"


def _limits(workflow: Workflow) -> Iterator[str]:
    if workflow.extensions:
        listed = ", ".join(f"{state} by {term}" for state, term in workflow.extensions.items())
        yield f"May be extended once, with a reason: {listed}."
        yield ""
    if workflow.pause_reasons:
        listed = ", ".join(f"{why} ({law})" for why, law in workflow.pause_reasons.items())
        yield f"Its clock may stop for: {listed}."
    else:
        yield "Its clock never stops: no law names a reason."
