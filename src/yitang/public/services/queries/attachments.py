"""What an applicant added to an answer: how many files, of which kind; not what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from yitang.ground.base.errors import NotFound
from yitang.public.services.access import check_can_see_application
from yitang.public.services.models import Application, Attachment

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from yitang.ground.organisations.api import User


@dataclass(frozen=True, slots=True)
class ShownAttachment:
    """One file; its own name only for who added it."""

    public_id: UUID
    position: int
    kind: str
    size: int
    name: str


def attachments_of(user: User | AnonymousUser, application: Application) -> list[ShownAttachment]:
    """The files of an application in their order, as ``user`` sees them; raises ``NotFound``."""
    check_can_see_application(user, application)
    is_own = user.pk == application.applicant_id
    return [
        ShownAttachment(
            one.public_id, one.position, one.kind, one.size, (one.name or "") if is_own else ""
        )
        for one in application.files.defer("content")
    ]


def attachment_for(
    user: User | AnonymousUser, application: Application, public_id: UUID
) -> Attachment:
    """One file of an application that ``user`` may see; raises ``NotFound``."""
    check_can_see_application(user, application)
    found = application.files.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(kind="attachment", id=public_id)
    return found
