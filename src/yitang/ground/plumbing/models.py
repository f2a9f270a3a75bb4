from django.db import models

from .encryption import EncryptedTextField


class KeptResponse(models.Model):
    """The answer to a request with an ``Idempotency-Key``, so that a replay changes nothing.

    Kept encrypted, and for a day.
    """

    key = models.CharField(max_length=80)
    actor = models.CharField(max_length=64)
    route = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=100)
    location = models.CharField(max_length=300, blank=True)
    body = EncryptedTextField()
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key", "actor", "route"), name="one_answer_per_key"),
        )

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class Alias(models.Model):
    """An id that was merged into another: old references go on finding what they meant."""

    kind = models.CharField(max_length=60)
    old_id = models.CharField(max_length=64)
    new_id = models.CharField(max_length=64)
    merged_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "old_id"), name="one_meaning_per_old_id"),
        )
        indexes = (models.Index(fields=("kind", "new_id")),)

    def __str__(self) -> str:
        return f"{self.kind} {self.old_id} → {self.new_id}"
