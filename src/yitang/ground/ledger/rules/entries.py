"""One entry is one line: ``<sha256 of the JSON> <JSON>``.

The JSON holds its position, the hash of the line before and the id of the entry before, then
what was done. So every line can be checked by itself, its place by its neighbours, and an
entry that was cut out is still named by the one after it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from yitang.ground.base.ids import Reference

# What the first line of a segment names as the line before it.
GENESIS = "0" * 64
HASH_LENGTH = 64


class LineUnreadable(ValueError):
    """These bytes are no entry at all."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that has no place yet; ``content`` is its canonical JSON object."""

    id: str
    content: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in its place; ``written`` is the hash in the file, ``actual`` that of its bytes."""

    position: int
    previous: str
    after: str
    id: str
    written: str
    actual: str
    content: Mapping[str, Any]

    @property
    def is_sound(self) -> bool:
        return self.written == self.actual


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: segment, position in it, byte offset of its line, hash."""

    segment: str
    position: int
    offset: int
    hash: str


def draft_of(
    *,
    entry_id: UUID,
    at: datetime,
    actor: str,
    organisation: str,
    action: str,
    purpose: str,
    matter: Reference | None,
    subject_index: str | None,
    dataset: str | None,
    secret: str,
) -> Draft:
    """The draft of what happened; ``secret`` is the sealed details, or empty."""
    content = {
        "id": str(entry_id),
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": actor,
        "organisation": organisation,
        "action": action,
        "purpose": purpose,
        "matter": str(matter) if matter else "",
        "subject": subject_index or "",
        "dataset": dataset or "",
        "secret": secret,
    }
    return Draft(str(entry_id), json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def line_of(draft: Draft, *, position: int, previous: str, after: str) -> tuple[bytes, str]:
    """The bytes of the line, its end included, and its hash."""
    place = f'{{"n":{position},"previous":"{previous}","after":"{after}",'
    body = (place + draft.content[1:]).encode()
    digest = hashlib.sha256(body).hexdigest()
    return b"%s %s\n" % (digest.encode(), body), digest


def parse_line(line: bytes) -> Line:
    """The entry in ``line`` (without its end); raises ``LineUnreadable`` when there is none."""
    written, space, body = line[:HASH_LENGTH], line[HASH_LENGTH : HASH_LENGTH + 1], line[65:]
    try:
        content = json.loads(body)
        if space != b" " or not isinstance(content, dict):
            raise LineUnreadable
        return Line(
            position=int(content["n"]),
            previous=str(content["previous"]),
            after=str(content["after"]),
            id=str(content["id"]),
            written=written.decode("ascii"),
            actual=hashlib.sha256(body).hexdigest(),
            content=content,
        )
    except (KeyError, TypeError, ValueError):
        raise LineUnreadable from None
