"""Files of divisions, organisations and officers: taken over whole or not at all, again or once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import DomainError
from yitang.ground.base.identity import CreditCodeInvalid, check_credit_code
from yitang.ground.organisations.access import check_can
from yitang.ground.organisations.connectors import (
    DIVISION_COLUMNS,
    OFFICER_COLUMNS,
    ORGANISATION_COLUMNS,
    Row,
    read_table,
)
from yitang.ground.organisations.models import Division, Organisation, User
from yitang.ground.organisations.rules import (
    ROLES,
    DivisionRow,
    Level,
    is_division_code,
    level_of,
    parents_of,
    short_name_of,
)

from .people import appoint, create_user

LEVEL_NAMES = {level.name.lower(): level for level in Level} | {str(n.value): n for n in Level}


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were new and how many were known before."""

    created: int
    updated: int

    @property
    def total(self) -> int:
        return self.created + self.updated


def load_divisions(source: Path | Iterable[DivisionRow], *, actor: User, at: datetime) -> Loaded:
    """Take over divisions from a CSV file (columns ``DIVISION_COLUMNS``) or from ready rows.

    A known code is updated. ``level`` and ``parent`` may be left empty: the code tells them.
    """
    check_can(actor, "organisations.load")
    rows = _division_rows(source) if isinstance(source, Path) else list(source)
    with transaction.atomic():
        return _store_divisions(rows, source.name if isinstance(source, Path) else "divisions")


def load_organisations(source: Path, *, actor: User, at: datetime) -> Loaded:
    """Take over organisations from a CSV file with the columns ``ORGANISATION_COLUMNS``.

    ``division`` is a code that must be loaded; ``duties`` are codes divided by semicolons. The
    credit code says which organisation a row means.
    """
    check_can(actor, "organisations.load")
    rows = read_table(source, columns=ORGANISATION_COLUMNS)
    divisions = {row.code: row for row in Division.objects.all()}
    with transaction.atomic():
        created = [_store_organisation(row, divisions) for row in rows]
    return Loaded(sum(created), len(created) - sum(created))


def load_officers(source: Path, *, actor: User, at: datetime) -> Loaded:
    """Take over officers and their posts from a CSV file with the columns ``OFFICER_COLUMNS``.

    ``organisation`` is a credit code; one row a post; optional columns are ``mobile``,
    ``identity_number``, ``valid_from`` and ``valid_to``. Accounts get no password.
    """
    check_can(actor, "organisations.appoint")
    rows = read_table(source, columns=OFFICER_COLUMNS)
    organisations = {
        row.credit_code: row for row in Organisation.objects.select_related("division")
    }
    with transaction.atomic():
        created = [_store_officer(row, organisations, actor, at) for row in rows]
    return Loaded(sum(created), len(created) - sum(created))


def _division_rows(path: Path) -> list[DivisionRow]:
    return [_division_row(row) for row in read_table(path, columns=DIVISION_COLUMNS)]


def _division_row(row: Row) -> DivisionRow:
    code = row.needed("code")
    if not is_division_code(code):
        raise row.wrong("code", f"{code} has not 6, 9 or 12 digits")
    level_text = row.text("level").lower()
    if level_text and level_text not in LEVEL_NAMES:
        raise row.wrong("level", f"{level_text} is none of {', '.join(LEVEL_NAMES)}")
    start, end = row.day("valid_from"), row.day("valid_to")
    if start and end and end <= start:
        raise row.wrong("valid_to", f"{end} is not after {start}")
    name = row.needed("name")
    return DivisionRow(
        code=code,
        name=name,
        level=LEVEL_NAMES[level_text] if level_text else level_of(code),
        parent=row.text("parent"),
        short_name=row.text("short_name") or short_name_of(name),
        valid_from=start,
        valid_to=end,
        successors=row.words("successors"),
    )


