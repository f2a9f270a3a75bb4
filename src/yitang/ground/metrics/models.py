from django.db import models


class Rollup(models.Model):
    """The sums of one metric's observations in one period and division."""

    metric = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    period = models.CharField(max_length=10)
    division_code = models.CharField(max_length=12)
    numerator = models.DecimalField(max_digits=24, decimal_places=6)
    denominator = models.DecimalField(max_digits=24, decimal_places=6)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("metric", "version", "period", "division_code"), name="one_sum_per_cell"
            ),
        )

    def __str__(self) -> str:
        return f"{self.metric} {self.period} {self.division_code}"
