"""The runs of fusion: what each base was made of, and when."""

from __future__ import annotations

from django.db import models

from yitang.ground.base.ids import uuid7

from .rules import BASES


class FusionRun(models.Model):
    """One fusion of one base. The base itself lies in the lake, at ``version``."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    base = models.CharField(max_length=40, choices=[(code, code) for code in BASES])
    at = models.DateTimeField()
    actor = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    version = models.IntegerField()
    seconds = models.FloatField()
    entities = models.BigIntegerField()
    records = models.BigIntegerField()
    matched = models.BigIntegerField()
    unmatched = models.BigIntegerField()
    conflicts = models.JSONField()
    filled = models.JSONField()
    sources = models.JSONField()
    coverage = models.JSONField()

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("base", "-at"), name="fusionrun_base_at"),)

    def __str__(self) -> str:
        return f"{self.base} {self.at:%Y-%m-%d}"
