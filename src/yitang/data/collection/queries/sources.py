"""Reads: where datasets are fetched from."""

from __future__ import annotations

from datetime import datetime

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.access import can_hand_in
from yitang.data.collection.errors import SourceUnknown
from yitang.data.collection.models import Fetch, Source
from yitang.data.collection.rules import Due, next_due, shown_address
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import working_calendar

_NEAR = ("dataset__organisation__division", "registered_by", "case")


def sources_for(user: User) -> list[Source]:
    """Registered sources of datasets that ``user`` hands in."""
    rows = Source.objects.select_related(
        "dataset__organisation__division", "registered_by", "case"
    ).defer("secret")
    return [row for row in rows if can_hand_in(user, row.dataset)]


def source_of(dataset: Dataset) -> Source | None:
    """Where a dataset is fetched from, if it is."""
    return Source.objects.filter(dataset=dataset).select_related(*_NEAR).defer("secret").first()


def shown_place(source: Source) -> str:
    """Where a source lies, without anything secret."""
    return shown_address(source.location) if "://" in source.location else source.location


def due_after(source: Source, since: datetime) -> Due | None:
    """When the source is fetched after data that came at ``since``, and from when it is late."""
    return next_due(source.running_cycle, since, working_calendar())


def fetches_of(source: Source, *, limit: int = 20) -> list[Fetch]:
    """What became of the latest fetches, the latest first."""
    return list(source.fetches.select_related("actor", "batch")[:limit])


def source_for(user: User, code: str) -> Source:
    """The source of a dataset that ``user`` hands in; raises ``SourceUnknown``."""
    found = next((row for row in sources_for(user) if row.dataset.code == code), None)
    if found is None:
        raise SourceUnknown(dataset=code)
    return found


def source_of_case(user: User, case_id: int) -> Source | None:
    """The source whose failing a case is about, for whoever hands its dataset in."""
    return next((row for row in sources_for(user) if row.case_id == case_id), None)


def has_secret(source: Source) -> bool:
    """Whether a password or token is kept with it; which one is shown nowhere."""
    return Source.objects.filter(pk=source.pk).exclude(secret=None).exists()


def late_sources(user: User, *, at: datetime) -> list[Source]:
    """Sources of ``user``'s datasets whose data are late."""
    return [row for row in sources_for(user) if row.late_since(at)]
