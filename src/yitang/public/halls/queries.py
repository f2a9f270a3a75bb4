"""Halls that a person may see."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from yitang.ground.organisations.api import User, check_can, scope_of
from yitang.public.workforce.api import Demand

from .errors import HallUnknown
from .models import Hall


def visible_halls(user: User | AnonymousUser) -> list[Hall]:
    """The halls in the divisions of the posts that let ``user`` see halls, by division."""
    return list(_visible(user).select_related("organisation__division"))


def hall_for(user: User | AnonymousUser, public_id: UUID | str) -> Hall:
    """One hall; raises ``HallUnknown`` when there is none that ``user`` may see."""
    check_can(user, "halls.see")
    hall = _visible(user).select_related("organisation").filter(public_id=public_id).first()
    if hall is None:
        raise HallUnknown(id=public_id)
    return hall


def demands_of(hall: Hall) -> list[Demand]:
    """The hall's kinds of matter, each with the windows that serve it alone."""
    rows = hall.service_types.annotate(own_windows=Count("windows"))
    return [row.as_demand(row.own_windows) for row in rows]


def _visible(user: User | AnonymousUser) -> QuerySet[Hall]:
    within = Q(pk__in=[])
    for prefix in scope_of(user, permission="halls.see").division_prefixes:
        within |= Q(organisation__division__code__startswith=prefix)
    return Hall.objects.filter(within)
