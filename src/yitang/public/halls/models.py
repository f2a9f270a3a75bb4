"""Halls, the matters people come for, and the windows that serve them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from yitang.ground.base.ids import uuid7
from yitang.public.workforce.api import Demand


class Hall(models.Model):
    """A service hall of one organisation."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=100)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="halls"
    )
    measured_at = models.DateTimeField()  # when the figures of its matters were handed over

    class Meta:
        ordering = ("organisation__division__code", "name")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "name"), name="one_hall_per_name_and_organisation"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ServiceType(models.Model):
    """One kind of matter at a hall: how many come on a day, how long it takes."""

    hall = models.ForeignKey(Hall, on_delete=models.CASCADE, related_name="service_types")
    name = models.CharField(max_length=100)
    visits_per_day = models.FloatField(validators=[MinValueValidator(0)])
    mean_minutes = models.FloatField(validators=[MinValueValidator(0.1), MaxValueValidator(480)])
    cv = models.FloatField(default=1.0, validators=[MinValueValidator(0), MaxValueValidator(5)])

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("hall", "name"), name="one_row_per_matter"),
            models.CheckConstraint(
                condition=Q(visits_per_day__gte=0, mean_minutes__gt=0, cv__gte=0),
                name="matter_figures_possible",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def as_demand(self, windows: int) -> Demand:
        return Demand(self.name, self.visits_per_day, self.mean_minutes, self.cv, windows)


class Window(models.Model):
    """One window; without a service type it is an integrated window that serves everything."""

    hall = models.ForeignKey(Hall, on_delete=models.CASCADE, related_name="windows")
    number = models.PositiveSmallIntegerField()
    service_type = models.ForeignKey(
        ServiceType, on_delete=models.CASCADE, null=True, blank=True, related_name="windows"
    )

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("hall", "number"), name="one_window_per_number"),
        )

    def __str__(self) -> str:
        return f"{self.hall} {self.number}"
