"""What a department gets back for a batch, and what waits in quarantine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from yitang.ground.base.text import (
    Message,
    mask_identity_number,
    mask_mobile,
    mask_name,
)

from .border import problem_message


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong in one row: the item's label (empty: the whole row), what, and where."""

    label: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    column: str = ""  # as delivered

    @property
    def message(self) -> Message:
        return problem_message(self.code, self.params)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row in quarantine: where it stood, what is wrong, and its values by delivered column."""

    row_number: int
    faults: tuple[RowFault, ...]
    values: Mapping[str, str]
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """How many rows of a batch have one fault."""

    label: str
    code: str
    rows: int
    params: Mapping[str, object] = field(default_factory=dict)
    severity: str = "reject"  # or ``warn``: the rows were taken all the same

    @property
    def message(self) -> Message:
        return problem_message(self.code, self.params)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a handover. ``accepted + rejected == delivered``, always."""

    number: str
    dataset: str
    delivered: int
    accepted: int
    rejected: int
    digest: str  # SHA-256 of the content, hexadecimal
    seconds: float
    at: datetime
    version: int | None  # of the lake's table; None: nothing was accepted
    problems: tuple[Problem, ...]
    unknown_columns: tuple[str, ...]
    understood: Mapping[str, str]
    signature: str  # Ed25519 over ``canonical``, hexadecimal
    # Compared by key; only ``unreadable`` where nobody can count any more what changed.
    changes: Mapping[str, int] = field(default_factory=dict[str, int])
    # Rows that a whole delivery took the place of; None: it joined the others, or nobody knows.
    replaced: int | None = None
    repeated: bool = False  # the same batch was handed in before; nothing changed


def canonical(
    *, number: str, dataset: str, delivered: int, accepted: int, rejected: int, digest: str,
    at: datetime,
) -> bytes:  # fmt: skip
    """The bytes that a receipt's signature covers."""
    content = {
        "number": number,
        "dataset": dataset,
        "delivered": delivered,
        "accepted": accepted,
        "rejected": rejected,
        "digest": digest,
        "at": at.isoformat(timespec="seconds"),
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def masked(value: str, *, rule: str = "", role: str = "") -> str:
    """A personal value as a list may show it; the form follows what the value is."""
    text = value.strip()
    if rule == "identity_number" or role == "identity_number":
        return mask_identity_number(text)
    if rule == "mobile" or role == "phone":
        return mask_mobile(text)
    if role == "name":
        return mask_name(text)
    return text[:1] + "*" * min(len(text) - 1, 6) if text else ""


def shape_of(value: str) -> str:
    """What a value looks like, without what it says: each digit is 9, each letter A or 字."""
    return "".join(map(_kind_of, value))


def _kind_of(character: str) -> str:
    if not character.isalnum():
        return character
    return "9" if character.isdigit() else "A" if character.isascii() else "字"
