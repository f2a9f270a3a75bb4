"""Records as JSON over HTTP: pages followed, failures tried again with growing pauses."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from yitang.data.collection.errors import AddressInvalid, NothingDelivered, SourceUnreachable
from yitang.data.collection.rules.paging import (
    Paging,
    first_address,
    next_address,
    rows_of,
    shown_address,
)
from yitang.ground.base.text import Message

from .delivery import Delivery
from .failures import UNCLEAR, reason_of
from .reach import Networks, guarded_client
from .spool import Folder, Part, Spool
from .texts import flattened, records_frame

if TYPE_CHECKING:
    import httpx  # loaded by whoever connects

ATTEMPTS = 5
FIRST_PAUSE = 0.5  # seconds; doubled after each failure
LONGEST_PAUSE = 120.0  # that a source may ask for
LONGEST_ANSWER = 300.0
MOST_PAGES = 100_000
MOST_BYTES = 64 * 2**20  # of one answer
MOST_REDIRECTS = 5
ROWS_AT_ONCE = 10_000
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a source is asked again, and how it is waited for; tests do not wait."""

    attempts: int = ATTEMPTS
    pause: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Entry:
    """What opens a source: a header, sent to the source's own host alone."""

    header: str = "Authorization"
    secret: str = field(default="", repr=False)


