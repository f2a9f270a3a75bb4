"""Sharing that saves trips: grants to every department whose items need it, noted as they come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yitang.data.catalogue.api import dataset as known_dataset
from yitang.data.exchange.api import DatasetShared, Grant, GrantStopped, share_dataset
from yitang.data.exchange.errors import OwnDataset
from yitang.ground.organisations.api import Organisation, User, check_can
from yitang.public.services.access import check_can_load_items
from yitang.public.services.connectors.records import MATTER_KIND, SERVICE_PURPOSE
from yitang.public.services.errors import SharingChangesNothing
from yitang.public.services.models import Item, SharedSource
from yitang.public.services.queries import items_using, trips_after_sharing


@dataclass(frozen=True, slots=True)
class SharedWithServices:
    """What sharing a dataset brought: grants made, items that lose a trip, trips a year."""

    dataset: str
    grants: tuple[Grant, ...]
    items: tuple[str, ...]
    trips_a_year: int


def share_with_services(*, dataset: str, actor: User, at: datetime) -> SharedWithServices:
    """Grant ``dataset`` (catalogue code) to every department one of whose items asks for it.

    Each grant goes the whole way of a sharing request, with its history. A department that
    owns the dataset needs none. Raises ``NothingToSupply``, ``DatasetUnknown``,
    ``DatasetNotShareable``, ``SharingChangesNothing``, ``NotAllowed``.
    """
    check_can(actor, "services.share")
    entry = known_dataset(dataset)
    offices = _offices(items_using(dataset))
    if not offices:
        raise SharingChangesNothing(dataset=entry.name)
    grants = []
    for office in offices:
        try:
            grants.append(
                share_dataset(
                    dataset=dataset,
                    organisation=office,
                    purpose=SERVICE_PURPOSE,
                    actor=actor,
                    at=at,
                    matter_kinds=[MATTER_KIND],
                )
            )
        except OwnDataset:
            note_source(dataset=dataset, organisation=office, grant=f"own {office.pk} {dataset}",
                        at=at)  # fmt: skip
    rows = trips_after_sharing(dataset)
    return SharedWithServices(
        dataset=dataset,
        grants=tuple(grants),
        items=tuple(item.code for item, _, _ in rows),
        trips_a_year=sum((before - after) * item.volume for item, before, after in rows),
    )


def _offices(items: Iterable[Item]) -> list[Organisation]:
    found = {item.organisation.pk: item.organisation for item in items if item.organisation}
    return [found[key] for key in sorted(found)]


@transaction.atomic
def note_shared(datasets: Iterable[str], *, actor: User, at: datetime) -> int:
    """Note datasets that stand in for papers by other means than our exchange; how many new.

    For an office that counts trips from two spreadsheets, without any personal data.
    """
    check_can_load_items(actor)
    return sum(note_source(dataset=code, organisation=None, grant="", at=at) for code in datasets)


def note_source(
    *, dataset: str, organisation: Organisation | None, grant: str, at: datetime
) -> bool:
    """Keep that a dataset stands in for papers; whether that was news."""
    _, is_new = SharedSource.objects.get_or_create(
        dataset=dataset, organisation=organisation, grant=grant, defaults={"since": at}
    )
    return is_new


def follow_grant(event: DatasetShared) -> None:
    """A grant to services, or for one of the department's items, came into force."""
    is_ours = event.purpose == SERVICE_PURPOSE or Item.objects.filter(
        organisation_id=event.organisation_id, name=event.purpose
    ).exists()  # fmt: skip
    if is_ours:
        SharedSource.objects.get_or_create(
            grant=event.grant_id,
            defaults={
                "dataset": event.dataset,
                "organisation_id": event.organisation_id,
                "since": event.at,
            },
        )


def follow_stop(event: GrantStopped) -> None:
    """With its grant a dataset stops standing in for papers."""
    SharedSource.objects.filter(grant=event.grant_id).delete()
