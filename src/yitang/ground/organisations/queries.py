"""Reads of the division tree, organisations and people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from yitang.ground.base.errors import NotFound
from yitang.ground.plumbing.api import Page, blind_index, cursor_of, numbers_of
from yitang.ground.plumbing.errors import CursorInvalid

from .access import SYSTEM_USERNAME, scope_of
from .errors import DivisionNotInForce, DivisionUnknown, OrganisationUnknown, ProposalUnknown
from .models import Appointment, Division, Organisation, OrganisationProposal, User
from .rules import NATION, Level, division_prefix, parents_of

SHOWN_PROPOSALS = 200


def division(code: str) -> Division:
    """The division with ``code``, in force or not; raises ``DivisionUnknown``."""
    found = Division.objects.select_related("parent").filter(code=code).first()
    if found is None:
        raise DivisionUnknown(code=code)
    return found


def divisions_in(
    code: str, *, level: Level | None = None, on: date | None = None
) -> list[Division]:
    """``code`` and everything below it, by code; only one ``level`` or in force ``on`` a day."""
    rows = Division.objects.filter(code__startswith=division_prefix(code))
    if division_prefix(code):
        rows = rows.exclude(code=NATION)
    if level is not None:
        rows = rows.filter(level=level)
    if on is not None:
        rows = rows.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on),
            Q(valid_to__isnull=True) | Q(valid_to__gt=on),
        )
    return list(rows)


def divisions_below(code: str, *, on: date) -> list[Division]:
    """The next level below ``code`` in force ``on`` a day, by code."""
    rows = Division.objects.filter(parent__code=code).select_related("parent")
    return [row for row in rows if row.is_in_force(on)]


def ancestors_of(code: str) -> list[Division]:
    """The loaded divisions that hold ``code``, nearest first, itself left out."""
    codes = list(parents_of(code))
    found = {row.code: row for row in Division.objects.filter(code__in=codes)}
    return [found[parent] for parent in codes if parent in found]


def division_path(code: str) -> str:
    """``闽海省 临江市 城东区``: the names from the province down to ``code``."""
    own = division(code)
    above = [row.name for row in ancestors_of(code) if row.level > Level.NATION]
    return " ".join([*reversed(above), own.name])


def resolve_division(code: str, *, on: date) -> list[Division]:
    """The divisions that stand for ``code`` ``on`` a day: itself, or its successors.

    An abolished division is followed to what replaced it, a split to several, in code order.
    Raises ``DivisionUnknown``, or ``DivisionNotInForce`` when nothing followed it or it did not
    exist yet.
    """
    first = division(code)
    found: dict[str, Division] = {}
    seen: set[str] = set()
    waiting = [first]
    while waiting:
        row = waiting.pop()
        if row.code in seen:
            continue
        seen.add(row.code)
        if row.is_in_force(on):
            found[row.code] = row
        elif row.valid_to is not None and row.valid_to <= on:
            waiting.extend(row.successors.all())
    if not found:
        raise DivisionNotInForce(name=first.name, code=code, day=on)
    return [found[key] for key in sorted(found)]


def division_rows() -> Iterable[tuple[str, str, str, str]]:
    """Code, name, short name and parent's code of all divisions: what a place index is built of."""
    return (
        (code, name, short, parent or "")
        for code, name, short, parent in Division.objects.values_list(
            "code", "name", "short_name", "parent__code"
        )
    )


def division_names(codes: Iterable[str]) -> dict[str, str]:
    """Code to name of those divisions among ``codes`` that are known."""
    rows = Division.objects.filter(code__in=set(codes))
    return dict(rows.values_list("code", "name"))


def organisation(public_id: UUID | str) -> Organisation:
    """One organisation by its public id; raises ``OrganisationUnknown``."""
    found = Organisation.objects.filter(public_id=public_id).select_related("division").first()
    if found is None:
        raise OrganisationUnknown(id=public_id)
    return found


def organisation_by_credit_code(credit_code: str) -> Organisation:
    """One organisation by its unified social credit code; raises ``OrganisationUnknown``."""
    found = Organisation.objects.filter(credit_code=credit_code).select_related("division").first()
    if found is None:
        raise OrganisationUnknown(id=credit_code)
    return found


def organisations_in(code: str, *, kind: str | None = None) -> list[Organisation]:
    """Organisations of the division ``code`` and of everything below it."""
    rows = Organisation.objects.filter(division__code__startswith=division_prefix(code))
    if kind is not None:
        rows = rows.filter(kind=kind)
    return list(rows.select_related("division"))


def organisation_names(public_ids: Iterable[UUID | str]) -> dict[str, str]:
    """Public id to name, for those that exist."""
    rows = Organisation.objects.filter(public_id__in=list(public_ids))
    return {str(public_id): name for public_id, name in rows.values_list("public_id", "name")}


def organisation_ids(keys: Iterable[int]) -> dict[int, str]:
    """Key to public id, for indexes that keep keys."""
    rows = Organisation.objects.filter(pk__in=list(keys)).values_list("pk", "public_id")
    return {key: str(public_id) for key, public_id in rows}


def organisation_key(public_id: UUID | str) -> int | None:
    """The key of the organisation with ``public_id``, or nothing."""
    return Organisation.objects.filter(public_id=public_id).values_list("pk", flat=True).first()


def organisation_keys_within(prefix: str) -> set[int]:
    """The keys of the organisations of every division whose code begins with ``prefix``."""
    rows = Organisation.objects.filter(division__code__startswith=prefix)
    return set(rows.values_list("pk", flat=True))


