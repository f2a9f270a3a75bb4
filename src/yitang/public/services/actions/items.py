"""Taking a list of service items over, row by row: accepted + rejected = delivered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from yitang.ground.base.errors import DomainError, InvalidInput
from yitang.ground.language.api import pinyin
from yitang.ground.organisations.api import Organisation, User, organisations_in
from yitang.ground.organisations.rules import NATION
from yitang.public.services.access import check_can_load_items
from yitang.public.services.connectors.item_files import load_mapping, read_item_rows
from yitang.public.services.models import (
    LIST_ELEMENTS,
    MATERIAL_ELEMENTS,
    PLAIN_ELEMENTS,
    TERM_ELEMENTS,
    Item,
    Material,
)
from yitang.public.services.rules import ItemFacts, broken_checks, count_broken, read_item


@dataclass(frozen=True, slots=True)
class RejectedItem:
    """One row that was not taken over, and the sentence why."""

    row: int  # the first is 1
    name: str
    error: DomainError


@dataclass(frozen=True, slots=True)
class ItemsReceipt:
    """What became of a delivered list; ``accepted + len(rejected) == delivered``."""

    delivered: int
    created: int
    updated: int
    unchanged: int
    rejected: tuple[RejectedItem, ...]
    broken: Mapping[str, int] = field(default_factory=dict)  # check to items that break it
    without_organisation: int = 0  # their department is not in the register of organisations

    @property
    def accepted(self) -> int:
        return self.created + self.updated + self.unchanged


def load_items(
    path: Path,
    *,
    actor: User,
    at: datetime,
    mapping: Path | None = None,
    materials: Path | None = None,
) -> ItemsReceipt:
    """Load a list of items from a file (JSON, JSON inside a script, CSV, Excel).

    ``mapping`` is a TOML file that says what their columns are called; ``materials`` a second
    table for lists of two spreadsheets. Loading a list again changes only what differs.
    Raises ``ItemFileUnreadable``, ``MappingInvalid``, ``NotAllowed``.
    """
    columns = load_mapping(mapping) if mapping else None
    rows = read_item_rows(path, mapping=columns, materials=materials)
    return take_items(rows, actor=actor, at=at)


@transaction.atomic
def take_items(rows: Iterable[Mapping[str, object]], *, actor: User, at: datetime) -> ItemsReceipt:
    """Take rows over that name our elements; see ``load_items``."""
    check_can_load_items(actor)
    rows = list(rows)
    accepted, rejected = _read(rows)
    offices = organisations_in(NATION)
    by_code = {office.credit_code: office for office in offices}
    by_name = {office.name: office for office in reversed(offices)}
    known = {item.code: item for item in Item.objects.prefetch_related("materials")}
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    homeless = 0
    for facts in accepted:
        office = by_code.get(facts.organisation_code) or by_name.get(facts.department)
        homeless += office is None
        counts[_take(facts, known.get(facts.code), office, at)] += 1
    return ItemsReceipt(
        delivered=len(rows),
        **counts,
        rejected=tuple(rejected),
        broken=count_broken(accepted),
        without_organisation=homeless,
    )


def _read(
    rows: list[Mapping[str, object]],
) -> tuple[list[ItemFacts], list[RejectedItem]]:
    accepted: dict[str, ItemFacts] = {}
    rejected: list[RejectedItem] = []
    for number, row in enumerate(rows, start=1):
        try:
            facts = read_item(row)
            if facts.code in accepted:
                problem = f"{facts.code} stands in this list twice; the first row was taken"
                raise InvalidInput(field="code", problem=problem)
        except DomainError as error:
            name = str(row.get("name") or row.get("事项名称") or "")
            rejected.append(RejectedItem(number, name, error))
        else:
            accepted[facts.code] = facts
    return list(accepted.values()), rejected


def _take(facts: ItemFacts, item: Item | None, office: Organisation | None, at: datetime) -> str:
    if office is not None and not facts.department:
        facts = ItemFacts(**{**_elements(facts), "department": office.name})
    if item is not None and item.facts() == facts and item.organisation == office:
        return "unchanged"
    outcome = "created" if item is None else "updated"
    item = item or Item(code=facts.code)
    for name, value in _columns(facts).items():
        setattr(item, name, value)
    item.organisation = office
    item.search_text = search_text(facts)
    item.broken_checks = [check.code for check in broken_checks(facts)]
    item.loaded_at = at
    item.save()
    item.materials.all().delete()
    Material.objects.bulk_create(
        Material(
            item=item,
            position=position,
            **{name: getattr(material, name) for name in MATERIAL_ELEMENTS},
        )
        for position, material in enumerate(facts.materials, start=1)
    )
    return outcome


def _elements(facts: ItemFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in facts.__slots__}


def _columns(facts: ItemFacts) -> dict[str, object]:
    return {
        **{name: getattr(facts, name) for name in PLAIN_ELEMENTS},
        **{name: list(getattr(facts, name)) for name in LIST_ELEMENTS},
        **{name: str(getattr(facts, name) or "") for name in TERM_ELEMENTS},
        "fee": asdict(facts.fee) if facts.fee else None,
    }


def search_text(facts: ItemFacts) -> str:
    """What a search looks in: names, department, pinyin whole and by initials, lower case."""
    syllables = pinyin(facts.name).split()
    initials = "".join(syllable[0] for syllable in syllables)
    words = (facts.name, facts.name_en, facts.department, "".join(syllables), initials, facts.code)
    return "\n".join(words).lower()
