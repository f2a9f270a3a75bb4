"""The gateway over real snapshots and grants: signed calls, the same checks, the same ledger."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from yitang.data.exchange.api import (
    Grant,
    add_key,
    compile_grants,
    decide_sharing,
    exchange_folder,
    keys_of,
    read_record,
    rotate_key,
)
from yitang.data.exchange.errors import KeyInvalid
from yitang.data.exchange.gateway.app import Gateway, GroupedLedger
from yitang.data.exchange.queries import hashes
from yitang.data.exchange.rules import signed_headers
from yitang.ground.base.ids import uuid7
from yitang.ground.ledger.api import entries_about, index_segments, ledger_folder, verify
from yitang.ground.ledger.rules import Draft, Place, SegmentWriter
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_organisation
from yitang.ground.plumbing.api import blind_index

from .factories import AT, MATTER, MATTER_KIND, MOTHER, PURPOSE, make_grant

pytestmark = pytest.mark.django_db
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


@pytest.fixture
def grant() -> Grant:
    made = make_grant(matter_kinds=[MATTER_KIND], quota=40)
    add_key(
        organisation=made.organisation, key=PUBLIC, label="counter", actor=system_actor(), at=AT
    )
    compile_grants()
    return made


@pytest.fixture
def served(own_home: Path) -> Iterator[Gateway]:
    ledger = GroupedLedger(SegmentWriter(ledger_folder()))
    yield Gateway(
        folder=exchange_folder(),
        ledger=ledger,
        keys=own_home / "keys" / "ledger",
        hashes=hashes(),
        clock=lambda: AT,
    )
    ledger.close()


def asked(grant: Grant, /, **values: Any) -> dict[str, Any]:
    return {
        "grant": str(grant.public_id),
        "key": MOTHER,
        "purpose": PURPOSE,
        "matter": str(MATTER),
        "fields": ["child_name", "birth_date", "mother_identity"],
    } | values


def headers_for(
    body: bytes, grant: Grant, *, key: Ed25519PrivateKey = KEY, at: datetime = AT
) -> dict[str, str]:
    return signed_headers(
        key,
        client=grant.organisation.credit_code,
        method="POST",
        path="/v1/records",
        body=body,
        timestamp=int(at.timestamp()),
        nonce=str(uuid7()),
    )


async def posted(app: Gateway, body: bytes, headers: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://gateway"
    ) as client:
        return await client.post("/v1/records", content=body, headers=headers)


def call(app: Gateway, grant: Grant, /, **values: Any) -> httpx.Response:
    body = json.dumps(asked(grant, **values)).encode()
    return asyncio.run(posted(app, body, headers_for(body, grant)))


def test_a_signed_call_gets_what_prefill_gets_and_leaves_the_same_entry(
    served: Gateway, grant: Grant
) -> None:
    inside = read_record(
        grant=grant, key=MOTHER, matter=MATTER,
        purpose=PURPOSE, actor=system_actor(), at=AT,
    )  # fmt: skip
    response = call(served, grant)
    assert response.status_code == 200
    first = response.json()["records"][0]
    assert inside is not None
    assert first["values"] == inside.values
    assert first["provenance"]["child_name"]["organisation"] == "闽海省卫生健康委员会"
    index_segments()
    mine = entries_about(blind_index(MOTHER))
    assert len(mine) == 2
    assert {entry.organisation for entry in mine} == {"闽海省公安厅"}
    assert {entry.action for entry in mine} == {"exchange.read"}
    assert all((entry.details or {})["grant"] == grant.number for entry in mine)
    assert verify().ok


@pytest.mark.parametrize(
    ("values", "status", "code"),
    [
        ({"purpose": "curiosity"}, 403, "exchange.purpose_differs"),
        ({"matter": ""}, 403, "exchange.matter_not_covered"),
        ({"fields": ["father_identity"]}, 403, "exchange.fields_not_granted"),
        ({"grant": "none"}, 403, "exchange.no_such_grant"),
        ({"column": "child_name"}, 403, "exchange.column_not_searchable"),
        ({"key": 5}, 400, "exchange.call_invalid"),
        ({"key": " "}, 400, "exchange.call_invalid"),
        ({"fields": []}, 400, "exchange.call_invalid"),
        ({"matter": "no colon"}, 400, "exchange.call_invalid"),
    ],
)
def test_what_is_refused_and_how(
    served: Gateway, grant: Grant, values: dict[str, Any], status: int, code: str
) -> None:
    assert call(served, grant).status_code == 200
    response = call(served, grant, **values)
    assert (response.status_code, response.json()["code"]) == (status, code)
    index_segments()
    refused = [e for e in entries_about(blind_index(MOTHER)) if e.action == "exchange.denied"]
    assert len(refused) == (1 if status == 403 else 0)


def test_calls_that_are_not_signed_as_they_should_be(served: Gateway, grant: Grant) -> None:
    body = json.dumps(asked(grant)).encode()
    sound = headers_for(body, grant)

    def problem(headers: dict[str, str], content: bytes = body) -> str:
        response = asyncio.run(posted(served, content, headers))
        assert response.status_code == 401
        return str(response.json()["detail"])

    assert "header yitang-nonce is missing" in problem(
        {name: value for name, value in sound.items() if name != "Yitang-Nonce"}
    )
    assert "no key here" in problem(sound | {"Yitang-Client": "other"})
    assert "does not fit its Content-Digest" in problem(sound, body + b" ")
    late = datetime.fromtimestamp(AT.timestamp() - 301, AT.tzinfo)
    assert "five minutes" in problem(headers_for(body, grant, at=late))
    assert "signature does not fit" in problem(
        headers_for(body, grant, key=Ed25519PrivateKey.generate())
    )
    assert "signature does not fit" in problem(sound | {"Yitang-Nonce": "another"})
    assert asyncio.run(posted(served, body, sound)).status_code == 200
    assert "came before" in problem(sound)
    assert entries_about(blind_index(MOTHER)) == []  # none of them named anyone to the ledger


def test_a_body_without_its_parts_or_too_large_is_refused(served: Gateway, grant: Grant) -> None:
    for body, status, words in (
        (b"{}", 400, "fields is missing"),
        (b"[]", 400, "not the JSON object"),
        (b" " * 70_000, 413, "larger"),
    ):
        response = asyncio.run(posted(served, body, headers_for(body, grant)))
        assert response.status_code == status
        assert words in response.json()["detail"]


def test_many_calls_share_few_writes_and_the_quota_is_kept(
    served: Gateway, grant: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[int] = []
    append = SegmentWriter.append

    def counted(self: SegmentWriter, drafts: Sequence[Draft]) -> list[Place]:
        writes.append(len(drafts))
        return append(self, drafts)

    monkeypatch.setattr(SegmentWriter, "append", counted)

    async def many() -> list[int]:
        bodies = [json.dumps(asked(grant)).encode() for _ in range(50)]
        answers = await asyncio.gather(
            *(posted(served, body, headers_for(body, grant)) for body in bodies)
        )
        return [one.status_code for one in answers]

    statuses = asyncio.run(many())
    assert sorted(statuses) == [200] * 40 + [429] * 10
    assert len(writes) < 50
    # Each read stands under both parents, who are named in the record; each refusal under one.
    assert verify(with_index=False).entries == 40 * 2 + 10


def test_a_grant_that_is_stopped_stops_the_gateway_at_once(served: Gateway, grant: Grant) -> None:
    assert call(served, grant).status_code == 200
    decide_sharing(
        request=grant.request, verb="suspend", actor=system_actor(), at=AT, note="misuse"
    )
    compile_grants()
    response = call(served, grant)
    assert response.json()["code"] == "exchange.grant_inactive"


def test_without_space_nothing_is_handed_out(
    served: Gateway, grant: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fdatasync", full)
    response = call(served, grant)
    assert response.status_code == 507
    assert "records" not in response.json()


def test_a_revoked_key_is_refused_from_the_next_call_and_its_successor_answered(
    served: Gateway, grant: Grant
) -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
    public = other.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    body = json.dumps(asked(grant)).encode()

    def status(key: Ed25519PrivateKey) -> int:
        return asyncio.run(posted(served, body, headers_for(body, grant, key=key))).status_code

    assert (status(KEY), status(other)) == (200, 401)
    (client,) = keys_of(system_actor())
    rotate_key(client=client, key=public, actor=system_actor(), at=AT)
    compile_grants()  # as after the commit that a test does not make
    assert (status(KEY), status(other)) == (401, 200)


def test_other_addresses_health_and_shutdown(served: Gateway, grant: Grant) -> None:
    async def get(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=served)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            return await client.get(path)

    assert asyncio.run(get("/health")).json() == {"grants": 1}
    wrong = asyncio.run(get("/v1/records"))
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    assert asyncio.run(get("/v1/record")).status_code == 404
    said: list[str] = []

    async def live() -> None:
        messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

        async def receive() -> Any:
            return next(messages)

        async def send(message: Any) -> None:
            said.append(message["type"])

        await served({"type": "lifespan"}, receive, send)

    asyncio.run(live())
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_key_that_is_none_is_refused() -> None:
    for key in ("zz", "abcd", PUBLIC + "00"):
        with pytest.raises(KeyInvalid, match="64 hexadecimal digits"):
            add_key(
                organisation=make_organisation(), key=key, label="", actor=system_actor(), at=AT
            )


def test_the_gateway_knows_no_django() -> None:
    code = (
        "import sys, yitang.data.exchange.gateway.process as p; app = p.application();"
        "print(app._clock().isoformat()); sys.exit('django' in sys.modules)"
    )
    pinned = {**os.environ, "YITANG_NOW": "2026-11-23T10:42:00+08:00"}
    done = subprocess.run(  # noqa: S603  (our own code)
        [sys.executable, "-c", code], check=False, env=pinned, stdout=subprocess.PIPE, text=True
    )
    # A demonstration's gateway reads at the demonstration's moment.
    assert (done.returncode, done.stdout.strip()) == (0, "2026-11-23T02:42:00+00:00")
