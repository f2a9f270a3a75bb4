"""The versions of an entry, each on its way or published, and what the outside may follow."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yitang.data.catalogue.rules import DatasetSpec, spec_of
from yitang.ground.base.ids import uuid7

DRAFT, PUBLISHED, SUPERSEDED, WITHDRAWN = "draft", "published", "superseded", "withdrawn"


class EntryVersion(models.Model):
    """What an entry says, or is proposed to say; its way is that of its case."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    dataset = models.ForeignKey(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="versions"
    )
    case = models.OneToOneField(
        "casework.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # none: published directly
    number = models.PositiveIntegerField(null=True, blank=True)  # given with publication
    base = models.PositiveIntegerField(default=0)  # the published version it was drawn from
    state = models.CharField(
        max_length=10,
        choices=[(state, state) for state in (DRAFT, PUBLISHED, SUPERSEDED, WITHDRAWN)],
        default=DRAFT,
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    document = models.JSONField()
    # D1: the change of the law, or of the department's duties, that asks for this version.
    law = models.CharField(max_length=500, blank=True)
    law_changed_on = models.DateField(null=True, blank=True)
    secrecy_risk = models.TextField(blank=True, max_length=2000)
    privacy_impact = models.TextField(blank=True, max_length=2000)
    returned_because = models.TextField(blank=True)
    made_by = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    consented_by = models.ForeignKey(
        "organisations.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    consented_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        "organisations.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    is_direct = models.BooleanField(default=False)  # published without consent and review

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("dataset", "number"), name="version_number_once"),
            models.UniqueConstraint(
                fields=("dataset",), condition=Q(state=DRAFT), name="one_draft_per_entry"
            ),
            models.UniqueConstraint(
                fields=("dataset",), condition=Q(state=PUBLISHED), name="one_published_version"
            ),
            models.CheckConstraint(
                condition=~Q(state=PUBLISHED) | Q(number__isnull=False, published_at__isnull=False),
                name="published_version_has_number",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.number or 'draft'}"

    @property
    def spec(self) -> DatasetSpec:
        return spec_of(self.document)


class PublishedChange(models.Model):
    """One change that readers outside may follow, in the order of ``sequence``."""

    sequence = models.PositiveBigIntegerField(unique=True)
    dataset = models.ForeignKey(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="changes"
    )
    kind = models.CharField(max_length=10)  # published, changed, retired
    version = models.PositiveIntegerField()
    at = models.DateTimeField(db_index=True)
    # Before and after: a reader who may see open entries only must learn of one that closes.
    was_open = models.BooleanField()
    is_open = models.BooleanField()

    class Meta:
        ordering = ("sequence",)

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"


class Series(models.Model):
    """The last number given out: of the changes, and of the resource codes of each class.

    Whoever takes a number keeps the row until the end of the transaction, so numbers are
    seen in their order: no reader passes one that is committed later.
    """

    name = models.CharField(max_length=40, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
