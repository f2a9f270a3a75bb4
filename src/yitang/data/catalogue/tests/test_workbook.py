"""What is written into a workbook is read back the same; a wrong cell is named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from yitang.data.catalogue.api import dataset, load_datasets, workbook_of
from yitang.data.catalogue.connectors import read_workbook
from yitang.data.catalogue.errors import CatalogueFileInvalid, EntryInvalid
from yitang.data.catalogue.rules.lists import (
    DATA_CLASSES,
    DELIVERIES,
    FORMATS,
    SUBJECTS,
    UPDATE_CYCLES,
)
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_organisation

from .factories import AT, make_complete_spec

RICH = make_complete_spec(
    "births", sharing_class=2, related_codes=("101/1", "202/2"), open=True, data_class="important",
    opening_condition="注明来源", format_note="一行一证", delivery="added", subject="person",
)  # fmt: skip
FIRST = replace(
    RICH.items[0], aliases=("编号", "证号"), codes=("1", "2"), sharing_class=3, open=False,
    update_cycle="ten_days", source_system="妇幼系统", code_list="GB/T 2261.1", grade=2,
)  # fmt: skip
FREER = replace(RICH.items[1], sharing_class=1, looser_because="已依法公开")
SPECS = [replace(RICH, items=(FIRST, FREER, *RICH.items[2:])), make_complete_spec("deaths")]


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "catalogue.xlsx"
    path.write_bytes(content)
    return path


def test_a_workbook_comes_back_equal(tmp_path: Path) -> None:
    assert read_workbook(written(tmp_path, workbook_of(SPECS))) == SPECS
    assert read_workbook(written(tmp_path, workbook_of([]))) == []


@pytest.mark.parametrize(
    ("field", "allowed"),
    [
        ("update_cycle", UPDATE_CYCLES),
        ("format", FORMATS),
        ("data_class", DATA_CLASSES),
        ("delivery", DELIVERIES),
        ("subject", ("", *SUBJECTS)),
    ],
)
def test_every_word_an_entry_may_use_can_be_written(
    tmp_path: Path, field: str, allowed: Iterable[Any]
) -> None:
    made = [replace(RICH, code=f"entry-{n}", **{field: one}) for n, one in enumerate(allowed)]
    assert read_workbook(written(tmp_path, workbook_of(made))) == made


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "said"),
    [
        ("目录", "J2", "随便共享", "无条件共享"),
        ("目录", "S2", "四级", "not a whole number"),
        ("数据项", "A2", "unknown", "not in 目录"),
        ("数据项", "D1", "类型", "lacks the columns 数据类型"),
    ],
)
def test_a_wrong_cell_is_named(
    tmp_path: Path, sheet: str, cell: str, value: str, said: str
) -> None:
    book = load_workbook(BytesIO(workbook_of(SPECS)))
    book[sheet][cell] = value
    path = tmp_path / "wrong.xlsx"
    book.save(path)
    with pytest.raises((CatalogueFileInvalid, EntryInvalid), match=said):
        read_workbook(path)
    broken = written(tmp_path, workbook_of(SPECS)[:500])
    with pytest.raises(CatalogueFileInvalid):
        read_workbook(broken)


@pytest.mark.django_db
def test_a_workbook_is_loaded_and_written_again_the_same(tmp_path: Path) -> None:
    owner = make_organisation()
    specs = [replace(spec, organisation=owner.credit_code, published=True) for spec in SPECS]
    path = written(tmp_path, workbook_of(specs))
    loaded = load_datasets(path, actor=system_actor(), at=AT)
    assert [row.state for row in loaded] == ["published", "published"]
    again = [dataset(spec.code).spec for spec in specs]
    assert [replace(spec, resource_code="") for spec in again] == specs
    assert read_workbook(written(tmp_path, workbook_of(again))) == again
