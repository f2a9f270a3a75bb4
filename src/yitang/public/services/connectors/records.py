"""Records of other departments, read through the exchange for one application.

Every read is made under the grant of the department whose item it is, names the application
as its matter, takes only the data items the form needs, and leaves a ledger entry.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, partial

from yitang.data.exchange.api import Grant, Record, active_grants, read_record
from yitang.data.exchange.errors import Denied, NothingPublished
from yitang.ground.base.ids import Reference
from yitang.ground.organisations.api import User
from yitang.public.services.models import Application, Item
from yitang.public.services.rules.forms import Found, Reader
from yitang.public.services.rules.newborn import FORMS

# What a grant to services is for; the matter says which application.
SERVICE_PURPOSE = "政务服务事项办理"
MATTER_KIND = "services.application"


def records_reader(application: Application, *, actor: User, at: datetime) -> Reader:
    """A reader for ``prefill``. What is not granted or not supplied is as if it were not there.

    The applicant is then asked for it: a missing grant never stops an application.
    """
    item, matter = application.item, Reference(MATTER_KIND, str(application.public_id))
    form = FORMS.get(item.form)
    grants = cache(partial(_grants_of, item, at))  # asked for with the first record

    def read(dataset: str, key: str) -> Found | None:
        grant = grants().get(dataset)
        if grant is None or form is None:
            return None
        wanted = [name for name in form.columns_of(dataset) if name in grant.fields]
        try:
            record = read_record(
                grant=grant,
                key=key,
                matter=matter,
                purpose=grant.purpose,
                actor=actor,
                at=at,
                fields=wanted,
                directly=False,  # the room answers for whose records its forms pull
            )
        except (Denied, NothingPublished):
            return None
        return _found(record) if record is not None else None

    return read


def _grants_of(item: Item, at: datetime) -> dict[str, Grant]:
    """By dataset: the item's own grant, else the one its department holds for all its items."""
    office = item.organisation
    if office is None:
        return {}
    held = active_grants(organisation=office, purposes=(item.name, SERVICE_PURPOSE), at=at)
    held.sort(key=lambda grant: (grant.purpose == item.name, grant.made_at, grant.pk))
    return {grant.dataset.code: grant for grant in held}  # of each dataset the last stays


def _found(record: Record) -> Found:
    """Each value's department and day are those of the field that is freshest."""
    sources = list(record.provenance.values())
    newest = max(sources, key=lambda source: source.as_of) if sources else None
    return Found(
        values={name: text for name, text in record.values.items() if text},
        department=newest.organisation if newest else "",
        as_of=date.fromisoformat(newest.as_of[:10]) if newest and newest.as_of else None,
        batch=newest.batch if newest else "",
        entry=record.entry,
    )
