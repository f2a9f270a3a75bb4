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
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from yitang.data.collection.errors import AddressInvalid, NothingDelivered, SourceUnreachable
from yitang.data.collection.rules.paging import (
    Paging,
    first_address,
    next_address,
    rows_of,
    shown_address,
)

from .delivery import Delivery
from .reach import GuardedTransport, Networks
from .spool import Folder, Part, Spool
from .texts import flattened, records_frame

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
) -> Delivery:
    """All pages from ``url`` on, or nothing.

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
        own = client or stack.enter_context(
            httpx.Client(timeout=30, transport=GuardedTransport(networks), trust_env=False)
        )
        source = _Source(own, url, entry or Entry(), patience or Patience())
        with kept.open("w", encoding="utf-8") as file:
            for rows in _pages(source, url, paging or Paging(), shown):
                pages += 1
                for row in rows:
                    record = flattened(row)
                    columns.update(dict.fromkeys(record))
                    file.write(json.dumps(record, ensure_ascii=False) + "\n")
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
                source=shown, attempts=1, problem=f"it has more than {MOST_PAGES} pages"
            )
        seen.add(asked)
        page += 1
        content, link = source.answer(asked)
        try:
            body = json.loads(content, parse_constant=_refuse_constant)
            rows = rows_of(paging, body)
        except (ValueError, RecursionError) as error:
            raise SourceUnreachable(source=shown, attempts=1, problem=str(error)) from None
        digest = sha256(content).digest()
        if rows and digest == last and paging.style in {"page", "offset"}:
            problem = f"page {page} is the same as the one before, so it does not turn pages"
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
        problem, wait = "", 0.0
        for attempt in range(self._patience.attempts):
            if attempt:
                growing = FIRST_PAUSE * 2 ** (attempt - 1)
                self._patience.pause(max(wait, growing * (1 + self._patience.jitter() / 2)))
            try:
                response, content = self._asked(url)
            except httpx.HTTPError as error:
                problem, wait = f"{type(error).__name__}: {error}", 0.0
                continue
            if response.status_code == httpx.codes.OK:
                return content, response.links.get("next", {}).get("url", "")
            problem = f"status {response.status_code}"
            wait = _asked_to_wait(response)
            if response.status_code not in _TRY_AGAIN or wait > LONGEST_PAUSE:
                raise self._unreachable(url, attempt + 1, problem)
        raise self._unreachable(url, self._patience.attempts, problem)

    def _asked(self, url: str) -> tuple[httpx.Response, bytes]:
        for _ in range(MOST_REDIRECTS):
            headers = {"Accept": "application/json"}
            if self._entry.secret and _origin(url) == self._home:
                headers[self._entry.header] = self._entry.secret
            with self._client.stream("GET", url, headers=headers) as response:
                if response.is_redirect:
                    url = urljoin(url, response.headers["location"])
                    continue
                ok = response.status_code == httpx.codes.OK
                return response, self._content(url, response) if ok else b""
        raise self._unreachable(url, 1, "it redirects too often")

    def _content(self, url: str, response: httpx.Response) -> bytes:
        parts, size, until = list[bytes](), 0, self._patience.clock() + LONGEST_ANSWER
        for part in response.iter_bytes():
            size += len(part)
            if size > MOST_BYTES:
                problem = f"a page is larger than {MOST_BYTES // 2**20} MB"
                raise self._unreachable(url, 1, problem)
            if self._patience.clock() > until:
                raise self._unreachable(url, 1, "it sends too slowly")
            parts.append(part)
        return b"".join(parts)

    def _unreachable(self, url: str, attempts: int, problem: str) -> SourceUnreachable:
        return SourceUnreachable(source=shown_address(url), attempts=attempts, problem=problem)


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
