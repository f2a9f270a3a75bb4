"""Ids that survive merges: a reference to what was merged finds what it was merged into."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitang.ground.base.ids import Reference

from .models import Alias


@transaction.atomic
def merge_reference(*, old: Reference, new: Reference, at: datetime) -> None:
    """Let ``old`` mean ``new`` from now on, and all that already meant ``old`` as well.

    Raises ``ValueError`` for two kinds, or for a merge into itself.
    """
    target = resolve_reference(new)
    if old.kind != target.kind:
        raise ValueError(f"{old} and {new} are of two kinds")
    if old == target:
        raise ValueError(f"{old} cannot be merged into itself")
    Alias.objects.filter(kind=old.kind, new_id=old.id).update(new_id=target.id)
    Alias.objects.create(kind=old.kind, old_id=old.id, new_id=target.id, merged_at=at)


def resolve_reference(reference: Reference) -> Reference:
    """What a reference means today: itself, unless it was merged."""
    alias = Alias.objects.filter(kind=reference.kind, old_id=reference.id).first()
    return Reference(reference.kind, alias.new_id) if alias else reference
