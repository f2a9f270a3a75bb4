"""What the actions on applications share: the form, the case, the kept values."""

from __future__ import annotations

from collections.abc import Mapping

from yitang.ground.base.errors import NotFound
from yitang.ground.base.identity import check_identity_number, normalise_identity_number
from yitang.ground.base.ids import Reference
from yitang.ground.casework.api import Case
from yitang.public.services.errors import AnswerUnknown, ItemNotOnline
from yitang.public.services.models import Application, FieldValue, Item
from yitang.public.services.rules.forms import ItemForm
from yitang.public.services.rules.newborn import FORMS


def form_of(item: Item) -> ItemForm:
    """The online form that serves an item; raises ``ItemNotOnline``."""
    form = FORMS.get(item.form)
    if form is None:
        raise ItemNotOnline(item=item.name)
    return form


def reference_of(application: Application) -> Reference:
    """What other rooms and the ledger call an application."""
    return Reference("services.application", str(application.public_id))


def case_of(application: Application) -> Case:
    if application.case is None:
        raise NotFound(kind="sent application", id=application.public_id)
    return application.case


def check_identities(form: ItemForm, values: Mapping[str, str]) -> None:
    """Raises ``IdentityNumberInvalid`` for a number that the applicant stated and is none."""
    for one in form.fields:
        if one.mask == "identity" and values.get(one.name):
            check_identity_number(normalise_identity_number(values[one.name]))


def keep_values(
    application: Application, answers: Mapping[str, str], doubts: Mapping[str, str]
) -> None:
    form = form_of(application.item)
    values = {value.name: value for value in application.values.all()}
    for name in {*answers, *doubts}:
        if form.field_named(name) is None:
            raise AnswerUnknown(field=name)
    FieldValue.objects.bulk_create(
        (
            FieldValue(application=application, name=name, text=text.strip())
            for name, text in answers.items()
            # What a record says is doubted, never overwritten.
            if not (name in values and values[name].dataset)
        ),
        update_conflicts=True,
        unique_fields=["application", "name"],
        update_fields=["text"],
    )
    for name, text in doubts.items():
        if name in values:
            values[name].doubt = text.strip() or None
            values[name].save(update_fields=["doubt"])
