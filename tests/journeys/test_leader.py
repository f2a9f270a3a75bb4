"""What a leader sees: figures that move as things happen, and what lies behind each."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl

from tests.journeys.conftest import PHONE, Demo, Visit
from yitang.ground.base.identity import identity_check_character

APPEAL = "珠浦县城关镇自来水管爆裂三天没有人来修，整条街停水，请水务部门尽快抢修。"
HEADINGS = ("姓名", "身份证号", "日期")
BODY = "99012119950614020"
GOOD = ("李晓梅", BODY + identity_check_character(BODY), "2026-11-20")
BAD = ("王建国", "990121199506140209", "2026-02-30")


def test_an_appeal_moves_the_cockpit_and_is_found_behind_its_figure(demo: Demo) -> None:
    leader = demo.sit_down("leader")
    heard = figure_of(leader, "倾听")
    citizen = demo.sit_down("citizen", width=PHONE)
    citizen.page.get_by_role("link", name="写诉求").click()
    citizen.check()
    citizen.page.get_by_label("发生了什么事").fill(APPEAL)
    citizen.page.get_by_role("button", name="提交", exact=True).click()
    assert "珠浦县水务局" in citizen.page.locator("main").inner_text()
    citizen.check()

    leader.page.evaluate("htmx.trigger('#live', 'refresh')")  # what a clock does by itself
    leader.page.locator("#said", has_text="倾听").wait_for(state="attached")
    assert figure_of(leader, "倾听") == heard + 1
    leader.check()
    leader.page.locator("a.node").filter(has_text="倾听").click()
    leader.page.get_by_role("link", name="珠浦县").click()
    leader.page.get_by_role("link", name=re.compile("自来水管爆裂")).first.click()
    assert "整条街停水" in leader.page.locator("main").inner_text()
    leader.check()


def test_one_click_shares_the_next_dataset_and_names_who_is_saved_a_trip(demo: Demo) -> None:
    leader = demo.sit_down("leader")
    page = leader.page
    before = trips_saved(leader)
    page.locator("a.node.next").click()
    leader.check()
    page.get_by_role("link", name="是哪些事项").click()
    a_year = int_in(page.locator(".zero .num").inner_text())
    named = [row.inner_text() for row in page.locator("tbody a").all()]
    assert named
    page.get_by_role("button", name="共享给这些事项").click()
    assert f"{len(named)} 项不用再多跑" in page.locator(".notice").inner_text()
    assert [row.inner_text() for row in page.locator("tbody a").all()] == named
    leader.check()
    leader.open("/cockpit/")
    assert trips_saved(leader) == before + a_year


def test_a_changed_byte_is_named_by_the_verification(demo: Demo) -> None:
    leader = demo.sit_down("leader")
    page = leader.page
    leader.open("/ledger/verification/")
    page.get_by_role("button", name="现在核验").click()
    page.get_by_role("status").filter(has_text="完整").wait_for()
    page.get_by_role("button", name="改一个字节").click()
    page.get_by_role("button", name="现在核验").click()
    assert "有 1 笔" in page.get_by_role("alert").inner_text()
    row = page.locator("tbody tr")
    assert row.count() == 1
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", row.inner_text())
    leader.check()
    page.get_by_role("button", name="改回去").click()
    page.get_by_role("button", name="现在核验").click()
    page.get_by_role("status").filter(has_text="完整").wait_for()


def test_ones_own_excel_is_counted_and_comes_back_with_bad_cells_marked(
    demo: Demo, tmp_path: Path
) -> None:
    officer = demo.sit_down("data_officer")
    page = officer.page
    officer.open("/collection/")
    page.locator("input[type=file]").set_input_files(workbook(tmp_path / "我的表.xlsx"))
    page.get_by_role("button", name="看看这个文件").click()
    officer.check()
    counted = re.search(r"收下 (\d+) \+ 退回 (\d+) = 交来 (\d+)", page.locator("main").inner_text())
    assert counted is not None
    assert [int(number) for number in counted.groups()] == [9, 1, 10]
    with page.expect_download() as download:
        page.get_by_role("link", name="取回文件，错处已标出").click()
    marked = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active
    assert marked is not None
    coloured = {cell.value for row in marked.iter_rows() for cell in row if cell.comment}
    assert coloured == set(BAD[1:])


def test_published_figures_stand_confirmed_and_a_doubt_beside_its_claim(demo: Demo) -> None:
    leader = demo.sit_down("leader")
    leader.page.get_by_role("link", name="数字经济", exact=True).click()
    leader.check()
    said = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts()
        for row in leader.page.locator("tbody").first.locator("tr").all()
    }
    assert said["数字经济规模达 31 万亿元"][:2] == ["31.3 万亿元", "已核对"]
    assert said["峰会对接投资 3000 亿元"][:2] == ["3,600 亿元", "公布为 3,600 亿元"]


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (HEADINGS, *[GOOD] * 9, BAD):
        sheet.append(row)
    book.save(path)
    return path


def figure_of(leader: Visit, head: str) -> int:
    return int_in(
        leader.page.locator("a.node").filter(has_text=head).get_attribute("aria-label") or ""
    )


def trips_saved(leader: Visit) -> int:
    return int_in(leader.page.locator(".saved").inner_text())


def int_in(text: str) -> int:
    """The first whole number of a text."""
    found = re.search(r"\d[\d,]*", text)
    assert found, text
    return int(found[0].replace(",", ""))
