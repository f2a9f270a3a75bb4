"""Reads of what was imported: runs, the fate of each record, files that wait for answers."""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from uuid import UUID

from django.db.models import Q, QuerySet

from yitang.data.catalogue.access import (
    CONSENT,
    EDIT,
    can_edit,
    can_publish,
    check_can_see_imports,
    own_organisations,
    reviewed_divisions,
)
from yitang.data.catalogue.errors import ImportUnknown
from yitang.data.catalogue.models import (
    DRAFT,
    CatalogueImport,
    Dataset,
    EntryVersion,
    HeldDump,
    ImportedRecord,
)
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User, can, check_can, scope_of

SHOWN = 100


def imports_of(user: User, *, limit: int = 20) -> list[CatalogueImport]:
    """The latest runs of ``user``, and those that touch entries ``user`` consents to or reviews.

    The platform sees all.
    """
    return list(_visible(user)[:limit])


def import_for(user: User, public_id: UUID | str) -> CatalogueImport:
    """One run; raises ``ImportUnknown``."""
    found = _visible(user).filter(public_id=public_id).first()
    if found is None:
        raise ImportUnknown(id=public_id)
    return found


def records_of(
    user: User, run: CatalogueImport, *, outcome: str = "", limit: int = SHOWN
) -> list[ImportedRecord]:
    """What became of the records of a run, in their order: all, or those of one's departments."""
    rows = ImportedRecord.objects.filter(taken_in=run).select_related("dataset").defer("kept")
    if not _sees_whole(user, run):
        rows = rows.filter(_concerns(user, "dataset__"))
    if outcome:
        rows = rows.filter(outcome=outcome)
    return list(rows[:limit])


def reasons_of(user: User, run: CatalogueImport) -> list[tuple[Message, int]]:
    """Why records were rejected: one of each kind, and how many, the commonest first."""
    if not _sees_whole(user, run):
        return []
    rows = ImportedRecord.objects.filter(taken_in=run, outcome="rejected").defer("kept")
    first: dict[str, Message] = {}
    counted: Counter[str] = Counter()
    for row in rows:
        first.setdefault(row.reason_code, row.reason)
        counted[row.reason_code] += 1
    return [(first[code], count) for code, count in counted.most_common()]


def next_moves(user: User, run: CatalogueImport) -> dict[str, list[EntryVersion]]:
    """The drafts of a run by the move that ``user`` may make next: propose, consent, publish."""
    datasets = ImportedRecord.objects.filter(taken_in=run, dataset__isnull=False)
    drafts = (
        EntryVersion.objects.filter(
            state=DRAFT, case__isnull=False, dataset_id__in=datasets.values("dataset_id")
        )
        .select_related("case", "dataset", "organisation__division")
        .order_by("pk")
    )
    found: dict[str, list[EntryVersion]] = {}
    for draft in drafts:
        if verb := _next_move(user, draft):
            found.setdefault(verb, []).append(draft)
    return found


def _next_move(user: User, draft: EntryVersion) -> str:
    state = draft.case.state if draft.case is not None else ""
    owner = draft.organisation
    if state in {"drafted", "returned"}:
        return "propose" if can_edit(user, owner) else ""
    if state == "proposed":
        return "consent" if can(user, CONSENT, organisation_id=owner.pk) else ""
    if state == "submitted":
        return "publish" if can_publish(user, owner) else ""
    return ""


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
    check_can_see_imports(user)
    rows = CatalogueImport.objects.select_related("actor")
    if _is_platform(user):
        return rows
    touched = ImportedRecord.objects.filter(_concerns(user, "dataset__"))
    return rows.filter(Q(actor=user) | Q(pk__in=touched.values("taken_in_id")))


def _sees_whole(user: User, run: CatalogueImport) -> bool:
    return run.actor_id == user.pk or _is_platform(user)


def _concerns(user: User, to_dataset: str) -> Q:
    """Entries that ``user`` writes, consents to or reviews."""
    within = Q(**{f"{to_dataset}organisation_id__in": own_organisations(user)})
    for prefix in reviewed_divisions(user):
        within |= Q(**{f"{to_dataset}organisation__division__code__startswith": prefix})
    return within


def _is_platform(user: User) -> bool:
    return any(post.role == "system" for post in scope_of(user, permission=EDIT).posts)
