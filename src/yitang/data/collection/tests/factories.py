from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from yitang.data.catalogue.api import Dataset
from yitang.data.catalogue.rules import ItemSpec
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.collection.actions import gathering
from yitang.data.collection.models import Overlap
from yitang.ground.base.identity import identity_check_character

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

RESIDENTS = (
    ItemSpec("record", "登记编号", required=True, unique=True, is_key=True),
    ItemSpec("identity_number", "公民身份号码", length=18, sensitive=True,
             rule="identity_number", role="identity_number", authority=1),
    ItemSpec("name", "姓名", length=20, sensitive=True, required=True, role="name", authority=1),
    ItemSpec("birth_date", "出生日期", type="D", role="birth_date"),
    ItemSpec("division_code", "行政区划代码", rule="division", role="division_code"),
)  # fmt: skip


def make_residents(code: str = "residents", **values: object) -> Dataset:
    return make_dataset(code, **({"items": RESIDENTS, "subject": "person"} | values))  # type: ignore[arg-type]


def make_identity_number(
    number: int = 1, *, birth: str = "19900101", region: str = "350102"
) -> str:
    body = f"{region}{birth}{number:03d}"
    return body + identity_check_character(body)


def resident(number: int, **changes: str) -> list[str]:
    """One good row of the residents' file, or one with something changed."""
    row = {
        "record": f"R{number:05d}",
        "identity_number": make_identity_number(number % 1000, birth=f"19{number % 90 + 10}0101"),
        "name": f"张{'一二三四五六七八九十'[number % 10]}",
        "birth_date": f"19{number % 90 + 10}-01-01",
        "division_code": "350102",
    }
    return list((row | changes).values())


HEADER = [item.label for item in RESIDENTS]


def write_csv(
    path: Path, rows: list[list[str]], *, encoding: str = "utf-8", delimiter: str = ",",
    above: tuple[str, ...] = (), header: list[str] | None = None,
) -> Path:  # fmt: skip
    lines = [*above, *(delimiter.join(row) for row in [header or HEADER, *rows])]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def write_workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    workbook = Workbook()
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.remove(workbook.worksheets[0])
    workbook.save(path)
    return path


def make_overlap(left: Dataset, right: Dataset) -> Overlap:
    """Two datasets that hold one fact under one name; ``left`` is the proposed source."""
    fact = {"rate": 0.98, "beyond": 0.97, "subjects": 200, "mapped": True, "weight": 1.0}
    evidence = {
        "key": ["identity_number", "identity_number"],
        "agreements": [{"left": "name", "right": "name", **fact}],
        "share": 0.5,
        "reasons": ["subjects"],
        "through": "",
    }
    return Overlap.objects.create(
        left=left, right=right, source=left, weight=2.0, subjects=200, contained=0.93,
        evidence=evidence, found_at=AT, seen_at=AT,
    )  # fmt: skip


@contextmanager
def power_cut(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The power goes after the rows are in the lake and before the receipt is written."""

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(gathering, "_receipted", cut)
        with pytest.raises(KeyboardInterrupt):
            yield
