"""A small workflow, cases in any state, and the walk over every state and verb."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count

from yitang.ground.base.clock import Term, Unit
from yitang.ground.base.ids import Reference
from yitang.ground.casework import rules
from yitang.ground.casework.actions import NewCase, advance_case, open_cases
from yitang.ground.casework.errors import TransitionNotAllowed
from yitang.ground.casework.models import Case
from yitang.ground.casework.rules import Transition, Workflow
from yitang.ground.organisations.api import Organisation, User, system_actor

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday 09:00 in Shanghai
_number = count(1)

PERMIT = Workflow(
    name="tests.permit",
    version=1,
    initial="received",
    final=frozenset({"granted", "refused"}),
    transitions=(
        Transition("accept", "received", "accepted", "casework.manage"),
        Transition("ask", "received", "incomplete", "casework.manage", stops_clock=True),
        Transition("complete", "incomplete", "received", "casework.view"),
        Transition("grant", "accepted", "granted", "casework.manage"),
        Transition("refuse", "accepted", "refused", "casework.manage", needs_note=True),
    ),
    terms={"received": Term(5), "accepted": Term(20)},
    extensions={"accepted": Term(10)},
    source="行政许可法 Arts 32, 42, 45",
)
EMERGENCY = Workflow(
    name="tests.emergency",
    version=1,
    initial="reported",
    final=frozenset({"handled"}),
    transitions=(Transition("handle", "reported", "handled", "casework.manage"),),
    terms={"reported": Term(2, Unit.HOURS)},
    pause_reasons={},
)


@contextmanager
def registered(*workflows: Workflow) -> Iterator[None]:
    """Make workflows known for the length of the block."""
    for workflow in workflows:
        rules.register_workflow(workflow)
    try:
        yield
    finally:
        for workflow in workflows:
            rules._workflows.pop((workflow.name, workflow.version), None)


def make_case(
    workflow: str = PERMIT.name,
    *,
    state: str = "",
    title: str = "A permit",
    division_code: str = "350102",
    organisation: Organisation | None = None,
    duty: str = "",
    term: Term | None = None,
    applicant: User | None = None,
    at: datetime = AT,
) -> Case:
    """A case, in the initial state or straight in another."""
    new = NewCase(
        subject=Reference("tests.subject", str(next(_number))),
        title=title,
        division_code=division_code,
        organisation=organisation,
        duty=duty,
        term=term,
        applicant=applicant,
        state=state,
    )
    return open_cases(
        workflow=workflow, new=[new], actor=system_actor(), at=at, number_prefix="TE"
    )[0]


def wrong_pairs(workflow: Workflow, *, at: datetime = AT) -> list[str]:
    """Every state × verb tried on a real case: what was neither declared and done nor refused.

    Empty when the workflow and what the actions do agree. Any room may call it for its own.
    """
    actor, wrong = system_actor(), []
    for state in workflow.states:
        declared = {transition.verb: transition for transition in workflow.leaving(state)}
        for verb in workflow.verbs:
            case = make_case(workflow.name, state=state, at=at)
            try:
                advance_case(case_id=case.pk, verb=verb, actor=actor, at=at, note="because")
                done = True
            except TransitionNotAllowed:
                done = False
            now = Case.objects.get(pk=case.pk)
            expected = declared[verb].target if verb in declared else state
            lines = case.events.filter(kind="moved").count()
            if (done, now.state, lines) != (verb in declared, expected, int(verb in declared)):
                wrong.append(f"{workflow.name}: {verb} from {state} ends {now.state}")
    return wrong
