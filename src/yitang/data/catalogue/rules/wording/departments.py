"""Which known organisation a portal's words mean: by name, short name, abbreviation, old name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_ENDS = re.compile(
    r"(局|厅|委|委员会|办|办公室|部|院|署|处|科|所|站|队|中心|公司|集团|银行|法院|检察院|"
    r"政府|党委|纪委|总工会|协会|联合会|联社|学会|学校|大学|医院|馆|社|街道|乡|镇|村|区|县|市|"
    r"支队|大队|分局|税务|海关|团|会|组)$"
)
# What everybody says for short, and what the reforms of 2018 renamed (国务院机构改革方案, 2018).
_SAME: Mapping[str, str] = {
    "发改委": "发展和改革委员会", "发改局": "发展和改革局", "发展改革委": "发展和改革委员会",
    "发展改革局": "发展和改革局",
    "人社局": "人力资源和社会保障局", "人社厅": "人力资源和社会保障厅",
    "人力社保局": "人力资源和社会保障局", "人力社保厅": "人力资源和社会保障厅",
    "住建局": "住房和城乡建设局", "住建厅": "住房和城乡建设厅", "住建委": "住房和城乡建设委员会",
    "建设局": "住房和城乡建设局", "建设厅": "住房和城乡建设厅", "卫健委": "卫生健康委员会",
    "卫健局": "卫生健康局", "卫计委": "卫生健康委员会", "卫生计生委": "卫生健康委员会",
    "卫生和计划生育委员会": "卫生健康委员会", "卫生局": "卫生健康局", "市监局": "市场监督管理局",
    "市场监管局": "市场监督管理局", "工商局": "市场监督管理局", "工商行政管理局": "市场监督管理局",
    "质监局": "市场监督管理局", "质量技术监督局": "市场监督管理局", "环保局": "生态环境局",
    "环境保护局": "生态环境局", "环保厅": "生态环境厅", "环境保护厅": "生态环境厅",
    "国土资源局": "自然资源局", "国土局": "自然资源局", "国土资源厅": "自然资源厅",
    "规划局": "自然资源局", "自规局": "自然资源和规划局", "资规局": "自然资源和规划局",
    "农业局": "农业农村局", "农委": "农业农村局", "农业厅": "农业农村厅", "安监局": "应急管理局",
    "安全生产监督管理局": "应急管理局", "应急局": "应急管理局", "应急厅": "应急管理厅",
    "文旅局": "文化和旅游局", "文旅厅": "文化和旅游厅", "文化局": "文化和旅游局",
    "旅游局": "文化和旅游局", "文广旅局": "文化广电旅游局", "交通局": "交通运输局",
    "交通厅": "交通运输厅", "医保局": "医疗保障局", "工信局": "工业和信息化局",
    "工信厅": "工业和信息化厅", "经信局": "经济和信息化局", "经信委": "经济和信息化委员会",
    "经信厅": "经济和信息化厅", "科技局": "科学技术局", "科技厅": "科学技术厅",
    "城管局": "城市管理局", "数据局": "数据管理局", "大数据局": "大数据管理局",
    "退役军人局": "退役军人事务局", "退役军人厅": "退役军人事务厅", "教体局": "教育体育局",
    "民宗局": "民族宗教事务局", "公积金中心": "住房公积金管理中心", "药监局": "药品监督管理局",
    "金融局": "地方金融监督管理局", "国资委": "国有资产监督管理委员会", "残联": "残疾人联合会",
    "妇联": "妇女联合会", "市政府办": "人民政府办公室", "政府办": "人民政府办公室",
}  # fmt: skip
_UNIT = r"(?:自治区|自治州|自治县|地区|省|市(?![场政民容])|州|盟|(?<![社小校园])区(?!域)|县|旗)"
_PLACE = re.compile(rf"^(?:[\u3400-\u9fff]{{1,8}}?{_UNIT})+(?=.{{2}})")
_LEVEL = re.compile(r"^(?:[省市州区县](?!场)|本级|市级|省级)(?=[\u3400-\u9fff]{2})")


def looks_like_department(text: str) -> bool:
    """Whether a value reads as the name of an office."""
    plain = _folded(text)
    return 2 <= len(plain) <= 40 and bool(_ENDS.search(plain))


@dataclass(frozen=True, slots=True)
class DepartmentIndex:
    """Known organisations by every way their names may be written.

    A name that names its place is compared whole: the bureau of another county is not ours. A
    name without one (``统计局``, ``省统计局``) means the only office of that kind, if there is one.
    """

    whole: Mapping[str, frozenset[str]]
    placeless: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, organisations: Iterable[tuple[str, str, str]]) -> DepartmentIndex:
        """From (key, name, short name)."""
        whole: dict[str, set[str]] = {}
        placeless: dict[str, set[str]] = {}
        for key, name, short_name in organisations:
            for text in {_folded(name), _folded(short_name)}:
                for way in (text, _official(text)):
                    whole.setdefault(way, set()).add(key)
                place = _PLACE.match(text)
                bare = _official(text[place.end() :]) if place else _official(text)
                placeless.setdefault(bare, set()).add(key)
                if place:
                    placeless.setdefault(place.group()[-1] + bare, set()).add(key)
        return cls(_frozen(whole), _frozen(placeless))

    def match(self, text: str) -> str | None:
        """The key of the one organisation meant, or ``None``."""
        plain = _folded(text)
        for way in (plain, _official(plain)):
            if found := _only(self.whole.get(way)):
                return found
        if _PLACE.match(plain):
            return None
        level = _LEVEL.match(plain)
        if level is None:
            return _only(self.placeless.get(_official(plain)))
        bare = _official(plain[level.end() :])
        return _only(self.placeless.get(level.group()[0] + bare))


def _frozen(found: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {way: frozenset(keys) for way, keys in found.items()}


def _only(keys: frozenset[str] | None) -> str | None:
    return next(iter(keys)) if keys is not None and len(keys) == 1 else None


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"\(.*?\)|〔.*?〕|【.*?】", "", plain)
    return re.sub(r"[\s·・,，.。、]+", "", plain).lower()


def _official(name: str) -> str:
    for short in sorted(_SAME, key=len, reverse=True):
        if name.endswith(short) and not name.endswith(_SAME[short]):
            return name[: -len(short)] + _SAME[short]
    return name
