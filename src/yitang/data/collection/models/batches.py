"""Batches with their receipts, quarantine, rules, and uploads that are only looked at."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yitang.data.collection.rules import DIMENSIONS, Score
from yitang.ground.base.ids import uuid7
from yitang.ground.plumbing.api import EncryptedTextField


class Batch(models.Model):
    """One handover of one dataset. Once receipted it is never changed."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    number = models.CharField(max_length=80, unique=True)
    dataset = models.ForeignKey(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="batches"
    )
    sequence = models.PositiveIntegerField()
    supplier_number = models.CharField(max_length=80, blank=True)
    state = models.CharField(
        max_length=10, choices=[("arriving", "arriving"), ("receipted", "receipted")]
    )
    source_kind = models.CharField(max_length=10)
    source_name = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    rules_digest = models.CharField(max_length=64)
    delivered = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    problems = models.JSONField(default=list)  # [{label, code, rows, params}]
    understood = models.JSONField(default=dict)
    unknown_columns = models.JSONField(default=list)
    changes = models.JSONField(default=dict, blank=True)  # of a comparison by key: rows by kind
    replaced = models.BigIntegerField(null=True, blank=True)  # rows that were there before
    mends = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="mended_in"
    )
    version = models.IntegerField(null=True, blank=True)  # of the lake's table
    seconds = models.FloatField(default=0)
    signature = models.CharField(max_length=128, blank=True)
    handed_in_by = models.ForeignKey(
        "organisations.User", on_delete=models.PROTECT, related_name="+"
    )
    arrived_at = models.DateTimeField()
    receipted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-arrived_at", "-pk")
        indexes = (models.Index(fields=("dataset", "digest"), name="batch_dataset_digest"),)
        constraints = (
            models.UniqueConstraint(fields=("dataset", "sequence"), name="batch_sequence_once"),
            models.UniqueConstraint(
                fields=("dataset", "supplier_number"),
                condition=~Q(supplier_number=""),
                name="batch_supplier_number_once",
            ),
            models.CheckConstraint(
                condition=Q(delivered=F("accepted") + F("rejected")), name="batch_adds_up"
            ),
        )

    def __str__(self) -> str:
        return self.number


class RejectedBlock(models.Model):
    """Some rejected rows of a batch, encrypted: they hold personal data, right or wrong."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="blocks")
    position = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    content = EncryptedTextField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("batch", "position"), name="block_position_once"),
        )

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.position}"


class MendedRow(models.Model):
    """A row that a batch sent back and that came right in a later one; added, never changed."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="mended_rows")
    sheet = models.CharField(max_length=255, blank=True)
    row = models.PositiveBigIntegerField()
    taken_in = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("batch", "sheet", "row"), name="mended_row_once"),
        )

    def __str__(self) -> str:
        return f"{self.batch_id} {self.sheet}!{self.row}"


class Upload(models.Model):
    """A file somebody dropped in to have it looked at; encrypted, and forgotten after a day."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    owner = models.ForeignKey("organisations.User", on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=255)
    judged_for = models.ForeignKey(
        "catalogue.Dataset", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    delivered = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    understood = models.JSONField()
    columns = models.JSONField()  # [{label, type, rule, reason}]
    problems = models.JSONField()  # [{label, code, rows, params}]
    preview = EncryptedTextField()  # JSON: rows with their faults, values masked
    content = EncryptedTextField()  # the file, base64
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ("-uploaded_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(delivered=F("accepted") + F("rejected")), name="upload_adds_up"
            ),
        )

    def __str__(self) -> str:
        return self.file_name


class RuleSet(models.Model):
    """One version of a dataset's quality rules; the highest counts, the others are history."""

    dataset = models.ForeignKey(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="rule_sets"
    )
    number = models.PositiveIntegerField()
    rules = models.JSONField(default=list)  # see ``rules.quality.document_of_rule``
    note = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("dataset", "number"), name="rule_set_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.dataset_id} rules {self.number}"


class BatchScore(models.Model):
    """How good a batch is (``rules.scores``), each number from 0 to 1; never changed."""

    batch = models.OneToOneField(
        "collection.Batch", on_delete=models.PROTECT, primary_key=True, related_name="score"
    )
    total = models.FloatField()
    completeness = models.FloatField()
    validity = models.FloatField()
    uniqueness = models.FloatField(null=True)
    consistency = models.FloatField(null=True)
    timeliness = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"{self.batch_id} {self.total:.3f}"

    @property
    def score(self) -> Score:
        return Score(**{name: getattr(self, name) for name in DIMENSIONS})
