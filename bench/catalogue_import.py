"""How many fields of foreign catalogues are mapped right with nobody's help.

``catalogue_import.py DIR [PORTAL …]``: DIR holds a portal's dumps as ``*.json`` and, under
``mapping/``, for each the published mapping of its fields to common ones. Portals named after
DIR are also summed up apart, as those that nobody looked at while the mapper was written.
Without DIR the invented portals of the tests are mapped.

Peers in the same run: the field's name equals one of a target's usual names; and the best of
them by rapidfuzz's token ratio.
"""

from __future__ import annotations

import json
import os
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import django
from rapidfuzz import fuzz

os.environ["DJANGO_SETTINGS_MODULE"] = "yitang.site.config.settings"
django.setup()

from yitang.data.catalogue.connectors import read_dump  # noqa: E402  (its room has tables)
from yitang.data.catalogue.rules.mapping import propose  # noqa: E402

Records = Sequence[Mapping[str, object]]
Mapper = Callable[[Records], dict[str, str]]

# The common fields of the published mappings, in our words. ``update_formats`` stands in one of
# them where all others have ``update_frequency``.
COMMON = {
    "title": "name", "description": "abstract", "department": "organisation",
    "category": "theme", "industry": "industry", "tags": "keywords", "is_open": "openness",
    "update_frequency": "update_cycle", "update_formats": "update_cycle",
    "publish_time": "issued", "update_time": "modified", "data_formats": "format",
    "data_volume": "rows", "telephone": "phone", "email": "email", "url": "page",
}  # fmt: skip
# What each is usually called: the field list of the national guide, DCAT and plain words.
USUAL = {
    "name": ("名称", "信息资源名称", "标题", "title", "name"),
    "abstract": ("摘要", "信息资源摘要", "描述", "description", "abstract"),
    "organisation": ("提供方", "信息资源提供方", "提供单位", "publisher", "department"),
    "theme": ("主题", "信息资源分类", "领域", "theme", "category"),
    "industry": ("行业", "所属行业", "industry"),
    "keywords": ("关键字", "标签", "keyword", "tags"),
    "openness": ("开放属性", "是否向社会开放", "access rights", "open"),
    "opening_condition": ("开放条件", "opening condition"),
    "sharing": ("共享类型", "共享属性", "sharing type"),
    "sharing_condition": ("共享条件", "sharing condition"),
    "update_cycle": ("更新周期", "更新频率", "accrual periodicity", "update frequency"),
    "issued": ("发布日期", "发布时间", "issued", "publish time"),
    "modified": ("更新日期", "更新时间", "modified", "update time"),
    "format": ("格式", "信息资源格式", "数据格式", "format"),
    "rows": ("数据量", "记录数", "data volume", "rows"),
    "counter": ("浏览量", "下载量", "views", "downloads"),
    "phone": ("联系电话", "telephone", "phone"),
    "email": ("邮箱", "电子邮箱", "email"),
    "page": ("详情页", "网址", "landing page", "url"),
    "identifier": ("编号", "identifier", "id"),
    "licence": ("许可", "license", "licence"),
}  # fmt: skip
ENOUGH = 70  # of a hundred: below it the fuzzy peer leaves a field alone


def folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def ours(records: Records) -> dict[str, str]:
    return propose(records).mapping


def by_equality(records: Records) -> dict[str, str]:
    known = {folded(word): target for target, words in USUAL.items() for word in words}
    names = dict.fromkeys(name for record in records for name in record)
    return {name: known[folded(name)] for name in names if folded(name) in known}


def by_likeness(records: Records) -> dict[str, str]:
    mapped: dict[str, str] = {}
    for name in dict.fromkeys(name for record in records for name in record):
        score, target = max(
            (max(fuzz.ratio(folded(name), folded(word)) for word in words), target)
            for target, words in USUAL.items()
        )
        if score >= ENOUGH:
            mapped[name] = target
    return mapped


def without_names(records: Records) -> dict[str, str]:
    """Ours with every name hidden: what the values alone say."""
    names = list(dict.fromkeys(name for record in records for name in record))
    hidden = {name: f"q{number}" for number, name in enumerate(names)}
    mapped = propose([{hidden[n]: v for n, v in record.items()} for record in records]).mapping
    return {name: mapped[hidden[name]] for name in names if hidden[name] in mapped}


def without_values(records: Records) -> dict[str, str]:
    """Ours with every value hidden: what the names alone say."""
    names = list(dict.fromkeys(name for record in records for name in record))
    return propose([dict.fromkeys(names, "")]).mapping


MAPPERS: dict[str, Mapper] = {
    "ours": ours,
    "names alone": without_values,
    "values alone": without_names,
    "equal names": by_equality,
    "like names": by_likeness,
}


def portals(folder: Path | None) -> Iterator[tuple[str, Records, dict[str, str]]]:
    """Name, records, and for every field that the published mapping names what it is."""
    if folder is None:
        from yitang.data.catalogue.tests.dumps import STYLES

        for style, made in STYLES.items():
            content, wanted = made()
            yield style, read_dump(content, file=style).readable, wanted
        return
    for path in sorted(folder.glob("*.json")):
        key = folder / "mapping" / path.name
        if not key.exists():
            continue
        published = json.loads(key.read_text(encoding="utf-8"))
        wanted = {name: COMMON.get(common, f"?{common}") for name, common in published.items()}
        yield path.stem, read_dump(path.read_bytes(), file=path.name).readable, wanted


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    apart = set(sys.argv[2:])
    right = {mapper: {"all": 0, "held out": 0} for mapper in MAPPERS}
    fields = {"all": 0, "held out": 0}
    spent = 0.0
    print(f"{'portal':24}{'fields':>8}" + "".join(f"{mapper:>14}" for mapper in MAPPERS))
    for portal, records, wanted in portals(folder):
        present = {name for record in records for name in record}
        wanted = {name: target for name, target in wanted.items() if name in present}
        groups = ["all", *(["held out"] if portal in apart else [])]
        row = []
        for mapper, mapped_by in MAPPERS.items():
            begun = time.perf_counter()
            mapped = mapped_by(records)
            spent += time.perf_counter() - begun if mapper == "ours" else 0
            hits = sum(mapped.get(name) == target for name, target in wanted.items())
            row.append(hits)
            for group in groups:
                right[mapper][group] += hits
            if mapper == "ours":
                for name, target in wanted.items():
                    if mapped.get(name) != target:
                        print(f"  {name}: {mapped.get(name) or 'nothing'}, published {target}")
                for name in sorted(set(mapped) - set(wanted)):
                    print(f"  {name}: {mapped[name]}, not in the published mapping")
        for group in groups:
            fields[group] += len(wanted)
        print(f"{portal:24}{len(wanted):>8}" + "".join(f"{hits:>14}" for hits in row))
    for group, count in fields.items():
        if count:
            shares = "".join(f"{right[mapper][group] / count:>14.3f}" for mapper in MAPPERS)
            print(f"{group:24}{count:>8}{shares}")
    print(f"{spent:.1f} s for ours")
    return 0


if __name__ == "__main__":
    sys.exit(main())
