"""Keys of systems that call the gateway: added, exchanged for others, revoked.

Each change has its entry in the ledger; the gateway reads the keys again with the next call.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitang.data.exchange.access import check_can_keep_keys
from yitang.data.exchange.errors import KeyKnown, KeyRevoked
from yitang.data.exchange.models import Client
from yitang.data.exchange.rules import fingerprint_of, public_key_of
from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.ids import Reference
from yitang.ground.ledger.api import record
from yitang.ground.organisations.api import Organisation, User

from .requests import compile_grants

PURPOSE = "gateway key"
ROTATED = "replaced by another"


@transaction.atomic
def add_key(
    *, organisation: Organisation, key: str, label: str, actor: User, at: datetime
) -> Client:
    """Let a system of ``organisation`` call the gateway with this Ed25519 key (64 hex digits).

    ``label`` says which system. Raises ``KeyInvalid``, ``KeyKnown``, ``NotAllowed``.
    """
    check_can_keep_keys(actor, organisation)
    plain = public_key_of(key)
    if Client.objects.filter(key=plain).exists():
        raise KeyKnown(fingerprint=fingerprint_of(plain))
    client = Client(
        organisation=organisation,
        key=plain,
        label=label.strip(),
        registered_by=actor,
        registered_at=at,
    )
    client.full_clean()
    client.save()
    _entered(client, "exchange.key_added", client.label, actor, at)
    return client


@transaction.atomic
def rotate_key(*, client: Client, key: str, actor: User, at: datetime) -> Client:
    """Put another key in the place of one: the new is added, the old revoked, in one step.

    For days on which both shall work, add the new one and revoke the old one later.
    """
    added = add_key(
        organisation=client.organisation, key=key, label=client.label, actor=actor, at=at
    )
    revoke_key(client=client, reason=ROTATED, actor=actor, at=at)
    return added


@transaction.atomic
def revoke_key(*, client: Client, reason: str, actor: User, at: datetime) -> Client:
    """From the next call on nothing signed with the key is answered; it does not come back."""
    check_can_keep_keys(actor, client.organisation)
    kept = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if kept.revoked_at is not None:
        raise KeyRevoked(fingerprint=kept.fingerprint, day=civil_date(kept.revoked_at))
    if not reason.strip():
        raise InvalidInput(field="reason", problem="say why the key is revoked")
    kept.revoked_by, kept.revoked_at, kept.reason = actor, at, reason.strip()[:300]
    kept.save(update_fields=["revoked_by", "revoked_at", "reason"])
    _entered(kept, "exchange.key_revoked", kept.reason, actor, at)
    return kept


def _entered(client: Client, action: str, words: str, actor: User, at: datetime) -> None:
    record(
        actor=str(actor.public_id),
        organisation=client.organisation.name,
        action=action,
        purpose=PURPOSE,
        matter=Reference("exchange.key", str(client.public_id)),
        details={"fingerprint": client.fingerprint, "words": words},
        at=at,
    )
    transaction.on_commit(compile_grants)
