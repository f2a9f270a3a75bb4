"""Counting as things happen: what an action changes of the metrics, in its own transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import wraps
from typing import ParamSpec

from django.db import transaction

from yitang.ground.base.clock import civil_date
from yitang.ground.casework.api import CasesFoundLate
from yitang.ground.metrics.api import Observation, observe_all
from yitang.public.hotline.models import Appeal, CallBack
from yitang.public.hotline.queries import configuration, counted_figures, facts_of, observation_of
from yitang.public.hotline.rules import Figure, FigureFacts, figures_of, rate_figures_of, times

P = ParamSpec("P")


def counted(action: Callable[P, Appeal]) -> Callable[P, Appeal]:
    """Let an action on one appeal (``appeal_id``, ``at``) bring the metrics along.

    What is counted of the appeal before and after is compared, so that no action has to know
    which figures it moves.
    """

    @wraps(action)
    @transaction.atomic
    def counting(*args: P.args, **kwargs: P.kwargs) -> Appeal:
        appeal_id, at = kwargs["appeal_id"], kwargs["at"]
        if not isinstance(appeal_id, int) or not isinstance(at, datetime):
            raise TypeError("an action on an appeal takes appeal_id and at")
        Appeal.objects.select_for_update().get(pk=appeal_id)
        before = Counter(counted_figures([appeal_id]))
        changed = action(*args, **kwargs)
        after = Counter(counted_figures([appeal_id]))
        observe_figures(after - before, taken_back=before - after, at=at)
        return changed

    return counting


def observe_figures(
    figures: Iterable[Figure], *, taken_back: Iterable[Figure] = (), at: datetime
) -> None:
    """Add figures to the metrics, and take others back."""
    by_code: dict[str, list[Observation]] = defaultdict(list)
    for figure in figures:
        by_code[figure.code].append(observation_of(figure))
    for figure in taken_back:
        by_code[figure.code].append(observation_of(times(figure, -1)))
    if by_code:
        observe_all(observations=by_code, at=at)


def observe_facts(
    many: Mapping[FigureFacts, int], *, call_backs: Iterable[CallBack] = (), at: datetime
) -> None:
    """Add what many appeals add, given how many there are of the same facts, and their
    call-backs."""
    figures = [
        times(figure, count) for facts, count in many.items() for figure in figures_of(facts)
    ]
    rules = configuration().rates
    for asked in call_backs:
        place = asked.division_code[:6]
        figures += rate_figures_of(civil_date(asked.at), place, facts_of(asked), rules)
    observe_figures(figures, at=at)


def note_late(event: CasesFoundLate) -> None:
    """Keep of each appeal found late on which day its limit ran out."""
    rows = Appeal.objects.filter(case__in=event.case_ids).order_by("pk")
    appeals = list(rows.select_for_update(of=("self",)).select_related("case"))
    if not appeals:
        return
    keys = [appeal.pk for appeal in appeals]
    before = Counter(counted_figures(keys))
    for appeal in appeals:
        appeal.late_on = civil_date(appeal.case.due_at) if appeal.case.due_at else None
    Appeal.objects.bulk_update(appeals, ["late_on"], batch_size=500)
    after = Counter(counted_figures(keys))
    observe_figures(after - before, taken_back=before - after, at=event.at)
