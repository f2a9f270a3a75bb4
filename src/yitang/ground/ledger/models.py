from django.db import models


class OutboxEntry(models.Model):
    """An entry accepted with its transaction that is not in a segment yet.

    ``is_claimed`` says that a drain has taken it over: the transaction that wrote it no
    longer flushes it, so it cannot enter twice.
    """

    entry_id = models.UUIDField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64, db_index=True)
    subject = models.CharField(max_length=64, blank=True, db_index=True)
    content = models.TextField()
    is_claimed = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.entry_id)


class IndexedEntry(models.Model):
    """Where an entry stands. Its content is read from the segment, never from here."""

    entry_id = models.UUIDField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    subject = models.CharField(max_length=64, blank=True)
    dataset = models.CharField(max_length=100, blank=True)
    matter = models.CharField(max_length=160, blank=True)
    segment = models.CharField(max_length=60)
    position = models.PositiveIntegerField()
    offset = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = (
            models.Index(fields=("subject", "-at", "-entry_id"), name="ledger_about"),
            models.Index(fields=("actor", "-at", "-entry_id"), name="ledger_of"),
            models.Index(fields=("matter", "-at", "-entry_id"), name="ledger_matter"),
            models.Index(fields=("dataset", "-at", "-entry_id"), name="ledger_dataset"),
            models.Index(fields=("segment", "position"), name="ledger_place"),
        )

    def __str__(self) -> str:
        return f"{self.segment}:{self.position}"


class SegmentMark(models.Model):
    """Up to which byte a segment was read into the index; only the reader moves it."""

    segment = models.CharField(max_length=60, unique=True)
    offset = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.segment}:{self.offset}"


class VerificationRun(models.Model):
    """When the whole ledger was last read again, and in how many places it did not fit."""

    at = models.DateTimeField(db_index=True)
    entries = models.PositiveBigIntegerField()
    problems = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.problems} of {self.entries}"
