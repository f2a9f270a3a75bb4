"""Kinds, tiers, states and answers of a call-back in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_noop

from yitang.ground.base.clock import Unit
from yitang.ground.casework.api import Case
from yitang.ground.organisations.api import Organisation, User, division_path
from yitang.ground.organisations.errors import DivisionUnknown
from yitang.public.hotline.api import (
    Appeal,
    AppealKind,
    Basis,
    Category,
    Obstacle,
    Solved,
    shown_place,
)
from yitang.site.web.templatetags.look import last_day, moment

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

KINDS = {
    AppealKind.CONSULTATION: gettext_noop("Question"),
    AppealKind.HELP: gettext_noop("Request for help"),
    AppealKind.COMPLAINT: gettext_noop("Complaint"),
    AppealKind.REPORT: gettext_noop("Report of a wrong"),
    AppealKind.SUGGESTION: gettext_noop("Suggestion"),
    AppealKind.PRAISE: gettext_noop("Praise"),
}
TIERS = {
    "emergency": gettext_noop("Emergency"),
    "utilities": gettext_noop("Urgent: water, power, gas or heat"),
    "general": gettext_noop("General"),
    "complex": gettext_noop("Complex"),
}
# Why a row of a delivered file is not taken; the rules say these.
ROW_PROBLEMS = (
    gettext_noop("it is empty"),
    gettext_noop("it has more than {most} characters"),
    gettext_noop("“{value}” is no date and time"),
    gettext_noop("“{value}” is before the appeal was filed"),
    gettext_noop("“{value}” is no whole number"),
    gettext_noop("“{value}” is no division code of 6, 9 or 12 digits"),
    gettext_noop("it is no mobile number of 11 digits and no landline with its area code"),
    gettext_noop("“{value}” is none of {known}"),
    gettext_noop("it has {cells} cells under {headers} headers"),
    gettext_noop(
        "number {value} came before with other content; "
        "if it is another system's, name that system as its source"
    ),
    gettext_noop("there is no division {value} here"),
)
# Why an appeal was sent where it was, and what the history says of it; the rules say these.
TERRITORY = {
    Obstacle.CLASS_UNSURE: gettext_noop(
        "Sent to the territorial government because its class is not sure."
    ),
    Obstacle.NOBODY_CHARGED: gettext_noop(
        "Sent to the territorial government because no office there is charged with it."
    ),
    Obstacle.SEVERAL_CHARGED: gettext_noop(
        "Sent to the territorial government because several offices there are charged with it."
    ),
}
WAITING = {
    Obstacle.EMERGENCY: gettext_noop("An emergency: a person looks at it first."),
    Obstacle.PLACE_UNSETTLED: gettext_noop("No county is certain from what was said."),
    Obstacle.NO_GOVERNMENT: gettext_noop(
        "No office is sure, and its county has no government here to send it to."
    ),
}
FROM_ARCHIVE = gettext_noop("Taken from an archive; what became of it is not kept here.")
MOODS = {"emergency": "late", "utilities": "soon"}
SAID = {
    Solved.YES: gettext_noop("Yes"),
    Solved.PARTLY: gettext_noop("Partly"),
    Solved.NO: gettext_noop("No"),
}
# What a caller reads: where the appeal is and what happens next, until when.
NEXT = {
    "received": gettext_noop("{holder} passes it on to the right office by {day}."),
    "dispatched": gettext_noop("{holder} has it and answers by {day}."),
    "returned": gettext_noop("It is being decided who takes it; the answer is still due by {day}."),
    "arbitrated": gettext_noop("{holder} has it and answers by {day}."),
    "handling": gettext_noop("{holder} is working on it and answers by {day}."),
    "answered": gettext_noop("It is answered. Did it help? Please tell us, or we call you."),
    "reopened": gettext_noop("{holder} does it again and answers by {day}."),
    "closed": gettext_noop("It is closed."),
    "referred": gettext_noop("This goes another way; the answer below says which."),
}


def kind_word(appeal: Appeal) -> str:
    return gettext(KINDS[AppealKind(appeal.kind)])


def tier_word(code: str) -> str:
    return gettext(TIERS.get(code, code))


def route_word(appeal: Appeal) -> str:
    """Why it was sent where it was, or why it waits for a person; empty when that is plain."""
    obstacle = appeal.dispatch_obstacle
    if appeal.dispatch_basis == Basis.TERRITORY:
        return gettext(TERRITORY[Obstacle(obstacle)])
    waits = appeal.case.state == "received"
    return gettext(WAITING[Obstacle(obstacle)]) if obstacle and waits else ""


def correction_in_words(
    appeal: Appeal,
    *,
    kind: AppealKind | None,
    tier: str | None,
    category: Category | None,
    division_code: str | None,
    reason: str,
) -> str:
    """What a correction changes, as its line of the history says it, and why."""
    changes = []
    if kind and kind.value != appeal.kind:
        changes.append((gettext("Kind"), kind_word(appeal), gettext(KINDS[kind])))
    if tier and tier != appeal.tier:
        changes.append((gettext("Urgency"), tier_word(appeal.tier), tier_word(tier)))
    if category is not None and category != appeal.category:
        before = appeal.category.label if appeal.category else "—"
        changes.append((gettext("Class"), before, category.label))
    if division_code and division_code != appeal.division_code:
        before = division_path(appeal.division_code) if appeal.division_code else "—"
        changes.append((gettext("Place"), before, division_path(division_code)))
    said = gettext("; ").join(f"{label} {before} → {after}" for label, before, after in changes)
    return gettext("; ").join(part for part in (said, reason.strip()) if part)


def said_word(said: Solved | None) -> str:
    """What a caller said when asked, in a word; a dash where nobody was reached."""
    return gettext(SAID[said]) if said else "—"


def next_step(appeal: Appeal) -> str:
    """One sentence for the caller: who holds it, and until when."""
    case = appeal.case
    return gettext(NEXT[case.state]).format(
        holder=holder_name(appeal.unit or case.organisation), day=until(case)
    )


def until(case: Case) -> str:
    """The day, or for a limit in hours the hour, until which the next step is due."""
    term = case.running_term
    if term is not None and term.unit is Unit.HOURS:
        return moment(case.due_at)
    return last_day(case.due_at)


def holder_name(organisation: Organisation | None) -> str:
    return organisation.name if organisation else gettext("The hotline")


def place_word(user: User | AnonymousUser, appeal: Appeal) -> str:
    """The division in words, and what the caller wrote about the place as ``user`` may read it."""
    written = shown_place(user, appeal)
    if not appeal.division_code:
        return written or gettext("No place was found")
    try:
        path = division_path(appeal.division_code)
    except DivisionUnknown:
        path = appeal.division_code
    return f"{path} {_without(path.split(), written)}".strip()


def _without(names: list[str], written: str) -> str:
    """What was written, without the divisions that stand before it already."""
    for name in names:
        written = written.removeprefix(name).lstrip(" ，,")
    return written
