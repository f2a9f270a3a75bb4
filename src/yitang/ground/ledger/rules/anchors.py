"""Anchors: signed statements of how long every segment was, and with which last hash.

An anchor names the segments that grew since the one before, the Merkle root over all of
them, and the hash of the anchor before; it is signed (Ed25519). Files of ``PER_FILE`` each;
the first anchor of a file names every segment, so one file is enough to go on from.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from yitang.ground.ledger.errors import AnchorsRefused

from .entries import GENESIS, LineUnreadable, parse_line
from .segments import MayContinue, last_line, segment_paths

PER_FILE = 1440  # a day of anchors, one a minute


@dataclass(frozen=True, slots=True)
class Head:
    """The state of one segment: how many entries, and the hash of the last."""

    segment: str
    entries: int
    hash: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line of the anchor files; ``digest`` is the hash the next one names."""

    number: int
    at: str
    previous: str
    heads: tuple[Head, ...]
    root: str
    key: str
    signature: str
    digest: str = ""

    @property
    def signed_bytes(self) -> bytes:
        return _canonical(_content(self))

    def is_signed_by(self, key: bytes) -> bool:
        """Whether ``key`` (32 raw bytes) signed this very content."""
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(
                bytes.fromhex(self.signature), self.signed_bytes
            )
        except (InvalidSignature, ValueError):
            return False
        return True


def merkle_root(leaves: Sequence[bytes]) -> str:
    """The root over ``leaves`` in their order (leaf and node prefixes as in RFC 6962)."""
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        odd = level[-1:] if len(level) % 2 else []
        level = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs] + odd
    return level[0].hex()


def root_of(heads: Mapping[str, Head]) -> str:
    """The Merkle root over the heads, ordered by segment."""
    ordered = (heads[name] for name in sorted(heads))
    return merkle_root([f"{h.segment}|{h.entries}|{h.hash}".encode() for h in ordered])


def heads_of(folder: Path) -> dict[str, Head]:
    """The present head of every segment that has entries, as its last line states it."""
    heads: dict[str, Head] = {}
    for path in segment_paths(folder):
        try:
            line = parse_line(last_line(path))
        except LineUnreadable:
            continue  # nothing yet, or spoilt: the head anchored before stands against it
        heads[path.stem] = Head(path.stem, line.position + 1, line.written)
    return heads


def anchor_paths(folder: Path) -> list[Path]:
    return sorted((folder / "anchors").glob("*.jsonl"))


def parse_anchor(line: bytes) -> Anchor:
    """The anchor in ``line``; raises ``ValueError`` when there is none."""
    try:
        content: dict[str, Any] = json.loads(line)
        return Anchor(
            number=int(content["number"]),
            at=str(content["at"]),
            previous=str(content["previous"]),
            heads=tuple(Head(str(s), int(n), str(h)) for s, n, h in content["heads"]),
            root=str(content["root"]),
            key=str(content["key"]),
            signature=str(content["signature"]),
            digest=hashlib.sha256(line).hexdigest(),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("not an anchor") from error


def anchor_lines(folder: Path, *, last_file_only: bool = False) -> Iterator[bytes]:
    """Each line of the anchor files in order, its end taken off."""
    paths = anchor_paths(folder)
    for path in paths[-1:] if last_file_only else paths:
        yield from path.read_bytes().splitlines()


def anchored_heads(folder: Path) -> tuple[Anchor | None, dict[str, Head]]:
    """The last anchor, and the head of every segment as last anchored. Signatures unchecked."""
    last: Anchor | None = None
    heads: dict[str, Head] = {}
    for line in anchor_lines(folder, last_file_only=True):
        last = parse_anchor(line)
        heads |= {head.segment: head for head in last.heads}
    return last, heads


def write_anchor(
    folder: Path, *, at: datetime, key: bytes, sign: Callable[[bytes], bytes]
) -> Anchor | None:
    """Anchor every segment as it stands; ``None`` when nothing grew since the last anchor.

    ``key`` is the public key (32 raw bytes) of ``sign``. The anchor is on the disk when this
    returns. A process that anchors at the same moment waits.
    """
    (folder / "anchors").mkdir(parents=True, exist_ok=True)
    with (folder / "anchors" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        last, anchored = anchored_heads(folder)
        heads = anchored | heads_of(folder)
        grown = {name: head for name, head in heads.items() if anchored.get(name) != head}
        if not grown:
            return None
        number = last.number + 1 if last else 0
        named = heads if number % PER_FILE == 0 else grown
        anchor = Anchor(
            number=number,
            at=at.astimezone(UTC).isoformat(timespec="seconds"),
            previous=last.digest if last else GENESIS,
            heads=tuple(named[name] for name in sorted(named)),
            root=root_of(heads),
            key=key.hex(),
            signature="",
        )
        anchor = replace(anchor, signature=sign(anchor.signed_bytes).hex())
        line = _canonical(_content(anchor) | {"signature": anchor.signature})
        _append(folder / "anchors" / f"{number // PER_FILE:08d}.jsonl", line + b"\n")
    return replace(anchor, digest=hashlib.sha256(line).hexdigest())


def continues_anchors(folder: Path) -> MayContinue:
    """Whether a segment still holds what was anchored; one that does not is left as evidence."""

    def may_continue(segment: str, hashes: Sequence[str]) -> bool:
        try:
            head = anchored_heads(folder)[1].get(segment)
        except ValueError:
            return False
        if head is None:
            return True
        return len(hashes) >= head.entries and hashes[head.entries - 1] == head.hash

    return may_continue


def witness_path(folder: Path, node: str) -> Path:
    return folder / "witness" / f"{node}.jsonl"


def accept_anchors(folder: Path, *, node: str, key: bytes, lines: Sequence[bytes]) -> int:
    """Keep another node's anchors; how many were new.

    Raises ``AnchorsRefused`` when one is not signed by ``key``, does not continue the one
    before, or differs from what ``node`` showed earlier under the same number.
    """
    path = witness_path(folder, node)
    kept = path.read_bytes().splitlines() if path.exists() else []
    known = {parse_anchor(line).number: line for line in kept}
    previous = parse_anchor(kept[-1]) if kept else None
    fresh: list[bytes] = []
    for line in filter(None, lines):
        try:
            anchor = parse_anchor(line)
        except ValueError:
            raise AnchorsRefused(node=node, number="?", problem="it is not an anchor") from None
        if problem := _refusal(anchor, line, known, previous, key):
            raise AnchorsRefused(node=node, number=anchor.number, problem=problem)
        if anchor.number not in known:
            fresh.append(line)
            previous = anchor
    if fresh:
        path.parent.mkdir(parents=True, exist_ok=True)
        _append(path, b"".join(line + b"\n" for line in fresh))
    return len(fresh)


def _refusal(
    anchor: Anchor, line: bytes, known: Mapping[int, bytes], previous: Anchor | None, key: bytes
) -> str:
    if not anchor.is_signed_by(key):
        return "its signature is not by the key of that node"
    if anchor.number in known:
        same = known[anchor.number] == line
        return "" if same else "it differs from the one that node showed before"
    if previous and (anchor.number, anchor.previous) != (previous.number + 1, previous.digest):
        return f"it does not continue number {previous.number}"
    return ""


def _content(anchor: Anchor) -> dict[str, Any]:
    return {
        "number": anchor.number,
        "at": anchor.at,
        "previous": anchor.previous,
        "heads": [[head.segment, head.entries, head.hash] for head in anchor.heads],
        "root": anchor.root,
        "key": anchor.key,
    }


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":"), sort_keys=True).encode()


def _append(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
