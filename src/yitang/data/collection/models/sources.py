"""Where datasets are fetched from, and what became of each fetch."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from yitang.data.collection.rules import CYCLES, sentence_of
from yitang.ground.base.ids import uuid7
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import EncryptedTextField

KINDS = ("csv", "excel", "sqlite", "http_json", "arrow", "file", "folder", "database")
MODES = ("whole", "key", "cursor")
CYCLE_CHOICES = [(cycle, cycle) for cycle in CYCLES]


class Source(models.Model):
    """Where a dataset is fetched from, so that it can be fetched again.

    ``cycle`` is empty where the dataset's own counts. ``next_at`` is when it is fetched again by
    itself, ``late_at`` from when its data are late; both are empty where no time is promised.
    In the mode ``key`` rows are told apart by the dataset's key and what is gone goes. In the mode
    ``cursor`` only what lies above ``high_water`` is fetched. How far a fetch goes
    is kept in ``reading_to`` before it begins, so that after a crash the same rows come again
    and are recognised.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    dataset = models.OneToOneField(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="source"
    )
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    location = models.CharField(max_length=500)
    table = models.CharField(max_length=100, blank=True)
    mapping = models.JSONField(default=dict, blank=True)  # item name to column
    mode = models.CharField(
        max_length=10, choices=[(mode, mode) for mode in MODES], default="whole"
    )
    column = models.CharField(max_length=100, blank=True)  # that only grows, of mode ``cursor``
    high_water = models.CharField(max_length=200, blank=True)
    reading_to = models.CharField(max_length=200, blank=True)
    paging = models.JSONField(default=dict, blank=True)  # see ``rules.paging``
    header = models.CharField(max_length=60, blank=True)  # that carries the secret
    secret = EncryptedTextField(null=True, blank=True)
    run_at = models.DateTimeField(null=True, blank=True)
    said = models.JSONField(default=dict, blank=True)  # of the last run; empty: nothing wrong
    cycle = models.CharField(max_length=20, blank=True, choices=CYCLE_CHOICES)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    late_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    case = models.ForeignKey(
        "casework.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    registered_by = models.ForeignKey(
        "organisations.User", on_delete=models.PROTECT, related_name="+"
    )
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ("dataset__code",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(mode="cursor") | ~Q(column=""), name="source_column_named"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"

    @property
    def running_cycle(self) -> str:
        """Its own cycle, or that of the catalogue entry."""
        return self.cycle or self.dataset.update_cycle

    @property
    def problem(self) -> Message | None:
        """What went wrong last, in one sentence; ``None``: nothing."""
        return sentence_of(self.said)

    def late_since(self, at: datetime) -> datetime | None:
        """From when its data are late at ``at``; ``None`` while they are in time."""
        return self.late_at if self.late_at is not None and self.late_at <= at else None


class TakenFile(models.Model):
    """A file of a watched folder that was handed in, so that it is never taken twice."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="taken")
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    batch = models.ForeignKey(
        "collection.Batch", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    problem = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("source", "name", "digest"), name="taken_file_once"),
        )

    def __str__(self) -> str:
        return self.name
