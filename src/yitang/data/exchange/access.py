"""Who asks, who answers, who reads: demander, provider, and the authority above both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from yitang.ground.base.errors import NotAllowed
from yitang.ground.base.ids import Reference
from yitang.ground.casework.api import Case
from yitang.ground.organisations.api import (
    Organisation,
    Reach,
    User,
    appointments_of,
    check_can,
    division_prefix,
    is_in_division,
    posts_of,
    scope_of,
)
from yitang.ground.organisations.rules import reaches_of

from .errors import MatterUnknown, OrganisationDiffers
from .models import Client, Grant, SharingRequest
from .rules import Matter

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

SEE = "exchange.see"
REQUEST = "exchange.request"
SHARE = "exchange.share"
OVERSEE = "exchange.oversee"
KEYS = "exchange.keys"
SYSTEM = "system"
# The verbs that move a case, and who may; the workflow names the permission of each.
READERS = frozenset({"clerk", "handler", "data_officer", "sharing_head", "hotline_agent", SYSTEM})


def check_can_request(user: User, organisation: Organisation) -> None:
    """A data officer asks in the name of their own department."""
    check_can(user, REQUEST, organisation_id=organisation.pk)


def can_request(user: User, organisation: Organisation) -> bool:
    try:
        check_can_request(user, organisation)
    except NotAllowed:
        return False
    return True


def check_can_share(user: User, organisation: Organisation) -> None:
    """The one-step path of the demonstration, within one's division."""
    check_can(user, SHARE, division_code=organisation.division.code)


def check_can_oversee(user: User, case: Case) -> None:
    """The authority consents to an extension (Decree 809 Art 21)."""
    check_can(user, OVERSEE, division_code=case.division_code)


def check_can_keep_keys(user: User, organisation: Organisation) -> None:
    """An administrator of the organisation: neither who asks for data nor who consents."""
    check_can(user, KEYS, organisation_id=organisation.pk)


def can_keep_keys(user: User, organisation: Organisation) -> bool:
    try:
        check_can_keep_keys(user, organisation)
    except NotAllowed:
        return False
    return True


def visible_keys(user: User | AnonymousUser) -> QuerySet[Client]:
    """The keys of the organisations whose keys ``user`` keeps."""
    rows = Client.objects.select_related("organisation", "registered_by", "revoked_by")
    posts = scope_of(user, permission=KEYS).posts
    if any(post.role == SYSTEM for post in posts):
        return rows
    return rows.filter(organisation__in=[post.organisation_id for post in posts])


def check_can_use(user: User, grant: Grant, *, directly: bool = True) -> None:
    """Raises unless ``user`` acts for the demander: in a reading role of its own.

    Not ``directly``, a service stands between, whose room answers for whose records it
    pulls into which form: then an office of the demander's division will do, and someone who
    is no officer.
    """
    if directly:
        _check_reads_for(user, grant)
        return
    if not user.is_officer and user.username != SYSTEM:
        return
    home = grant.organisation.division.code
    for post in posts_of(user):
        if post.role == SYSTEM or post.organisation_id == grant.organisation_id:
            return
        if post.role in READERS and is_in_division(post.division_code, within=home):
            return
    raise OrganisationDiffers(number=grant.number, organisation=grant.organisation.name)


def check_can_serve(user: User, reference: Reference, matter: Matter | None) -> None:
    """Raises unless ``matter`` is known, open, and of ``user`` or an office of theirs."""
    posts = posts_of(user)
    if matter is not None and matter.is_open and any(post.role == SYSTEM for post in posts):
        return
    offices = {post.organisation_id for post in posts if post.organisation_id is not None}
    if matter is None or not matter.is_of(user=user.pk, offices=offices):
        raise MatterUnknown(matter=reference)


def reading_office(user: User, grant: Grant, *, directly: bool) -> str:
    """In whose name ``user`` reads, as the person read about finds it in the ledger.

    An officer's own office: the demander if they work there, else one in its division, else
    any. The platform, and a citizen whose form a service fills, read for the demander; a
    citizen who reads directly has no office.
    """
    if not user.is_officer:
        is_alone = directly and user.username != SYSTEM
        return "" if is_alone else grant.organisation.name
    held = {post.organisation_id for post in posts_of(user)}
    home = grant.organisation.division.code
    offices = [post.organisation for post in appointments_of(user) if post.organisation_id in held]
    offices.sort(
        key=lambda office: (
            office.pk != grant.organisation_id,
            not is_in_division(office.division.code, within=home),
        )
    )
    return offices[0].name if offices else ""


def _check_reads_for(user: User, grant: Grant) -> None:
    for post in posts_of(user):
        is_theirs = post.role == SYSTEM or post.organisation_id == grant.organisation_id
        if is_theirs and post.role in READERS:
            return
    raise OrganisationDiffers(number=grant.number, organisation=grant.organisation.name)


def visible_requests(user: User | AnonymousUser) -> QuerySet[SharingRequest]:
    """Those one's organisation made or answers, and for the authority those of its division."""
    rows = SharingRequest.objects.select_related(
        "case", "dataset", "organisation__division", "provider__division", "grant"
    )
    return rows.filter(_within(user, ("organisation", "provider")))


def visible_grants(user: User | AnonymousUser) -> QuerySet[Grant]:
    rows = Grant.objects.select_related(
        "request__case", "dataset__organisation", "organisation__division"
    )
    return rows.filter(_within(user, ("organisation", "dataset__organisation")))


def _within(user: User | AnonymousUser, sides: tuple[str, str]) -> Q:
    """Rows of which one side lies within what ``user`` may see."""
    found = Q(pk__in=[])
    reaches = reaches_of(SEE)
    for post in scope_of(user, permission=SEE).posts:
        reach = reaches[post.role]
        for side in sides:
            if reach is Reach.ORGANISATION:
                found |= Q(**{side: post.organisation_id})
            else:
                prefix = division_prefix(post.division_code)
                area = prefix[:2] if reach is Reach.PROVINCE else prefix
                found |= Q(**{f"{side}__division__code__startswith": area})
    return found
