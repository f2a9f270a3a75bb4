"""The cockpit's figures, each asked of the room that owns it. Nothing is reckoned here twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from yitang.data.catalogue.api import all_datasets
from yitang.data.collection.api import totals
from yitang.data.exchange.api import reads_today, supplied_datasets
from yitang.data.fusion.api import base_named, last_run
from yitang.data.fusion.rules import BASES
from yitang.decision.economy.api import JudgedClaim, judged_claims, project_summary
from yitang.decision.economy.rules import Verdict
from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import Level, User, divisions_in
from yitang.ground.organisations.rules import NATION
from yitang.public.services.api import TripReport
from yitang.site.web.economy.names import name_of, period_of, spoken
from yitang.site.web.shell.charts import Bar
from yitang.site.web.shell.navigation import address

from .listening import decided, discovered, heard
from .loop import Node

QUOTED = frozenset({"digital_economy", "fibre_line_length", "users_4g", "summit_investment"})


@dataclass(frozen=True, slots=True)
class EconomyFigure:
    """A published figure, with the doubt that belongs to it."""

    label: str
    value: str
    unit: str
    checked: str = ""
    doubt: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """Trips a year that sharing saves, at the volumes of the item list."""

    trips: int
    items: int
    without_trip: int
    at_most_one: int

    @property
    def without_trip_share(self) -> float:
        return self.without_trip / self.items

    @property
    def at_most_one_share(self) -> float:
        return self.at_most_one / self.items


def loop_figures(user: User, report: TripReport, *, at: datetime) -> list[Node]:
    """The eight places of the loop, in its order; one without a figure yet keeps its name.

    ``report`` is the item list counted once, for all who read it on this page.
    """
    return [
        gathered(),
        fused(),
        shared(user, at=at),
        served(report),
        heard(user, at=at),
        discovered(user),
        decided(user, at=at),
        next_to_share(report),
    ]


def gathered() -> Node:
    """What departments handed over and what stands of it now; what is fused is counted there."""
    datasets = [
        dataset for dataset in all_datasets() if dataset.gathered_at and dataset.code not in BASES
    ]
    node = Node("gather", gettext("Gather"), url=address("catalogue:start"))
    if not datasets:
        return node
    departments = len({dataset.organisation_id for dataset in datasets})
    said = ngettext("from {count} department", "from {count} departments", departments)
    sums = totals()
    share = sums.rejected / sums.delivered if sums.delivered else 0
    standing = sum(dataset.row_count or 0 for dataset in datasets)
    rows = ngettext("{count} row", "{count} rows", standing)
    return _with(
        node,
        f"{len(datasets):,}",
        ngettext("dataset", "datasets", len(datasets)),
        said.format(count=departments),
        rows.format(count=f"{standing:,}"),
        gettext("{share:.1%} sent back").format(share=share),
    )


def fused() -> Node:
    """The population base as its last run left it."""
    run = last_run(base_named("population"))
    node = Node("fuse", gettext("Fuse"), url=address("fusion:start"))
    if run is None:
        return node
    return _with(
        node,
        f"{run.entities:,}",
        ngettext("person", "people", run.entities),
        # One record of a birth or a marriage names two people and is read for each.
        ngettext("{count} mention in records", "{count} mentions in records", run.records).format(
            count=f"{run.records:,}"
        ),
        gettext("{count} mentions not matched").format(count=f"{run.unmatched:,}"),
        gettext("{count} fields in conflict").format(count=f"{sum(run.conflicts.values()):,}"),
    )


def shared(user: User, *, at: datetime) -> Node:
    """Datasets that someone reads under a grant now, and today's reads."""
    supplied = supplied_datasets(at=at)
    node = Node("share", gettext("Share"), url=address("exchange:start"))
    if not supplied:
        return node
    grants, reads = reads_today(user, at=at)
    return _with(
        node,
        f"{len(supplied):,}",
        ngettext("dataset", "datasets", len(supplied)),
        ngettext("under {count} grant", "under {count} grants", grants).format(count=grants),
        ngettext("{count} read today", "{count} reads today", reads).format(count=f"{reads:,}"),
    )


def served(report: TripReport) -> Node:
    """The heart of the loop: journeys for one case, before sharing and now."""
    summary = report.summary
    node = Node("serve", gettext("Serve"), url=address("services:trips"))
    if not summary.items:
        return node
    without = summary.items_without_trip / summary.items
    return replace(
        node,
        value=f"{summary.average_before:.2f} → {summary.average_after:.2f}",
        corner=gettext("trips a case"),
        details=(
            ngettext("{count} item", "{count} items", summary.items).format(count=summary.items),
            gettext("{share:.0%} need no trip").format(share=without),
        ),
    )


def next_to_share(report: TripReport) -> Node:
    """What people would gain most from: the loop's way back to its beginning."""
    gains = report.gains
    node = Node("next", gettext("Share next"), url=address("services:trips"))
    if not gains:
        return node
    names = {dataset.code: dataset.name for dataset in all_datasets()}
    best = gains[0]
    return _with(
        node,
        names.get(best.dataset, best.dataset),
        "",
        gettext("saves {count} trips a year").format(count=f"{best.trips_a_year:,}"),
    )


def trips_saved(report: TripReport) -> Saved | None:
    summary = report.summary
    if not summary.items:
        return None
    return Saved(
        summary.trips_saved, summary.items, summary.items_without_trip, summary.items_at_most_one
    )


def department_bars(report: TripReport, *, limit: int = 6) -> list[Bar]:
    """Departments that still make people run, trips a case before sharing and now."""
    return [
        Bar(
            label=_without_province(name),
            now=round(summary.average_after, 2),
            before=round(summary.average_before, 2),
            text=f"{summary.average_before:.1f} → {summary.average_after:.1f}",
        )
        for name, summary in list(report.departments.items())[:limit]
        if summary.cases_a_year
    ]


def _without_province(name: str) -> str:
    """``公安厅`` for ``闽海省公安厅``: on a province's own page the province is understood."""
    for province in divisions_in(NATION, level=Level.PROVINCE):
        if name.startswith(province.name) and name != province.name:
            return name.removeprefix(province.name)
    return name


def economy_figures(*, at: datetime) -> list[EconomyFigure]:
    """What leaders quote, as published; where another figure was published, that beside it."""
    figures = [
        _judged(judged)
        for judged in judged_claims()
        if judged.figure and judged.claim.indicator in QUOTED
    ]
    summary = project_summary(on=civil_date(at))
    if summary.projects:
        started = gettext("{count} started or further").format(count=summary.started)
        figures.append(
            EconomyFigure(
                label=gettext("Major projects"),
                value=str(summary.projects),
                unit=started,
                url=address("economy:projects"),
            )
        )
    return figures


def _judged(judged: JudgedClaim) -> EconomyFigure:
    figure = judged.figure
    if figure is None:
        raise ValueError("a claim without a published figure cannot be shown as one")
    is_confirmed = judged.verdict is Verdict.CONFIRMED
    said, unit = spoken(figure.value if is_confirmed else judged.claim.claimed, figure.indicator)
    value, _ = spoken(figure.value, figure.indicator)
    published = gettext("published as {value} {unit}").format(value=value, unit=unit)
    return EconomyFigure(
        label=f"{name_of(figure.indicator)} · {period_of(figure.period)}",
        value=said,
        unit=unit,
        checked=gettext("confirmed") if is_confirmed else "",
        doubt="" if is_confirmed else published,
        url=reverse("economy:series", args=[figure.indicator.code]),
    )


def _with(node: Node, value: str, unit: str, *details: str) -> Node:
    return replace(node, value=value, unit=unit, details=details)
