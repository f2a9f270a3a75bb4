from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from yitang.data.catalogue.api import Dataset
from yitang.data.catalogue.rules import ItemSpec
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.collection.api import hand_over
from yitang.data.collection.tests.factories import make_identity_number
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_division

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ANNA, BO, CHEN, DAI = (make_identity_number(n, birth=f"19{n}00101") for n in (5, 6, 7, 8))

POLICE = (
    ItemSpec("record", "编号", is_key=True),
    ItemSpec("identity_number", "身份证号", role="identity_number", authority=1),
    ItemSpec("name", "姓名", role="name", authority=1),
    ItemSpec("sex", "性别", role="sex", authority=1),
    ItemSpec("birth_date", "出生日期", type="D", role="birth_date", authority=1),
    ItemSpec("address", "地址", role="address", authority=1),
    ItemSpec("division_code", "区划", role="division", authority=1),
)
INSURANCE = (
    ItemSpec("number", "参保编号", is_key=True),
    ItemSpec("idcard", "证件", role="identity_number"),
    ItemSpec("person", "姓名", role="name"),
    ItemSpec("mobile", "电话", role="phone", authority=5),
    ItemSpec("address", "地址", role="address", authority=60),
)
MARRIAGES = (
    ItemSpec("record", "编号", is_key=True),
    ItemSpec("husband", "男方", role="husband.name", authority=30),
    ItemSpec("husband_identity", "男方证件", role="husband.identity_number"),
    ItemSpec("wife", "女方", role="wife.name", authority=30),
    ItemSpec("wife_identity", "女方证件", role="wife.identity_number"),
    ItemSpec("status", "状态", role="husband+wife.marital_status", authority=1),
)


def hand(
    code: str, items: tuple[ItemSpec, ...], *rows: tuple[str | None, ...], days: int = 0,
    subject: str = "person",
) -> Dataset:  # fmt: skip
    """A dataset with these rows, gathered."""
    make_division("350102")
    entry = make_dataset(code, items=items, subject=subject)
    names = [item.name for item in items]
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    table = pa.table(dict(zip(names, columns, strict=True)))
    receipt = hand_over(
        dataset=entry, table=table, actor=system_actor(), at=AT + timedelta(days=days)
    )
    assert receipt.rejected == 0, receipt.problems
    return entry


def hand_all() -> None:
    """Four people in three departments, with the dirt of three departments."""
    hand(
        "police", POLICE,
        ("P1", ANNA, "安娜", "女", "1950-01-01", "东街1号", "350102"),
        ("P2", BO, "博", "1", "1960-01-01", "西街2号", "350102"),
        ("P3", CHEN, "陈", None, None, None, "350102"),
    )  # fmt: skip
    hand(
        "insurance", INSURANCE,
        ("I1", f" {ANNA} ", "安娜", "138-0013-8000", "南街3号"),
        ("I2", BO[:6] + BO[8:17], "波", None, None),
        ("I3", None, "丁", "13800138001", None),
        ("I4", DAI[:17] + "?", "戴", None, None),
        ("I5", DAI, "戴", "13800138002", None),
        days=1,
    )  # fmt: skip
    hand(
        "marriages", MARRIAGES,
        ("M1", "博", BO, "安 娜", ANNA.lower(), "有效"),
        ("M2", "陈", CHEN, "外", None, "有效"),
    )  # fmt: skip
