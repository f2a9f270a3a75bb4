"""States, verbs and lines of history in the reader's language, in the words of each workflow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop, pgettext

from yitang.ground.casework.api import Case, CaseEvent, case_kinds, workflows
from yitang.ground.organisations.api import Organisation
from yitang.ground.plumbing.api import translated

HAPPENED = {
    "opened": gettext_noop("Received"),
    "assigned": gettext_noop("Assigned"),
    "paused": gettext_noop("Clock stopped"),
    "resumed": gettext_noop("Clock runs again"),
    "extended": gettext_noop("Extended"),
    "noted": gettext_noop("Note"),
    "soon_late": gettext_noop("Reminder: due soon"),
    "late": gettext_noop("Supervision: past its deadline"),
    "recomputed": gettext_noop("Deadline reckoned anew"),
}
REASONS = {
    "hearing": gettext_noop("hearing"),
    "tender": gettext_noop("tender"),
    "auction": gettext_noop("auction"),
    "inspection": gettext_noop("inspection"),
    "testing": gettext_noop("testing"),
    "quarantine": gettext_noop("quarantine"),
    "appraisal": gettext_noop("appraisal"),
    "expert_review": gettext_noop("expert review"),
}


def word(workflow: str, name: str) -> str:
    """A verb or a state as the people of that workflow say it."""
    return capfirst(pgettext(workflow, name.replace("_", " ")))


def workflow_words() -> Iterator[tuple[str, str]]:
    """Every word the desk may show, with its workflow; a test wants the Chinese of each."""
    for workflow in workflows():
        for name in (*workflow.verbs, *workflow.states):
            yield workflow.name, name.replace("_", " ")


def kind_label(workflow: str) -> str:
    kind = case_kinds().get(workflow)
    return translated(kind.label) if kind else word(workflow, workflow.rpartition(".")[2])


def state_of(case: Case) -> str:
    return gettext("Clock stopped") if case.is_paused else word(case.workflow, case.state)


def happened(case: Case, event: CaseEvent) -> str:
    """One line of history: the verb of a move, else what kind of line it is."""
    if event.kind == "moved":
        return word(case.workflow, event.verb)
    return gettext(HAPPENED.get(event.kind, event.kind))


def offices_of(lines: Sequence[CaseEvent]) -> list[tuple[Organisation | None, Organisation | None]]:
    """Who held the case when each line was written, and after it; ``lines`` from the oldest on."""
    after = [line.organisation for line in lines]
    return list(zip([*after[:1], *after[:-1]], after, strict=True))


def handover(before: Organisation | None, after: Organisation | None) -> str:
    """Who held the case at a line, and whom it went to where it went on."""
    names = [office.short_name for office in (before, after) if office is not None]
    return " → ".join(dict.fromkeys(names))


def office_word(event: CaseEvent, before: Organisation | None, after: Organisation | None) -> str:
    """The office at a line of history: whom the case went from and to, else who held it. What the
    platform noted by itself was not done by the holder, and says so."""
    offices = handover(before, after)
    if offices and before == after and event.actor.username == "system":
        return gettext("held by {office}").format(office=offices)
    return offices


def reason_word(reason: str) -> str:
    """Why a clock stands still, as the law names it."""
    return gettext(REASONS.get(reason, reason.replace("_", " ")))
