"""Roles with least power, and who may do what how far.

System, security and audit administrators are kept apart (GB/T 22239-2019, level 3: 三员分立).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from yitang.ground.base.text import Message

from .codes import division_prefix


class Power(StrEnum):
    """What a role has to do with the three administrators."""

    PUBLIC = "public"
    BUSINESS = "business"
    SYSTEM = "system"
    SECURITY = "security"
    AUDIT = "audit"
    MACHINE = "machine"


ADMINISTRATORS = frozenset({Power.SYSTEM, Power.SECURITY, Power.AUDIT})


@dataclass(frozen=True, slots=True)
class Role:
    """A post a person can hold: what it is called and which power it carries."""

    code: str
    name: Message
    power: Power


def _role(code: str, name: str, power: Power = Power.BUSINESS) -> Role:
    return Role(code, Message(f"organisations.role.{code}", name), power)


ROLES: Mapping[str, Role] = {
    role.code: role
    for role in (
        _role("citizen", "citizen", Power.PUBLIC),
        _role("clerk", "window clerk"),
        _role("handler", "handling officer"),
        _role("data_officer", "department data officer"),
        _role("sharing_head", "head of the sharing office"),
        _role("hotline_agent", "hotline agent"),
        _role("dispatcher", "dispatcher"),
        _role("supervisor", "supervisor"),
        _role("leader", "leader"),
        _role("system_admin", "system administrator", Power.SYSTEM),
        _role("security_admin", "security administrator", Power.SECURITY),
        _role("audit_admin", "audit administrator", Power.AUDIT),
        # The platform itself, when a clock and no person moves something.
        _role("system", "the platform itself", Power.MACHINE),
    )
}
APPOINTED = frozenset(ROLES) - {"citizen", "system"}


def powers_clash(first: str, second: str) -> bool:
    """Whether one person may not hold both roles at once."""
    powers = {ROLES[first].power, ROLES[second].power} - {Power.PUBLIC}
    return len(powers) > 1 and bool(powers & ADMINISTRATORS)


class Reach(StrEnum):
    """How far a permission carries from the post that grants it."""

    OWN = "own"
    ORGANISATION = "organisation"
    DIVISION = "division"
    PROVINCE = "province"


@dataclass(frozen=True, slots=True)
class Permission:
    """What ``roles`` may do as far as ``reach``; a code may be registered once per reach."""

    code: str
    roles: frozenset[str]
    reach: Reach


_permissions: dict[tuple[str, Reach], Permission] = {}


def register_permission(permission: Permission) -> None:
    """Make a permission known; rooms do so in their ``apps.py``.

    One code may be registered with several reaches for different roles. Raises ``ValueError``
    for an unknown role, or a role that already has the code with another reach.
    """
    unknown = permission.roles - set(ROLES)
    if unknown:
        raise ValueError(f"{permission.code}: unknown roles {sorted(unknown)}")
    if "citizen" in permission.roles and permission.reach in {Reach.ORGANISATION, Reach.DIVISION}:
        raise ValueError(f"{permission.code}: citizens have no place; use OWN or PROVINCE")
    for other in permissions():
        if other.code == permission.code and other.reach != permission.reach:
            both = other.roles & permission.roles
            if both:
                raise ValueError(f"{permission.code}: {sorted(both)} have it as {other.reach}")
    known = _permissions.get((permission.code, permission.reach))
    if known is not None and known.roles != permission.roles:
        raise ValueError(f"{permission.code}: registered twice as {permission.reach}")
    _permissions[permission.code, permission.reach] = permission


def permissions() -> tuple[Permission, ...]:
    """Every permission registered so far, ordered by code and reach."""
    return tuple(_permissions[key] for key in sorted(_permissions))


def reaches_of(code: str) -> dict[str, Reach]:
    """Role to reach for the permission ``code``; ``KeyError`` when nobody registered it."""
    found = {
        role: permission.reach
        for permission in permissions()
        if permission.code == code
        for role in permission.roles
    }
    if not found:
        raise KeyError(code)
    return found


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the access matrix: ``reach`` is ``None`` where the role may not at all."""

    permission: str
    role: str
    reach: Reach | None


def access_matrix() -> tuple[Cell, ...]:
    """Role × permission, each with its reach, ordered; what the document and its tests walk."""
    codes = sorted({permission.code for permission in permissions()})
    return tuple(Cell(code, role, reaches_of(code).get(role)) for code in codes for role in ROLES)


@dataclass(frozen=True, slots=True)
class Post:
    """One role a person holds now, where it holds, and for which duties."""

    role: str
    organisation_id: int | None
    division_code: str
    duties: frozenset[str]

    @property
    def division_prefix(self) -> str:
        return division_prefix(self.division_code)

    def covers_duty(self, duty: str) -> bool:
        """An organisation without listed duties (a government, a hotline) is general."""
        return not self.duties or duty in self.duties


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person's posts let them see: division subtree ∩ organisation's duties ∩ role.

    ``division_prefixes`` is already without prefixes that another one contains; ``("",)`` is
    the whole nation, ``()`` nothing. ``duties`` empty means: not narrowed by duty.
    """

    user_public_id: str
    posts: tuple[Post, ...]

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(post.role for post in self.posts)

    @property
    def division_prefixes(self) -> tuple[str, ...]:
        return shortest_prefixes(post.division_prefix for post in self._placed)

    @property
    def organisation_ids(self) -> tuple[int, ...]:
        return tuple(
            sorted({p.organisation_id for p in self._placed if p.organisation_id is not None})
        )

    @property
    def duties(self) -> frozenset[str]:
        if any(not post.duties for post in self._placed):
            return frozenset()
        return frozenset(duty for post in self._placed for duty in post.duties)

    @property
    def _placed(self) -> tuple[Post, ...]:
        """Posts that open a division; being a citizen opens none."""
        return tuple(post for post in self.posts if post.role != "citizen")

    def granting(self, permission: str) -> Scope:
        """The same person with only the posts whose role grants ``permission``."""
        roles = reaches_of(permission)
        return Scope(self.user_public_id, tuple(p for p in self.posts if p.role in roles))


def shortest_prefixes(prefixes: Iterable[str]) -> tuple[str, ...]:
    """``prefixes`` without those that another one contains, ordered."""
    kept: list[str] = []
    for prefix in sorted(set(prefixes)):
        if not any(prefix.startswith(shorter) for shorter in kept):
            kept.append(prefix)
    return tuple(kept)
