"""The entries of one import, moved on together: proposed, consented to, published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yitang.data.catalogue.errors import MoveUnknown
from yitang.data.catalogue.models import CatalogueImport, EntryVersion
from yitang.data.catalogue.queries import next_moves
from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User

from .drafting import amend_entry, move_entry

MOVES = ("propose", "consent", "publish")


@dataclass(frozen=True, slots=True)
class Moved:
    """How many entries went on, and which stayed, each with the reason."""

    verb: str
    moved: int
    left: tuple[tuple[EntryVersion, Message], ...]


def move_imported(
    *,
    run: CatalogueImport,
    verb: str,
    actor: User,
    at: datetime,
    secrecy_risk: str = "",
    privacy_impact: str = "",
) -> Moved:
    """Make one move for every entry of ``run`` that ``actor`` may move so.

    Each entry goes by itself, as on its own page: one that lacks something stays and says what.
    With ``propose``, both assessments are written where an entry has none. Raises ``MoveUnknown``.
    """
    if verb not in MOVES:
        raise MoveUnknown(verb=verb, verbs=", ".join(MOVES))
    moved, left = 0, list[tuple[EntryVersion, Message]]()
    for draft in next_moves(actor, run).get(verb, []):
        try:
            _move(draft, verb, actor, at, secrecy_risk, privacy_impact)
        except DomainError as error:
            left.append((draft, Message(error.code, error.message, error.params)))
        else:
            moved += 1
    return Moved(verb, moved, tuple(left))


@transaction.atomic
def _move(
    draft: EntryVersion, verb: str, actor: User, at: datetime, secrecy: str, privacy: str
) -> None:
    if draft.case is None:
        raise TypeError("only drafts with a case are moved")
    if verb == "propose" and not (draft.secrecy_risk and draft.privacy_impact):
        amend_entry(
            version=draft,
            actor=actor,
            at=at,
            secrecy_risk=draft.secrecy_risk or secrecy,
            privacy_impact=draft.privacy_impact or privacy,
        )
    move_entry(case_id=draft.case.pk, verb=verb, actor=actor, at=at)
