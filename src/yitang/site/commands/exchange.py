"""``yitang exchange``: grants, sharing in one step, reads, callers' keys, the gateway."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from typing import TypeVar

from yitang.data.exchange import api as exchange
from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.ids import Reference
from yitang.ground.organisations.api import (
    Organisation,
    organisation_by_credit_code,
    system_actor,
)
from yitang.ground.plumbing.api import Page, now

from .serving import check_port
from .values import between, port

Row = TypeVar("Row")
_AT_ONCE = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    words.add_parser("grants", help="who may read what, for what, until when")
    share = words.add_parser("share", help="request, consent, agree and supply in one step")
    share.add_argument("dataset", help="catalogue code")
    share.add_argument("organisation", help="credit code of who may read")
    share.add_argument("purpose", help="what every read has to name")
    share.add_argument("--fields", default="", help="names of data items, by comma; else all")
    share.add_argument("--matter", action="append", default=[], help="kind of matter to be named")
    share.add_argument(
        "--quota", type=between(0, 1_000_000_000), default=0, help="reads a day; else without limit"
    )
    read = words.add_parser(
        "read", help="one record under a grant; the key comes by the standard input"
    )
    read.add_argument("dataset", help="catalogue code")
    read.add_argument("organisation", help="credit code of who reads")
    read.add_argument("purpose", help="as the grant names it")
    read.add_argument("--matter", help="the matter that the read serves, as kind:id")
    words.add_parser("refresh", help="bring snapshots to the lake's latest versions")
    words.add_parser("keys", help="which systems may call the gateway, and which may no longer")
    key = words.add_parser("key", help="let a system of an organisation call the gateway")
    key.add_argument("organisation", help="its credit code")
    key.add_argument("key", help="Ed25519 public key, 64 hexadecimal digits")
    key.add_argument("--label", default="", help="which system signs with it")
    rotate = words.add_parser("rotate-key", help="put another key in the place of one")
    rotate.add_argument("fingerprint", help="as `keys` prints it")
    rotate.add_argument("key", help="the new public key")
    revoke = words.add_parser("revoke-key", help="answer no call signed with a key any more")
    revoke.add_argument("fingerprint", help="as `keys` prints it")
    revoke.add_argument("reason", help="a sentence that stays in the list of keys")
    gateway = words.add_parser("gateway", help="answer signed calls of other organisations")
    gateway.add_argument("--host", default="127.0.0.1", help="the address to answer at")
    gateway.add_argument("--port", type=port, default=8810, help="8810 if not given")
    gateway.add_argument("--workers", type=between(1, 64), default=1, help="how many processes")


def run(arguments: argparse.Namespace) -> int:
    return {
        "grants": run_grants,
        "share": run_share,
        "read": run_read,
        "refresh": run_refresh,
        "keys": run_keys,
        "key": run_key,
        "rotate-key": run_rotate_key,
        "revoke-key": run_revoke_key,
        "gateway": run_gateway,
    }[arguments.word](arguments)


def run_grants(arguments: argparse.Namespace) -> int:
    for grant in _all(partial(exchange.granted, system_actor())):
        print(
            f"{grant.number}  {grant.state:<9}  {grant.dataset.code} → {grant.organisation.name}"
            f"  {grant.purpose}  until {grant.valid_to}"
            f"  {exchange.used_today(grant, at=now())} reads today"
        )
    return 0


def _all(page_after: Callable[..., Page[Row]]) -> Iterator[Row]:
    """The rows of a list that is given page by page."""
    cursor: str | None = ""
    while cursor is not None:
        page = page_after(cursor=cursor, limit=_AT_ONCE)
        yield from page.rows
        cursor = page.next_cursor


def run_share(arguments: argparse.Namespace) -> int:
    grant = exchange.share_dataset(
        dataset=arguments.dataset,
        organisation=_organisation(arguments.organisation),
        purpose=arguments.purpose,
        fields=[name.strip() for name in arguments.fields.split(",") if name.strip()],
        matter_kinds=arguments.matter,
        quota=arguments.quota,
        actor=system_actor(),
        at=now(),
    )
    print(f"{grant.number}: {grant.organisation.name} may read {grant.dataset.name}, "
          f"{len(grant.fields)} data items, until {grant.valid_to}")  # fmt: skip
    return 0


def run_read(arguments: argparse.Namespace) -> int:
    grant = exchange.active_grant(
        dataset=arguments.dataset,
        organisation=_organisation(arguments.organisation),
        purpose=arguments.purpose,
        at=now(),
    )
    # Asked for, never an argument: command lines are kept in histories and process lists.
    key = input("key: ") if sys.stdin.isatty() else sys.stdin.readline()
    found = exchange.read_record(
        grant=grant,
        key=key.strip(),
        matter=_matter(arguments.matter),
        purpose=arguments.purpose,
        actor=system_actor(),
        at=now(),
    )
    if found is None:
        print("no record; the search is in the ledger")
        return 1
    print(json.dumps(asdict(found), ensure_ascii=False, indent=1))
    return 0


def run_refresh(arguments: argparse.Namespace) -> int:
    print(f"{exchange.refresh_snapshots(at=now())} snapshots are of the latest version")
    print(f"{exchange.compile_grants()} grants compiled")
    return 0


def run_keys(arguments: argparse.Namespace) -> int:
    for client in _all(partial(exchange.keys_page, system_actor())):
        state = f"revoked: {client.reason}" if client.revoked_at else "in use"
        print(f"{client.fingerprint}  {client.organisation.name}  {client.label}  {state}")
    return 0


def run_key(arguments: argparse.Namespace) -> int:
    organisation = _organisation(arguments.organisation)
    added = exchange.add_key(
        organisation=organisation,
        key=arguments.key,
        label=arguments.label,
        actor=system_actor(),
        at=now(),
    )
    print(
        f"{organisation.name} may call the gateway as {organisation.credit_code}"
        f" with the key {added.fingerprint}"
    )
    return 0


def run_rotate_key(arguments: argparse.Namespace) -> int:
    client = exchange.key_for(system_actor(), arguments.fingerprint)
    added = exchange.rotate_key(client=client, key=arguments.key, actor=system_actor(), at=now())
    print(f"{added.fingerprint} takes the place of {client.fingerprint}")
    return 0


def run_revoke_key(arguments: argparse.Namespace) -> int:
    client = exchange.key_for(system_actor(), arguments.fingerprint)
    exchange.revoke_key(client=client, reason=arguments.reason, actor=system_actor(), at=now())
    print(f"{client.fingerprint} is refused from the next call on")
    return 0


def run_gateway(arguments: argparse.Namespace) -> int:
    check_port(arguments.host, arguments.port)
    from granian import Granian
    from granian.constants import Interfaces

    exchange.compile_grants()
    Granian(
        "yitang.data.exchange.gateway.process:application",
        factory=True,
        interface=Interfaces.ASGI,
        address=arguments.host,
        port=arguments.port,
        workers=arguments.workers,
    ).serve()
    return 0


def _organisation(credit_code: str) -> Organisation:
    return organisation_by_credit_code(credit_code)


def _matter(text: str | None) -> Reference | None:
    try:
        return Reference.parse(text) if text else None
    except ValueError:
        raise InvalidInput(field="matter", problem="write it as kind:id") from None
