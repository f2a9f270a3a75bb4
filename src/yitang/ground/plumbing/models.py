from django.db import models


class KeptResponse(models.Model):
    """The answer to a request with an ``Idempotency-Key``, so that a replay changes nothing."""

    key = models.CharField(max_length=80)
    actor = models.CharField(max_length=64)
    route = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=100)
    location = models.CharField(max_length=300, blank=True)
    body = models.BinaryField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key", "actor", "route"), name="one_answer_per_key"),
        )

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
