"""Lists of items as files: every format, every refusal, nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from yitang.ground.base.errors import NotAllowed, NotFound
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation
from yitang.public.services.api import (
    departments,
    item_by_code,
    items_using,
    load_items,
    search_items,
    sharing_gains,
    take_items,
    trip_summary,
    trip_summary_by_department,
    trips_after_sharing,
    trips_of,
)
from yitang.public.services.errors import ItemFileUnreadable, MappingInvalid

from .factories import AT

pytestmark = pytest.mark.django_db

ROWS: list[dict[str, object]] = [
    {"code": "A1", "name": "取水许可", "type": "01", "volume": 10, "channels": ["1"]},
    {"code": "A2", "name": "重庆老兵优待证", "type": "行政确认", "volume": "1,200"},
]


def load(path: Path, **options: Path) -> object:
    return load_items(path, actor=system_actor(), at=AT, **options)


def test_accepted_and_rejected_make_up_what_was_delivered_with_a_sentence_each(
    tmp_path: Path,
) -> None:
    bad = [
        {"code": "B1", "name": "x", "type": "77"},
        {"code": "", "name": "no code"},
        {"code": "B2", "name": ""},
        {"code": "A1", "name": "twice"},
        {"code": "B3", "name": "x", "visits": "twice"},
        {"code": "B4", "name": "x", "promised_limit": "soon"},
        {"code": "B5", "name": "x", "organisation": "123"},
        {"code": "B6", "name": "x", "special_procedures": ["holiday"]},
        {"code": "B7", "name": "x", "materials": [{"form": "1"}]},
        {"code": "B8", "name": "x", "charges": "perhaps"},
        {"code": "B9" * 40, "name": "x"},
        {"code": "C1", "name": "x", "materials": "a text"},
        {"code": "C2", "name": "x", "materials": ["a text"]},
    ]
    path = tmp_path / "items.json"
    path.write_text(json.dumps({"items": [*ROWS, *bad]}), encoding="utf-8")
    receipt = load_items(path, actor=system_actor(), at=AT)
    assert (receipt.delivered, receipt.accepted, len(receipt.rejected)) == (15, 2, 13)
    assert receipt.without_organisation == 2
    sentences = [str(rejected.error) for rejected in receipt.rejected]
    assert sentences[0].startswith("type: '77' is not one of 00 行政权力")
    assert sentences[3] == "code: A1 stands in this list twice; the first row was taken."
    assert [rejected.row for rejected in receipt.rejected] == list(range(3, 16))
    assert item_by_code("A2").type == "07"


def test_loading_again_changes_only_what_differs() -> None:
    first = take_items(ROWS, actor=system_actor(), at=AT)
    changed = [ROWS[0], {**ROWS[1], "name": "退役军人优待证"}]
    second = take_items(changed, actor=system_actor(), at=AT)
    assert (first.created, first.updated, first.unchanged) == (2, 0, 0)
    assert (second.created, second.updated, second.unchanged) == (0, 1, 1)
    assert item_by_code("A2").name == "退役军人优待证"


def test_only_who_may_load_items_loads_them() -> None:
    with pytest.raises(NotAllowed):
        take_items(ROWS, actor=make_officer("handler"), at=AT)
    assert take_items(ROWS, actor=make_officer("system_admin"), at=AT).accepted == 2


def test_a_gbk_table_with_the_standards_headings_and_its_materials_goes_in(tmp_path: Path) -> None:
    office = make_organisation(name="闽海省水利厅")
    items = tmp_path / "items.csv"
    items.write_bytes(
        "实施编码,事项名称,实施主体,办理形式,承诺办结时限,是否收费\n"
        "W1,取水许可,闽海省水利厅,窗口、电脑端网上,10个工作日,否\n"
        "W2,河道采砂许可,闽海省水利厅,窗口,即办,否\n".encode("gb18030")
    )
    materials = tmp_path / "materials.csv"
    materials.write_text(
        "item_code,材料名称,材料形式,取得方式,共享数据,告知承诺\n"
        "W1,营业执照,纸质,本人持有,companies,否\n"
        "W9,无主,纸质,本人持有,,否\n",
        encoding="utf-8-sig",
    )
    receipt = load_items(items, actor=system_actor(), at=AT, materials=materials)
    assert (receipt.accepted, receipt.without_organisation) == (2, 0)
    item = item_by_code("W1")
    assert (item.organisation, item.promised_limit) == (office, "10wd")
    counted = trips_of(item, shared={"companies"})
    assert (len(counted.before), len(counted.after)) == (1, 0)
    assert item_by_code("W2").promised_limit == "0wd"
    assert [used.code for used in items_using("companies")] == ["W1"]


def test_a_workbook_goes_in(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["实施编码", "事项名称", "事项类型"])
    sheet.append([None, None, None])
    sheet.append(["E1", "入学证明", "20"])
    book.save(tmp_path / "items.xlsx")
    assert load_items(tmp_path / "items.xlsx", actor=system_actor(), at=AT).accepted == 1


def test_a_list_inside_a_script_goes_in_by_a_mapping(tmp_path: Path) -> None:
    script = tmp_path / "list.js"
    script.write_text(
        "// made elsewhere\nconst list = [{department: 1}];".replace(
            "{department: 1}",
            '{"department": "区水利局", "items": [{"kind": "x", "subs": ['
            '{"name": "取水许可", "url": "http?code=Q-1&t=1"},'
            '{"name": "其他", "url": "http?t=31"}]}]}',
        ),
        encoding="utf-8",
    )
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        'rows = "items.subs"\n[columns]\nname = "name"\ndepartment = "department"\n'
        'code = { from = "url", pattern = "code=([^&]+)" }\n'
        'type = { from = "url", pattern = "t=(\\\\d+)" }\n'
        '[values.type]\n"9" = "01"\n[constants]\nlevel = "4"\n',
        encoding="utf-8",
    )
    receipt = load_items(script, actor=system_actor(), at=AT, mapping=mapping)
    assert (receipt.accepted, [str(r.error) for r in receipt.rejected]) == (
        1,
        ["code: it is missing."],
    )
    item = item_by_code("Q-1")
    assert (item.department, item.type, item.level) == ("区水利局", "01", "4")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("items.pdf", b"", "only .csv, .js, .json, .xlsx are understood"),
        ("items.json", b"[{", "line 1"),
        ("items.json", b"nothing", "there is no JSON in it"),
        ("items.json", b"\x81", "neither UTF-8 nor GB 18030"),
        ("items.csv", b"a,b\n\0,1\n", "zero bytes"),
        ("items.xlsx", b"no zip", "not an Excel workbook"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ItemFileUnreadable, match=problem):
        load(tmp_path / name)
    with pytest.raises(ItemFileUnreadable, match="No such file"):
        load(tmp_path / "missing.json")


def test_a_wrong_mapping_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "items.json").write_text("[]")
    (tmp_path / "mapping.toml").write_text("rows = ")
    with pytest.raises(MappingInvalid, match=r"mapping\.toml"):
        load(tmp_path / "items.json", mapping=tmp_path / "mapping.toml")


def test_items_are_found_by_chinese_pinyin_and_initials_and_paged_without_loss() -> None:
    take_items(
        [*ROWS, *({"code": f"P{n}", "name": f"事项{n}", "target": ["2"]} for n in range(5))],
        actor=system_actor(),
        at=AT,
    )
    for text in ("老兵", "LAOBING", "chongqing", "cqlb", "优待 老兵"):
        assert [row.item.code for row in search_items(text).rows] == ["A2"]
    assert search_items("没有这件事").rows == []
    assert len(search_items(target="2").rows) == 5
    assert search_items(target="12").rows == []
    seen, cursor = [], ""
    while True:
        page = search_items(cursor=cursor, limit=3)
        seen += [row.item.code for row in page.rows]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert seen == ["A2", "A1", "P0", "P1", "P2", "P3", "P4"]


def test_an_unknown_item_is_not_found_and_departments_are_counted() -> None:
    with pytest.raises(NotFound):
        item_by_code("none")
    take_items(
        [{"code": f"D{n}", "name": "x", "department": "甲" if n else "乙"} for n in range(3)],
        actor=system_actor(),
        at=AT,
    )
    assert departments() == [("甲", 2), ("乙", 1)]
    assert len(search_items(department="甲").rows) == 2


def test_what_sharing_saves_over_the_whole_list() -> None:
    births = {"name": "出生医学证明", "obtained": "window", "form": "1", "dataset": "births"}
    take_items(
        [
            {
                "code": "S1",
                "name": "落户",
                "department": "公安",
                "channels": ["2"],
                "volume": 300,
                "delivery": ["electronic"],
                "materials": [births],
            },
            {"code": "S2", "name": "办证", "department": "民政", "channels": ["1"], "volume": 100},
        ],
        actor=system_actor(),
        at=AT,
    )
    summary = trip_summary(shared=["births"])
    assert (summary.average_before, summary.average_after) == (1.75, 0.25)
    assert list(trip_summary_by_department(shared=[])) == ["公安", "民政"]
    assert [(g.dataset, g.trips_a_year) for g in sharing_gains(shared=[])] == [("births", 600)]
    assert [(f.code, a, b) for f, a, b in trips_after_sharing("births", shared=["births"])] == [
        ("S1", 2, 0)
    ]
