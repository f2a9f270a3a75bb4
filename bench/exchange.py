"""Governed reads a second through the gateway: what checking, recording and fsync cost.

The same signed calls in one process, without a network: bare look-ups in the snapshot, the
whole path but its ledger, the whole path confirmed for many calls together, and with an fsync
for each call.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from yitang.data.exchange.gateway.app import Gateway, GroupedLedger
from yitang.data.exchange.rules import (
    CompiledGrant,
    Hashes,
    Row,
    SnapshotFacts,
    open_snapshot,
    signed_headers,
    write_grants,
    write_snapshot,
)
from yitang.ground.ledger.rules import Draft, Place, SegmentWriter
from yitang.ground.plumbing.rules import keyed_hash

ROUNDS, AT_ONCE, PEOPLE = 5, 128, 100_000
CALLS = {
    "bare look-up": 20_000,
    "checked, not recorded": 1_500,
    "governed, shared fsync": 1_500,
    "governed, an fsync each": 500,
}
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
FIELDS = ("identity_number", "name", "sex", "birth_date", "address")


class Single(GroupedLedger):
    """Each call waits for its own fsync, one after the other."""

    async def record(self, drafts: Sequence[Draft]) -> None:
        self._writer.append(drafts)


class Silent(GroupedLedger):
    """What the same path costs without its ledger."""

    async def record(self, drafts: Sequence[Draft]) -> None:
        pass


def hashed(value: str) -> str:
    return keyed_hash(b"k" * 32, value)


def main() -> None:
    random.seed(1)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in CALLS}
    with tempfile.TemporaryDirectory(dir=os.environ.get("YITANG_BENCH_FOLDER")) as home:
        folder = Path(home)
        print(f"snapshot of {PEOPLE:,} people: {prepare(folder):.1f} s to build")
        shared = gateway(folder, GroupedLedger(Counting(folder / "shared")))
        single = gateway(folder, Single(SegmentWriter(folder / "single")))
        apps = {
            "checked, not recorded": gateway(folder, Silent(SegmentWriter(folder / "silent"))),
            "governed, shared fsync": shared,
            "governed, an fsync each": single,
        }
        for _ in range(ROUNDS):
            found["bare look-up"].append(bare(folder, CALLS["bare look-up"]))
            for name, app in apps.items():
                found[name].append(asyncio.run(called(app, calls(CALLS[name]))))
    wall = {name: statistics.median(w for w, _ in runs) for name, runs in found.items()}
    print(f"reads a second, medians of {ROUNDS} rounds, {AT_ONCE} calls at once:")
    for name, runs in found.items():
        cpu = statistics.median(c for _, c in runs)
        print(f"  {name:<26} {wall[name]:>8,.0f} wall  {cpu * 1e6:>6,.0f} µs processor each")
    for peer in ("checked, not recorded", "governed, an fsync each"):
        pairs = zip(found["governed, shared fsync"], found[peer], strict=True)
        ratio = statistics.median(a[0] / b[0] for a, b in pairs)
        print(f"  ratio of shared fsync to {peer}: {ratio:.2f}")
    print(f"  calls that shared one fsync: {Counting.drafts / Counting.writes:.1f}")


class Counting(SegmentWriter):
    writes = drafts = 0

    def append(self, drafts: Sequence[Draft]) -> list[Place]:
        Counting.writes += 1
        Counting.drafts += len(drafts)
        return super().append(drafts)


def prepare(folder: Path) -> float:
    start = time.perf_counter()
    facts = SnapshotFacts(
        dataset="people", version=1, rows=0, columns=FIELDS, searchable=("identity_number",),
        identities=("identity_number",), made_at=AT.isoformat(),
    )  # fmt: skip
    rows = (
        Row(
            {
                "identity_number": number(n),
                "name": "陈晨",
                "sex": "1",
                "birth_date": "1990-03-07",
                "address": f"闽海省闽州市鼓台区文屿路{n}号",
            },
            "batch-1",
            "2026-11-20 02:00:00",
        )
        for n in range(PEOPLE)
    )
    write_snapshot(folder, facts=facts, rows=rows, hashed=hashed)
    grant = CompiledGrant(
        id="g", number="SJ-2611-00001", dataset="people", dataset_name="人口", provider="公安厅",
        organisation="民政厅", organisation_code="client", purpose="bench", fields=FIELDS,
        valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1),
    )  # fmt: skip
    public = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    write_grants(folder / "grants.json", grants=[grant], clients={"client": [public]})
    return time.perf_counter() - start


def number(n: int) -> str:
    return f"99010119900307{n:04d}"


def gateway(folder: Path, ledger: GroupedLedger) -> Gateway:
    return Gateway(
        folder=folder, ledger=ledger, keys=folder / "keys", hashes=Hashes(hashed, hashed),
        clock=lambda: AT,
    )  # fmt: skip


def calls(count: int) -> list[tuple[bytes, list[tuple[bytes, bytes]]]]:
    """Bodies and headers, signed before the clock starts."""
    made = []
    for _ in range(count):
        asked = {
            "grant": "g", "key": number(random.randrange(PEOPLE)), "purpose": "bench",
            "fields": FIELDS,
        }  # fmt: skip
        body = json.dumps(asked).encode()
        headers = signed_headers(
            KEY, client="client", method="POST", path="/v1/records", body=body,
            timestamp=int(AT.timestamp()), nonce=random.randbytes(12).hex(),
        )  # fmt: skip
        made.append((body, [(k.lower().encode(), v.encode()) for k, v in headers.items()]))
    return made


async def called(
    app: Callable[..., Awaitable[None]], made: list[tuple[bytes, list[tuple[bytes, bytes]]]]
) -> tuple[float, float]:
    waiting = iter(made)

    async def client() -> None:
        for body, headers in waiting:
            sent: list[dict[str, Any]] = []

            async def receive(body: bytes = body) -> dict[str, Any]:
                return {"body": body}

            async def send(message: Any, sent: list[dict[str, Any]] = sent) -> None:
                sent.append(message)

            scope = {"type": "http", "method": "POST", "path": "/v1/records", "headers": headers}
            await app(scope, receive, send)
            assert sent[0]["status"] == 200, sent

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(client() for _ in range(AT_ONCE)))
    return len(made) / (time.perf_counter() - wall), (time.process_time() - cpu) / len(made)


def bare(folder: Path, count: int) -> tuple[float, float]:
    snapshot = open_snapshot(folder, "people")
    keys = [hashed(number(random.randrange(PEOPLE))) for _ in range(count)]
    wall, cpu = time.perf_counter(), time.process_time()
    for key in keys:
        snapshot.find(key, limit=20)
    return count / (time.perf_counter() - wall), (time.process_time() - cpu) / count


if __name__ == "__main__":
    main()
