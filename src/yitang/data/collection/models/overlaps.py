"""Sketches of tables, and the overlaps found with them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yitang.data.collection.rules import OVERLAP_STATES
from yitang.ground.base.ids import uuid7


class Sketch(models.Model):
    """What a dataset's values look like at one version of its table: keyed hashes, no value."""

    dataset = models.OneToOneField(
        "catalogue.Dataset", on_delete=models.CASCADE, related_name="sketch"
    )
    version = models.IntegerField()
    made_with = models.CharField(max_length=40)  # hashes of another release share nothing
    made_at = models.DateTimeField()
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.dataset_id} at {self.version}"


class Overlap(models.Model):
    """Two datasets of different departments that hold the same, and what was decided of it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    left = models.ForeignKey("catalogue.Dataset", on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey("catalogue.Dataset", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("catalogue.Dataset", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10,
        choices=[(state, state) for state in OVERLAP_STATES],
        default=OVERLAP_STATES[0],
    )
    weight = models.FloatField()
    subjects = models.PositiveIntegerField()
    contained = models.FloatField()
    evidence = models.JSONField()  # key, agreements, reasons, through
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # when the evidence was last found again

    class Meta:
        ordering = ("-weight", "left_id", "right_id")
        constraints = (
            models.UniqueConstraint(fields=("left", "right"), name="overlap_once"),
            models.CheckConstraint(condition=~Q(left=F("right")), name="overlap_of_two"),
        )

    def __str__(self) -> str:
        return f"{self.left_id} ~ {self.right_id}"


class OverlapEvent(models.Model):
    """What somebody decided about an overlap; added, never changed."""

    overlap = models.ForeignKey(Overlap, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=10)
    note = models.CharField(max_length=500, blank=True)
    actor = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.overlap_id} {self.verb}"