def _store_divisions(rows: list[DivisionRow], file: str) -> Loaded:
    known = dict(Division.objects.values_list("code", "pk"))
    codes = set(known) | {row.code for row in rows}
    _check_mentions(rows, codes, file)
    before = len(known)
    for level in sorted({row.level for row in rows}):
        here = [row for row in rows if row.level == level]
        Division.objects.bulk_create(
            [_division(row, known, codes) for row in here],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "short_name", "level", "parent", "valid_from", "valid_to"],
        )
        known.update(Division.objects.filter(level=level).values_list("code", "pk"))
    _store_successors(rows, known)
    created = len(known) - before
    return Loaded(created, len({row.code for row in rows}) - created)


def _division(row: DivisionRow, known: dict[str, int], codes: set[str]) -> Division:
    parent = row.parent or next((code for code in parents_of(row.code) if code in codes), "")
    return Division(
        code=row.code,
        name=row.name,
        short_name=row.short_name or short_name_of(row.name),
        level=row.level,
        parent_id=known[parent] if parent else None,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _check_mentions(rows: list[DivisionRow], codes: set[str], file: str) -> None:
    """Parents and successors must be in the file or loaded before, a parent on a higher level."""
    levels = dict(Division.objects.values_list("code", "level"))
    levels |= {row.code: row.level for row in rows}
    for number, row in enumerate(rows, start=1):
        wrong = Row(file, number, {}).wrong
        for field, mentioned in (("parent", (row.parent,)), ("successors", row.successors)):
            unknown = [code for code in mentioned if code and code not in codes]
            if unknown:
                raise wrong(field, f"{unknown[0]} is neither in the file nor loaded before")
        if row.parent and levels[row.parent] >= row.level:
            raise wrong("parent", f"{row.parent} is not on a higher level than {row.code}")


def _store_successors(rows: list[DivisionRow], known: dict[str, int]) -> None:
    through = Division.successors.through
    mine = [known[row.code] for row in rows]
    for start in range(0, len(mine), 500):
        through.objects.filter(from_division_id__in=mine[start : start + 500]).delete()
    through.objects.bulk_create(
        [
            through(from_division_id=known[row.code], to_division_id=known[successor])
            for row in rows
            for successor in row.successors
        ],
        batch_size=500,
    )


def _store_organisation(row: Row, divisions: dict[str, Division]) -> bool:
    """True when it was new."""
    credit_code, division = row.needed("credit_code"), row.needed("division")
    try:
        check_credit_code(credit_code)
    except CreditCodeInvalid as error:
        raise row.wrong("credit_code", f"{credit_code}: {error.params['problem']}") from None
    if division not in divisions:
        raise row.wrong("division", f"there is no division {division}; load the divisions first")
    name = row.needed("name")
    _, created = Organisation.objects.update_or_create(
        credit_code=credit_code,
        defaults={
            "name": name,
            "short_name": row.text("short_name") or name,
            "division": divisions[division],
            "kind": row.text("kind") or "department",
            "duties": list(row.words("duties")),
        },
    )
    return created


def _store_officer(
    row: Row, organisations: dict[str, Organisation], actor: User, at: datetime
) -> bool:
    """True when the account was new."""
    username, role, credit_code = (
        row.needed(column) for column in ("username", "role", "organisation")
    )
    if role not in ROLES:
        raise row.wrong("role", f"{role} is none of {', '.join(ROLES)}")
    if credit_code not in organisations:
        raise row.wrong("organisation", f"there is no organisation {credit_code}")
    start, end = row.day("valid_from") or civil_date(at), row.day("valid_to")
    user = User.objects.filter(username=username).first()
    is_new = user is None
    try:
        user = user or create_user(
            username=username,
            display_name=row.text("display_name"),
            is_officer=True,
            mobile=row.text("mobile") or None,
            identity_number=row.text("identity_number") or None,
            at=at,
        )
        appoint(
            user=user,
            role=role,
            organisation=organisations[credit_code],
            actor=actor,
            at=at,
            valid_from=start,
            valid_to=end,
        )
    except DomainError as error:
        raise row.wrong("username", str(error).rstrip(".")) from None
    return is_new
