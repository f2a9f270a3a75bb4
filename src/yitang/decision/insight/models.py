"""Hot issues as they stood at the last refresh, the appeals behind them, and measures taken."""

from __future__ import annotations

from datetime import date

from django.db import models

from yitang.ground.base.ids import Reference, uuid7

from .rules import Trend


class HotIssue(models.Model):
    """A matter that several people raise; it keeps its id from refresh to refresh.

    ``rank`` is 1 for the hottest and null for one that the last refresh did not find again.
    ``days`` holds distinct people by ISO date, ``quotes`` typical messages without personal
    data. While the evidence of class or owner is split, the field is empty and its candidates
    are ``[value, people]``, the likeliest first; an organisation by its public id.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    title = models.CharField(max_length=200)
    rank = models.PositiveIntegerField(null=True, db_index=True)
    heat = models.FloatField()
    people = models.PositiveIntegerField()
    messages = models.PositiveIntegerField()
    burst = models.FloatField()
    focus = models.FloatField()
    trend = models.CharField(max_length=10, choices=[(trend.value, trend.value) for trend in Trend])
    category = models.CharField(max_length=100, blank=True)
    category_candidates = models.JSONField(default=list)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    place_code = models.CharField(max_length=12, blank=True)
    owner = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hot_issues",
    )
    owner_candidates = models.JSONField(default=list)
    days = models.JSONField(default=dict)
    quotes = models.JSONField(default=list)
    found_at = models.DateTimeField()
    refreshed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title

    @property
    def people_per_day(self) -> dict[date, int]:
        return {date.fromisoformat(day): count for day, count in sorted(self.days.items())}

    @property
    def reference(self) -> Reference:
        return Reference("insight.hot_issue", str(self.public_id))


class HotIssueDivision(models.Model):
    """How many messages of an issue name a division."""

    issue = models.ForeignKey(HotIssue, on_delete=models.CASCADE, related_name="divisions")
    division_code = models.CharField(max_length=12, db_index=True)
    messages = models.PositiveIntegerField()

    class Meta:
        ordering = ("-messages", "division_code")
        constraints = (
            models.UniqueConstraint(
                fields=("issue", "division_code"), name="a_division_once_an_issue"
            ),
        )

    def __str__(self) -> str:
        return f"{self.division_code}: {self.messages}"


class HotIssueAppeal(models.Model):
    """One appeal behind an issue: a soft reference, with its title without personal data."""

    issue = models.ForeignKey(HotIssue, on_delete=models.CASCADE, related_name="evidence")
    appeal_id = models.CharField(max_length=40, db_index=True)
    number = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    division_code = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=200, blank=True)
    is_confidential = models.BooleanField(default=False)

    class Meta:
        ordering = ("at", "appeal_id")
        constraints = (
            models.UniqueConstraint(fields=("issue", "appeal_id"), name="an_appeal_once_an_issue"),
        )

    def __str__(self) -> str:
        return self.number or self.appeal_id


class Measure(models.Model):
    """What was decided because of an issue, and from which day; never changed afterwards."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    issue = models.ForeignKey(HotIssue, on_delete=models.PROTECT, related_name="measures")
    decision = models.CharField(max_length=500)
    since = models.DateField()
    noted_by = models.ForeignKey(
        "organisations.User", on_delete=models.PROTECT, related_name="noted_measures"
    )
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ("since", "pk")

    def __str__(self) -> str:
        return self.decision
