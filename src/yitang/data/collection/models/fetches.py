"""What became of each fetch of a source."""

from __future__ import annotations

from django.db import models

from yitang.data.collection.rules import sentence_of
from yitang.ground.base.ids import uuid7
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import EncryptedTextField

OUTCOMES = ("taken", "failed", "stopped")


class Fetch(models.Model):
    """One fetch that brought something or failed; added, never changed.

    ``said`` is one sentence for people (``rules.sentences``), ``detail`` what the driver or the
    server said, which may hold names and values. ``in_time`` is of fetches that had a time.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    source = models.ForeignKey(
        "collection.Source", on_delete=models.CASCADE, related_name="fetches"
    )
    outcome = models.CharField(max_length=10, choices=[(one, one) for one in OUTCOMES])
    said = models.JSONField(default=dict, blank=True)
    detail = EncryptedTextField(null=True, blank=True)
    batch = models.ForeignKey(
        "collection.Batch", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    in_time = models.BooleanField(null=True, blank=True)
    actor = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.source_id} {self.outcome}"

    @property
    def problem(self) -> Message | None:
        """What went wrong, in one sentence."""
        return sentence_of(self.said)
