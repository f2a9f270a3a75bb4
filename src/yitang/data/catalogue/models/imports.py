"""Catalogues that came from elsewhere: files waiting for answers, runs, and every record's fate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import F, Q

from yitang.ground.base.ids import uuid7
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import EncryptedTextField

from .entries import Dataset

OUTCOMES = ("created", "changed", "unchanged", "rejected")


class HeldDump(models.Model):
    """An uploaded file that is looked at and asked about; encrypted, forgotten after a day."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    owner = models.ForeignKey("organisations.User", on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=255)
    content = EncryptedTextField()  # gzip, base64: portals name people to call
    given = models.JSONField(default=dict, blank=True)  # field to target, as somebody said
    answers = models.JSONField(default=dict, blank=True)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ("-uploaded_at",)

    def __str__(self) -> str:
        return self.file_name


class CatalogueImport(models.Model):
    """One file taken in: what was understood, what was answered, what came of it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    file_name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=200, blank=True)
    mapping = models.JSONField()
    answers = models.JSONField(default=dict, blank=True)
    delivered = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    created = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    published = models.PositiveIntegerField(default=0)
    actor = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("digest",), name="import_digest"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(delivered=F("accepted") + F("rejected")),
                name="catalogue_import_adds_up",
            ),
        )

    def __str__(self) -> str:
        return self.file_name


class ImportedRecord(models.Model):
    """What became of one delivered record; added, never changed."""

    taken_in = models.ForeignKey(CatalogueImport, on_delete=models.CASCADE, related_name="records")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=64, blank=True, db_index=True)  # digest of the portal's key
    name = models.CharField(max_length=255, blank=True)
    department = models.CharField(max_length=255, blank=True)
    outcome = models.CharField(max_length=10, choices=[(word, word) for word in OUTCOMES])
    reason_code = models.CharField(max_length=80, blank=True)
    reason_template = models.CharField(max_length=300, blank=True)
    reason_params = models.JSONField(default=dict, blank=True)
    dataset = models.ForeignKey(
        Dataset, on_delete=models.PROTECT, null=True, blank=True, related_name="imported_as"
    )
    said = models.CharField(max_length=64, blank=True)  # digest of what it said of the entry
    kept = EncryptedTextField(blank=True)  # JSON: what an entry has no field for

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("taken_in", "number"), name="imported_record_once"),
            models.CheckConstraint(
                condition=Q(outcome="rejected") ^ Q(dataset__isnull=False),
                name="imported_record_has_entry_or_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.taken_in_id}.{self.number}"

    @property
    def reason(self) -> Message:
        """Why it was rejected."""
        return Message(self.reason_code, self.reason_template, words_of(self.reason_params))


def kept_words(params: Mapping[str, object]) -> dict[str, object]:
    """The parameters of a text as JSON; one that is itself a text stays one."""
    return {
        name: {"code": value.code, "template": value.template, "params": kept_words(value.params)}
        if isinstance(value, Message)
        else str(value)
        for name, value in params.items()
    }


def words_of(kept: Mapping[str, Any]) -> dict[str, object]:
    """What ``kept_words`` kept."""
    return {
        name: Message(value["code"], value["template"], words_of(value["params"]))
        if isinstance(value, dict)
        else value
        for name, value in kept.items()
    }
