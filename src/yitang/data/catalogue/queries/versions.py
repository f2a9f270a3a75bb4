"""The versions of an entry and how they differ; the feed of what was published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from yitang.data.catalogue.access import SEE_ALL, can_see_version
from yitang.data.catalogue.errors import VersionUnknown
from yitang.data.catalogue.models import DRAFT, Dataset, EntryVersion, PublishedChange
from yitang.data.catalogue.rules import Difference, differences
from yitang.ground.organisations.api import scope_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from yitang.ground.organisations.api import User

FEED_LENGTH = 500


def versions_of(user: User | AnonymousUser, dataset: Dataset) -> list[EntryVersion]:
    """The versions of an entry that ``user`` may see: the newest first, drafts before all."""
    rows = dataset.versions.select_related(
        "case", "dataset", "organisation", "made_by", "consented_by", "published_by"
    )
    found = [version for version in rows if can_see_version(user, version)]
    return sorted(found, key=lambda row: (row.number or 10**9, row.pk), reverse=True)


def version_for(user: User | AnonymousUser, public_id: UUID | str) -> EntryVersion:
    """One version, if ``user`` may see it; raises ``VersionUnknown``."""
    found = (
        EntryVersion.objects.select_related(
            "case", "dataset__organisation__division", "organisation__division", "made_by",
            "consented_by", "published_by",
        )
        .filter(public_id=public_id)
        .first()
    )  # fmt: skip
    if found is None or not can_see_version(user, found):
        raise VersionUnknown(id=public_id)
    return found


def draft_of(user: User | AnonymousUser, dataset: Dataset) -> EntryVersion | None:
    """The version that is on its way, if there is one that ``user`` may see."""
    found = dataset.versions.filter(state=DRAFT).select_related("case", "organisation").first()
    return found if found is not None and can_see_version(user, found) else None


def changes_in(version: EntryVersion) -> list[Difference]:
    """How a version differs from the published one it was drawn from; none for the first."""
    before = (
        EntryVersion.objects.filter(dataset=version.dataset_id, number__lt=version.number)
        .order_by("-number")
        .first()
        if version.number
        else EntryVersion.objects.filter(dataset=version.dataset_id, number=version.base).first()
    )
    return differences(before.spec, version.spec) if before is not None else []


def differences_between(before: EntryVersion, after: EntryVersion) -> list[Difference]:
    """How any two versions of one entry differ."""
    return differences(before.spec, after.spec)


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the feed as one reader sees it; ``removed``: it may no longer be seen."""

    sequence: int
    kind: str
    row: PublishedChange


def changes_since(
    user: User | AnonymousUser, *, after: int = 0, limit: int = FEED_LENGTH
) -> list[Change]:
    """What was published after the change numbered ``after``, in order, as ``user`` sees it.

    Officers see every published entry. The public sees those that are open, and that one
    which was open no longer is (``removed``).
    """
    rows = PublishedChange.objects.filter(sequence__gt=after).select_related(
        "dataset__organisation__division"
    )
    if scope_of(user, permission=SEE_ALL).posts:
        return [Change(row.sequence, row.kind, row) for row in rows[:limit]]
    seen = rows.filter(Q(is_open=True) | Q(was_open=True))[:limit]
    return [Change(row.sequence, _kind_for_public(row), row) for row in seen]


def latest_public_changes(*, before: int | None = None, limit: int = 100) -> list[Change]:
    """What the public may follow, the newest first; ``before`` a number for the older ones."""
    rows = PublishedChange.objects.filter(Q(is_open=True) | Q(was_open=True)).select_related(
        "dataset__organisation"
    )
    if before is not None:
        rows = rows.filter(sequence__lt=before)
    seen = rows.order_by("-sequence")[:limit]
    return [Change(row.sequence, _kind_for_public(row), row) for row in seen]


def _kind_for_public(row: PublishedChange) -> str:
    if not row.is_open:
        return "removed"
    return row.kind if row.was_open else "published"


def last_sequence() -> int:
    """The number of the newest change; 0 before the first."""
    return (
        PublishedChange.objects.order_by("-sequence").values_list("sequence", flat=True).first()
        or 0
    )
