"""Sources, batches with their receipts, quarantine, and uploads that are only looked at."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yitang.ground.base.ids import uuid7
from yitang.ground.plumbing.api import EncryptedTextField

from .rules import DIMENSIONS, DRIFT_KINDS, DRIFT_STATES, OVERLAP_STATES, Score

KINDS = ("csv", "excel", "sqlite", "http_json", "arrow", "file", "folder", "database")
MODES = ("whole", "column")


class Source(models.Model):
    """Where a dataset is fetched from, so that it can be fetched again.

    In the mode ``column`` only what lies above ``high_water`` is fetched. How far a fetch goes
    is kept in ``reading_to`` before it begins, so that after a crash the same rows come again
    and are recognised.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    dataset = models.OneToOneField(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="source"
    )
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    location = models.CharField(max_length=500)
    table = models.CharField(max_length=100, blank=True)
    mapping = models.JSONField(default=dict, blank=True)  # item name to column
    mode = models.CharField(
        max_length=10, choices=[(mode, mode) for mode in MODES], default="whole"
    )
    column = models.CharField(max_length=100, blank=True)  # that only grows, of mode ``column``
    high_water = models.CharField(max_length=200, blank=True)
    reading_to = models.CharField(max_length=200, blank=True)
    paging = models.JSONField(default=dict, blank=True)  # see ``rules.paging``
    header = models.CharField(max_length=60, blank=True)  # that carries the secret
    secret = EncryptedTextField(null=True, blank=True)
    run_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True)  # of the last run; empty: none
    registered_by = models.ForeignKey(
        "organisations.User", on_delete=models.PROTECT, related_name="+"
    )
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ("dataset__code",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(mode="column") | ~Q(column=""), name="source_column_named"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"


class TakenFile(models.Model):
    """A file of a watched folder that was handed in, so that it is never taken twice."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="taken")
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    batch = models.ForeignKey(
        "collection.Batch", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    problem = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("source", "name", "digest"), name="taken_file_once"),
        )

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """One handover of one dataset. Once receipted it is never changed."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    number = models.CharField(max_length=80, unique=True)
    dataset = models.ForeignKey(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="batches"
    )
    sequence = models.PositiveIntegerField()
    supplier_number = models.CharField(max_length=80, blank=True)
    state = models.CharField(
        max_length=10, choices=[("arriving", "arriving"), ("receipted", "receipted")]
    )
    source_kind = models.CharField(max_length=10)
    source_name = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    rules_digest = models.CharField(max_length=64)
    delivered = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    problems = models.JSONField(default=list)  # [{label, code, rows, params}]
    understood = models.JSONField(default=dict)
    unknown_columns = models.JSONField(default=list)
    version = models.IntegerField(null=True, blank=True)  # of the lake's table
    seconds = models.FloatField(default=0)
    signature = models.CharField(max_length=128, blank=True)
    handed_in_by = models.ForeignKey(
        "organisations.User", on_delete=models.PROTECT, related_name="+"
    )
    arrived_at = models.DateTimeField()
    receipted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-arrived_at", "-pk")
        indexes = (models.Index(fields=("dataset", "digest"), name="batch_dataset_digest"),)
        constraints = (
            models.UniqueConstraint(fields=("dataset", "sequence"), name="batch_sequence_once"),
            models.UniqueConstraint(
                fields=("dataset", "supplier_number"),
                condition=~Q(supplier_number=""),
                name="batch_supplier_number_once",
            ),
            models.CheckConstraint(
                condition=Q(delivered=F("accepted") + F("rejected")), name="batch_adds_up"
            ),
        )

    def __str__(self) -> str:
        return self.number


class RejectedBlock(models.Model):
    """Some rejected rows of a batch, encrypted: they hold personal data, right or wrong."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="blocks")
    position = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    content = EncryptedTextField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("batch", "position"), name="block_position_once"),
        )

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.position}"


class Upload(models.Model):
    """A file somebody dropped in to have it looked at; encrypted, and forgotten after a day."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    owner = models.ForeignKey("organisations.User", on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=255)
    delivered = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    understood = models.JSONField()
    columns = models.JSONField()  # [{label, type, rule, reason}]
    problems = models.JSONField()  # [{label, code, rows, params}]
    preview = EncryptedTextField()  # JSON: rows with their faults, values masked
    content = EncryptedTextField()  # the file, base64
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ("-uploaded_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(delivered=F("accepted") + F("rejected")), name="upload_adds_up"
            ),
        )

    def __str__(self) -> str:
        return self.file_name


