"""An organisation nobody knows yet: proposed by who needs it, decided by who may found it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitang.ground.base.identity import CreditCodeInvalid, check_credit_code
from yitang.ground.organisations.access import check_can
from yitang.ground.organisations.errors import (
    CreditCodeWrong,
    OrganisationKnown,
    ProposalDecided,
    ProposalNameless,
    ReasonMissing,
)
from yitang.ground.organisations.models import Organisation, OrganisationProposal, User
from yitang.ground.organisations.queries import division

from .provisional import register_provisional_organisation

PROPOSE, FOUND = "organisations.propose", "organisations.load"


@transaction.atomic
def propose_organisation(
    *, name: str, division_code: str, actor: User, at: datetime, found_in: str = ""
) -> OrganisationProposal:
    """Propose an organisation of a division; the same once more is the proposal that is open.

    Raises ``NotAllowed``, ``DivisionUnknown``, ``ProposalNameless``, ``OrganisationKnown``.
    """
    home, name = division(division_code), " ".join(name.split())
    check_can(actor, PROPOSE, division_code=home.code)
    if not 2 <= len(name) <= 200:
        raise ProposalNameless
    if Organisation.objects.filter(name=name, division=home).exists():
        raise OrganisationKnown(name=name, division=home.name)
    made, _ = OrganisationProposal.objects.get_or_create(
        name=name,
        division=home,
        state="proposed",
        defaults={"proposed_by": actor, "proposed_at": at, "found_in": found_in[:255]},
    )
    return made


@transaction.atomic
def confirm_organisation(
    *, proposal: OrganisationProposal, actor: User, at: datetime, credit_code: str = ""
) -> Organisation:
    """Found a proposed organisation, with its credit code or, without one, provisionally.

    Raises ``NotAllowed``, ``ProposalDecided``, ``CreditCodeWrong``, ``OrganisationKnown``.
    """
    row = _open(proposal, actor)
    code = credit_code.strip().upper()
    if code:
        made = _founded(row, code)
    else:
        made = register_provisional_organisation(
            name=row.name, division_code=row.division.code, actor=actor, at=at
        )
    row.state, row.organisation = "confirmed", made
    row.decided_by, row.decided_at = actor, at
    row.save()
    return made


@transaction.atomic
def refuse_organisation(
    *, proposal: OrganisationProposal, actor: User, at: datetime, note: str
) -> OrganisationProposal:
    """Say why a proposed organisation is not founded; who proposed it reads the reason.

    Raises ``NotAllowed``, ``ProposalDecided``, ``ReasonMissing``.
    """
    row = _open(proposal, actor)
    if not note.strip():
        raise ReasonMissing(name=row.name)
    row.state, row.note = "refused", note.strip()[:500]
    row.decided_by, row.decided_at = actor, at
    row.save()
    return row


def _open(proposal: OrganisationProposal, actor: User) -> OrganisationProposal:
    check_can(actor, FOUND, division_code=proposal.division.code)
    row = (
        OrganisationProposal.objects.select_for_update(of=("self",))
        .select_related("division")
        .get(pk=proposal.pk)
    )
    if row.state != "proposed":
        raise ProposalDecided(name=row.name, state=row.state)
    return row


def _founded(row: OrganisationProposal, code: str) -> Organisation:
    try:
        check_credit_code(code)
    except CreditCodeInvalid as wrong:
        raise CreditCodeWrong(field="credit_code", problem=str(wrong)) from None
    known = Organisation.objects.filter(credit_code=code).select_related("division").first()
    if known is not None:
        raise OrganisationKnown(name=known.name, division=known.division.name)
    return Organisation.objects.create(
        name=row.name, short_name=row.name[:100], credit_code=code, division=row.division
    )
