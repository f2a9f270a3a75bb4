"""Who sees an appeal, who learns who called. Moves are checked by casework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yitang.ground.base.errors import NotAllowed
from yitang.ground.casework.api import Case, can_see
from yitang.ground.organisations.api import User, can, check_can, scope_of

from .errors import CallerUnknown, IdentityKept
from .models import Appeal

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

HOTLINE = "hotline.reveal"
UNIT = "hotline.reveal_as_unit"


def check_can_reveal(user: User | AnonymousUser, appeal: Appeal) -> None:
    """Raises unless ``user`` may open the caller's identity: the hotline always, the unit that
    handles the appeal only when the caller did not ask for secrecy."""
    if not appeal.has_caller:
        raise CallerUnknown
    case = appeal.case
    if is_hotline(user, case):
        return
    check_can(
        user, UNIT, organisation_id=case.organisation_id or 0, division_code=case.division_code
    )
    if appeal.is_confidential:
        raise IdentityKept


def can_reveal(user: User | AnonymousUser, appeal: Appeal) -> bool:
    """Whether ``check_can_reveal`` lets it pass; for links."""
    try:
        check_can_reveal(user, appeal)
    except (NotAllowed, IdentityKept, CallerUnknown):
        return False
    return True


def is_hotline(user: User | AnonymousUser, case: Case) -> bool:
    """Whether ``user`` is an agent or dispatcher of the hotline for this place."""
    return can(user, HOTLINE, division_code=case.division_code)


def sees_whole_text(user: User | AnonymousUser, appeal: Appeal) -> bool:
    """Whether the words are shown as written: to the hotline and to who filed it, and to the
    unit that handles it unless it is confidential. Everybody else reads them redacted."""
    if is_hotline(user, appeal.case) or is_own(user, appeal):
        return True
    return not appeal.is_confidential and is_charged(user, appeal)


def sees_whole_answer(user: User | AnonymousUser, appeal: Appeal) -> bool:
    """Whether an answer is shown as written: to who filed the appeal, the hotline and the unit
    that wrote it. Whoever knows only the number reads it redacted, like everybody else."""
    return is_hotline(user, appeal.case) or is_own(user, appeal) or is_charged(user, appeal)


def sees_number(user: User | AnonymousUser, appeal: Appeal) -> bool:
    """Whether ``user`` is told the short number of an appeal: it speaks for the caller, who says by
    it whether the answer helped. No office learns it; the hotline reads it out as it takes a call.
    """
    return is_own(user, appeal)


def is_charged(user: User | AnonymousUser, appeal: Appeal) -> bool:
    """Whether ``user`` works in the unit that holds the appeal, or held it."""
    holder = appeal.case.organisation_id
    return is_unit(user, appeal) or (holder is not None and can(user, UNIT, organisation_id=holder))


def is_own(user: User | AnonymousUser, appeal: Appeal) -> bool:
    return isinstance(user, User) and appeal.filed_by_id == user.pk


def sees(user: User | AnonymousUser, appeal: Appeal) -> bool:
    """Whether ``user`` may read the appeal: through its case, as the one who filed it, or as
    the unit that handled it and gave the case on."""
    return is_own(user, appeal) or can_see(user, appeal.case) or is_unit(user, appeal)


def is_unit(user: User | AnonymousUser, appeal: Appeal) -> bool:
    """Whether ``user`` handles appeals in the organisation that was charged with this one."""
    scope = scope_of(user, permission="hotline.handle")
    return appeal.unit_id is not None and appeal.unit_id in scope.organisation_ids
