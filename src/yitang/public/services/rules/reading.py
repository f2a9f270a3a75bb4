"""From a delivered row to an item: values in the ways offices write them, one sentence if not.

Elements are named as in ``ItemFacts``; the standard's Chinese column names are understood too
(FACTS §4.3), so a list in the national schema goes in without a mapping.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from yitang.ground.base.clock import PAUSE_REASONS, Term, Unit
from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.identity import check_credit_code
from yitang.ground.base.text import Message

from . import codes
from .items import Fee, ItemFacts, MaterialFacts

Row = Mapping[str, object]

COLUMNS: Mapping[str, str] = {
    "实施编码": "code",
    "事项编码": "code",
    "基本编码": "basic_code",
    "事项名称": "name",
    "英文名称": "name_en",
    "事项类型": "type",
    "行使层级": "level",
    "实施主体": "department",
    "实施主体编码": "organisation_code",
    "organisation": "organisation_code",
    "organisation_name": "department",
    "服务对象": "target",
    "办件类型": "case_type",
    "法定办结时限": "statutory_limit",
    "承诺办结时限": "promised_limit",
    "办理形式": "channels",
    "网上办理深度": "online_depth",
    "到办事现场次数": "visits",
    "到场要求": "presence",
    "必须现场办理原因说明": "presence_reason",
    "送达方式": "delivery",
    "审批结果名称": "result_name",
    "审批结果类型": "result_kind",
    "审批结果样本": "result_sample",
    "是否收费": "charges",
    "网上支付": "online_payment",
    "咨询方式": "consult_phone",
    "监督投诉方式": "complaint_phone",
    "受理条件": "conditions",
    "设定依据": "legal_basis",
    "办理流程": "steps",
    "年办件量": "volume",
    "事项状态": "state",
    "材料名称": "name",
    "材料类型": "type",
    "材料形式": "form",
    "材料必要性": "necessity",
    "来源渠道": "source",
    "核发部门": "issuer",
    "共享数据": "dataset",
    "取得方式": "obtained",
    "告知承诺": "promise",
}
TERM = re.compile(r"(\d+)\s*(?:个)?\s*(wd|工作日|d|日|天|自然日|h|小时)?")
UNITS = {
    "d": Unit.DAYS,
    "日": Unit.DAYS,
    "天": Unit.DAYS,
    "自然日": Unit.DAYS,
    "h": Unit.HOURS,
    "小时": Unit.HOURS,
}
AT_ONCE = frozenset({"即办", "即时办结", "当场办结"})
YES = frozenset({"true", "1", "是", "yes", "y"})
NO = frozenset({"false", "0", "否", "no", "n", "无"})
LONGEST_CODE = 64
LIST_MARKS = re.compile(r"[|;；、,，]")


def read_item(row: Row) -> ItemFacts:
    """The item that ``row`` describes; raises a ``DomainError`` that names the element.

    A row has elements by name, ``materials`` and ``fee`` among them as nested values.
    """
    values = _named(row) or {}
    for name in ("code", "name"):
        if not _text(values.get(name)):
            raise InvalidInput(field=name, problem="it is missing")
    elements = _read(values, ITEM_READERS)
    if elements.get("organisation_code"):
        check_credit_code(elements["organisation_code"])
    if len(elements["code"]) > LONGEST_CODE:
        problem = f"it is longer than {LONGEST_CODE} characters"
        raise InvalidInput(field="code", problem=problem)
    elements |= _fee(values, elements)
    elements["materials"] = _materials(values.get("materials") or [])
    return ItemFacts(**elements)


def _read(
    values: Mapping[str, object], readers: Mapping[str, Callable[[object], object]]
) -> dict[str, Any]:
    return {
        name: read(values[name])
        for name, read in readers.items()
        if values.get(name) not in (None, "")
    }


def _fee(values: Mapping[str, object], elements: Mapping[str, Any]) -> dict[str, Any]:
    """A stated fee means that one is charged; a fee of nothing that the item is free."""
    fee = _named(values.get("fee"))
    if fee is None:
        is_free = "fee" in values and values["fee"] is None and "charges" not in elements
        return {"charges": False} if is_free else {}
    found: dict[str, Any] = {
        "fee": Fee(*(_text(fee.get(key)) for key in ("name", "standard", "basis"))),
        "charges": True,
    }
    if fee.get("online_payment") is not None:
        found["online_payment"] = _flag(fee["online_payment"])
    return found


def _materials(value: object) -> tuple[MaterialFacts, ...]:
    if not isinstance(value, list | tuple):
        raise InvalidInput(field="materials", problem="a list is expected")
    rows: Iterable[Any] = value
    return tuple(read_material(row, position) for position, row in enumerate(rows, start=1))


def read_material(row: object, position: int) -> MaterialFacts:
    """One material of an item; ``position`` (from 1) names it in an error."""
    values = _named(row)
    if values is None:
        raise InvalidInput(field=f"material {position}", problem="named values are expected")
    if not _text(values.get("name")):
        raise InvalidInput(field=f"material {position}", problem="its name is missing")
    values["kind"] = values.pop("type", "")
    return MaterialFacts(**_read(values, MATERIAL_READERS))


def _named(row: object) -> dict[str, object] | None:
    """A row by our names for its columns; ``None`` when it has no names at all."""
    if not isinstance(row, Mapping):
        return None
    plain: Mapping[Any, object] = row
    names = {name: str(name).strip() for name in plain}
    return {COLUMNS.get(names[name], names[name]): value for name, value in plain.items()}


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _list(value: object) -> tuple[str, ...]:
    parts: Iterable[Any] = (
        value if isinstance(value, list | tuple) else LIST_MARKS.split(str(value))
    )
    return tuple(part for part in (_text(one) for one in parts) if part)


def _one_of(code_set: codes.CodeSet) -> Callable[[object], str]:
    return lambda value: code_set.code_of(_text(value))


def _some_of(code_set: codes.CodeSet) -> Callable[[object], tuple[str, ...]]:
    return lambda value: tuple(code_set.code_of(part) for part in _list(value))


def _flag(value: object) -> bool:
    word = _text(value).lower()
    if word not in YES | NO:
        raise InvalidInput(
            field="yes or no",
            problem=Message(
                "services.yes_or_no", "{word} is neither 是 nor 否", {"word": repr(word)}
            ),
        )
    return word in YES


def _number(element: str) -> Callable[[object], int]:
    def read(value: object) -> int:
        text = _text(value).replace(",", "").removesuffix(".0").removesuffix("次")
        if not (text.isascii() and text.isdigit()):
            raise InvalidInput(
                field=element,
                problem=Message(
                    "services.no_number", "{text} is not a whole number", {"text": repr(text)}
                ),
            )
        return int(text)

    return read


def _term(value: object) -> Term:
    text = _text(value)
    if text in AT_ONCE:
        return Term(0)
    found = TERM.fullmatch(text)
    if found is None:
        problem = f"{text!r} is not a time limit such as 20wd, 20 个工作日, 30 日 or 即办"
        raise InvalidInput(field="time limit", problem=problem)
    return Term(int(found[1]), UNITS.get(found[2] or "", Unit.WORKDAYS))


def _procedures(value: object) -> tuple[str, ...]:
    words = _list(value)
    for word in words:
        if word not in PAUSE_REASONS:
            problem = f"{word!r} is not one of {', '.join(PAUSE_REASONS)} (行政许可法 Art 45)"
            raise InvalidInput(field="special_procedures", problem=problem)
    return words


ITEM_READERS: Mapping[str, Callable[[object], object]] = {
    "code": _text,
    "name": _text,
    "name_en": _text,
    "basic_code": _text,
    "department": _text,
    "organisation_code": _text,
    "type": _one_of(codes.ITEM_TYPE),
    "level": _one_of(codes.LEVEL),
    "target": _some_of(codes.TARGET),
    "themes": _list,
    "case_type": _one_of(codes.CASE_TYPE),
    "statutory_limit": _term,
    "promised_limit": _term,
    "channels": _some_of(codes.CHANNEL),
    "online_depth": _one_of(codes.ONLINE_DEPTH),
    "visits": _number("visits"),
    "presence": _one_of(codes.PRESENCE),
    "presence_reason": _text,
    "special_procedures": _procedures,
    "delivery": _some_of(codes.DELIVERY),
    "result_name": _text,
    "result_kind": _one_of(codes.RESULT_KIND),
    "result_sample": _flag,
    "charges": _flag,
    "online_payment": _flag,
    "consult_phone": _text,
    "complaint_phone": _text,
    "conditions": _text,
    "legal_basis": _text,
    "steps": _list,
    "volume": _number("volume"),
    "state": _one_of(codes.STATE),
    "form": _text,
}
MATERIAL_READERS: Mapping[str, Callable[[object], object]] = {
    "name": _text,
    "name_en": _text,
    "kind": _one_of(codes.MATERIAL_TYPE),
    "form": _one_of(codes.MATERIAL_FORM),
    "necessity": _one_of(codes.NECESSITY),
    "source": _one_of(codes.SOURCE),
    "issuer": _text,
    "obtained": _one_of(codes.OBTAINED),
    "dataset": _text,
    "promise": _flag,
}
