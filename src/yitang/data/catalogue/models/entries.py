"""Catalogue entries, their data items, and what happened to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import models
from django.db.models import Q

from yitang.data.catalogue.rules import (
    DATA_CLASSES,
    DEFAULT_AUTHORITY,
    DELIVERIES,
    FORMATS,
    ITEM_TYPES,
    SHARING_CLASSES,
    SHARING_MODES,
    SUBJECTS,
    UPDATE_CYCLES,
    DatasetSpec,
    Freshness,
    ItemSpec,
    SharingClass,
    State,
    check_sharing_terms,
    freshness,
)
from yitang.ground.base.ids import uuid7
from yitang.ground.base.text import Message


def _choices(texts: Mapping[str, Message]) -> list[tuple[str, str]]:
    return [(code, str(text)) for code, text in texts.items()]


# Field of the spec to column of the table; what is a list or a relation is not among them.
SPEC_COLUMNS = {
    name: name
    for name in (
        "code", "name", "abstract", "classification", "resource_code", "sharing_class",
        "sharing_condition", "legal_basis", "update_cycle", "grade", "opening_condition",
        "format", "delivery", "subject", "format_type", "format_note", "sharing_mode",
        "mode_type", "data_class",
    )
} | {"open": "is_open"}  # fmt: skip
ITEM_COLUMNS = {
    name: name
    for name in (
        "name", "label", "type", "length", "is_key", "rule", "role", "authority", "sharing_class",
        "sharing_condition", "sharing_mode", "opening_condition", "update_cycle",
        "source_system", "code_list", "data_class", "grade", "looser_because",
    )
} | {
    "sensitive": "is_sensitive",
    "required": "is_required",
    "unique": "is_unique",
    "open": "is_open",
    "secret": "is_secret",
}  # fmt: skip


class Dataset(models.Model):
    """One entry of the catalogue: what data there is, whose, under what terms."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    resource_code = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=128)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="datasets"
    )
    abstract = models.TextField(max_length=1000, blank=True)
    classification = models.CharField(max_length=20)
    format = models.CharField(max_length=20, choices=_choices(FORMATS))
    sharing_class = models.PositiveSmallIntegerField(
        choices=[(code, str(text)) for code, text in SHARING_CLASSES.items()]
    )
    sharing_condition = models.CharField(max_length=500, blank=True)
    legal_basis = models.CharField(max_length=500, blank=True)
    is_open = models.BooleanField(default=False)
    opening_condition = models.CharField(max_length=500, blank=True)
    update_cycle = models.CharField(max_length=20, choices=_choices(UPDATE_CYCLES))
    grade = models.PositiveSmallIntegerField()
    format_type = models.CharField(max_length=60, blank=True)
    format_note = models.CharField(max_length=200, blank=True)
    sharing_mode = models.CharField(
        max_length=20, choices=_choices(SHARING_MODES), default="platform"
    )
    mode_type = models.CharField(max_length=20, blank=True)
    related_codes = models.JSONField(default=list, blank=True)
    data_class = models.CharField(max_length=10, choices=_choices(DATA_CLASSES), default="general")
    delivery = models.CharField(max_length=10, choices=_choices(DELIVERIES))
    subject = models.CharField(max_length=20, blank=True, choices=_choices(SUBJECTS))
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in State],
        default=State.DRAFT.value,
    )
    version = models.PositiveIntegerField(default=0)  # the published one; 0: never published
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    # What gathering last reported; the receipts themselves are in collection.
    row_count = models.BigIntegerField(default=0)
    gathered_at = models.DateTimeField(null=True, blank=True)
    gathered_batch = models.CharField(max_length=80, blank=True)
    quality = models.FloatField(null=True, blank=True)  # score of the last batch, 0 to 1

    class Meta:
        ordering = ("code",)
        indexes = (models.Index(fields=("state", "sharing_class"), name="dataset_state_class"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(sharing_class__in=list(SHARING_CLASSES)), name="dataset_class_known"
            ),
            models.CheckConstraint(
                condition=~Q(sharing_class=SharingClass.CONDITIONAL) | ~Q(sharing_condition=""),
                name="dataset_condition_stated",
            ),
            models.CheckConstraint(
                condition=~Q(sharing_class=SharingClass.NOT_SHARED) | ~Q(legal_basis=""),
                name="dataset_refusal_has_legal_basis",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
                name="dataset_published_has_date",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_sharing_terms(
            code=self.code,
            sharing_class=self.sharing_class,
            sharing_condition=self.sharing_condition,
            legal_basis=self.legal_basis,
        )

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def spec(self) -> DatasetSpec:
        """The entry as its author would write it; the organisation must be loaded."""
        return DatasetSpec(
            **{name: getattr(self, column) for name, column in SPEC_COLUMNS.items()},
            related_codes=tuple(self.related_codes),
            organisation=self.organisation.credit_code,
            published=self.is_published,
            items=tuple(item.spec for item in self.items.all()),
        )

    def freshness_at(self, at: datetime) -> Freshness:
        """Whether it is late by its update cycle."""
        return freshness(self.update_cycle, self.gathered_at, at)


class DataItem(models.Model):
    """One column of a dataset, and the rules its values keep at the border."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    label = models.CharField(max_length=100)
    aliases = models.JSONField(default=list, blank=True)
    type = models.CharField(max_length=1, choices=_choices(ITEM_TYPES))
    length = models.PositiveIntegerField(null=True, blank=True)
    is_key = models.BooleanField(default=False)
    is_sensitive = models.BooleanField(default=False)
    is_required = models.BooleanField(default=False)
    is_unique = models.BooleanField(default=False)
    rule = models.CharField(max_length=20, blank=True)
    codes = models.JSONField(default=list, blank=True)
    role = models.CharField(max_length=40, blank=True)
    authority = models.PositiveSmallIntegerField(default=DEFAULT_AUTHORITY)
    # What differs from the dataset; empty, 0 and NULL mean: as the dataset.
    sharing_class = models.PositiveSmallIntegerField(default=0)
    sharing_condition = models.CharField(max_length=500, blank=True)
    sharing_mode = models.CharField(max_length=20, blank=True)
    is_open = models.BooleanField(null=True, blank=True)
    opening_condition = models.CharField(max_length=500, blank=True)
    update_cycle = models.CharField(max_length=20, blank=True)
    is_secret = models.BooleanField(default=False)
    source_system = models.CharField(max_length=100, blank=True)
    code_list = models.CharField(max_length=100, blank=True)
    data_class = models.CharField(max_length=10, blank=True)
    grade = models.PositiveSmallIntegerField(default=0)
    looser_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("position",)
        indexes = (
            models.Index(
                fields=("source_system",), condition=~Q(source_system=""), name="item_source_system"
            ),
        )
        constraints = (models.UniqueConstraint(fields=("dataset", "name"), name="item_name_once"),)

    def __str__(self) -> str:
        return f"{self.dataset_id}.{self.name}"

    @property
    def spec(self) -> ItemSpec:
        """The item as its author would write it."""
        return ItemSpec(
            **{name: getattr(self, column) for name, column in ITEM_COLUMNS.items()},
            aliases=tuple(self.aliases),
            codes=tuple(self.codes),
        )


class CatalogueEvent(models.Model):
    """What somebody did to an entry; added, never changed."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=20)
    note = models.CharField(max_length=500, blank=True)
    actor = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.verb}"
