"""What needs a leader's eye: late, rising, missing, or waiting for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.template.defaultfilters import truncatechars
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from yitang.data.catalogue.api import all_datasets
from yitang.decision.insight.api import HotIssue, Trend
from yitang.ground.casework.api import Box, Case, worklist, worklist_counts
from yitang.ground.ledger.api import ledger_state
from yitang.ground.organisations.api import User
from yitang.site.web.desk.rows import place_name
from yitang.site.web.desk.words import kind_label
from yitang.site.web.shell.navigation import address

from .listening import visible_issues

# How long a delivery may stay away by the update cycle of its dataset, a quarter more at most.
CYCLES = {
    "daily": timedelta(days=2),
    "weekly": timedelta(days=9),
    "ten_days": timedelta(days=13),
    "monthly": timedelta(days=39),
    "quarterly": timedelta(days=115),
    "yearly": timedelta(days=457),
}


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
    """The gravest first: late cases, issues that rise, data that did not come, the ledger."""
    counts = worklist_counts(user, at=at)
    late = worklist(user, at=at, box=Box.LATE, limit=3).rows
    rising = [issue for issue in visible_issues(user) if issue.trend == Trend.RISING]
    matters = [
        *(_late(case, at=at) for case in late),
        *([] if late else [Matter(gettext("No case is late"), gettext("good"), "done", "")]),
        *(_rising(issue) for issue in rising[:4]),
        *missing_data(at=at)[:1],
    ]
    ledger = ledger_line()
    shown = matters[: limit - 1]
    return Attention(
        matters=[ledger, *shown] if ledger.mood == "late" else [*shown, ledger],
        late=str(counts.boxes[Box.LATE]),
    )


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


def _rising(issue: HotIssue) -> Matter:
    people = ngettext("{count} person", "{count} people", issue.people).format(count=issue.people)
    owner = str(issue.owner) if issue.owner else gettext("no owner yet")
    place = place_name(issue.place_code) if issue.place_code else ""
    return Matter(
        what=truncatechars(issue.title, 40),
        tag=gettext("rising"),
        mood="soon",
        detail=" · ".join(filter(None, [people, place, owner])),
        url=reverse("insight:issue", args=[issue.public_id]),
    )


def missing_data(*, at: datetime) -> list[Matter]:
    """Gathered datasets whose next delivery is overdue by their own cycle."""
    overdue = [
        dataset
        for dataset in all_datasets()
        if dataset.gathered_at
        and (cycle := CYCLES.get(dataset.update_cycle))
        and at - dataset.gathered_at > cycle
    ]
    return [
        Matter(
            what=dataset.name,
            tag=gettext("data missing"),
            mood="late",
            detail=f"{dataset.organisation} · "
            + gettext("last delivered {days} days ago").format(
                days=(at - dataset.gathered_at).days if dataset.gathered_at else 0
            ),
            url=address("catalogue:start"),
        )
        for dataset in overdue
    ]


def ledger_line() -> Matter:
    """How far the ledger is sealed, unless the last verification found it altered; checking it
    all is one click away."""
    state = ledger_state()
    sealed, checked = state.last_anchor, state.last_run
    if checked is not None and checked.problems:
        differ = ngettext("{count} line does not fit", "{count} lines do not fit", checked.problems)
        return Matter(
            what=gettext("Ledger"),
            tag=differ.format(count=f"{checked.problems:,}"),
            mood="late",
            detail=gettext("as the last verification found"),
            url=address("ledger:verification"),
            when=checked.at,
        )
    waiting = ngettext("{count} entry waits", "{count} entries wait", state.waiting)
    return Matter(
        what=gettext("Ledger"),
        tag=gettext("sealed") if sealed else gettext("not sealed yet"),
        mood="done" if sealed else "",
        detail=waiting.format(count=f"{state.waiting:,}"),
        url=address("ledger:verification"),
        when=datetime.fromisoformat(sealed.at) if sealed else None,
    )
