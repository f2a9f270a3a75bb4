"""Service items and their materials, applications and what is known about them, certificates."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from yitang.ground.base.clock import Term
from yitang.ground.base.ids import short_number, uuid7
from yitang.ground.plumbing.api import EncryptedTextField

from .rules import Fee, ItemFacts, MaterialFacts
from .rules.certificates import SHORT_LENGTH, VALID, CertificateContent


class Item(models.Model):
    """A service item (政务服务事项) as its implementation list states it; see ``ItemFacts``."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=64, unique=True)
    basic_code = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    search_text = models.TextField(blank=True)  # name, department, pinyin and initials
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )  # null: the body is not in the register of organisations
    organisation_code = models.CharField(max_length=18, blank=True)
    department = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=2, blank=True)
    level = models.CharField(max_length=1, blank=True)
    target = models.JSONField(default=list, blank=True)
    themes = models.JSONField(default=list, blank=True)
    case_type = models.CharField(max_length=1, blank=True)
    statutory_limit = models.CharField(max_length=12, blank=True)
    promised_limit = models.CharField(max_length=12, blank=True)
    channels = models.JSONField(default=list, blank=True)
    online_depth = models.CharField(max_length=1, blank=True)
    visits = models.PositiveSmallIntegerField(null=True, blank=True)
    presence = models.CharField(max_length=20, default="none")
    presence_reason = models.TextField(blank=True)
    special_procedures = models.JSONField(default=list, blank=True)
    delivery = models.JSONField(default=list, blank=True)
    result_name = models.CharField(max_length=200, blank=True)
    result_kind = models.CharField(max_length=20, blank=True)
    result_sample = models.BooleanField(null=True, blank=True)
    charges = models.BooleanField(null=True, blank=True)
    fee = models.JSONField(null=True, blank=True)
    online_payment = models.BooleanField(null=True, blank=True)
    consult_phone = models.CharField(max_length=40, blank=True)
    complaint_phone = models.CharField(max_length=40, blank=True)
    conditions = models.TextField(blank=True)
    legal_basis = models.TextField(blank=True)
    steps = models.JSONField(default=list, blank=True)
    volume = models.PositiveIntegerField(default=0)  # cases a year
    state = models.CharField(max_length=1, default="1")
    form = models.CharField(max_length=40, blank=True)
    broken_checks = models.JSONField(default=list, blank=True)  # codes, found when it was loaded
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ("-volume", "pk")
        indexes = (
            models.Index(fields=("state", "-volume", "id"), name="item_by_volume"),
            models.Index(fields=("department", "-volume", "id"), name="item_by_department"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def promise(self) -> Term | None:
        """The promised time, ``None`` when the list states none."""
        return Term.parse(self.promised_limit) if self.promised_limit else None

    def facts(self) -> ItemFacts:
        """The row as the rules read it; ``materials`` should be prefetched."""
        elements: dict[str, Any] = {name: getattr(self, name) for name in PLAIN_ELEMENTS}
        elements |= {name: tuple(getattr(self, name)) for name in LIST_ELEMENTS}
        for name in TERM_ELEMENTS:
            text = getattr(self, name)
            elements[name] = Term.parse(text) if text else None
        elements["fee"] = Fee(**self.fee) if self.fee else None
        elements["materials"] = tuple(material.facts() for material in self.materials.all())
        return ItemFacts(**elements)


PLAIN_ELEMENTS = (
    "code", "name", "name_en", "basic_code", "department", "organisation_code", "type", "level",
    "case_type", "online_depth", "visits", "presence", "presence_reason", "result_name",
    "result_kind", "result_sample", "charges", "online_payment", "consult_phone",
    "complaint_phone", "conditions", "legal_basis", "volume", "state", "form",
)  # fmt: skip
LIST_ELEMENTS = ("target", "themes", "channels", "special_procedures", "delivery", "steps")
TERM_ELEMENTS = ("statutory_limit", "promised_limit")


class Material(models.Model):
    """One material (申请材料) that an item asks for; see ``MaterialFacts``."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="materials")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=1, blank=True)
    form = models.CharField(max_length=1, blank=True)
    necessity = models.CharField(max_length=1, default="1")
    source = models.CharField(max_length=2, blank=True)
    issuer = models.CharField(max_length=200, blank=True)
    obtained = models.CharField(max_length=10, default="held")
    dataset = models.CharField(max_length=100, blank=True, db_index=True)
    promise = models.BooleanField(default=False)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("item", "position"), name="material_position_once"),
        )

    def __str__(self) -> str:
        return self.name

    def facts(self) -> MaterialFacts:
        return MaterialFacts(**{name: getattr(self, name) for name in MATERIAL_ELEMENTS})


MATERIAL_ELEMENTS = (
    "name", "name_en", "kind", "form", "necessity", "source", "issuer", "obtained", "dataset",
    "promise",
)  # fmt: skip


class SharedSource(models.Model):
    """A dataset that stands in for papers: of one department's items, or of everybody's.

    With a grant it comes from the exchange and ends with the grant; without one an operator
    noted that the dataset is shared by other means.
    """

    dataset = models.CharField(max_length=100)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    grant = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField()

    class Meta:
        ordering = ("dataset", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("grant",), condition=~Q(grant=""), name="source_of_grant_once"
            ),
            models.UniqueConstraint(
                fields=("dataset",), condition=Q(grant=""), name="source_noted_once"
            ),
        )

    def __str__(self) -> str:
        return self.dataset


class Application(models.Model):
    """One person's application for one item: a draft until it has a case."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    form_version = models.PositiveSmallIntegerField(default=1)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    case = models.OneToOneField(
        "casework.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Blind index of whom or what it is about while it is under way or done: one matter, once.
    holder_index = models.CharField(max_length=64, blank=True)
    trips_before = models.PositiveSmallIntegerField(default=0)
    trips_after = models.PositiveSmallIntegerField(default=0)
    rating = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    rating_words = models.TextField(blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-started_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(case__isnull=True, submitted_at__isnull=True)
                | Q(case__isnull=False, submitted_at__isnull=False),
                name="application_has_case_once_submitted",
            ),
            models.UniqueConstraint(
                fields=("item", "applicant"),
                condition=Q(case__isnull=True),
                name="one_draft_per_item",
            ),
            models.UniqueConstraint(
                fields=("item", "holder_index"),
                condition=~Q(holder_index=""),
                name="one_application_per_holder",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)),
                name="application_rating_one_to_five",
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.public_id}"


