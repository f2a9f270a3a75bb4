"""The demo's first two minutes: one click a step, each to the page where it can be done."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from yitang.site.web.shell.navigation import address

# Page, its words, what to look at there.
STEPS = (
    ("services:trips", gettext_noop("Share the next dataset"),
     gettext_noop("Trips before and after; share it, and the items that lose a trip are named")),
    ("start", gettext_noop("Register a newborn"),
     gettext_noop("On the phone: prefilled, each value with its source, no trip")),
    ("ledger:start", gettext_noop("Who has read my data"),
     gettext_noop("That very read, with its matter")),
    ("ledger:verification", gettext_noop("Change one byte"),
     gettext_noop("The verification names the entry")),
    ("insight:start", gettext_noop("A burst becomes one issue"),
     gettext_noop("Counted in people, with evidence and an owner")),
    ("collection:start", gettext_noop("Drop in your own Excel"),
     gettext_noop("Accepted + rejected = delivered; the bad cells are marked")),
    ("economy:start", gettext_noop("31 trillion, and a doubt"),
     gettext_noop("Confirmed figures, and 300 billion beside the published 360")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    url: str
    title: str
    look_at: str


def tour_steps() -> list[Step]:
    """The steps whose pages exist, in order."""
    return [
        Step(url, gettext(title), gettext(look_at))
        for page, title, look_at in STEPS
        if (url := address(page))
    ]
