"""Who may hand data in, and who may see what came of it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yitang.data.catalogue.api import Dataset
from yitang.ground.base.errors import NotAllowed
from yitang.ground.organisations.api import User, can, check_can, scope_of

from .models import Batch, Drift, Overlap

HAND_IN = "collection.hand_in"
SEE = "collection.see"
TRY = "collection.try"
SAMPLE = "collection.sample"
NAME_SOURCE = "collection.name_source"
NAME_PLACES = "collection.name_places"
DECIDE = "collection.decide"


def check_can_hand_in(user: User, dataset: Dataset) -> None:
    """A department's data officer hands in the department's own datasets."""
    check_can(user, HAND_IN, organisation_id=dataset.organisation_id)


def can_hand_in(user: User, dataset: Dataset) -> bool:
    try:
        check_can_hand_in(user, dataset)
    except NotAllowed:
        return False
    return True


def check_can_see_receipts(user: User, dataset: Dataset) -> None:
    """Who hands a dataset in or sees its receipts also sees how it changes, in numbers."""
    if not can_hand_in(user, dataset):
        division = dataset.organisation.division.code
        posts = scope_of(user, permission=SEE).posts
        if not any(
            post.role == "system"
            or (post.role != "data_officer" and division.startswith(post.division_prefix))
            for post in posts
        ):
            check_can(user, SEE, organisation_id=dataset.organisation_id)


def check_can_name_places(user: User) -> None:
    """Only the operator names files, folders and addresses inside: this machine reads them with
    rights that no officer has."""
    check_can(user, NAME_PLACES)


def can_name_places(user: User) -> bool:
    try:
        check_can_name_places(user)
    except NotAllowed:
        return False
    return True


def check_can_try(user: User) -> None:
    """Any officer may have a file looked at; nothing of it is gathered."""
    check_can(user, TRY)


def check_can_sample(user: User) -> None:
    """Who asks for data, or decides over it, may look at a few masked rows of any dataset."""
    check_can(user, SAMPLE)


def can_sample(user: User) -> bool:
    return can(user, SAMPLE)


def visible_batches(user: User) -> QuerySet[Batch]:
    """A data officer sees the own organisation's batches, a sharing office the division's."""
    rows = Batch.objects.select_related("dataset__organisation__division")
    seen = Q(pk__in=[])
    for post in scope_of(user, permission=SEE).posts:
        if post.role == "data_officer":
            seen |= Q(dataset__organisation_id=post.organisation_id)
        elif post.role == "system":
            return rows
        else:
            seen |= Q(dataset__organisation__division__code__startswith=post.division_prefix)
    return rows.filter(seen)


def check_can_find_overlaps(user: User) -> None:
    """The authority has the datasets of its division compared."""
    check_can(user, NAME_SOURCE)


def check_can_name_source(user: User, dataset: Dataset) -> None:
    """The authority above both departments names the source (Decree 809 Art 11)."""
    check_can(user, NAME_SOURCE, division_code=dataset.organisation.division.code)


def can_name_source(user: User, overlap: Overlap) -> bool:
    try:
        for dataset in (overlap.left, overlap.right):
            check_can_name_source(user, dataset)
    except NotAllowed:
        return False
    return True


def visible_overlaps(user: User) -> QuerySet[Overlap]:
    """Those of datasets whose batches one sees on both sides, or on one's own."""
    rows = Overlap.objects.select_related(
        "left__organisation__division", "right__organisation__division", "source__organisation"
    )
    seen = Q(pk__in=[])
    for post in scope_of(user, permission=SEE).posts:
        if post.role == "system":
            return rows
        if post.role == "data_officer":
            own = post.organisation_id
            seen |= Q(left__organisation_id=own) | Q(right__organisation_id=own)
        else:
            prefix = post.division_prefix
            seen |= Q(left__organisation__division__code__startswith=prefix) & Q(
                right__organisation__division__code__startswith=prefix
            )
    return rows.filter(seen)


def check_can_decide(user: User, dataset: Dataset) -> None:
    """The department's data officer decides what becomes of columns that are not as they were."""
    check_can(user, DECIDE, organisation_id=dataset.organisation_id)


def can_decide(user: User, dataset: Dataset) -> bool:
    try:
        check_can_decide(user, dataset)
    except NotAllowed:
        return False
    return True


def visible_drifts(user: User) -> QuerySet[Drift]:
    """Those of datasets whose batches one sees."""
    rows = Drift.objects.select_related("dataset__organisation__division", "case", "batch")
    seen = Q(pk__in=[])
    for post in scope_of(user, permission=SEE).posts:
        if post.role == "system":
            return rows
        if post.role == "data_officer":
            seen |= Q(dataset__organisation_id=post.organisation_id)
        else:
            seen |= Q(dataset__organisation__division__code__startswith=post.division_prefix)
    return rows.filter(seen)
