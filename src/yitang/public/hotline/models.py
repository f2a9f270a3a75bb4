"""Appeals, what was answered and asked back, classes, imports and what a place has set."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from yitang.ground.base.ids import Reference, short_number, uuid7
from yitang.ground.plumbing.api import EncryptedTextField

from .rules import KIND, AppealKind, Basis, Channel, Obstacle, Solved

KINDS = [(kind.value, kind.value) for kind in AppealKind]
BASES = [(basis.value, basis.value) for basis in Basis]
OBSTACLES = [(obstacle.value, obstacle.value) for obstacle in Obstacle]
SAID = [(said.value, said.value) for said in Solved]


class Category(models.Model):
    """A class of appeals, learnt from labelled ones, and the duty that takes care of it."""

    label = models.CharField(max_length=60, unique=True)
    duty = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("label",)
        verbose_name_plural: ClassVar[str] = "categories"

    def __str__(self) -> str:
        return self.label


class Import(models.Model):
    """One delivery of a file: what came, what was taken, what was not and why."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=60)
    mapping = models.JSONField()
    delivered = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    is_archive = models.BooleanField(default=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(delivered=models.F("accepted") + models.F("rejected")),
                name="import_adds_up",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name}: {self.accepted} of {self.delivered}"


class RejectedRow(models.Model):
    """A row that was not taken: which, in which field, and why. Its content is not kept."""

    delivery = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rejected_rows")
    row_number = models.PositiveIntegerField()
    field = models.CharField(max_length=40)
    problem = models.CharField(max_length=200)

    class Meta:
        ordering = ("row_number",)

    def __str__(self) -> str:
        return f"row {self.row_number}, {self.field}: {self.problem}"


class Appeal(models.Model):
    """What a person said to the government and wants an answer to. It has a case."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    case = models.OneToOneField("casework.Case", on_delete=models.PROTECT, related_name="+")
    short_number = models.CharField(max_length=12, unique=True, default=short_number)
    kind = models.CharField(max_length=20, choices=KINDS)
    channel = models.CharField(
        max_length=20, choices=[(channel.value, channel.value) for channel in Channel]
    )
    title = models.CharField(max_length=200)
    text = models.TextField()
    place_text = models.CharField(max_length=200, blank=True)
    division_code = models.CharField(max_length=12, blank=True)  # blank: no place was found
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="appeals"
    )
    category_probability = models.FloatField(null=True, blank=True)  # null: a person chose it
    tier = models.CharField(max_length=20)
    # Who shall handle it; the case itself goes back to the hotline for the call-back.
    unit = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    filed_at = models.DateTimeField()

    is_confidential = models.BooleanField(default=False)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    caller_name = EncryptedTextField(null=True, blank=True)
    caller_mobile = EncryptedTextField(null=True, blank=True)
    caller_key = models.CharField(max_length=64, blank=True)  # blind index: who calls again

    dispatched_at = models.DateTimeField(null=True, blank=True)
    # On what ground it was first sent, and why not to the office charged with it.
    dispatch_basis = models.CharField(max_length=20, choices=BASES, blank=True)
    dispatch_obstacle = models.CharField(max_length=20, choices=OBSTACLES, blank=True)
    dispatch_in_time = models.BooleanField(null=True, blank=True)  # null: not known
    first_contact_at = models.DateTimeField(null=True, blank=True)
    first_answered_at = models.DateTimeField(null=True, blank=True)
    answer_in_time = models.BooleanField(null=True, blank=True)  # of the first; null: not known
    answered_at = models.DateTimeField(null=True, blank=True)
    late_on = models.DateField(null=True, blank=True)  # whose limit ran out on that day; else null
    return_count = models.PositiveSmallIntegerField(default=0)
    redo_count = models.PositiveSmallIntegerField(default=0)

    source = models.CharField(max_length=60, blank=True)
    source_number = models.CharField(max_length=40, blank=True)
    source_digest = models.CharField(max_length=64, blank=True)
    likes = models.PositiveIntegerField(default=0)
    dislikes = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(fields=("filed_at",), name="appeal_by_time"),
            models.Index(
                fields=("caller_key", "filed_at"),
                condition=~Q(caller_key=""),
                name="appeal_by_caller",
            ),
            models.Index(
                fields=("filed_by", "-filed_at"),
                condition=Q(filed_by__isnull=False),
                name="appeal_by_filer",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("source", "source_number"),
                condition=~Q(source_number=""),
                name="one_appeal_per_source_number",
            ),
            models.UniqueConstraint(
                fields=("source", "source_digest"),
                condition=Q(source_number="") & ~Q(source_digest=""),
                name="one_appeal_per_source_row",
            ),
            models.CheckConstraint(
                condition=Q(return_count__lte=1), name="appeal_returned_once_at_most"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> Reference:
        return Reference(KIND, str(self.public_id))

    @property
    def has_caller(self) -> bool:
        return bool(self.caller_name or self.caller_mobile or self.filed_by_id)


class Answer(models.Model):
    """What the handling unit told the caller. A redone appeal has several."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField()
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:40]


class CallBack(models.Model):
    """What the caller said when asked whether it helped: the ground of the three rates."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="call_backs")
    method = models.CharField(max_length=20)  # phone, web or import
    reached = models.BooleanField()
    contacted = models.BooleanField(null=True, blank=True)
    solved = models.CharField(max_length=10, choices=SAID, blank=True)
    satisfied = models.CharField(max_length=10, choices=SAID, blank=True)
    note = models.TextField(blank=True)
    division_code = models.CharField(max_length=12)  # of the case, so that rates need no join
    kind = models.CharField(max_length=20)
    is_latest = models.BooleanField(default=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("at", "division_code"), name="call_back_by_time"),)
        constraints = (
            models.UniqueConstraint(
                fields=("appeal",), condition=Q(is_latest=True), name="one_latest_call_back"
            ),
            models.CheckConstraint(
                condition=Q(reached=False)
                | (Q(contacted__isnull=False) & ~Q(solved="") & ~Q(satisfied="")),
                name="reached_caller_answered_all",
            ),
        )

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.solved} {self.satisfied}"


class Setting(models.Model):
    """What a place set for tiers and rates; the newest row counts, older ones are history."""

    body = models.JSONField()
    source = models.CharField(max_length=200)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.source
