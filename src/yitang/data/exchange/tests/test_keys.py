"""Keys of systems that call the gateway: who keeps them, and what each change brings."""

from __future__ import annotations

import pytest

from yitang.data.exchange.api import (
    Client,
    add_key,
    exchange_folder,
    key_for,
    keys_of,
    keys_page,
    revoke_key,
    rotate_key,
)
from yitang.data.exchange.errors import KeyInvalid, KeyKnown, KeyRevoked, KeyUnknown
from yitang.data.exchange.rules import read_grants
from yitang.ground.base.errors import InvalidInput, NotAllowed
from yitang.ground.base.ids import Reference
from yitang.ground.ledger.api import entries_for
from yitang.ground.organisations.api import Organisation, User, system_actor
from yitang.ground.organisations.tests.factories import make_officer
from yitang.ground.plumbing.errors import CursorInvalid

from .factories import AT, make_police

pytestmark = pytest.mark.django_db(transaction=True)  # the keys are written out after a commit
FIRST, SECOND, THIRD = "01" * 32, "02" * 32, "03" * 32


def kept(office: Organisation) -> tuple[str, ...]:
    """What the gateway reads with its next call."""
    found = read_grants(exchange_folder() / "grants.json").clients
    return tuple(sorted(found.get(office.credit_code, ())))


def entered(client: Client) -> list[str]:
    reference = Reference("exchange.key", str(client.public_id))
    return [entry.action for entry in entries_for(reference)]


def added(office: Organisation, actor: User, key: str = FIRST) -> Client:
    return add_key(organisation=office, key=key, label="户籍系统", actor=actor, at=AT)


@pytest.mark.parametrize("role", ["system_admin", "security_admin"])
def test_an_administrator_adds_rotates_and_revokes_the_keys_of_the_office(role: str) -> None:
    office = make_police()
    admin = make_officer(role, organisation=office)
    first = added(office, admin)
    second = added(office, admin, SECOND)
    assert kept(office) == (FIRST, SECOND)
    third = rotate_key(client=first, key=THIRD.upper(), actor=admin, at=AT)
    assert kept(office) == (SECOND, THIRD)
    assert third.label == "户籍系统"
    revoke_key(client=second, reason="服务器被盗", actor=admin, at=AT)
    assert kept(office) == (THIRD,)
    assert [client.is_active for client in keys_of(admin)] == [True, False, False]
    first_page = keys_page(admin, limit=2)
    last_page = keys_page(admin, limit=2, cursor=first_page.next_cursor or "")
    assert [*first_page.rows, *last_page.rows] == keys_of(admin)
    assert (len(first_page.rows), last_page.next_cursor) == (2, None)
    with pytest.raises(CursorInvalid):  # of a key that another office keeps
        keys_page(make_officer(role), cursor=first_page.next_cursor or "")
    assert entered(second) == ["exchange.key_revoked", "exchange.key_added"]
    assert entered(third) == ["exchange.key_added"]
    with pytest.raises(KeyRevoked):
        revoke_key(client=second, reason="again", actor=admin, at=AT)
    with pytest.raises(KeyRevoked):  # nothing is added when the old one cannot be revoked
        rotate_key(client=second, key="04" * 32, actor=admin, at=AT)
    assert kept(office) == (THIRD,)


def test_what_is_no_key_or_was_known_before_is_refused() -> None:
    office, system = make_police(), system_actor()
    first = added(office, system)
    for text in ("zz" * 32, "01" * 31, ""):
        with pytest.raises(KeyInvalid):
            added(office, system, text)
    with pytest.raises(InvalidInput, match="say why"):
        revoke_key(client=first, reason=" ", actor=system, at=AT)
    revoke_key(client=first, reason="old", actor=system, at=AT)
    with pytest.raises(KeyKnown):  # revoked for good
        added(office, system)


def test_nobody_else_sees_or_keeps_them() -> None:
    office = make_police()
    first = added(office, system_actor())
    strangers = [
        make_officer("system_admin"),
        make_officer("data_officer", organisation=office),
        make_officer("audit_admin", organisation=office),
    ]
    for user in strangers:
        assert keys_of(user) == []
        with pytest.raises(KeyUnknown):
            key_for(user, first.public_id)
        for work in (
            lambda user=user: added(office, user, SECOND),
            lambda user=user: revoke_key(client=first, reason="x", actor=user, at=AT),
        ):
            with pytest.raises(NotAllowed):
                work()  # type: ignore[no-untyped-call]
    admin = make_officer("system_admin", organisation=office)
    assert key_for(admin, first.fingerprint) == first
    assert kept(office) == (FIRST,)
