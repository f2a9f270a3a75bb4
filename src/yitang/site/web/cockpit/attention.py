"""What needs a leader's eye: late, rising, missing, or waiting for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import truncatechars
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from yitang.ground.casework.api import Box, Case, worklist, worklist_counts
from yitang.ground.ledger.api import ledger_state
from yitang.ground.organisations.api import User
from yitang.site.web.desk.rows import place_name
from yitang.site.web.desk.words import kind_label
from yitang.site.web.shell.navigation import address


@dataclass(frozen=True, slots=True)
class Matter:
    """One line: what, how grave, and the facts behind it; ``when`` is said by the page."""

    what: str
    tag: str
    mood: str
    detail: str
    url: str = ""
    when: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attention:
    matters: list[Matter]
    late: str


def matters_of_attention(user: User, *, at: datetime, limit: int = 7) -> Attention:
    """The gravest first: cases past their deadline, then the state of the ledger."""
    counts = worklist_counts(user, at=at)
    late = worklist(user, at=at, box=Box.LATE, limit=4).rows
    matters = [_late(case, at=at) for case in late]
    return Attention(matters=[*matters, ledger_line()][:limit], late=str(counts.boxes[Box.LATE]))


def _late(case: Case, *, at: datetime) -> Matter:
    days = (at - case.due_at).days + 1 if case.due_at else 0
    held = str(case.organisation) if case.organisation else gettext("nobody holds it")
    return Matter(
        what=truncatechars(case.title, 40),
        tag=ngettext("{days} day late", "{days} days late", days).format(days=days),
        mood="late",
        detail=" · ".join([kind_label(case.workflow), place_name(case.division_code), held]),
        url=reverse("desk:case", args=[case.public_id]),
    )


def ledger_line() -> Matter:
    """How far the ledger is sealed; checking it all is one click away."""
    state = ledger_state()
    sealed = state.last_anchor
    waiting = ngettext("{count} entry waits", "{count} entries wait", state.waiting)
    return Matter(
        what=gettext("Ledger"),
        tag=gettext("sealed") if sealed else gettext("not sealed yet"),
        mood="done" if sealed else "",
        detail=waiting.format(count=f"{state.waiting:,}"),
        url=address("ledger:verification"),
        when=datetime.fromisoformat(sealed.at) if sealed else None,
    )
