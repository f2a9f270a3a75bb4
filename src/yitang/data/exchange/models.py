"""Sharing requests, the grants made of them, and the keys of those who call the gateway."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yitang.ground.base.ids import uuid7

from .rules import MODES, CompiledGrant, RequestText, RowRule, fingerprint_of

ACTIVE, SUSPENDED, ENDED = "active", "suspended", "ended"


class SharingRequest(models.Model):
    """One department asks another for data; its state and deadlines are its case's."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    case = models.OneToOneField(
        "casework.Case", on_delete=models.PROTECT, null=True, related_name="+"
    )
    dataset = models.ForeignKey(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="sharing_requests"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )  # the demander
    provider = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    purpose = models.CharField(max_length=200, blank=True)
    basis = models.TextField(blank=True, max_length=1000)
    scene = models.TextField(blank=True, max_length=1000)
    scope = models.TextField(blank=True, max_length=1000)
    mode = models.CharField(
        max_length=20, blank=True, choices=[(code, str(text)) for code, text in MODES.items()]
    )
    fields = models.JSONField(default=list, blank=True)
    matter_kinds = models.JSONField(default=list, blank=True)
    row_column = models.CharField(max_length=60, blank=True)
    row_prefixes = models.JSONField(default=list, blank=True)
    quota = models.PositiveIntegerField(default=0)  # reads a civil day; 0: no limit
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)  # the last day
    missing = models.TextField(blank=True)  # what the provider said is missing, once
    made_by = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"{self.organisation_id} ← {self.dataset_id}"

    @property
    def text(self) -> RequestText:
        """What the rules look at."""
        return RequestText(
            basis=self.basis,
            scene=self.scene,
            scope=self.scope,
            mode=self.mode,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            purpose=self.purpose,
            fields=tuple(self.fields),
        )


class Grant(models.Model):
    """What a supplied request allows; compiled for every reader."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    request = models.OneToOneField(SharingRequest, on_delete=models.PROTECT, related_name="grant")
    number = models.CharField(max_length=24, unique=True)
    dataset = models.ForeignKey(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="grants"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    purpose = models.CharField(max_length=200)
    fields = models.JSONField()
    matter_kinds = models.JSONField(default=list, blank=True)
    row_column = models.CharField(max_length=60, blank=True)
    row_prefixes = models.JSONField(default=list, blank=True)
    quota = models.PositiveIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField()
    state = models.CharField(
        max_length=10,
        choices=[(state, state) for state in (ACTIVE, SUSPENDED, ENDED)],
        default=ACTIVE,
    )
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("-made_at", "-pk")
        indexes = (models.Index(fields=("dataset", "organisation", "state"), name="grant_of_whom"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="grant_ends_after_it_begins"
            ),
        )

    def __str__(self) -> str:
        return self.number

    def compiled(self) -> CompiledGrant:
        """The form that readers check; dataset, owner and demander must be loaded."""
        rule = RowRule(self.row_column, tuple(self.row_prefixes)) if self.row_column else None
        return CompiledGrant(
            id=str(self.public_id),
            number=self.number,
            dataset=self.dataset.code,
            dataset_name=self.dataset.name,
            provider=self.dataset.organisation.name,
            organisation=self.organisation.name,
            organisation_code=self.organisation.credit_code,
            purpose=self.purpose,
            fields=tuple(self.fields),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            state=self.state,
            quota=self.quota,
            matter_kinds=tuple(self.matter_kinds),
            row_rule=rule,
        )


class Client(models.Model):
    """A public key with which one system of an organisation signs its calls to the gateway.

    A key is added and revoked, never changed; one that was revoked does not come back.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    label = models.CharField(max_length=100, blank=True)  # which system signs with it
    key = models.CharField(max_length=64)  # Ed25519, 32 bytes in hexadecimal
    registered_by = models.ForeignKey(
        "organisations.User", on_delete=models.PROTECT, related_name="+"
    )
    registered_at = models.DateTimeField()
    revoked_by = models.ForeignKey(
        "organisations.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was revoked

    class Meta:
        ordering = ("-registered_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("organisation", "key"), name="client_key_once"),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.fingerprint}"

    @property
    def fingerprint(self) -> str:
        """What two people compare over the telephone: 16 digits of the key's SHA-256."""
        return fingerprint_of(self.key)

    @property
    def is_active(self) -> bool:
        return self.revoked_at is None
