"""Records as JSON over HTTP: pages followed, failures tried again with growing pauses."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import httpx
import numpy as np
import polars as pl

from yitang.data.collection.errors import SourceUnreachable

from .delivery import Chunk, Delivery, add_to_digest

ROW_KEYS = ("rows", "items", "data", "records", "results")
NEXT_KEYS = ("next", "next_url", "nextPage")
ATTEMPTS = 5
FIRST_PAUSE = 0.5  # seconds; doubled after each failure
MOST_PAGES = 100_000
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


def http_delivery(
    url: str,
    *,
    client: httpx.Client | None = None,
    attempts: int = ATTEMPTS,
    pause: Callable[[float], None] = time.sleep,
) -> Delivery:
    """All pages from ``url`` on, or nothing; raises ``SourceUnreachable``.

    A page is a list of objects, or an object that holds the list (under ``rows``, ``items``,
    ``data``, ``records`` or ``results``) and the address of the next page.
    """
    own = client or httpx.Client(timeout=30, follow_redirects=True)
    try:
        pages = list(_pages(own, url, attempts, pause))
    finally:
        if client is None:
            own.close()
    columns = tuple(dict.fromkeys(key for page in pages for row in page for key in row))
    frames = [_frame(page, columns) for page in pages if page]
    digest = hashlib.sha256()
    for frame in frames:
        add_to_digest(digest, frame)
    return Delivery(
        url,
        "http_json",
        digest.hexdigest(),
        columns,
        lambda: _chunks(frames),
        {"pages": str(len(pages))},
    )


def _pages(
    client: httpx.Client, url: str, attempts: int, pause: Callable[[float], None]
) -> Iterator[list[dict[str, object]]]:
    seen: set[str] = set()
    while url and url not in seen and len(seen) < MOST_PAGES:
        seen.add(url)
        response = _answer(client, url, attempts, pause)
        try:
            rows, following = _content(response.json())
        except (ValueError, TypeError) as error:
            raise SourceUnreachable(source=url, attempts=1, problem=str(error)) from None
        yield rows
        link = response.links.get("next", {}).get("url", "")
        url = urljoin(url, following or link) if following or link else ""


def _answer(
    client: httpx.Client, url: str, attempts: int, pause: Callable[[float], None]
) -> httpx.Response:
    problem = ""
    for attempt in range(attempts):
        if attempt:
            pause(FIRST_PAUSE * 2 ** (attempt - 1))
        try:
            response = client.get(url)
        except httpx.HTTPError as error:
            problem = f"{type(error).__name__}: {error}"
            continue
        if response.status_code == httpx.codes.OK:
            return response
        problem = f"status {response.status_code}"
        if response.status_code not in _TRY_AGAIN:
            raise SourceUnreachable(source=url, attempts=attempt + 1, problem=problem)
    raise SourceUnreachable(source=url, attempts=attempts, problem=problem)


def _content(body: object) -> tuple[list[dict[str, object]], str]:
    following = ""
    if isinstance(body, dict):
        following = next((str(body[key]) for key in NEXT_KEYS if body.get(key)), "")
        body = next((body[key] for key in ROW_KEYS if isinstance(body.get(key), list)), None)
    if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
        raise TypeError("the answer holds no list of records")
    return body, following


def _frame(rows: list[dict[str, object]], columns: tuple[str, ...]) -> pl.DataFrame:
    texts = [[_text(row.get(column)) for column in columns] for row in rows]
    return pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String), orient="row")


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    return json.dumps(value, ensure_ascii=False)


def _chunks(frames: list[pl.DataFrame]) -> Iterator[Chunk]:
    number = 1
    for frame in frames:
        yield Chunk(frame, np.arange(number, number + frame.height, dtype=np.int64))
        number += frame.height
