"""Pages of the shell, the desk and the cockpit: on a phone and a desk, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.journeys.conftest import DESKTOP, PAGE_BYTES, PHONE, VisitAs
from yitang.decision.economy import api as economy
from yitang.ground.casework.tests.factories import PERMIT, make_case, registered
from yitang.ground.organisations.api import User
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
    make_organisation,
    make_user,
)
from yitang.ground.plumbing.api import now


@pytest.fixture
def people() -> Iterator[dict[str, User]]:
    """A small office with late, paused and fresh cases, and the published figures."""
    make_division("350000", name="闽海省")
    make_division("350121", name="临江县")
    office = make_organisation("350121", name="临江县水务局")
    economy.load_indicators(
        economy.PUBLISHED / "indicators.csv", at=now(), sources=economy.publishers()
    )
    with registered(PERMIT):
        for days, title in ((30, "小区二次供水有异味"), (1, "取水许可（新办）"), (0, "井盖缺失")):
            at = now() - timedelta(days=days)
            make_case(title=title, organisation=office, division_code="350121", at=at)
        yield {
            "citizen": make_user("citizen"),
            "handler": make_officer("handler", organisation=office),
            "leader": make_officer("leader", organisation=make_organisation("350000")),
        }


PAGES = [
    ("citizen", "/"),
    ("", "/"),
    ("", "/nowhere/"),
    ("handler", "/desk/"),
    ("handler", "/desk/?box=paused"),
    ("leader", "/cockpit/"),
    ("leader", "/economy/"),
]


@pytest.mark.parametrize(
    ("width", "language"),
    [(PHONE, "zh-CN"), pytest.param(DESKTOP, "en", marks=pytest.mark.thorough)],
)
def test_pages_fit_their_screen_and_axe_finds_nothing_serious(
    visit: VisitAs, people: dict[str, User], width: int, language: str
) -> None:
    for who, path in PAGES:
        here = visit(people.get(who), width=width, language=language)
        here.open(path)
        here.check()


def test_public_pages_are_light(visit: VisitAs, people: dict[str, User]) -> None:
    here = visit(people["citizen"], width=PHONE)
    for path in ("/", "/accounts/login/"):
        assert here.bytes_of(path) <= PAGE_BYTES, path


def test_the_keyboard_reaches_the_content_first(visit: VisitAs, people: dict[str, User]) -> None:
    here = visit(language="en")
    here.open("/")
    here.page.keyboard.press("Tab")
    assert here.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    here.page.keyboard.press("Enter")
    assert here.page.evaluate("document.activeElement.id") == "main"


def test_a_handler_works_the_desk_with_keys(visit: VisitAs, people: dict[str, User]) -> None:
    here = visit(people["handler"], language="en")
    here.open("/desk/?box=organisation")
    page = here.page
    assert page.locator(".pane h2").inner_text() == "小区二次供水有异味"
    page.evaluate("window.notLoadedAnew = true")
    page.keyboard.press("j")
    page.wait_for_url("**/desk/*/**")
    page.locator(".pane h2", has_not_text="小区").wait_for()
    second = page.locator(".pane h2").inner_text()
    assert page.evaluate("document.activeElement.textContent") == second
    assert page.locator("tr.selected a").inner_text() == second
    assert page.evaluate("window.notLoadedAnew")
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for(state="detached")
    page.keyboard.press("k")
    page.locator(".pane h2", has_text="小区").wait_for()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "case-title"
    page.keyboard.press("r")
    page.keyboard.type("材料齐全，受理。")
    page.reload()
    assert page.locator("#note").input_value() == "材料齐全，受理。"
    page.get_by_role("button", name="Accept").click()
    assert "is done here" in page.locator(".notice").inner_text()
    assert page.locator(".pane h2").inner_text() == second
    assert page.locator("#note").input_value() == ""
    here.open("/desk/?box=all")
    page.go_back()
    assert page.locator(".pane h2").inner_text() == second


def test_a_phone_shows_the_list_or_the_case(visit: VisitAs, people: dict[str, User]) -> None:
    here = visit(people["handler"], width=PHONE)
    here.open("/desk/?box=organisation")
    here.page.locator("a.case").nth(1).click()
    here.page.locator("#case-title").wait_for()
    assert not here.page.locator("#worklist").is_visible()
    here.check()
    here.page.get_by_role("link", name="回到列表").click()
    here.page.locator("#worklist").wait_for()
    assert not here.page.locator("#case-title").is_visible()


def test_a_leader_reads_every_value_of_a_series(visit: VisitAs, people: dict[str, User]) -> None:
    here = visit(people["leader"])
    here.open("/economy/series/digital_economy/")
    chart = here.page.locator("figure.enhanced .canvas svg")
    chart.wait_for()
    assert not here.page.locator("figure.enhanced > svg").is_visible()
    box = chart.bounding_box()
    assert box is not None
    here.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    chart.get_by_text("万亿元").wait_for()
    here.check()
    without = visit(people["leader"], scripts=False)
    without.open("/economy/series/digital_economy/")
    assert without.page.locator("figure.enhanced > svg").is_visible()


def test_the_desk_works_without_script(visit: VisitAs, people: dict[str, User]) -> None:
    here = visit(people["handler"], language="en", scripts=False)
    here.open("/desk/?box=organisation")
    here.page.locator("a.case").nth(1).click()
    here.page.get_by_role("button", name="Accept").click()
    assert "is done here" in here.page.locator(".notice").inner_text()


def test_the_language_is_switched_where_one_stands(visit: VisitAs, people: dict[str, User]) -> None:
    here = visit(people["leader"])
    here.open("/cockpit/")
    here.page.get_by_role("button", name="English").click()
    assert here.page.url.endswith("/cockpit/")
    assert here.page.locator("html").get_attribute("lang") == "en"