class FieldValue(models.Model):
    """One value of an application, with where it came from and whether it is doubted.

    Never changed once submitted: a doubt and a later reading stand beside it.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="values")
    name = models.CharField(max_length=60)
    text = EncryptedTextField()
    dataset = models.CharField(max_length=100, blank=True)  # blank: the applicant stated it
    department = models.CharField(max_length=200, blank=True)
    as_of = models.DateField(null=True, blank=True)
    batch = models.CharField(max_length=100, blank=True)
    ledger_entry = models.CharField(max_length=64, blank=True)
    doubt = EncryptedTextField(null=True, blank=True)  # what the applicant says is right
    verified = models.CharField(max_length=10, blank=True)  # same, changed or gone
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("application", "name"), name="field_value_once"),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.name}"


class MaterialStatus(models.Model):
    """How one material was satisfied when the application was sent.

    It keeps the material's name: the item's list may change while the application runs.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="materials")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    satisfied_by = models.CharField(max_length=12, blank=True)  # blank: still to be supplied
    department = models.CharField(max_length=200, blank=True)
    as_of = models.DateField(null=True, blank=True)
    supplied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("application", "position"), name="status_once"),
        )

    def __str__(self) -> str:
        return self.name


class CorrectionNotice(models.Model):
    """What an applicant was told to mend: once, all of it (行政许可法 Art 32)."""

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="correction"
    )
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    words = models.TextField()
    answer = EncryptedTextField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.application_id} {self.told_at:%Y-%m-%d}"


class Attachment(models.Model):
    """A photo or PDF in the answer to a correction notice; its name is shown to who added it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="files")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=4)  # jpeg, png or pdf, by its content
    size = models.PositiveIntegerField()  # bytes
    name = EncryptedTextField()
    content = EncryptedTextField()  # base64
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("application", "position"), name="attachment_once"),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.position}"


class Visit(models.Model):
    """One on-site event of an application: what visits per closed case are counted from."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="visits")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.application_id} {self.at:%Y-%m-%d}"


def new_short_number() -> str:
    return short_number(SHORT_LENGTH)


class Certificate(models.Model):
    """An e-certificate (电子证照): signed content, and what anyone may check about it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    identifier = models.CharField(max_length=120, unique=True)
    short_number = models.CharField(max_length=12, unique=True, default=new_short_number)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, null=True, blank=True, related_name="certificate"
    )
    name = models.CharField(max_length=200)
    type_code = models.CharField(max_length=21)
    serial = models.CharField(max_length=20)
    issuer = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    owner_index = models.CharField(max_length=64, db_index=True)  # whose list it stands in
    content = EncryptedTextField()  # canonical JSON, exactly what was signed
    signature = models.CharField(max_length=128)  # Ed25519, hexadecimal
    signing_key = models.CharField(max_length=64)  # the public key, hexadecimal
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=2, default=VALID)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revocation_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-issued_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("type_code", "issuer", "serial"), name="certificate_serial_once"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("issued_at")),
                name="certificate_revoked_after_issue",
            ),
        )

    def __str__(self) -> str:
        return self.short_number

    def parsed(self) -> CertificateContent:
        """What was signed."""
        return CertificateContent.parse((self.content or "").encode())


class CertificateSeries(models.Model):
    """The last serial an issuer gave out for one kind of certificate in a year."""

    name = models.CharField(max_length=60, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
