"""States and moves of an application in a clerk's words."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from yitang.ground.casework.api import Case, CaseEvent

HAPPENED = {
    "accept": gettext_noop("Accepted: nothing is missing"),
    "ask_correction": gettext_noop("Something is missing"),
    "correct": gettext_noop("You sent what was missing"),
    "reject": gettext_noop("Not accepted"),
    "approve": gettext_noop("Approved"),
    "refuse": gettext_noop("Refused"),
    "deliver": gettext_noop("Certificate delivered"),
    "withdraw": gettext_noop("You withdrew it"),
}
KINDS = {
    "opened": gettext_noop("You sent it"),
    "assigned": gettext_noop("Given to an officer"),
    "paused": gettext_noop("The clock stands still"),
    "resumed": gettext_noop("The clock runs again"),
    "extended": gettext_noop("More time was granted"),
    "late": gettext_noop("It is late; supervision was told"),
}
SENTENCES = {
    "submitted": gettext_noop("It is with the office."),
    "accepted": gettext_noop("It is being worked on."),
    "correcting": gettext_noop("Please send one more thing."),
    "approved": gettext_noop("It is approved; the result is on its way."),
    "delivered": gettext_noop("It is done."),
    "refused": gettext_noop("It was refused."),
    "not_accepted": gettext_noop("It was not accepted."),
    "withdrawn": gettext_noop("You withdrew it."),
}


def state_sentence(case: Case) -> str:
    """What the state means for the applicant."""
    return gettext(SENTENCES.get(case.state, case.state))


def happened(case: Case, event: CaseEvent) -> str:
    """One line of history, to the applicant."""
    if event.kind == "moved":
        return gettext(HAPPENED.get(event.verb, event.verb))
    return gettext(KINDS.get(event.kind, event.kind))
