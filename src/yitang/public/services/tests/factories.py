"""Items to count with; the database's rows are built by the room's own actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from yitang.data.catalogue.rules import ItemSpec
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.lake.api import replace_table
from yitang.ground.base.clock import Term
from yitang.ground.base.identity import identity_check_character
from yitang.ground.organisations.api import Organisation, User, create_user, system_actor
from yitang.ground.organisations.tests.factories import make_organisation
from yitang.public.services.actions import (
    draft_application,
    prefill_application,
    submit_application,
    take_items,
)
from yitang.public.services.models import Application, Item
from yitang.public.services.queries import item_by_code
from yitang.public.services.rules import ItemFacts, MaterialFacts
from yitang.public.services.rules.forms import Found, Reader

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday, 10:00 in Shanghai
HERE = Path(__file__).parent
MARKS = {"?": "2", "+": "3"}
WAYS = {"w": "window", "o": "online", "h": "held"}


class WorkedItem(NamedTuple):
    """One line of ``worked_items.txt``: an item and what a person counted."""

    item: ItemFacts
    before: int
    after: int
    rises_without: frozenset[str]


def identity_number(birth_and_sequence: str) -> str:
    """An identity number of 990102, a division that no person has, with its check character."""
    body = f"990102{birth_and_sequence}"
    return body + identity_check_character(body)


def item_facts(**elements: object) -> ItemFacts:
    """A consistent item that is applied for online; any element may be given."""
    defaults: dict[str, object] = {
        "code": "X1",
        "name": "新生儿落户",
        "department": "闽海省公安厅",
        "type": "07",
        "case_type": "2",
        "statutory_limit": Term(20),
        "promised_limit": Term(3),
        "channels": ("1", "2", "3"),
        "delivery": ("electronic",),
        "result_name": "户口登记证明",
        "result_kind": "document",
        "volume": 100,
    }
    return ItemFacts(**{**defaults, **elements})  # type: ignore[arg-type]  # kwargs of any element


def worked_items() -> list[WorkedItem]:
    """The items counted by hand."""
    lines = (HERE / "worked_items.txt").read_text(encoding="utf-8").splitlines()
    return [
        _worked(number, line)
        for number, line in enumerate(lines, start=1)
        if not line.startswith("#")
    ]


def _worked(number: int, line: str) -> WorkedItem:
    channels, case, presence, delivery, materials, before, after, rises = (
        part.strip() for part in line.split("|")
    )
    item = item_facts(
        code=f"line {number}",
        channels=tuple(channels),
        case_type=case,
        presence=presence,
        delivery=("window",) if delivery == "-" else tuple(delivery.split(",")),
        result_kind="none" if delivery == "-" else "document",
        materials=tuple(
            _material(f"material {position}", text)
            for position, text in enumerate(materials.split(), start=1)
        ),
    )
    return WorkedItem(item, int(before), int(after), frozenset(rises.split()))


def _material(name: str, text: str) -> MaterialFacts:
    dataset, issuer, way, form = text.split("/")
    return MaterialFacts(
        name=name,
        dataset="" if dataset == "-" else dataset,
        issuer=issuer,
        obtained=WAYS[way],
        form="1" if form[0] == "P" else "2",
        necessity=MARKS.get(form[1:], "1"),
        promise=form[1:] == "!",
    )


PHOTO = b"\xff\xd8\xff\xe0 a photo of a paper \xff\xd9"
BORN = "2026-11-12"
MOTHER, FATHER = identity_number("19950412002"), identity_number("19940308001")
RECORDS: dict[str, dict[str, dict[str, str]]] = {
    "marriages": {
        MOTHER: {
            "wife_identity": MOTHER,
            "husband_identity": FATHER,
            "registered_on": "2023-05-20",
        }
    },
    "births": {
        MOTHER: {
            "child_name": "林知夏",
            "child_sex": "2",
            "birth_date": BORN,
            "hospital": "闽海省妇幼保健院",
            "certificate_number": "U350000123",
            "mother_identity": MOTHER,
            "mother_name": "林芸",
            "father_identity": FATHER,
            "father_name": "陈志远",
        }
    },
    "population": {
        MOTHER: {
            "name": "林小芸",
            "address": "临江市城东区文屿路18号",
            "division_code": "350102",
        },
        FATHER: {"name": "陈志远", "address": "临江市城西区", "division_code": "350103"},
    },
}


def reader(records: dict[str, dict[str, dict[str, str]]] = RECORDS) -> Reader:
    """Records as a plain table, where the exchange would be asked."""

    def read(dataset: str, key: str) -> Found | None:
        values = records.get(dataset, {}).get(key)
        if values is None:
            return None
        return Found(values, f"department of {dataset}", date(2026, 11, 20), "batch-1", "entry")

    return read


def make_newborn_item(office: Organisation | None = None) -> Item:
    """The item that the newborn form serves, loaded as a file would load it."""
    office = office or make_organisation("350000", name="闽海省公安厅")
    row: dict[str, object] = {
        "code": "N1",
        "name": "新生儿落户",
        "name_en": "Newborn household registration",
        "organisation": office.credit_code,
        "type": "07",
        "target": ["1"],
        "case_type": "2",
        "promised_limit": "3wd",
        "channels": ["1", "2", "3"],
        "delivery": ["electronic", "post"],
        "result_name": "户口登记证明",
        "result_kind": "certificate",
        "form": "newborn",
        "volume": 52000,
        "materials": [
            {
                "name": "出生医学证明",
                "form": "1",
                "source": "20",
                "issuer": "卫生健康委",
                "obtained": "window",
                "dataset": "births",
            },
            {"name": "父母居民身份证", "form": "1", "source": "20", "dataset": "population"},
            {"name": "结婚证", "form": "1", "source": "20", "dataset": "marriages"},
            {"name": "落户申请表", "form": "2", "source": "10"},
        ],
    }
    take_items([row], actor=system_actor(), at=AT)
    return item_by_code("N1")


def make_parent(identity: str = MOTHER) -> User:
    return create_user(username=f"parent{identity[-4:]}", identity_number=identity, at=AT)


def make_draft(item: Item | None = None, *, parent: User | None = None) -> Application:
    """A prefilled draft of the mother."""
    item, parent = item or make_newborn_item(), parent or make_parent()
    draft = draft_application(item=item, actor=parent, at=AT)
    prefill_application(application_id=draft.pk, actor=parent, read=reader())
    return draft


def make_submitted(*, doubts: Mapping[str, str] | None = None) -> Application:
    """A complete application, sent, held by the office of 350102; undoubted, accepted at once."""
    draft = make_draft()
    return submit_application(
        application_id=draft.pk, actor=draft.applicant, at=AT, answers={}, doubts=doubts or {}
    )


IDENTITIES = {"wife_identity", "husband_identity", "mother_identity", "father_identity"}


def make_silo(code: str, rows: Sequence[Mapping[str, str]]) -> None:
    """A published dataset with these rows in the lake."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    items = (
        ItemSpec("record_number", "编号", is_key=True),
        *(
            ItemSpec(
                name,
                name,
                rule="identity_number" if name in IDENTITIES or name == "identity_number" else "",
            )
            for name in names
        ),
    )
    owner = make_organisation("350000", name=f"owner of {code}")
    make_dataset(code, organisation=owner, items=items)
    table = pa.Table.from_pylist(
        [{"record_number": str(n), **row} for n, row in enumerate(rows)],
        schema=pa.schema(
            [("record_number", pa.string()), *((name, pa.string()) for name in names)]
        ),
    )
    replace_table(dataset=code, table=table, batch="batch-7", source="test", at=AT)
