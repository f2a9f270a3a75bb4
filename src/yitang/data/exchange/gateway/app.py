"""An ASGI application over compiled grants and read-only snapshots.

Calls that wait share one fsync: whatever came in while the last batch was written is the
next batch. An answer leaves only when its ledger entries are on the disk.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from yitang.data.exchange.errors import CallInvalid, CallTooLarge, Denied, NoSuchGrant
from yitang.data.exchange.rules import (
    Answer,
    CompiledGrant,
    CompiledGrants,
    Hashes,
    Provenance,
    Question,
    Record,
    Use,
    answer,
    check_call,
    read_grants,
    refusal,
    usage_book,
)
from yitang.ground.base.errors import DomainError, NotFound
from yitang.ground.base.ids import Reference, uuid7
from yitang.ground.ledger.rules import Draft, SegmentWriter, draft_of, seal
from yitang.ground.plumbing.errors import MethodNotTaken

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LARGEST_BODY = 64 * 1024
RECORDS, HEALTH = "/v1/records", "/health"
METHODS = {RECORDS: "POST", HEALTH: "GET"}


class GroupedLedger:
    """Ledger entries of many calls, confirmed together."""

    def __init__(self, writer: SegmentWriter) -> None:
        self._writer = writer
        self._waiting: list[tuple[Sequence[Draft], asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")

    async def record(self, drafts: Sequence[Draft]) -> None:
        """Return when ``drafts`` are on the disk; raises ``LedgerFull``, ``LedgerUnwritable``."""
        loop = asyncio.get_running_loop()
        confirmed: asyncio.Future[None] = loop.create_future()
        self._waiting.append((drafts, confirmed))
        if self._flushing is None or self._flushing.done():
            self._flushing = loop.create_task(self._flush())
        await confirmed

    def close(self) -> None:
        self._thread.shutdown()
        self._writer.close()

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            drafts = [draft for those, _ in batch for draft in those]
            try:
                await asyncio.get_running_loop().run_in_executor(
                    self._thread, self._writer.append, drafts
                )
            except DomainError as error:
                for _, confirmed in batch:
                    if not confirmed.cancelled():
                        confirmed.set_exception(error)
            else:
                for _, confirmed in batch:
                    if not confirmed.cancelled():
                        confirmed.set_result(None)


@dataclass(frozen=True, slots=True)
class Call:
    """A signed call for records."""

    client: str
    grant: str
    question: Question


class Gateway:
    """``POST /v1/records`` and ``GET /health``; see ``rules/signatures.py`` for the headers."""

    def __init__(
        self,
        *,
        folder: Path,
        ledger: GroupedLedger,
        keys: Path,
        hashes: Hashes,
        clock: Callable[[], datetime],
    ) -> None:
        self._folder = folder
        self._ledger = ledger
        self._keys = keys
        self._hashes = hashes
        self._clock = clock
        self._grants = CompiledGrants()
        self._grants_mark = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            try:
                content = await self._answered(scope, receive)
                await _respond(send, 200, "application/json", content)
            except DomainError as error:
                kind = "application/problem+json"
                allowed = METHODS.get(scope["path"]) if error.http_status == 405 else None
                await _respond(send, error.http_status, kind, _problem(error), allowed=allowed)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                self._ledger.close()
                return

    async def _answered(self, scope: Scope, receive: Receive) -> object:
        allowed = METHODS.get(scope["path"])
        if allowed is None:
            raise NotFound(kind="address", id=scope["path"])
        if scope["method"] != allowed:
            raise MethodNotTaken(method=scope["method"], allowed=allowed)
        if scope["path"] == HEALTH:
            return {"grants": len(self._current().grants)}
        call = self._checked(scope, await _body(receive))
        grant = self._current().grants.get(call.grant)
        answered = await self._read(call, grant)
        return {"records": [_shown(record) for record in answered.records]}

    async def _read(self, call: Call, grant: CompiledGrant | None) -> Answer:
        try:
            if grant is None:
                raise NoSuchGrant(id=call.grant)
            answered = answer(grant, call.question, folder=self._folder, hashes=self._hashes)
        except Denied as error:
            use = refusal(grant, call.question, error, hashes=self._hashes)
            await self._ledger.record([self._draft(call, grant, use)])
            raise
        await self._ledger.record([self._draft(call, grant, use) for use in answered.uses])
        return answered

    def _draft(self, call: Call, grant: CompiledGrant | None, use: Use) -> Draft:
        entry, at = uuid7(), call.question.at
        secret = seal(
            use.details, keys=self._keys, year=at.year, subject=use.subject, entry_id=str(entry)
        )
        # Who was refused under somebody else's grant is named, not whose grant it was.
        is_own = grant is not None and grant.organisation_code == call.client
        return draft_of(
            entry_id=entry,
            at=at,
            actor=f"client:{call.client}",
            organisation=grant.organisation if grant is not None and is_own else call.client,
            action=use.action,
            purpose=call.question.purpose,
            matter=call.question.matter,
            subject_index=use.subject,
            dataset=grant.dataset if grant is not None else None,
            secret=secret,
        )

    def _checked(self, scope: Scope, body: bytes) -> Call:
        at = self._clock()
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        client = check_call(
            headers,
            method="POST",
            path=RECORDS,
            body=body,
            clients=self._current().clients,
            second=int(at.timestamp()),
            book=usage_book(self._folder),
        )
        return _call(client, body, at)

    def _current(self) -> CompiledGrants:
        """The compiled grants, read again when the file was replaced."""
        path = self._folder / "grants.json"
        mark = path.stat().st_mtime_ns if path.exists() else 0
        if mark != self._grants_mark:
            self._grants, self._grants_mark = read_grants(path), mark
        return self._grants


def _call(client: str, body: bytes, at: datetime) -> Call:
    try:
        plain = json.loads(body)
        matter = plain.get("matter")
        fields = plain["fields"]
        texts = [plain["grant"], plain["key"], plain["purpose"], *fields]
        if not all(isinstance(text, str) for text in texts):
            raise CallInvalid(problem="grant, key, purpose and fields are texts")
        if not plain["key"].strip():
            raise CallInvalid(problem="key is empty")
        if not fields:  # all that is granted would be more than most calls need
            raise CallInvalid(problem="fields is empty; name the data items that you need")
        question = Question(
            key=plain["key"],
            purpose=plain["purpose"],
            matter=Reference.parse(matter) if matter else None,
            at=at,
            fields=tuple(fields),
            column=plain.get("column"),
            organisation_code=client,
        )
    except KeyError as error:
        raise CallInvalid(problem=f"{error.args[0]} is missing") from None
    except (AttributeError, TypeError, ValueError):
        raise CallInvalid(problem="the body is not the JSON object that is described") from None
    return Call(client, plain["grant"], question)


async def _body(receive: Receive) -> bytes:
    parts, size, is_more = [], 0, True
    while is_more:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            raise CallTooLarge(most=LARGEST_BODY)
        is_more = message.get("more_body", False)
    return b"".join(parts)


def _shown(record: Record) -> dict[str, object]:
    """A record as it is sent; most fields share one source, made a dictionary once."""
    sources = {one: _source(one) for one in set(record.provenance.values())}
    return {
        "values": record.values,
        "provenance": {name: sources[one] for name, one in record.provenance.items()},
    }


def _source(one: Provenance) -> dict[str, str]:
    return {
        "dataset": one.dataset,
        "dataset_name": one.dataset_name,
        "organisation": one.organisation,
        "batch": one.batch,
        "as_of": one.as_of,
    }


def _problem(error: DomainError) -> dict[str, object]:
    return {
        "type": f"urn:yitang:error:{error.code}",
        "title": error.title,
        "status": error.http_status,
        "detail": str(error),
        "code": error.code,
    }


async def _respond(
    send: Send, status: int, kind: str, content: object, *, allowed: str | None = None
) -> None:
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    if allowed:
        headers.append((b"allow", allowed.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