class Sketch(models.Model):
    """What a dataset's values look like at one version of its table: keyed hashes, no value."""

    dataset = models.OneToOneField(
        "catalogue.Dataset", on_delete=models.CASCADE, related_name="sketch"
    )
    version = models.IntegerField()
    made_with = models.CharField(max_length=40)  # hashes of another release share nothing
    made_at = models.DateTimeField()
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.dataset_id} at {self.version}"


class Overlap(models.Model):
    """Two datasets of different departments that hold the same, and what was decided of it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    left = models.ForeignKey("catalogue.Dataset", on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey("catalogue.Dataset", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("catalogue.Dataset", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10,
        choices=[(state, state) for state in OVERLAP_STATES],
        default=OVERLAP_STATES[0],
    )
    weight = models.FloatField()
    subjects = models.PositiveIntegerField()
    contained = models.FloatField()
    evidence = models.JSONField()  # key, agreements, reasons, through
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # when the evidence was last found again

    class Meta:
        ordering = ("-weight", "left_id", "right_id")
        constraints = (
            models.UniqueConstraint(fields=("left", "right"), name="overlap_once"),
            models.CheckConstraint(condition=~Q(left=F("right")), name="overlap_of_two"),
        )

    def __str__(self) -> str:
        return f"{self.left_id} ~ {self.right_id}"


class OverlapEvent(models.Model):
    """What somebody decided about an overlap; added, never changed."""

    overlap = models.ForeignKey(Overlap, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=10)
    note = models.CharField(max_length=500, blank=True)
    actor = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.overlap_id} {self.verb}"


class Drift(models.Model):
    """A column that is not as it was, and what was decided of it.

    An added column has the batch in which it first came and no case; what stopped a batch
    shares that stop's case. ``used_by`` is the batch that came in by the decision to take it.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    dataset = models.ForeignKey(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="drifts"
    )
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in DRIFT_KINDS])
    state = models.CharField(
        max_length=10, choices=[(state, state) for state in DRIFT_STATES], default=DRIFT_STATES[0]
    )
    item = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=100, blank=True)
    column = models.CharField(max_length=200, blank=True)
    share = models.FloatField(default=0)
    guess = models.JSONField(default=dict)  # of an added column: type, rule, is_sensitive
    file = models.CharField(max_length=500)
    batch = models.ForeignKey(
        "collection.Batch", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    used_by = models.ForeignKey(
        "collection.Batch", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    case = models.ForeignKey(
        "casework.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    found_at = models.DateTimeField()

    class Meta:
        ordering = ("-found_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("dataset", "kind", "item", "column"),
                condition=Q(state="pending"),
                name="drift_pending_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="added", case__isnull=True)
                | (~Q(kind="added") & Q(case__isnull=False)),
                name="drift_stop_has_case",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.kind} {self.label or self.column}"


class DriftEvent(models.Model):
    """What somebody decided about a column; added, never changed."""

    drift = models.ForeignKey(Drift, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=10)
    note = models.CharField(max_length=500, blank=True)
    actor = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.drift_id} {self.verb}"


class RuleSet(models.Model):
    """One version of a dataset's quality rules; the highest counts, the others are history."""

    dataset = models.ForeignKey(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="rule_sets"
    )
    number = models.PositiveIntegerField()
    rules = models.JSONField(default=list)  # see ``rules.quality.document_of_rule``
    note = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("dataset", "number"), name="rule_set_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.dataset_id} rules {self.number}"


class BatchScore(models.Model):
    """How good a batch is (``rules.scores``), each number from 0 to 1; never changed."""

    batch = models.OneToOneField(
        "collection.Batch", on_delete=models.PROTECT, primary_key=True, related_name="score"
    )
    total = models.FloatField()
    completeness = models.FloatField()
    validity = models.FloatField()
    uniqueness = models.FloatField(null=True)
    consistency = models.FloatField(null=True)
    timeliness = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"{self.batch_id} {self.total:.3f}"

    @property
    def score(self) -> Score:
        return Score(**{name: getattr(self, name) for name in DIMENSIONS})
