"""Portal, newborn form, tour and desk by keyboard alone: focus is seen, nothing traps it."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.journeys.conftest import Demo, VisitAs
from tests.journeys.newborn import SEND, item_page, share
from yitang.ground.organisations.tests.factories import make_officer
from yitang.ground.plumbing.api import now
from yitang.public.hotline.api import dispatch_appeal
from yitang.public.hotline.tests.factories import make_appeal, make_province

MOST = 80  # Tabs until what is sought must have been reached
FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e)
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
  return {name: e.id || (e.innerText || e.getAttribute("aria-label") || "").trim(),
    body: e === document.body, seen: seen || style.boxShadow !== "none"}
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus stands on an id or on words; each stop on the way is visible."""
    stops = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        assert stop["body"] or stop["seen"], f"{page.url}: no visible focus on {stop['name']!r}"
        stops.append(stop["name"])
        if stop["name"] == name:
            return
    raise AssertionError(f"{page.url}: {name!r} is not reached by Tab, only {stops}")


def follow(page: Page, name: str) -> None:
    """Reach something by Tab and press Enter, which leads to another page."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_appeal_is_filed_by_keyboard_alone(demo: Demo) -> None:
    visitor = demo.sit_down()
    page = visitor.page
    visitor.open("/hotline/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, "id_text")
    page.keyboard.type("路灯三天没亮了，晚上看不见路。")
    tab_to(page, "id_place")
    page.keyboard.type("临江县城东街道")
    tab_to(page, "id_is_confidential")
    page.keyboard.press("Space")
    assert page.locator("#id_is_confidential").is_checked()
    follow(page, "提交")
    assert "/hotline/a/" in page.url
    assert page.locator(".num.mono").inner_text().strip()
    visitor.check()


def test_a_newborn_is_registered_by_keyboard_alone(demo: Demo) -> None:
    share(demo, "births")
    page = item_page(demo).page
    # Under way since another journey sent it, the item says so and offers another child.
    is_sent = page.get_by_role("link", name="看办理进度").count()
    follow(page, "为别人再办一件（比如另一个孩子）" if is_sent else "开始办")
    if is_sent:  # the records name the same child: the page leads to what was sent
        assert page.get_by_role("button", name=SEND).count() == 0
        follow(page, "看办理进度")
    else:
        with page.expect_request(lambda request: request.method == "POST"):
            follow(page, SEND)
    assert re.search(r"BJ-\d{4}-\d{5}", page.locator("main").inner_text())


def test_the_tour_is_led_by_keyboard_alone(demo: Demo) -> None:
    page = demo.sit_down("leader").page
    steps = page.locator(".tour button").count()
    first = page.locator(".tour button").first.inner_text().strip()
    follow(page, first)
    for number in range(1, steps + 1):
        assert page.locator(".tour-bar b").inner_text().startswith(f"{number}/{steps}")
        follow(page, page.locator(".tour-bar button").first.inner_text().strip())
    assert page.url.endswith("/cockpit/")


def test_an_appeal_is_signed_given_to_a_colleague_and_answered_by_keyboard_alone(
    visit: VisitAs,
) -> None:
    province = make_province()
    colleague = make_officer("handler", organisation=province.water, username="wang")
    filed = make_appeal(at=now())
    appeal = dispatch_appeal(
        appeal_id=filed.pk, organisation=province.water, actor=province.dispatcher, at=now()
    )
    here = visit(province.handler)
    here.open("/desk/?box=organisation")
    page = here.page
    tab_to(page, "note")
    follow(page, "签收")
    assert "wang" in page.locator("#colleague").text_content()
    tab_to(page, "转办、停钟、延期、记一笔")
    page.keyboard.press("Enter")
    tab_to(page, "colleague")
    page.keyboard.type("wang")
    follow(page, "交给这位同事")
    assert "wang" in page.locator(".notice").inner_text()

    other = visit(colleague)
    other.open("/desk/?box=mine")
    other.page.keyboard.press("r")
    other.page.keyboard.type("水管已换，水压正常。")
    follow(other.page, "答复\n（要写理由）")
    other.check()
    appeal.case.refresh_from_db()
    assert appeal.case.state == "answered"
