"""The template of a catalogue entry: filled in, it is taken as it is."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from yitang.data.catalogue.rules import ItemSpec
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.collection.api import gather_file, template_workbook
from yitang.data.collection.errors import DatasetNotReady, NothingDelivered
from yitang.ground.base.ids import uuid7
from yitang.ground.organisations.api import system_actor

from .factories import AT

pytestmark = pytest.mark.django_db
ITEMS = (
    ItemSpec("code", "证照编码", length=18, required=True),
    ItemSpec("level", "等级", codes=tuple(f"第{number}级" for number in range(1, 200))),
    ItemSpec("day", "发证日期", type="D"),
    ItemSpec("sum", "金额", type="N"),
)


def test_a_template_filled_in_is_taken(tmp_path: Path) -> None:
    entry = make_dataset(f"licences-{uuid7().hex[-10:]}", items=ITEMS)
    path = tmp_path / "a.xlsx"
    path.write_bytes(template_workbook(entry))
    with pytest.raises(NothingDelivered):
        gather_file(dataset=entry, path=path, actor=system_actor(), at=AT)
    workbook = load_workbook(path)
    sheet, notes = workbook.worksheets
    assert [cell.value for cell in sheet[1]] == ["证照编码", "等级", "发证日期", "金额"]
    assert sheet["A1"].comment.text.startswith("required")
    assert (sheet["A2"].number_format, sheet["C2"].number_format) == ("@", "yyyy-mm-dd")
    (choice,) = sheet.data_validations.dataValidation
    assert str(choice.sqref) == "B2:B5000"
    column = choice.formula1.partition("!")[2].split("$")[1]
    assert [notes[f"{column}{row}"].value for row in (1, 199)] == ["第1级", "第199级"]
    for at, value in enumerate(["350102199001010011", "第7级", "2026-01-02", "3.5"], start=1):
        sheet.cell(2, at, value)
    sheet.cell(3, 1, "x" * 19)
    workbook.save(path)
    receipt = gather_file(dataset=entry, path=path, actor=system_actor(), at=AT)
    assert (receipt.delivered, receipt.accepted, receipt.rejected) == (2, 1, 1)


def test_without_items_there_is_no_template() -> None:
    with pytest.raises(DatasetNotReady):
        template_workbook(make_dataset(f"empty-{uuid7().hex[-10:]}", items=(), published=False))


def test_the_headings_are_said_in_the_readers_language() -> None:
    entry = make_dataset(f"licences-{uuid7().hex[-10:]}", items=ITEMS)
    content = template_workbook(entry, say=lambda message: f"[{message.code}]")
    notes = load_workbook(BytesIO(content)).worksheets[1]
    assert notes["A1"].value == "[collection.template_item]"


def test_which_number_is_which_sex_is_said() -> None:
    items = (ItemSpec("sex", "性别", codes=("0", "1", "2", "9")),)
    content = template_workbook(make_dataset(f"people-{uuid7().hex[-10:]}", items=items))
    sheet, notes = load_workbook(BytesIO(content)).worksheets
    assert notes["E2"].value == "0 unknown, 1 male, 2 female, 9 not stated"
    assert "1 male" in sheet["A1"].comment.text
