"""A mother registers her child on her phone: nothing to fill in, nothing to bring, no trip."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.journeys.conftest import Demo
from tests.journeys.newborn import ITEM, SEND, item_page, share, under_way


def test_a_mother_registers_her_newborn_without_a_trip(demo: Demo) -> None:
    share(demo, "births")
    mother = item_page(demo)
    page = mother.page
    assert page.locator(".zero .num").inner_text() == "0趟"
    assert "没有要交的材料" in page.locator(".zero").inner_text()
    mother.check()

    page.get_by_role("button", name="开始办").click()
    assert "林知夏" in fact(page, "孩子")
    assert "9901**********0201" in fact(page, "母亲")
    assert "9903**********0116" in fact(page, "父亲")
    for who, source in (("孩子", "出生医学证明"), ("母亲", "人口基础库"), ("父亲", "人口基础库")):
        assert source in fact(page, who)
    assert page.locator(".zero .num").inner_text() == "0趟"
    assert page.locator("input:visible, textarea:visible").count() == 0
    mother.check()

    second = page.context.new_page()
    second.goto(page.url)
    with page.expect_request(lambda request: request.method == "POST") as posted:
        page.get_by_role("button", name=SEND).click()
    sent = page.locator("main").inner_text()
    assert "正在办" in sent
    assert "临江县公安局" in sent
    mother.check()

    again = page.context.request.post(
        page.url, data=posted.value.post_data, headers=FORM | {"Referer": page.url}, max_redirects=0
    )
    assert (again.status, again.headers["location"]) == (302, page.url.removeprefix(mother.base))
    second.get_by_role("button", name=SEND).click()
    page.reload()
    assert page.locator(".trail").inner_text().count("您提交了") == 1
    mother.open("/")
    assert under_way(page).count() == 1
    assert ITEM in page.locator(".under-life").inner_text()


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def fact(page: Page, name: str) -> str:
    """One value of the form, with where it comes from."""
    return page.locator(".fact").filter(has=page.get_by_text(name, exact=True)).inner_text()
