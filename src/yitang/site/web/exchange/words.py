"""Requests and grants in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext, gettext_noop

from yitang.data.catalogue.api import items_of
from yitang.data.exchange.api import Grant, SharingRequest
from yitang.ground.base.ids import Reference
from yitang.ground.casework.api import case_kinds
from yitang.ground.ledger.api import LedgerEntry
from yitang.ground.plumbing.api import translated

GRANT_STATES: Mapping[str, str] = {
    "active": gettext_noop("in force"),
    "suspended": gettext_noop("suspended"),
    "ended": gettext_noop("ended"),
}
USES: Mapping[str, str] = {
    "exchange.read": gettext_noop("read"),
    "exchange.sought": gettext_noop("looked for, nothing found"),
    "exchange.denied": gettext_noop("refused"),
}


def field_labels(asked: SharingRequest | Grant) -> list[str]:
    """The labels of the data items, in the order of the dataset."""
    return [item.label for item in items_of(asked.dataset) if item.name in asked.fields]


def grant_state(grant: Grant) -> str:
    return gettext(GRANT_STATES[grant.state])


def use_word(action: str) -> str:
    return gettext(USES.get(action, action))


def matter_kinds(codes: Sequence[str]) -> list[str]:
    """What kinds of matter a read must serve, as people call them."""
    kinds = case_kinds()
    return [translated(kinds[code].label) if code in kinds else code for code in codes]


def matter_word(matter: Reference | None) -> str:
    """What a read served, as people call it: its kind, and enough of its id to tell two apart."""
    return f"{matter_kinds([matter.kind])[0]} {matter.id[-8:]}" if matter else ""


def records_of(use: LedgerEntry) -> int:
    """How many records a read returned; the ledger keeps its details as texts."""
    return int((use.details or {}).get("records") or 0)
