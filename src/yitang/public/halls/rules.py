"""The plan of a hall's windows: figures, what they rest on, and how they move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yitang.ground.base.text import Message
from yitang.public.workforce.rules import (
    Assumptions,
    Demand,
    Sensitivity,
    Staffing,
    sensitivity,
    staffing,
)


@dataclass(frozen=True, slots=True)
class WindowsPlan:
    """Windows apart and in one pool, with the assumptions printed and the sensitivity."""

    staffing: Staffing
    mean_minutes: float
    assumptions: tuple[Message, ...]
    sensitivity: tuple[Sensitivity, ...]
    findings: tuple[Message, ...]

    @property
    def visits_per_day(self) -> float:
        return sum(line.demand.visits_per_day for line in self.staffing.lines)


def windows_plan(demands: Sequence[Demand], assumptions: Assumptions) -> WindowsPlan:
    """How many windows a hall needs; raises ``StaffingInputInvalid`` for impossible input.

    ``demands``: kinds of matter with visits a day and mean minutes. Everything is for the peak
    hour. Source of the formulas: ``workforce.rules``.
    """
    found = staffing(demands, assumptions)
    visits = sum(demand.visits_per_day for demand in demands)
    work = sum(demand.visits_per_day * demand.mean_minutes for demand in demands)
    mean = work / visits if visits else demands[0].mean_minutes
    rows = (
        sensitivity(separate=found.separate, mean_minutes=mean, assumptions=assumptions)
        if found.separate
        else []
    )
    return WindowsPlan(
        found, mean, tuple(assumption_texts(assumptions)), tuple(rows), tuple(findings(found))
    )


def assumption_texts(assumptions: Assumptions) -> list[Message]:
    """Everything the figures rest on, one sentence each."""
    a, target = assumptions, assumptions.target
    texts = [
        _text(
            "target",
            "{share} of people wait at most {minutes} minutes, in the busiest hour.",
            share=_percent(target.share),
            minutes=f"{target.minutes:g}",
        ),
        _text(
            "peak",
            "The busiest hour takes {share} of the day's visits, and is counted as if it lasted.",
            share=_percent(a.peak_hour_share),
        ),
        _text("arrivals", "People come independently of one another and are served in order."),
        _text(
            "slower",
            "A clerk who does everything takes {share} longer than one who does one thing.",
            share=_percent(a.slower),
        ),
        _text("online", "{share} of visits are settled online.", share=_percent(a.online_share)),
    ]
    if a.online_share and a.residual_longer:
        texts.append(
            _text(
                "residual",
                "What still comes to the counter is harder and takes {share} longer.",
                share=_percent(a.online_share * a.residual_longer),
            )
        )
    if a.online_share and a.online_minutes_share:
        texts.append(
            _text(
                "back_office",
                "A case sent in online takes {share} of its minutes in the back office, "
                "which is busy {busy} of the day.",
                share=_percent(a.online_minutes_share),
                busy=_percent(a.online_busy),
            )
        )
    texts.append(
        _text("spread", "Service times spread as measured (cv); waits are an approximation.")
        if a.use_spread
        else _text("exponential", "Service times spread as the exponential (Erlang C).")
    )
    return texts


def findings(found: Staffing) -> list[Message]:
    """What a reader should take away, and the doubt that belongs beside it."""
    apart, pooled = found.separate, found.pooled_slower
    texts: list[Message] = []
    if apart and pooled.people > apart:
        texts.append(
            _text(
                "loss",
                "One pool would need {more} people more than separate windows: clerks who do "
                "everything are too slow for these busy windows.",
                more=pooled.people - apart,
            )
        )
    elif apart:
        texts.append(
            _text(
                "saving",
                "{pooled} people in one pool do what {apart} at separate windows do: {share} "
                "fewer, under the assumptions below.",
                pooled=pooled.people,
                apart=apart,
                share=_percent(found.saving(pooled.people)),
            )
        )
    if found.present is not None:
        texts.append(
            _text(
                "present",
                "The hall has {present} windows today.",
                present=found.present,
            )
        )
    texts.append(
        _text(
            "published",
            "The three tenths often quoted for integrated halls were published for the waiting "
            "time in Beijing's Xicheng (15 to 8-10 minutes, 2019), not for staff: no source for "
            "a saving of staff was found.",
        )
    )
    return texts


def _text(code: str, template: str, **params: object) -> Message:
    return Message(f"halls.{code}", template, params)


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"
