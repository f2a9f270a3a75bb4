"""Two departments, a dataset with gathered rows, and requests in any state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from yitang.data.catalogue.api import Dataset
from yitang.data.catalogue.rules import ItemSpec
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.exchange.api import (
    Grant,
    Matter,
    SharingRequest,
    move_request,
    register_matter_finder,
    request_sharing,
)
from yitang.data.exchange.rules import close_books, forget_snapshots
from yitang.data.lake.api import replace_table
from yitang.ground.base.ids import Reference
from yitang.ground.organisations.api import Organisation, User, system_actor
from yitang.ground.organisations.tests.factories import make_organisation
from yitang.ground.plumbing.api import settings

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # a Friday, 09:00 in Shanghai
PURPOSE = "newborn registration"
MOTHER, FATHER, OTHER = "110101199003070134", "11010119880214123X", "110101199003070257"

BIRTHS = (
    ItemSpec("record_number", "登记编号", is_key=True, required=True, unique=True),
    ItemSpec("child_name", "新生儿姓名", sensitive=True),
    ItemSpec("birth_date", "出生日期", type="D"),
    ItemSpec("mother_identity", "母亲身份证号", rule="identity_number", sensitive=True),
    ItemSpec("father_identity", "父亲身份证号", rule="identity_number", sensitive=True),
    ItemSpec("division_code", "行政区划代码"),
)
ROWS = (
    ("B1", "陈晨", date(2024, 3, 1), MOTHER, FATHER, "350102"),
    ("B2", "陈曦", date(2026, 11, 2), MOTHER, FATHER, "350102"),
    ("B3", "王一", date(2026, 10, 5), OTHER, None, "350203"),
)


def make_births(
    code: str = "births", *, rows: Sequence[tuple[object, ...]] = ROWS, **values: object
) -> Dataset:
    """A published dataset whose rows stand in the lake."""
    owner = make_organisation("350000", name="闽海省卫生健康委员会")
    dataset = make_dataset(code, organisation=owner, items=BIRTHS, **values)  # type: ignore[arg-type]
    deliver(dataset, rows)
    return dataset


def deliver(
    dataset: Dataset, rows: Sequence[tuple[object, ...]] = ROWS, *, batch: str = "batch-1"
) -> None:
    columns = zip(*rows, strict=True)
    names = [item.name for item in BIRTHS]
    table = pa.table({name: list(column) for name, column in zip(names, columns, strict=True)})
    replace_table(dataset=dataset.code, table=table, batch=batch, source="test", at=AT)


def make_police() -> Organisation:
    return make_organisation("350000", name="闽海省公安厅")


def make_request(
    dataset: Dataset | None = None,
    *,
    organisation: Organisation | None = None,
    actor: User | None = None,
    **values: object,
) -> SharingRequest:
    """A complete draft; ``values`` replace its parts."""
    parts: dict[str, object] = {
        "purpose": PURPOSE,
        "fields": ["child_name", "birth_date", "mother_identity"],
        "basis": "户口登记条例第七条",
        "scene": "新生儿落户",
        "scope": "本省出生的新生儿",
        "valid_from": date(2026, 11, 1),
        "valid_to": date(2027, 10, 31),
    }
    return request_sharing(
        dataset=dataset or make_births(),
        organisation=organisation or make_police(),
        actor=actor or system_actor(),
        at=AT,
        **(parts | values),  # type: ignore[arg-type]
    )


# A kind of matter that only these tests know: held by one office, asked for by one person.
MATTER_KIND = "test.matter"
MATTER = Reference(MATTER_KIND, "0198")


def make_matter(
    *, is_open: bool = True, holder: Organisation | None = None, owner: User | None = None
) -> Reference:
    """The one matter that there is; every other id is unknown."""
    made = Matter(is_open, holder=holder.pk if holder else None, owner=owner.pk if owner else None)
    register_matter_finder(MATTER_KIND, lambda key: made if key == MATTER.id else None)
    return MATTER


# The modules that say where an installation keeps its files.
HOMES = (
    "data.exchange.queries",
    "data.lake.queries",
    "ground.ledger.actions",
    "ground.ledger.queries",
)


@contextmanager
def home_of_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lake, ledger and exchange under ``folder`` for the length of the block."""
    chosen = replace(settings(), home=folder)
    for module in HOMES:
        monkeypatch.setattr(f"yitang.{module}.settings", lambda: chosen)
    yield
    forget_snapshots()
    close_books()


PATHS: dict[str, tuple[str, ...]] = {
    "drafted": (),
    "withdrawn": ("withdraw",),
    "received": ("submit",),
    "incomplete": ("submit", "return"),
    "refused": ("submit", "refuse"),
    "agreed": ("submit", "agree"),
    "supplied": ("submit", "agree", "supply"),
    "suspended": ("submit", "agree", "supply", "suspend"),
    "terminated": ("submit", "agree", "supply", "terminate"),
    "disposed": ("submit", "agree", "supply", "terminate", "dispose"),
}


def brought_to(state: str, request: SharingRequest) -> SharingRequest:
    """The request, moved to ``state`` by the platform."""
    assert request.case is not None
    for verb in PATHS[state]:
        move_request(
            case_id=request.case.pk, verb=verb, actor=system_actor(), at=AT, note="because"
        )
    return SharingRequest.objects.select_related("case", "dataset", "organisation").get(
        pk=request.pk
    )


def make_grant(dataset: Dataset | None = None, **values: object) -> Grant:
    """A grant in force, made by the whole path."""
    request = brought_to("supplied", make_request(dataset, **values))  # type: ignore[arg-type]
    return Grant.objects.select_related(
        "dataset__organisation", "organisation__division", "request__case"
    ).get(request=request)
