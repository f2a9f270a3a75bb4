"""Files added to an answer: kept encrypted, opened by their applicant and the office alone."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yitang.ground.base.clock import civil_date
from yitang.ground.ledger.api import record
from yitang.ground.organisations.api import User, office_name
from yitang.ground.plumbing.api import blind_index
from yitang.public.services.access import check_can_open
from yitang.public.services.models import Application, Attachment
from yitang.public.services.queries import attachment_for
from yitang.public.services.rules.attachments import CONTENT_TYPES, LONGEST_NAME, GivenFile
from yitang.public.services.rules.newborn import FORMS

from .forms import reference_of


@dataclass(frozen=True, slots=True)
class OpenedAttachment:
    """A file as it was added, under a name that says nothing of anybody."""

    name: str
    content_type: str
    content: bytes


def keep_attachments(
    application: Application, files: Sequence[GivenFile], kinds: Sequence[str], *, at: datetime
) -> None:
    """Keep files that were checked, in their order."""
    Attachment.objects.bulk_create(
        Attachment(
            application=application,
            position=position,
            kind=kind,
            size=len(file.content),
            name=file.name[:LONGEST_NAME],
            content=base64.b64encode(file.content).decode(),
            added_at=at,
        )
        for position, (file, kind) in enumerate(zip(files, kinds, strict=True), start=1)
    )


@transaction.atomic
def open_attachment(
    *, application_id: int, attachment_id: UUID, actor: User, at: datetime
) -> OpenedAttachment:
    """An attachment in full; opening it is written into the ledger, unless it is one's own.

    The entry stands with the applicant and with everyone whose identity number the application
    holds: whose paper the photo shows is not known. Raises ``NotFound``, ``NotAllowed``.
    """
    application = Application.objects.select_related("item", "applicant", "case").get(
        pk=application_id
    )
    found = attachment_for(actor, application, attachment_id)
    check_can_open(actor, application)
    if actor.pk != application.applicant_id:
        for number in _named_in(application):
            record(
                actor=str(actor.public_id),
                organisation=office_name(actor, on=civil_date(at)),
                action="services.open_attachment",
                purpose=application.item.name,
                matter=reference_of(application),
                subject_index=blind_index(number),
                dataset=None,
                details={"attachment": str(found.public_id)},
                at=at,
            )
    number = application.case.number if application.case else ""
    return OpenedAttachment(
        f"{number}-{found.position}.{found.kind}",
        CONTENT_TYPES[found.kind],
        base64.b64decode(found.content or ""),
    )


def _named_in(application: Application) -> list[str]:
    """The identity numbers of everyone the application is about, its applicant first."""
    form = FORMS.get(application.item.form)
    fields = [one.name for one in form.fields if one.mask == "identity"] if form else []
    rows = application.values.filter(name__in=fields)
    numbers = [application.applicant.identity_number, *(row.text for row in rows)]
    return list(dict.fromkeys(number for number in numbers if number))
