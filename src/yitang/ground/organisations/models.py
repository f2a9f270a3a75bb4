"""Divisions, organisations, people and the posts they hold."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from yitang.ground.base.identity import CreditCodeInvalid, check_credit_code
from yitang.ground.base.ids import uuid7
from yitang.ground.base.text import mask_name
from yitang.ground.plumbing.api import EncryptedTextField, now

from .rules import APPOINTED, ROLES, Level, division_prefix, is_division_code

LEVELS = [(level.value, level.name.lower()) for level in Level]


class Division(models.Model):
    """A piece of the country's tree, from the nation to the village (GB/T 2260, GB/T 10114)."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=100)
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    valid_from = models.DateField(null=True, blank=True)  # null: longer than our sources reach
    valid_to = models.DateField(null=True, blank=True)  # the first day it was no more
    successors = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="predecessors"
    )

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lt=F("valid_to")),
                name="division_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def prefix(self) -> str:
        return division_prefix(self.code)

    def is_in_force(self, day: date) -> bool:
        """Whether it was a division on ``day``: ``valid_from`` counts, ``valid_to`` does not."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )

    def clean(self) -> None:
        if not is_division_code(self.code):
            raise ValidationError({"code": "A division code has 6, 9 or 12 digits."})


class Organisation(models.Model):
    """A government body or a unit of one, with the duties it is charged with."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=100)
    credit_code = models.CharField(max_length=18, unique=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="organisations")
    kind = models.CharField(max_length=30, default="department")
    duties = models.JSONField(
        default=list, blank=True
    )  # duty codes; empty: charged with everything

    class Meta:
        ordering = ("division__code", "name")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            check_credit_code(self.credit_code)
        except CreditCodeInvalid as wrong:
            raise ValidationError({"credit_code": str(wrong)}) from None


class UserManager(BaseUserManager["User"]):
    """Django and allauth ask for this; people are made by ``create_user`` of ``actions``."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


class User(AbstractBaseUser):
    """An account that signs in. There are no superusers: power comes from appointments alone."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    username = models.CharField(
        max_length=80, unique=True, validators=[RegexValidator(r"^[\w.@+-]+\Z")]
    )
    display_name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    mobile = EncryptedTextField(null=True, blank=True)
    identity_number = EncryptedTextField(null=True, blank=True)
    identity_index = models.CharField(max_length=64, null=True, blank=True, unique=True)
    is_officer = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    # Made by an administrator: it opens the account only to choose another.
    has_one_time_password = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    @property
    def name_for_others(self) -> str:
        """Officers act under their names; of anybody else others read a masked one."""
        is_open = self.is_officer or self.username == "system"
        return str(self) if is_open else mask_name(str(self))


class Appointment(models.Model):
    """A role held in an organisation from one day until another. Never deleted, only ended."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=30, choices=[(r, ROLES[r].name.template) for r in ROLES])
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="appointments"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # the first day it is no more
    appointed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("valid_from", "pk")
        indexes = (models.Index(fields=("user", "role"), name="appointment_user_role"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=sorted(APPOINTED)), name="appointment_role_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="appointment_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.role}, {self.organisation}"


PROPOSAL_STATES = ("proposed", "confirmed", "refused")


class OrganisationProposal(models.Model):
    """An organisation that a file names and nobody knows: proposed, then confirmed or refused."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=200)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    found_in = models.CharField(max_length=255, blank=True)  # the file that names it
    state = models.CharField(
        max_length=10, choices=[(word, word) for word in PROPOSAL_STATES], default="proposed"
    )
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)  # why it was refused
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("-proposed_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("name", "division"),
                condition=Q(state="proposed"),
                name="organisation_proposed_once",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed") ^ Q(decided_at__isnull=False),
                name="organisation_proposal_decided_when",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed") ^ Q(organisation__isnull=True),
                name="organisation_proposal_confirmed_as",
            ),
        )

    def __str__(self) -> str:
        return self.name
