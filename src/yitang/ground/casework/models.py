"""Cases, their history, the times their clocks stood still, and the series of their numbers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yitang.ground.base.clock import Term
from yitang.ground.base.ids import Reference, uuid7

from .rules import UNDATED, Workflow, due_order, workflow_named

OPEN = Q(closed_at__isnull=True)


class Case(models.Model):
    """Whatever has an applicant, a holder, a state and a deadline."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    number = models.CharField(max_length=24, unique=True)
    workflow = models.CharField(max_length=60)
    workflow_version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    summary = models.JSONField(default=dict, blank=True)  # short facts for a list; nothing personal

    division_code = models.CharField(max_length=12)
    # Derived from division_code: a worklist's index begins with one of them.
    province = models.CharField(max_length=2)
    city = models.CharField(max_length=4)
    county = models.CharField(max_length=6)
    duty = models.CharField(max_length=40, blank=True)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    applicant_index = models.CharField(max_length=64, blank=True)

    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    # The clock that runs now: its start, its limit ("10wd"), its one extension.
    clock_started_at = models.DateTimeField(null=True, blank=True)
    term = models.CharField(max_length=12, blank=True)
    extension = models.CharField(max_length=12, blank=True)
    is_paused = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True, blank=True)
    due_is_provisional = models.BooleanField(default=False)
    calendar_version = models.CharField(max_length=80, blank=True)
    due_order = models.DateTimeField(default=UNDATED)
    supervised = models.CharField(max_length=10, blank=True)  # "", "soon_late" or "late"

    class Meta:
        # A worklist walks one of these in order and stops after a page. Only open cases stand
        # in them, so they stay small however many cases were ever closed. An officer of a
        # village or township walks the county's.
        indexes = (
            models.Index(
                fields=("province", "workflow", "due_order", "id"),
                condition=OPEN,
                name="case_by_province",
            ),
            models.Index(
                fields=("city", "workflow", "due_order", "id"), condition=OPEN, name="case_by_city"
            ),
            models.Index(
                fields=("county", "workflow", "due_order", "id"),
                condition=OPEN,
                name="case_by_county",
            ),
            models.Index(
                fields=("organisation", "workflow", "due_order", "id"),
                condition=OPEN,
                name="case_by_organisation",
            ),
            models.Index(
                fields=("province", "duty", "due_order", "id"),
                condition=OPEN & ~Q(duty=""),
                name="case_by_province_duty",
            ),
            models.Index(
                fields=("city", "duty", "due_order", "id"),
                condition=OPEN & ~Q(duty=""),
                name="case_by_city_duty",
            ),
            models.Index(
                fields=("assignee", "due_order", "id"), condition=OPEN, name="case_by_assignee"
            ),
            models.Index(fields=("due_order", "id"), condition=OPEN, name="case_by_due"),
            models.Index(
                fields=("calendar_version", "id"),
                condition=OPEN & Q(due_is_provisional=True),
                name="case_by_calendar",
            ),
            models.Index(
                fields=("applicant_index", "opened_at"),
                condition=~Q(applicant_index=""),
                name="case_by_applicant",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("subject_kind", "subject_id"), name="one_case_per_subject"
            ),
            models.CheckConstraint(
                condition=Q(is_paused=False) | Q(due_at__isnull=True),
                name="paused_case_has_no_due",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="case_closes_after_it_opens",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> Reference:
        """What the case is about, in the room that has it."""
        return Reference(self.subject_kind, self.subject_id)

    @property
    def definition(self) -> Workflow:
        """The version of the workflow that this case keeps."""
        return workflow_named(self.workflow, self.workflow_version)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def running_term(self) -> Term | None:
        """The limit of the running clock, without its extension."""
        return Term.parse(self.term) if self.term else None

    def place(self, division_code: str) -> None:
        """Put the case into a division, with the prefixes the indexes need."""
        self.division_code = division_code
        self.province, self.city = division_code[:2], division_code[:4]
        self.county = division_code[:6]

    def order(self) -> None:
        """Bring ``due_order`` in line with the clock."""
        self.due_order = due_order(self.due_at, is_paused=self.is_paused)


class CaseEvent(models.Model):
    """One line of a case's history. Lines are added, never changed."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20)
    verb = models.CharField(max_length=40, blank=True)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )  # who held the case after this
    at = models.DateTimeField()
    due_before = models.DateTimeField(null=True, blank=True)  # what the move was in time for
    due_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("case", "kind", "due_at"),
                condition=Q(kind__in=("soon_late", "late")),
                name="supervised_once_per_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.verb}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("history is added to, never changed: write a new line")
        super().save(*args, **kwargs)

    @property
    def was_late(self) -> bool:
        """Whether the move came after the limit it had to keep."""
        return self.due_before is not None and self.at >= self.due_before


class CasePause(models.Model):
    """A time that does not count, for a reason that the law names."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=40)
    basis = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("started_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("case",), condition=Q(ended_at__isnull=True), name="one_open_pause"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="pause_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.reason}"


class NumberSeries(models.Model):
    """The last number given out under a prefix in a month (``QH-2611``)."""

    name = models.CharField(max_length=16, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
