from django.db import models

from .rules import Confirmation, Stage


class Indicator(models.Model):
    """A published series."""

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return self.name


class PublishedFigure(models.Model):
    """One value of a series for a period, as one source gave it; never changed."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="figures")
    period = models.CharField(max_length=12)
    period_end = models.CharField(max_length=7)
    value = models.DecimalField(max_digits=20, decimal_places=6)
    confirmation = models.CharField(
        max_length=12, choices=[(item.value, item.value) for item in Confirmation]
    )
    source = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("indicator", "period", "value", "source"), name="one_record_per_release"
            ),
        )
        indexes = (models.Index(fields=("indicator", "period_end")),)

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}: {self.value}"


class Project(models.Model):
    """A major project; money in 100 million yuan."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    division_code = models.CharField(max_length=12, db_index=True)
    department = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=60, blank=True)
    stage = models.CharField(
        max_length=20, choices=[(item.value, item.value) for item in Stage], db_index=True
    )
    investment = models.DecimalField(max_digits=14, decimal_places=4)
    planned_this_year = models.DecimalField(max_digits=14, decimal_places=4)
    invested_this_year = models.DecimalField(max_digits=14, decimal_places=4)
    planned_start = models.DateField(null=True)
    started_on = models.DateField(null=True)
    completed_on = models.DateField(null=True)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
