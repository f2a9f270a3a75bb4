from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from yitang.data.catalogue.api import (
    Dataset,
    InformationSystem,
    publish_dataset,
    register_dataset,
    register_system,
)
from yitang.data.catalogue.rules import DatasetSpec, ItemSpec
from yitang.data.catalogue.rules.systems import SystemSpec
from yitang.ground.organisations.api import Organisation, system_actor
from yitang.ground.organisations.tests.factories import make_organisation

from . import dumps

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
_number = count(1)

PEOPLE = (
    ItemSpec("record", "编号", is_key=True, required=True, unique=True),
    ItemSpec(
        "identity_number", "公民身份号码", length=18, sensitive=True,
        rule="identity_number", role="identity_number",
    ),
    ItemSpec("name", "姓名", length=30, sensitive=True, required=True, role="name"),
    ItemSpec("birth_date", "出生日期", type="D", role="birth_date"),
)  # fmt: skip


def make_spec(code: str = "", **values: object) -> DatasetSpec:
    defaults: dict[str, object] = {
        "code": code or f"dataset-{next(_number)}",
        "name": "常住人口登记信息",
        "organisation": "",
        "abstract": "派出所登记的常住人口",
        "sharing_condition": "供各级政府部门办理本部门法定职责内的事项使用",
        "items": PEOPLE,
    }
    return DatasetSpec(**(defaults | values))  # type: ignore[arg-type]


COMPLETE_ITEMS = tuple(
    replace(item, length=item.length or 20 if item.type == "C" else None) for item in PEOPLE
)


def make_complete_spec(code: str = "", **values: object) -> DatasetSpec:
    """An entry that lacks nothing."""
    complete: dict[str, object] = {
        "classification": "101", "format_type": "xlsx", "mode_type": "file",
        "items": COMPLETE_ITEMS,
    }  # fmt: skip
    return make_spec(code, **(complete | values))


def make_dataset(
    code: str = "",
    *,
    organisation: Organisation | None = None,
    published: bool = True,
    **values: object,
) -> Dataset:
    spec = make_spec(code, **values)
    entry = register_dataset(
        spec=spec, organisation=organisation or make_organisation(), actor=system_actor(), at=AT
    )
    return publish_dataset(code=spec.code, actor=system_actor(), at=AT) if published else entry


def portal_dump(style: str) -> bytes:
    """The file of an invented portal, by the name of its style in ``dumps``."""
    return dumps.STYLES[style]()[0]


def make_system_spec(code: str = "", **values: object) -> SystemSpec:
    defaults: dict[str, object] = {
        "code": code or f"SYS-{next(_number):03}",
        "name": "不动产登记系统",
        "purpose": "受理和登簿",
        "network": "extranet",
        "hosting": "own_room",
        "security_grade": 3,
        "supplier": "某信息技术公司",
        "start_year": 2018,
        "build_cost": Decimal("1200000.00"),
        "yearly_cost": Decimal("150000.50"),
    }
    return SystemSpec(**(defaults | values))  # type: ignore[arg-type]


def make_system(
    code: str = "", *, organisation: Organisation | None = None, **values: object
) -> InformationSystem:
    return register_system(
        spec=make_system_spec(code, **values),
        organisation=organisation or make_organisation(),
        actor=system_actor(),
        at=AT,
    )
