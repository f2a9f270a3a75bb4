"""Reads of the register of systems: the list, one of them, sums, and what comes out of which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Case, Count, DecimalField, F, IntegerField, Q, QuerySet, Sum, When

from yitang.data.catalogue.access import (
    KEEP_SYSTEMS,
    SUM_SYSTEMS,
    can_keep_system,
    counted_systems,
    visible_datasets,
    visible_systems,
)
from yitang.data.catalogue.errors import SystemUnknown
from yitang.data.catalogue.models import DataItem, Dataset, InformationSystem, SystemEvent
from yitang.data.catalogue.rules.systems import ENDED, JOINED, RUNNING
from yitang.ground.organisations.api import Organisation, User, appointments_of, can, scope_of
from yitang.ground.plumbing.api import Page, cursor_of, key_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

PAGE_LENGTH = 30
STATE_GROUPS = {"running": RUNNING, "ended": ENDED}


@dataclass(frozen=True, slots=True)
class SystemFilter:
    """What a list is narrowed to; ``state`` is one, or ``running`` or ``ended``."""

    text: str = ""
    organisation: str = ""  # its public id
    state: str = ""
    network: str = ""

    def of(self, rows: QuerySet[InformationSystem]) -> QuerySet[InformationSystem]:
        if self.text:
            said = Q(name__icontains=self.text) | Q(code__icontains=self.text)
            rows = rows.filter(said | Q(purpose__icontains=self.text))
        if self.organisation:
            rows = rows.filter(organisation__public_id=self.organisation)
        if self.state:
            rows = rows.filter(state__in=STATE_GROUPS.get(self.state, {self.state}))
        return rows.filter(network=self.network) if self.network else rows


@dataclass(frozen=True, slots=True)
class SystemSums:
    """What some systems come to; yuan. ``unknown_costs``: running, without a yearly cost."""

    systems: int
    running: int
    joined: int
    ended: int
    yearly_cost: Decimal
    ended_cost: Decimal
    build_cost: Decimal
    unknown_costs: int


@dataclass(frozen=True, slots=True)
class DepartmentSums:
    """The sums of one department."""

    organisation: str
    public_id: str
    division: str
    sums: SystemSums


@dataclass(frozen=True, slots=True)
class SystemBehind:
    """A running system from which stopped data came, and what else comes out of it."""

    system: InformationSystem
    yields: list[Dataset]
    others: list[Dataset]


@dataclass(frozen=True, slots=True)
class Yield:
    """How many datasets come out of a system, and how many of them were gathered."""

    datasets: int = 0
    gathered: int = 0


def systems(
    user: User, wanted: SystemFilter | None = None, *, cursor: str = "", limit: int = PAGE_LENGTH
) -> Page[InformationSystem]:
    """Systems that ``user`` may see, by code."""
    rows = (wanted or SystemFilter()).of(visible_systems(user)).order_by("code")
    if cursor:
        rows = rows.filter(code__gt=str(key_of(cursor, length=1)[0]))
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], cursor_of(found[limit - 1].code) if more else None)


def every_system(user: User, wanted: SystemFilter | None = None) -> list[InformationSystem]:
    """All of them at once, for a file."""
    return list((wanted or SystemFilter()).of(visible_systems(user)).order_by("code"))


def system_for(user: User, public_id: UUID | str) -> InformationSystem:
    """One system that ``user`` may see; raises ``SystemUnknown``."""
    found = visible_systems(user).filter(public_id=public_id).first()
    if found is None:
        raise SystemUnknown(id=public_id)
    return found


def system_by_code(user: User, code: str) -> InformationSystem:
    """One system that ``user`` may see by its code; raises ``SystemUnknown``."""
    found = visible_systems(user).filter(code=code).first()
    if found is None:
        raise SystemUnknown(id=code)
    return found


def system_events(system: InformationSystem) -> list[SystemEvent]:
    """What was noted and decided of it, the first first."""
    return list(system.events.select_related("actor"))


def system_keepers(user: User) -> list[Organisation]:
    """The departments whose systems ``user`` writes."""
    if not can(user, KEEP_SYSTEMS):
        return []
    held = {post.organisation.pk: post.organisation for post in appointments_of(user)}
    return [row for row in held.values() if can_keep_system(user, row)]


def may_sum_systems(user: User | AnonymousUser) -> bool:
    """Whether there are sums for ``user``: leaders read these and no single system."""
    return can(user, SUM_SYSTEMS)


def _when(condition: Q, value: str | int) -> Case:
    whole = value == 1
    return Case(
        When(condition, then=value if whole else F(str(value))),
        default=0,
        output_field=IntegerField() if whole else DecimalField(max_digits=24, decimal_places=2),
    )


_RUNS = Q(state__in=RUNNING)
_SUMS = {
    "systems": Count("pk"),
    "running": Sum(_when(_RUNS, 1)),
    "joined": Sum(_when(Q(state__in=JOINED), 1)),
    "ended": Sum(_when(Q(state__in=ENDED), 1)),
    "running_cost": Sum(_when(_RUNS & Q(yearly_cost__isnull=False), "yearly_cost")),
    "ended_cost": Sum(_when(Q(state__in=ENDED, yearly_cost__isnull=False), "yearly_cost")),
    "built_for": Sum("build_cost"),
    "unknown_costs": Sum(_when(_RUNS & Q(yearly_cost__isnull=True), 1)),
}


def system_sums(user: User, wanted: SystemFilter | None = None) -> SystemSums:
    """The sums of what ``user`` may see or count."""
    rows = (wanted or SystemFilter()).of(counted_systems(user))
    return _sums(rows.order_by().aggregate(**_SUMS))


def system_sums_by_department(
    user: User, wanted: SystemFilter | None = None
) -> list[DepartmentSums]:
    """The same by department, the one that costs most first."""
    rows = (wanted or SystemFilter()).of(counted_systems(user)).order_by()
    whose = ("organisation__name", "organisation__public_id", "organisation__division__code")
    found = []
    for row in rows.values(*whose).annotate(**_SUMS):
        name, public_id, division = (str(row[field]) for field in whose)
        found.append(DepartmentSums(name, public_id, division, _sums(row)))
    return sorted(found, key=lambda one: (-one.sums.yearly_cost, one.organisation))


def _sums(row: Mapping[str, object]) -> SystemSums:
    def count(name: str) -> int:
        value = row[name]
        return value if isinstance(value, int) else 0

    def yuan(name: str) -> Decimal:
        return Decimal(str(row[name] or 0)).quantize(Decimal("0.01"))

    return SystemSums(
        systems=count("systems"),
        running=count("running"),
        joined=count("joined"),
        ended=count("ended"),
        yearly_cost=yuan("running_cost"),
        ended_cost=yuan("ended_cost"),
        build_cost=yuan("built_for"),
        unknown_costs=count("unknown_costs"),
    )


def yields_of(user: User, codes: Iterable[str]) -> dict[str, Yield]:
    """System code to what comes out of it, of the datasets that ``user`` may see."""
    rows = DataItem.objects.filter(
        source_system__in=list(codes), dataset__in=visible_datasets(user)
    )
    counted = rows.values("source_system").annotate(
        datasets=Count("dataset", distinct=True),
        gathered=Count("dataset", distinct=True, filter=Q(dataset__gathered_at__isnull=False)),
    )
    return {
        row["source_system"]: Yield(row["datasets"], row["gathered"])
        for row in counted.order_by("source_system")
    }


def datasets_of_system(user: User, system: InformationSystem) -> list[Dataset]:
    """The datasets that come out of it, as far as ``user`` may see them."""
    return list(
        visible_datasets(user)
        .filter(pk__in=DataItem.objects.filter(source_system=system.code).values("dataset"))
        .order_by("code")
    )


def source_systems_of(user: User, dataset: Dataset) -> list[InformationSystem]:
    """The systems a dataset comes from, as far as ``user`` may see them."""
    codes = dataset.items.exclude(source_system="").values("source_system")
    return list(visible_systems(user).filter(code__in=codes).order_by("code"))


def systems_behind(user: User, datasets: Sequence[Dataset]) -> list[SystemBehind]:
    """Running systems from which ``datasets`` come: those that could stop with them."""
    stopped = {row.pk for row in datasets}
    codes = DataItem.objects.filter(dataset__in=stopped).exclude(source_system="")
    rows = visible_systems(user).filter(code__in=codes.values("source_system"), state__in=RUNNING)
    found = []
    for system in rows.order_by("code"):
        out = datasets_of_system(user, system)
        others = [row for row in out if row.pk not in stopped]
        found.append(SystemBehind(system, [row for row in out if row.pk in stopped], others))
    return found


def sees_systems(user: User | AnonymousUser) -> bool:
    """Whether there is anything of the register for ``user``."""
    return bool(scope_of(user, permission="catalogue.systems_see").posts) or may_sum_systems(user)
