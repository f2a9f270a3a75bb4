"""The register of information systems, and what happened to each."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yitang.data.catalogue.rules.systems import (
    ENDED,
    HOSTINGS,
    NETWORKS,
    SYSTEM_STATES,
    SYSTEM_VERBS,
    SystemSpec,
    SystemState,
)
from yitang.ground.base.ids import uuid7

SPEC_OF_SYSTEM = (
    "code", "name", "purpose", "network", "hosting", "security_grade", "supplier", "start_year",
    "build_cost", "yearly_cost",
)  # fmt: skip


class InformationSystem(models.Model):
    """One system of a department: where it runs, what it costs, how far it is joined."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=128)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="systems"
    )
    purpose = models.CharField(max_length=500, blank=True)
    network = models.CharField(
        max_length=20, blank=True, choices=[(code, str(text)) for code, text in NETWORKS.items()]
    )
    hosting = models.CharField(
        max_length=20, blank=True, choices=[(code, str(text)) for code, text in HOSTINGS.items()]
    )
    security_grade = models.PositiveSmallIntegerField(default=0)  # 0: not graded yet
    supplier = models.CharField(max_length=128, blank=True)
    start_year = models.PositiveSmallIntegerField(null=True, blank=True)
    build_cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    yearly_cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(code, str(text)) for code, text in SYSTEM_STATES.items()],
        default=SystemState.IN_USE.value,
    )
    since = models.DateField()  # the civil day from which it is in that state
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_systems"
    )
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)
        indexes = (models.Index(fields=("organisation", "state"), name="system_owner_state"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(security_grade__lte=5), name="system_security_grade_known"
            ),
            models.CheckConstraint(
                condition=Q(state=SystemState.MERGED.value) ^ Q(successor__isnull=True),
                name="system_merged_has_successor",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("id")),
                name="system_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=(Q(build_cost__isnull=True) | Q(build_cost__gte=0))
                & (Q(yearly_cost__isnull=True) | Q(yearly_cost__gte=0)),
                name="system_costs_not_negative",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def spec(self) -> SystemSpec:
        """The system as its department describes it."""
        return SystemSpec(**{name: getattr(self, name) for name in SPEC_OF_SYSTEM})

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


class SystemEvent(models.Model):
    """What somebody noted or decided of a system; added, never changed."""

    system = models.ForeignKey(InformationSystem, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(
        max_length=10, choices=[(code, str(text)) for code, text in SYSTEM_VERBS.items()]
    )
    before = models.CharField(max_length=10, blank=True)  # empty: it was not in the register
    after = models.CharField(max_length=10)
    on = models.DateField()  # the civil day for which the figures count it
    # Field to its value before and after, as texts; of an amendment.
    changes = models.JSONField(default=dict, blank=True)
    # Yuan a year that ended with this change; taken back by the one that undoes it.
    cost_ended = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    note = models.CharField(max_length=500, blank=True)
    actor = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.system_id} {self.verb}"
