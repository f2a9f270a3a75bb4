"""A dump becomes drafts: counts add up, again changes nothing, what was mended stays."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from yitang.data.catalogue.api import (
    Taken,
    content_of,
    dataset,
    dataset_for,
    forget_dumps,
    held_dump_for,
    hold_dump,
    import_catalogue,
    import_for,
    imports_of,
    plan_import,
    portal_details,
    reasons_of,
    records_of,
    register_dataset,
)
from yitang.data.catalogue.errors import (
    AnswerWrong,
    DumpTooLarge,
    ImportUnknown,
    MappingIncomplete,
)
from yitang.ground.base.errors import NotAllowed
from yitang.ground.organisations.api import organisations_in, system_actor
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
    make_organisation,
)

from . import dumps
from .factories import AT

pytestmark = pytest.mark.django_db


def take(content: bytes, file: str = "dump", **options: object) -> Taken:
    actor = options.pop("actor", system_actor())
    return import_catalogue(content=content, file=file, actor=actor, at=AT, **options)  # type: ignore[arg-type]


def known_departments() -> None:
    for name in dumps.DEPARTMENTS:
        make_organisation(name=name)


def as_json(*rows: dict[str, object]) -> bytes:
    return json.dumps(list(rows), ensure_ascii=False).encode()


def row(name: str = "路灯", **values: object) -> dict[str, object]:
    base: dict[str, object] = {
        "标题": name, "部门": "石桥市统计局", "描述": f"{name}的位置和功率", "更新周期": "每年",
        "开放属性": "无条件开放", "格式": "xls", "联系电话": "0590-8765432",
    }  # fmt: skip
    return base | values


@pytest.mark.parametrize("style", dumps.STYLES)
def test_every_record_of_every_style_is_taken_or_rejected(style: str) -> None:
    known_departments()
    content, _ = dumps.STYLES[style]()
    run = take(content, style).run
    assert run.delivered == run.accepted + run.rejected
    assert run.accepted == len(dumps.NAMES)
    assert run.rejected == (1 if style in {"pinyin lines", "GBK table"} else 0)
    assert run.created == run.accepted
    again = take(content, style)
    assert again.repeated
    assert again.run == run
    assert len(imports_of(system_actor())) == 1


def test_an_entry_says_what_the_portal_said_and_belongs_to_its_department() -> None:
    known_departments()
    content, _ = dumps.chinese_json()
    run = take(content).run
    entry = next(
        record.dataset
        for record in records_of(system_actor(), run)
        if record.name == "空气质量日报"
    )
    assert entry is not None
    assert entry.state == "draft"
    assert entry.organisation.name == "石桥市生态环境局"
    assert (entry.update_cycle, entry.format) == ("realtime", "spreadsheet")
    assert (entry.sharing_class, entry.sharing_condition) == (2, "依申请开放")
    assert entry.is_open
    kept = portal_details(system_actor(), entry)
    assert kept["modified"] == "2024-03-02"
    assert kept["phone"] == "0590-87654302"
    with pytest.raises(NotAllowed):
        portal_details(make_officer("data_officer"), entry)


def test_a_department_nobody_knows_is_asked_once_answered_or_founded() -> None:
    make_division("350200", name="石桥市")
    content = as_json(row(), row("井盖"), row("桥梁", 部门="石桥市桥梁管理处"))
    plan = plan_import(content=content, file="d", actor=system_actor())
    assert [(q.key, q.records) for q in plan.questions] == [
        ("department:石桥市统计局", 2), ("department:石桥市桥梁管理处", 1),
    ]  # fmt: skip
    run = take(content).run
    assert (run.accepted, run.rejected) == (0, 3)
    assert [(str(text), count) for text, count in reasons_of(system_actor(), run)] == [
        ("nobody knows which organisation 石桥市统计局 is", 3)
    ]
    bureau = make_organisation("350200", name="石桥市数据管理局")
    answers = {"department:石桥市统计局": bureau.credit_code}
    run = take(content, answers=answers).run
    assert (run.accepted, run.rejected) == (2, 1)
    with pytest.raises(AnswerWrong, match="no organisation has this"):
        take(content, answers={"department": "没有的局"})
    run = take(content, answers=answers, departments_in="350200").run
    assert (run.accepted, run.created) == (3, 1)
    founded = organisations_in("350200", kind="provisional")
    assert [office.name for office in founded] == ["石桥市桥梁管理处"]
    make_organisation("350200", name="石桥市桥梁管理处")
    run = take(content, answers=answers).run
    assert run.changed == 1
    moved = next(r.dataset for r in records_of(system_actor(), run) if r.name == "桥梁")
    assert moved is not None
    assert moved.organisation.kind != "provisional"


def test_what_was_mended_stays_until_the_portal_says_something_new() -> None:
    known_departments()
    take(as_json(row(), row("井盖")))
    code = next(
        r.dataset.code
        for r in records_of(system_actor(), imports_of(system_actor())[0])
        if r.dataset
    )
    spec = dataset(code).spec
    owner = dataset(code).organisation
    mended = type(spec)(**{**{n: getattr(spec, n) for n in spec.__slots__}, "abstract": "改好的"})
    register_dataset(spec=mended, organisation=owner, actor=system_actor(), at=AT)
    run = take(as_json(row(), row("井盖"), row("桥梁"))).run
    assert (run.created, run.changed, run.accepted) == (1, 0, 3)
    assert dataset(code).abstract == "改好的"
    run = take(as_json(row(描述="新的说明，比从前更长一些"), row("井盖"))).run
    assert (run.created, run.changed, run.accepted) == (0, 1, 2)
    assert dataset(code).abstract == "新的说明，比从前更长一些"


def test_a_field_that_nobody_recognised_is_named_and_can_be_given() -> None:
    known_departments()
    content = as_json(*({"x1": n % 3, "部门": "石桥市统计局"} for n in range(5)))
    plan = plan_import(content=content, file="d", actor=system_actor())
    assert plan.missing == ("name",)
    with pytest.raises(MappingIncomplete, match="no field was recognised as name"):
        take(content)
    assert take(content, given={"x1": "name"}).run.accepted == 3
    lonely = as_json({"标题": "路灯", "描述": "路灯的位置和功率和编号"})
    with pytest.raises(MappingIncomplete, match="owner"):
        take(lonely)
    assert take(lonely, answers={"organisation": "石桥市统计局"}).run.accepted == 1


def test_publishing_needs_the_right_and_data_items() -> None:
    known_departments()
    content = as_json(row(信息项=["编号", "位置"]), row("井盖"))
    taken = take(content, publish=True)
    assert taken.run.published == 1
    assert [str(text).split(": ")[1] for _, text in taken.unpublished] == [
        "it has no data items yet."
    ]


def test_a_data_officer_imports_for_the_own_department_alone() -> None:
    known_departments()
    office = next(o for o in organisations_in("000000") if o.name == "石桥市统计局")
    officer = make_officer("data_officer", organisation=office)
    content = as_json(row(), row("公交站", 部门="石桥市交通运输局"))
    run = take(content, actor=officer).run
    assert (run.accepted, run.rejected) == (1, 1)
    assert import_for(officer, run.public_id) == run
    stranger = make_officer("data_officer", organisation=make_organisation(name="石桥市档案局"))
    with pytest.raises(ImportUnknown):
        import_for(stranger, run.public_id)
    taken = next(r.dataset for r in records_of(system_actor(), run) if r.dataset)
    assert dataset_for(officer, taken.code).state == "draft"
    with pytest.raises(NotAllowed):
        take(content, actor=make_officer("clerk"))


def test_an_uploaded_file_is_its_owners_for_a_day() -> None:
    owner = make_officer("data_officer")
    content = as_json(row())
    held = hold_dump(name="d.json", content=content, actor=owner, at=AT)
    assert content_of(held_dump_for(owner, held.public_id)) == content
    with pytest.raises(ImportUnknown):
        held_dump_for(make_officer("data_officer"), held.public_id)
    with pytest.raises(DumpTooLarge):
        hold_dump(name="d", content=b" " * (30 * 2**20 + 1), actor=owner, at=AT)
    assert forget_dumps(at=AT + timedelta(hours=23)) == 0
    assert forget_dumps(at=AT + timedelta(hours=25)) == 1
    with pytest.raises(ImportUnknown):
        held_dump_for(owner, held.public_id)


def test_dcat_arrives_as_drafts_and_what_is_not_described_is_rejected() -> None:
    make_organisation(name="石桥市水利局")
    make_organisation(name="石桥市城市管理局")
    run = take(dumps.TURTLE.encode(), "c.ttl").run
    assert (run.kind, run.delivered, run.accepted, run.rejected) == ("DCAT", 3, 2, 1)
    assert take(dumps.TURTLE.encode(), "c.ttl").repeated
