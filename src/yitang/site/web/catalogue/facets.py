"""The facets beside a search: their words, their counts, and the addresses that choose them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext, gettext_noop

from yitang.data.catalogue.api import Found
from yitang.data.catalogue.rules import CLASSES, SHARING_CLASSES, THEMES, UPDATE_CYCLES
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import organisation_names
from yitang.ground.plumbing.api import translated

SHOWN = 12
TITLES: Mapping[str, str] = {
    "organisation": gettext_noop("Owner"),
    "sharing": gettext_noop("Sharing"),
    "class": gettext_noop("Class"),
    "theme": gettext_noop("Theme"),
    "cycle": gettext_noop("Updated"),
    "open": gettext_noop("Open to the public"),
    "freshness": gettext_noop("Freshness"),
    "quality": gettext_noop("Quality"),
}
LISTS: Mapping[str, Mapping[str, Message]] = {
    "sharing": {str(code): text for code, text in SHARING_CLASSES.items()},
    "class": CLASSES,
    "theme": THEMES,
    "cycle": UPDATE_CYCLES,
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "open": {"1": gettext_noop("yes"), "0": gettext_noop("no")},
    "quality": {
        "high": gettext_noop("99 % and more"),
        "good": gettext_noop("95 % and more"),
        "low": gettext_noop("below 95 %"),
        "unmeasured": gettext_noop("not measured yet"),
    },
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet with its count and its address."""

    label: str
    count: int
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    choices: list[Choice]
    is_open: bool


def groups_of(found: Found, text: str, chosen: Mapping[str, str]) -> list[Group]:
    """Every facet that could still divide what was found."""
    return [
        Group(gettext(TITLES[name]), choices, is_open=bool(chosen.get(name)))
        for name in TITLES
        if (choices := _choices(name, found, text, chosen))
    ]


def _choices(name: str, found: Found, text: str, chosen: Mapping[str, str]) -> list[Choice]:
    counted = found.facets.get(name, [])[:SHOWN]
    if len(counted) < 2 and not chosen.get(name):
        return []
    names = organisation_names([value for value, _ in counted]) if name == "organisation" else {}
    return [
        Choice(
            label=names.get(value) or _label(name, value),
            count=count,
            address=_address(text, chosen, name, "" if chosen.get(name) == value else value),
            is_chosen=chosen.get(name) == value,
        )
        for value, count in counted
    ]


def _label(name: str, value: str) -> str:
    text = LISTS.get(name, {}).get(value)
    if text is not None:
        return translated(text)
    if name == "theme" and value[:1] in CLASSES:  # a number of one's own within the class
        return f"{translated(CLASSES[value[:1]])} {value[1:] and value}".strip()
    return gettext(WORDS.get(name, {}).get(value, value))


def _address(text: str, chosen: Mapping[str, str], name: str, value: str) -> str:
    kept = {"q": text} | dict(chosen) | {name: value}
    return "?" + urlencode({key: one for key, one in kept.items() if one})
