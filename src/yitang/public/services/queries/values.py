"""What an application says, as its applicant and as others may see it until they open it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from yitang.ground.base.text import mask_identity_number, mask_name
from yitang.ground.language.api import redact
from yitang.public.services.access import works_on
from yitang.public.services.models import Application, CorrectionNotice, FieldValue
from yitang.public.services.rules.forms import FormField, ItemForm
from yitang.public.services.rules.newborn import FORMS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from yitang.ground.organisations.api import User

MASKS = {"name": mask_name, "identity": mask_identity_number}


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value of a form, and what the applicant says instead, as a page shows them."""

    field: FormField
    value: FieldValue | None
    text: str
    doubt: str
    is_masked: bool


def shown_values(user: User | AnonymousUser, application: Application) -> list[ShownValue]:
    """Every field of the form in order, as ``user`` sees it.

    What a record says is masked for everyone where the form says so. What the applicant wrote
    they see as they wrote it; for others identity numbers, telephone numbers and the names of
    third persons are masked in it, whichever field they were written into. The name that the
    matter is about is masked for whoever does not work on it: leaders and supervisors.
    """
    form = FORMS.get(application.item.form)
    if form is None:
        return []
    is_own = user.pk == application.applicant_id
    values = {value.name: value for value in application.values.all()}
    is_worked_on = is_own or works_on(user, application)
    return [
        _shown(
            form,
            one if is_worked_on or one.name != form.holder else replace(one, mask="name"),
            values.get(one.name),
            is_own=is_own,
        )
        for one in form.fields
    ]


def _shown(form: ItemForm, one: FormField, value: FieldValue | None, *, is_own: bool) -> ShownValue:
    if value is None:
        return ShownValue(one, None, "", "", is_masked=False)
    text, doubt = value.text or "", value.doubt or ""
    if value.dataset:
        seen = MASKS[one.mask](text) if one.mask else text
    else:
        seen = text if is_own else hidden_words(form, one, text)
    seen_doubt = doubt if is_own else hidden_words(form, one, doubt)
    return ShownValue(one, value, seen, seen_doubt, is_masked=(seen, seen_doubt) != (text, doubt))


def hidden_words(form: ItemForm, one: FormField, written: str) -> str:
    """What an applicant wrote into a field, without what identifies a third person.

    The name that the matter is about is not hidden: it is what an officer looks at.
    """
    if one.mask:
        return MASKS[one.mask](written)
    found = redact(written)
    is_holder = one.name == form.holder and all(span.kind == "name" for span in found.spans)
    return written if is_holder else found.text


def shown_answer(user: User | AnonymousUser, notice: CorrectionNotice) -> str:
    """What the applicant answered when asked to mend something, as ``user`` sees it."""
    answer = notice.answer or ""
    return answer if user.pk == notice.application.applicant_id else redact(answer).text
