"""What a field of a foreign catalogue can be for us."""

from __future__ import annotations

from collections.abc import Mapping

from yitang.ground.base.text import Message


def _texts(**templates: str) -> Mapping[str, Message]:
    return {code: Message(f"catalogue.target.{code}", text) for code, text in templates.items()}


# The first fourteen fill an entry; the rest are kept with the record as the portal gave them.
TARGETS: Mapping[str, Message] = _texts(
    name="name",
    organisation="owner",
    organisation_code="owner's code",
    abstract="abstract",
    resource_code="resource code",
    openness="openness",
    opening_condition="opening condition",
    sharing="sharing class",
    sharing_condition="sharing condition",
    update_cycle="update cycle",
    format="format",
    grade="grade",
    items="data items",
    identifier="portal's own number",
    theme="theme",
    industry="industry",
    keywords="keywords",
    issued="published on",
    modified="updated on",
    rows="number of rows",
    contact="contact",
    phone="telephone",
    email="e-mail",
    page="page",
    region="region",
    licence="licence",
    version="version",
    scene="use case",
    counter="times read or fetched",
)
# A record without these is rejected; everything else may be missing.
NEEDED = ("name", "organisation")
