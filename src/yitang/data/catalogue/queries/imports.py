"""Reads of what was imported: runs, the fate of each record, files that wait for answers."""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from uuid import UUID

from django.db.models import QuerySet

from yitang.data.catalogue.access import EDIT
from yitang.data.catalogue.errors import ImportUnknown
from yitang.data.catalogue.models import CatalogueImport, Dataset, HeldDump, ImportedRecord
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User, check_can, scope_of

SHOWN = 100


def imports_of(user: User, *, limit: int = 20) -> list[CatalogueImport]:
    """The latest runs that ``user`` may see: one's own, the platform sees all."""
    return list(_visible(user)[:limit])


def import_for(user: User, public_id: UUID | str) -> CatalogueImport:
    """One run; raises ``ImportUnknown``."""
    found = _visible(user).filter(public_id=public_id).first()
    if found is None:
        raise ImportUnknown(id=public_id)
    return found


def records_of(
    run: CatalogueImport, *, outcome: str = "", limit: int = SHOWN
) -> list[ImportedRecord]:
    """What became of the records of a run, in their order."""
    rows = ImportedRecord.objects.filter(taken_in=run).select_related("dataset").defer("kept")
    if outcome:
        rows = rows.filter(outcome=outcome)
    return list(rows[:limit])


def reasons_of(run: CatalogueImport) -> list[tuple[Message, int]]:
    """Why records were rejected: one of each kind, and how many, the commonest first."""
    rows = ImportedRecord.objects.filter(taken_in=run, outcome="rejected").defer("kept")
    first: dict[str, Message] = {}
    counted: Counter[str] = Counter()
    for row in rows:
        first.setdefault(row.reason_code, row.reason)
        counted[row.reason_code] += 1
    return [(first[code], count) for code, count in counted.most_common()]


def held_dump_for(user: User, public_id: UUID | str) -> HeldDump:
    """A file one uploaded oneself and that is not yet forgotten; raises ``ImportUnknown``."""
    found = HeldDump.objects.filter(owner=user, public_id=public_id).first()
    if found is None:
        raise ImportUnknown(id=public_id)
    return found


def content_of(held: HeldDump) -> bytes:
    """The uploaded file."""
    return gzip.decompress(base64.b64decode(held.content or ""))


def portal_details(user: User, entry: Dataset) -> dict[str, str]:
    """What the portal said of an entry that the entry has no field for; for whoever edits it.

    Raises ``NotAllowed``: portals name people to call.
    """
    check_can(user, EDIT, organisation_id=entry.organisation_id)
    row = ImportedRecord.objects.filter(dataset=entry).order_by("-pk").first()
    found = json.loads(row.kept) if row is not None and row.kept else {}
    return {str(name): str(value) for name, value in found.items()}


def _visible(user: User) -> QuerySet[CatalogueImport]:
    check_can(user, EDIT)
    rows = CatalogueImport.objects.select_related("actor")
    if any(post.role == "system" for post in scope_of(user, permission=EDIT).posts):
        return rows
    return rows.filter(actor=user)
