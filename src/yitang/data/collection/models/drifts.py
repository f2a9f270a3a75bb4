"""What is not as it was in a delivery, and what was decided of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yitang.data.collection.rules import DRIFT_KINDS, DRIFT_STATES
from yitang.ground.base.ids import uuid7


class Drift(models.Model):
    """A column that is not as it was, and what was decided of it.

    An added column has the batch in which it first came and no case; what stopped a batch
    shares that stop's case. ``used_by`` is the batch that came in by the decision to take it.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    dataset = models.ForeignKey(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="drifts"
    )
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in DRIFT_KINDS])
    state = models.CharField(
        max_length=10, choices=[(state, state) for state in DRIFT_STATES], default=DRIFT_STATES[0]
    )
    item = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=100, blank=True)
    column = models.CharField(max_length=200, blank=True)
    share = models.FloatField(default=0)
    guess = models.JSONField(default=dict)  # of an added column: type, rule, is_sensitive
    file = models.CharField(max_length=500)
    batch = models.ForeignKey(
        "collection.Batch", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    used_by = models.ForeignKey(
        "collection.Batch", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    case = models.ForeignKey(
        "casework.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    found_at = models.DateTimeField()

    class Meta:
        ordering = ("-found_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("dataset", "kind", "item", "column"),
                condition=Q(state="pending"),
                name="drift_pending_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="added", case__isnull=True)
                | (~Q(kind="added") & Q(case__isnull=False)),
                name="drift_stop_has_case",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.kind} {self.label or self.column}"


class DriftEvent(models.Model):
    """What somebody decided about a column; added, never changed."""

    drift = models.ForeignKey(Drift, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=10)
    note = models.CharField(max_length=500, blank=True)
    actor = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.drift_id} {self.verb}"