def http_delivery(
    url: str,
    *,
    paging: Paging | None = None,
    entry: Entry | None = None,
    networks: Networks = None,
    client: httpx.Client | None = None,
    patience: Patience | None = None,
    first_only: bool = False,
) -> Delivery:
    """All pages from ``url`` on (or the first only), or nothing.

    A page is a list of objects, or an object that holds the list. Objects within records become
    columns (``address.city``). Raises ``SourceUnreachable``, ``AddressInvalid``,
    ``AddressRefused``.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise AddressInvalid(location=shown_address(url))
    shown, folder = shown_address(url), Folder()
    kept, columns, pages = folder.path / "records", dict[str, None](), 0
    with ExitStack() as stack:
        own = client or stack.enter_context(guarded_client(networks))
        source = _Source(own, url, entry or Entry(), patience or Patience())
        with kept.open("w", encoding="utf-8") as file:
            for rows in _pages(source, url, paging or Paging(), shown):
                pages += 1
                for row in rows:
                    record = flattened(row)
                    columns.update(dict.fromkeys(record))
                    file.write(json.dumps(record, ensure_ascii=False) + "\n")
                if first_only:
                    break
    if not columns:
        raise NothingDelivered(file=shown)
    spool = Spool(tuple(columns), _parts(kept, tuple(columns)))
    return Delivery(
        shown, "http_json", spool.digest, tuple(columns), spool.chunks, {"pages": str(pages)}
    )


def _parts(path: Path, columns: tuple[str, ...]) -> Iterator[Part]:
    records = list[dict[str, object]]()
    with path.open(encoding="utf-8") as file:
        for line in file:
            records.append(json.loads(line))
            if len(records) == ROWS_AT_ONCE:
                yield records_frame(records, columns)
                records = []
    if records:
        yield records_frame(records, columns)


def _pages(
    source: _Source, url: str, paging: Paging, shown: str
) -> Iterator[list[dict[str, object]]]:
    asked, seen, last, page = first_address(paging, url), set[str](), b"", 0
    while asked and asked not in seen:
        if page == MOST_PAGES:
            raise SourceUnreachable(
                source=shown,
                attempts=1,
                problem=Message(
                    "collection.why", "it has more than {count} pages", {"count": MOST_PAGES}
                ),
            )
        seen.add(asked)
        page += 1
        content, link = source.answer(asked)
        try:
            body = json.loads(content, parse_constant=_refuse_constant)
            rows = rows_of(paging, body)
        except (ValueError, RecursionError) as error:
            problem = Message("collection.why", "what it sends is no list of records in JSON")
            refused = SourceUnreachable(source=shown, attempts=1, problem=problem)
            refused.detail = str(error)[:2000]
            raise refused from None
        digest = sha256(content).digest()
        if rows and digest == last and paging.style in {"page", "offset"}:
            problem = Message(
                "collection.why",
                "page {page} is the same as the one before, so it does not turn pages",
                {"page": page},
            )
            raise SourceUnreachable(source=shown, attempts=1, problem=problem)
        last = digest
        yield rows
        asked = next_address(
            paging, url=url, asked=asked, body=body, page=page, rows=len(rows), link=link
        )


class _Source:
    """One source: asked again when it fails, waited for as it asks, bounded in what it sends."""

    def __init__(self, client: httpx.Client, url: str, entry: Entry, patience: Patience) -> None:
        self._client, self._entry, self._patience = client, entry, patience
        self._home = _origin(url)

    def answer(self, url: str) -> tuple[bytes, str]:
        """The content of an answer and the address its ``Link`` header names next."""
        from httpx import HTTPError

        problem, wait, spoken = UNCLEAR, 0.0, ""
        for attempt in range(self._patience.attempts):
            if attempt:
                growing = FIRST_PAUSE * 2 ** (attempt - 1)
                self._patience.pause(max(wait, growing * (1 + self._patience.jitter() / 2)))
            try:
                response, content = self._asked(url)
            except HTTPError as error:
                spoken, wait = f"{type(error).__name__}: {error}", 0.0
                problem = reason_of(spoken)
                continue
            if response.status_code == HTTPStatus.OK:
                return content, response.links.get("next", {}).get("url", "")
            problem, spoken = _answered(response.status_code), f"status {response.status_code}"
            wait = _asked_to_wait(response)
            if response.status_code not in _TRY_AGAIN or wait > LONGEST_PAUSE:
                raise self._unreachable(url, attempt + 1, problem, spoken)
        raise self._unreachable(url, self._patience.attempts, problem, spoken)

    def _asked(self, url: str) -> tuple[httpx.Response, bytes]:
        for _ in range(MOST_REDIRECTS):
            headers = {"Accept": "application/json"}
            if self._entry.secret and _origin(url) == self._home:
                headers[self._entry.header] = self._entry.secret
            with self._client.stream("GET", url, headers=headers) as response:
                if response.is_redirect:
                    url = urljoin(url, response.headers["location"])
                    continue
                ok = response.status_code == HTTPStatus.OK
                return response, self._content(url, response) if ok else b""
        raise self._unreachable(url, 1, Message("collection.why", "it redirects too often"))

    def _content(self, url: str, response: httpx.Response) -> bytes:
        parts, size, until = list[bytes](), 0, self._patience.clock() + LONGEST_ANSWER
        for part in response.iter_bytes():
            size += len(part)
            if size > MOST_BYTES:
                problem = Message(
                    "collection.why",
                    "a page is larger than {limit} MB",
                    {"limit": MOST_BYTES // 2**20},
                )
                raise self._unreachable(url, 1, problem)
            if self._patience.clock() > until:
                raise self._unreachable(url, 1, Message("collection.why", "it sends too slowly"))
            parts.append(part)
        return b"".join(parts)

    def _unreachable(
        self, url: str, attempts: int, problem: Message, spoken: str = ""
    ) -> SourceUnreachable:
        error = SourceUnreachable(source=shown_address(url), attempts=attempts, problem=problem)
        secret = self._entry.secret
        error.detail = (spoken.replace(secret, "***") if secret else spoken)[:2000]
        return error


def _answered(status: int) -> Message:
    """What an answer other than 200 means for whoever mends it."""
    if status in {401, 403}:
        return Message(
            "collection.why",
            "it does not accept the token or password (status {status})",
            {"status": status},
        )
    if status in {404, 410}:
        return Message(
            "collection.why",
            "there is nothing at this address (status {status})",
            {"status": status},
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Message(
            "collection.why", "it was asked too often (status {status})", {"status": status}
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Message(
            "collection.why", "it is out of order at present (status {status})", {"status": status}
        )
    return Message("collection.why", "it answered with status {status}", {"status": status})


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", parts.port or default


def _asked_to_wait(response: httpx.Response) -> float:
    """Seconds that ``Retry-After`` names, as a number or as a date; 0 without one."""
    text = response.headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _refuse_constant(word: str) -> object:
    raise ValueError(f"{word} is no value")
