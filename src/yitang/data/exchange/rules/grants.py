"""Compiled grants: who may read which fields and rows, for what, how often, until when."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from yitang.data.exchange.errors import (
    FieldsNotGranted,
    GrantInactive,
    GrantOutOfTime,
    MatterNotCovered,
    OrganisationDiffers,
    PurposeDiffers,
)
from yitang.ground.base.clock import civil_date
from yitang.ground.base.ids import Reference


@dataclass(frozen=True, slots=True)
class RowRule:
    """Only rows whose ``column`` begins with one of ``prefixes`` (a division, say)."""

    column: str
    prefixes: tuple[str, ...]

    def admits(self, values: Mapping[str, str]) -> bool:
        return values.get(self.column, "").startswith(self.prefixes)


@dataclass(frozen=True, slots=True)
class CompiledGrant:
    """A grant as the reader checks it; ``quota`` reads a civil day, 0 for no limit.

    ``organisation_code`` is the demander's credit code. An empty ``matter_kinds`` asks for no
    matter; dates are civil, both included.
    """

    id: str
    number: str
    dataset: str
    dataset_name: str
    provider: str
    organisation: str
    organisation_code: str
    purpose: str
    fields: tuple[str, ...]
    valid_from: date
    valid_to: date
    state: str = "active"
    quota: int = 0
    matter_kinds: tuple[str, ...] = ()
    row_rule: RowRule | None = None


def check_use(
    grant: CompiledGrant,
    *,
    organisation_code: str | None,
    purpose: str,
    matter: Reference | None,
    fields: Sequence[str],
    at: datetime,
) -> None:
    """Raises the ``Denied`` that applies unless the grant covers such a read."""
    if grant.state != "active":
        raise GrantInactive(number=grant.number, state=grant.state)
    if not grant.valid_from <= civil_date(at) <= grant.valid_to:
        raise GrantOutOfTime(number=grant.number, first=grant.valid_from, last=grant.valid_to)
    if organisation_code is not None and organisation_code != grant.organisation_code:
        raise OrganisationDiffers(number=grant.number, organisation=grant.organisation)
    if purpose != grant.purpose:
        raise PurposeDiffers(number=grant.number, granted=grant.purpose, purpose=purpose)
    if grant.matter_kinds and (matter is None or matter.kind not in grant.matter_kinds):
        raise MatterNotCovered(number=grant.number, kinds=", ".join(grant.matter_kinds))
    if beyond := [name for name in fields if name not in grant.fields]:
        raise FieldsNotGranted(number=grant.number, fields=", ".join(beyond))


@dataclass(frozen=True, slots=True)
class CompiledGrants:
    """Everything the gateway needs to know: grants by id, public keys by credit code."""

    grants: Mapping[str, CompiledGrant] = field(default_factory=dict[str, CompiledGrant])
    clients: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def write_grants(
    path: Path, *, grants: Iterable[CompiledGrant], clients: Mapping[str, Sequence[str]]
) -> None:
    """Replace the file in one step, so that a reader sees the old or the new one, whole."""
    content = {
        "grants": [_plain(grant) for grant in grants],
        "clients": {code: list(keys) for code, keys in clients.items()},
    }
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    partial.chmod(0o600)
    partial.replace(path)


def read_grants(path: Path) -> CompiledGrants:
    """The grants in the file; none when there is no file yet."""
    if not path.exists():
        return CompiledGrants()
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    grants = [_compiled(row) for row in content["grants"]]
    clients = {code: tuple(keys) for code, keys in content["clients"].items()}
    return CompiledGrants({grant.id: grant for grant in grants}, clients)


def _plain(grant: CompiledGrant) -> dict[str, Any]:
    rule = grant.row_rule
    return {
        "id": grant.id,
        "number": grant.number,
        "dataset": grant.dataset,
        "dataset_name": grant.dataset_name,
        "provider": grant.provider,
        "organisation": grant.organisation,
        "organisation_code": grant.organisation_code,
        "purpose": grant.purpose,
        "fields": list(grant.fields),
        "valid_from": grant.valid_from.isoformat(),
        "valid_to": grant.valid_to.isoformat(),
        "state": grant.state,
        "quota": grant.quota,
        "matter_kinds": list(grant.matter_kinds),
        "row_rule": [rule.column, *rule.prefixes] if rule else [],
    }


def _compiled(row: Mapping[str, Any]) -> CompiledGrant:
    rule = row["row_rule"]
    return CompiledGrant(
        id=row["id"],
        number=row["number"],
        dataset=row["dataset"],
        dataset_name=row["dataset_name"],
        provider=row["provider"],
        organisation=row["organisation"],
        organisation_code=row["organisation_code"],
        purpose=row["purpose"],
        fields=tuple(row["fields"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]),
        state=row["state"],
        quota=row["quota"],
        matter_kinds=tuple(row["matter_kinds"]),
        row_rule=RowRule(rule[0], tuple(rule[1:])) if rule else None,
    )
