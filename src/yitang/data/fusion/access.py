"""Who may fuse, see what came of it, and open one person's record."""

from __future__ import annotations

from yitang.ground.base.errors import NotAllowed
from yitang.ground.organisations.api import User, check_can

RUN = "fusion.run"
SEE = "fusion.see"
OPEN = "fusion.open_person"


def check_can_run(user: User) -> None:
    """The sharing office fuses, and the platform by its schedule."""
    check_can(user, RUN)


def check_can_see(user: User) -> None:
    """Counts without persons."""
    check_can(user, SEE)


def can_see(user: User) -> bool:
    try:
        check_can_see(user)
    except NotAllowed:
        return False
    return True


def check_can_open(user: User, *, division_code: str | None = None) -> None:
    """A data officer opens persons of the own division, each time for a purpose."""
    check_can(user, OPEN, division_code=division_code)


def can_open(user: User) -> bool:
    try:
        check_can_open(user)
    except NotAllowed:
        return False
    return True
