"""A catalogue nobody prepared, and a delivery that is not as it was: both wait for somebody."""

from __future__ import annotations

import json

from yitang.data.catalogue import api as catalogue
from yitang.data.collection import api as collection
from yitang.ground.organisations import api as organisations

from .running import Demonstration

# What an older portal handed out, in its own fields and words; the last office nobody knows.
PORTAL = (
    ("母婴设施名录", "省卫健委", "每季更新", "有条件开放", "公共场所母婴室的位置和开放时间"),
    ("献血点位", "省卫健委", "随时", "无条件开放", "固定献血点和献血车停靠点"),
    ("发热门诊名录", "省卫健委", "蓝色周期", "无条件开放", "设有发热门诊的医疗机构"),
    ("", "省卫健委", "每年", "无条件开放", "没有标题的一条"),
    ("近岸海水温度", "省海洋观测中心", "每日", "无条件开放", "各观测站逐日水温"),
)
FIELDS = ("资源标题", "发布机构", "更新频度", "开放方式", "简介")
CHANGED = "doctors"
FURTHER = "电子证照编码"  # a column that no item of the entry wants


def take_a_portal_in(demo: Demonstration) -> str:
    """The officer of one department takes in what a portal says, and proposes what is unknown."""
    officer = organisations.user_by_username("data_officer")
    if officer is None:  # a province that was written by an earlier release
        return "no data officer in this province"
    rows = [dict(zip(FIELDS, row, strict=True)) for row in PORTAL]
    taken = catalogue.import_catalogue(
        content=json.dumps(rows, ensure_ascii=False).encode(),
        file="旧门户目录导出.json",
        actor=officer,
        at=demo.at,
    )
    for name in taken.plan.unknown if taken.plan else []:
        organisations.propose_organisation(
            name=name,
            division_code=organisations.posts_of(officer)[-1].division_code,
            found_in=taken.run.file_name,
            actor=officer,
            at=demo.at,
        )
    run = taken.run
    return f"{run.delivered} records of a portal: {run.accepted} drafts, {run.rejected} rejected"


def deliver_a_further_column(demo: Demonstration) -> str:
    """The register of doctors again, with a column more: it waits for the data officer."""
    path = demo.sample / "silos/health/doctors.csv"
    if not path.exists():
        return "no doctors in this province"
    lines = path.read_text("utf-8-sig").splitlines()
    again = demo.sample / "again" / path.name
    again.parent.mkdir(exist_ok=True)
    written = [f"{lines[0]},{FURTHER}", *(f"{row},MH{at:06}" for at, row in enumerate(lines[1:]))]
    again.write_text("\n".join(written) + "\n", encoding="utf-8")
    actor = organisations.system_actor()
    collection.gather_file(dataset=CHANGED, path=again, actor=actor, at=demo.at)
    waiting = collection.drifts(actor)
    officer = organisations.user_by_username("data_officer") or actor
    rules = collection.suggested_rules(officer, catalogue.dataset(CHANGED))
    return f"{len(waiting)} columns to decide, {len(rules)} rules suggested for {CHANGED}"
