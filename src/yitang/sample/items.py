"""The list of service items: 300 over twenty departments, each consistent with FACTS §4.5.

What an item asks for is written in ``vocabulary/items.txt`` and ``vocabulary/materials.txt``;
everything that follows from it (codes, visits, steps, result kind) is derived here.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .offices import ITEM_OWNERS, office
from .vocabulary import lines_of

CHANNELS = {"o": ["1", "2", "3"], "m": ["1", "2", "3", "4"], "w": ["1"]}
DELIVERY = {"e": "electronic", "p": "post", "w": "window"}
TARGETS = {
    "p": (["1"], ["natural"]),
    "c": (["2", "3"], ["legal"]),
    "b": (["1", "2"], ["natural", "legal"]),
}
PRESENCE_REASONS = {
    "identity": "依法须现场核验本人身份",
    "signing": "须当面签字",
    "both_parties": "依法须双方到场",
    "biometrics": "须现场采集照片或指纹",
    "inspection": "须现场查看",
    "examination": "须参加现场考试或鉴定",
}
PAPERS = "须核验纸质原件"
LICENCE_STEPS = ["受理", "审核", "审批", "办结", "送达"]
# What is charged at all: names are those of common fees, amounts are invented.
FEES = {
    "普通护照签发（首次）": ("护照工本费", "120元/本"),
    "机动车驾驶证期满换证": ("驾驶证工本费", "10元/本"),
    "机动车注册登记": ("号牌工本费", "100元/副"),
    "不动产转移登记（存量房）": ("不动产登记费", "80元/件"),
    "不动产转移登记（商品房）": ("不动产登记费", "80元/件"),
    "不动产抵押登记": ("不动产登记费", "80元/件"),
    "特种设备作业人员考核": ("考试费", "60元/人次"),
    "普通话水平测试": ("测试费", "50元/人次"),
}
FEE_BASIS = "闽海省行政事业性收费目录（虚构）"
SHARED_AT_START = (
    "population", "marriages", "insured", "medical-insurance", "housing-fund", "tax-payments",
    "companies", "real-estate", "low-income",
)  # fmt: skip
FORMS = {"新生儿落户": "newborn"}


@dataclass(frozen=True, slots=True)
class Material:
    """One line of ``materials.txt``."""

    name: str
    name_en: str
    form: str
    source: str
    obtained: str
    issuer: str
    dataset: str


def items() -> list[dict[str, object]]:
    """Every item by the element names that items are loaded with."""
    materials = _materials()
    return [
        _item(department, position, line.split("|"), materials)
        for department, position, line in _lines()
    ]


def write_items(folder: Path) -> int:
    """``items.json``, the same as two tables, and what is shared at the start; how many items."""
    found = items()
    text = json.dumps({"items": found}, ensure_ascii=False, indent=1)
    (folder / "items.json").write_text(text + "\n", encoding="utf-8")
    shared = "".join(f"{code}\n" for code in SHARED_AT_START)
    (folder / "shared_at_start.txt").write_text(shared, encoding="utf-8")
    _write_tables(folder, found)
    return len(found)


def _lines() -> Iterator[tuple[str, int, str]]:
    department, position = "", 0
    for line in lines_of("items.txt"):
        if line.startswith("["):
            department, position = line.strip("[]"), 0
        elif line:
            position += 1
            yield department, position, line


def _materials() -> dict[str, Material]:
    rows = (line.split("|") for line in lines_of("materials.txt"))
    return {
        key: Material(name, english, form, source, how, issuer, dataset)
        for key, name, english, form, source, how, issuer, dataset in rows
    }


def _item(
    department: str, position: int, cells: list[str], known: dict[str, Material]
) -> dict[str, object]:
    name, english, kind, target, volume, law, promise, *rest = cells
    channels, presence, delivery, result, keys = rest
    owner = office(department)
    line = next(n for n, o in enumerate(ITEM_OWNERS, start=1) if o.key == department)
    basic = f"00{kind}{line:02}{position:03}000"
    materials = [_form(name), *(_material(word, known) for word in keys.split())]
    presence = "none" if presence == "-" else presence
    instant = promise == "0"
    visits, reason = _visits(channels, presence, delivery, materials, instant=instant)
    targets, themes = TARGETS[target]
    element: dict[str, object] = {
        "code": f"{owner.credit_code}7{basic}",
        "basic_code": basic,
        "name": name,
        "name_en": english,
        "department": owner.name,
        "organisation_code": owner.credit_code,
        "type": kind,
        "level": "7",
        "target": targets,
        "themes": themes,
        "case_type": "1" if instant else "2",
        "statutory_limit": f"{law}wd",
        "promised_limit": "即办" if instant else f"{promise}wd",
        "channels": CHANNELS[channels],
        "online_depth": "1" if channels == "w" else ("3" if visits else "4"),
        "visits": visits,
        "presence": presence,
        "presence_reason": reason,
        "delivery": [DELIVERY[way] for way in delivery],
        "result_name": "" if result == "-" else result,
        "result_kind": _result_kind(result),
        "charges": name in FEES,
        "consult_phone": f"0600-881{line:02}{position:03}",
        "complaint_phone": f"0600-882{line:02}000",
        "conditions": f"符合{name}的法定条件，材料真实。",
        "legal_basis": "闽海省政务服务事项基本目录（虚构）",
        "steps": LICENCE_STEPS if kind == "01" else ["受理", "审核", "办结"],
        "volume": int(volume),
        "state": "1",
        "form": FORMS.get(name, ""),
        "materials": materials,
    }  # fmt: skip
    if result != "-":
        element["result_sample"] = True
    if name in FEES:
        fee_name, standard = FEES[name]
        element["fee"] = {
            "name": fee_name, "standard": standard, "basis": FEE_BASIS, "online_payment": True,
        }  # fmt: skip
    return element


def _visits(
    channels: str,
    presence: str,
    delivery: str,
    materials: list[dict[str, object]],
    *,
    instant: bool,
) -> tuple[int, str]:
    """How often one comes, and why."""
    needs_paper = channels == "o" and any(
        m["form"] == "1" and m["necessity"] != "2" and not m["promise"] for m in materials
    )
    hands_in = (
        channels == "w"
        or needs_paper
        or presence in {"identity", "signing", "both_parties", "biometrics"}
    )
    visits = hands_in + (presence in {"inspection", "examination"}) + (delivery == "w")
    if not visits:
        return 0, ""
    reason = PRESENCE_REASONS.get(presence, PAPERS if needs_paper else "须到窗口办理")
    return (1 if instant else visits), reason


def _form(item: str) -> dict[str, object]:
    return {
        "name": f"{item}申请表",
        "name_en": "Application form",
        "form": "2",
        "necessity": "1",
        "source": "10",
        "obtained": "held",
        "issuer": "",
        "dataset": "",
        "promise": False,
    }


def _material(word: str, known: dict[str, Material]) -> dict[str, object]:
    material = known[word.rstrip("?+!")]
    return {
        "name": material.name,
        "name_en": material.name_en,
        "type": "1" if material.form == "1" else "3",
        "form": material.form,
        "necessity": {"?": "2", "+": "3"}.get(word[-1], "1"),
        "source": material.source,
        "obtained": material.obtained,
        "issuer": office(material.issuer).name if material.issuer else "",
        "dataset": material.dataset,
        "promise": word.endswith("!"),
    }


def _result_kind(result: str) -> str:
    if result == "-":
        return "none"
    if result.endswith("批复"):
        return "approval"
    return "certificate" if result.endswith(("证", "执照", "护照")) else "document"


ITEM_COLUMNS = {
    "实施编码": "code",
    "基本编码": "basic_code",
    "事项名称": "name",
    "英文名称": "name_en",
    "事项类型": "type",
    "行使层级": "level",
    "实施主体": "department",
    "实施主体编码": "organisation_code",
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
    "是否收费": "charges",
    "咨询方式": "consult_phone",
    "监督投诉方式": "complaint_phone",
    "受理条件": "conditions",
    "设定依据": "legal_basis",
    "办理流程": "steps",
    "年办件量": "volume",
    "事项状态": "state",
}
MATERIAL_COLUMNS = {
    "材料名称": "name", "材料形式": "form", "材料必要性": "necessity", "来源渠道": "source",
    "核发部门": "issuer", "共享数据": "dataset", "取得方式": "obtained", "告知承诺": "promise",
}  # fmt: skip


def _write_tables(folder: Path, found: list[dict[str, object]]) -> None:
    """The same list as two tables with the standard's column names, one of them without fees."""
    with (folder / "items.csv").open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(ITEM_COLUMNS)
        free = [item for item in found if not item["charges"]]
        table.writerows([_cell(item.get(key)) for key in ITEM_COLUMNS.values()] for item in free)
    with (folder / "materials.csv").open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(["实施编码", *MATERIAL_COLUMNS])
        for item in free:
            for material in item["materials"]:  # type: ignore[attr-defined]  # a list, see _item
                row = [_cell(material[key]) for key in MATERIAL_COLUMNS.values()]
                table.writerow([item["code"], *row])


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "；".join(value) if isinstance(value, list) else value