def organisations_with_duty(duty: str, division_code: str) -> list[Organisation]:
    """Those charged with ``duty`` at the nearest level: the division itself, else above it.

    A county without its own water bureau is served by its city's. Organisations without listed
    duties are general and not found here; the list is empty when no level has one.
    """
    chain = [division_code, *parents_of(division_code)]
    rows = Organisation.objects.filter(division__code__in=chain).select_related("division")
    charged = [row for row in rows if duty in row.duties]
    for code in chain:
        nearest = [row for row in charged if row.division.code == code]
        if nearest:
            return nearest
    return []


def user_by_public_id(public_id: UUID | str) -> User:
    """One account; raises ``NotFound``."""
    found = User.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(kind="user", id=public_id)
    return found


def user_by_username(username: str) -> User | None:
    """The account that signs in as ``username``, or ``None``."""
    return User.objects.filter(username=username).first()


def user_of_identity(identity_number: str) -> User | None:
    """The account of a person, found by blind index; the number leaves no trace."""
    return User.objects.filter(identity_index=blind_index(identity_number)).first()


def appointments_of(user: User) -> list[Appointment]:
    """Every post of ``user``, past and present, oldest first."""
    return list(user.appointments.select_related("organisation__division"))


def office_name(user: User, *, on: date, permission: str | None = None) -> str:
    """The first organisation ``user`` works for on a day, as a citizen reads it in the ledger.

    With ``permission``, only one whose post grants it; empty for the platform itself.
    """
    held = {post.organisation_id for post in scope_of(user, permission=permission, on=on).posts}
    rows = user.appointments.select_related("organisation")
    return next((row.organisation.name for row in rows if row.organisation_id in held), "")


def visible_posts(
    user: User, *, text: str = "", cursor: str = "", limit: int = 30
) -> Page[Appointment]:
    """Posts in the divisions where ``user`` may see posts, those held longest last.

    ``text``: a part of the user name or of the name.
    """
    rows = _visible_posts(user).filter(
        Q(user__username__icontains=text) | Q(user__display_name__icontains=text)
    )
    if cursor:
        day, pk = _place_of(cursor)
        rows = rows.filter(Q(valid_from__lt=day) | Q(valid_from=day, pk__lt=pk))
    found = list(rows.order_by("-valid_from", "-pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], cursor_of(last.valid_from.toordinal(), last.pk) if last else None)


def _place_of(cursor: str) -> tuple[date, int]:
    ordinal, pk = numbers_of(cursor, length=2)
    if not 1 <= ordinal <= date.max.toordinal():
        raise CursorInvalid
    return date.fromordinal(ordinal), pk


def post_for(user: User, public_id: UUID | str) -> Appointment:
    """One post that ``user`` may see; raises ``NotFound``."""
    found = _visible_posts(user).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(kind="post", id=public_id)
    return found


def organisations_seen_by(user: User, permission: str) -> list[Organisation]:
    """The organisations in the divisions of the posts that grant ``permission``."""
    within = Q(pk__in=[])
    for prefix in scope_of(user, permission=permission).division_prefixes:
        within |= Q(division__code__startswith=prefix)
    return list(Organisation.objects.filter(within).select_related("division"))


def _visible_posts(user: User) -> QuerySet[Appointment]:
    within = Q(pk__in=[])
    for prefix in scope_of(user, permission="organisations.see_posts").division_prefixes:
        within |= Q(organisation__division__code__startswith=prefix)
    return Appointment.objects.filter(within).select_related("user", "organisation__division")


def officers_of(organisation_id: int, *, on: date, role: str | None = None) -> list[User]:
    """Active officers with a post in an organisation ``on`` a day, ordered by name."""
    posts = Q(appointments__organisation_id=organisation_id, appointments__valid_from__lte=on) & (
        Q(appointments__valid_to__isnull=True) | Q(appointments__valid_to__gt=on)
    )
    if role is not None:
        posts &= Q(appointments__role=role)
    rows = User.objects.filter(posts, is_active=True).exclude(username=SYSTEM_USERNAME)
    return list(rows.distinct().order_by("display_name", "pk"))


def proposals(
    user: User, *, state: str = "", limit: int = SHOWN_PROPOSALS
) -> list[OrganisationProposal]:
    """Organisations proposed, the newest first: all for who may found them, else one's own."""
    rows = _visible_proposals(user)
    return list((rows.filter(state=state) if state else rows)[:limit])


def proposal_for(user: User, public_id: UUID | str) -> OrganisationProposal:
    """One proposal; raises ``ProposalUnknown``."""
    found = _visible_proposals(user).filter(public_id=public_id).first()
    if found is None:
        raise ProposalUnknown(id=public_id)
    return found


def proposals_named(user: User, names: Iterable[str]) -> dict[str, OrganisationProposal]:
    """The latest proposal of each name that ``user`` may see."""
    rows = _visible_proposals(user).filter(name__in=list(names)).order_by("proposed_at", "pk")
    return {row.name: row for row in rows}


def _visible_proposals(user: User) -> QuerySet[OrganisationProposal]:
    rows = OrganisationProposal.objects.select_related(
        "division", "proposed_by", "decided_by", "organisation"
    )
    seen = Q(proposed_by=user)
    for post in scope_of(user, permission="organisations.load").posts:
        seen |= Q(division__code__startswith=post.division_prefix)
    for post in scope_of(user, permission="organisations.propose").posts:
        seen |= Q(proposed_by__appointments__organisation_id=post.organisation_id)
    return rows.filter(pk__in=OrganisationProposal.objects.filter(seen).values("pk"))
