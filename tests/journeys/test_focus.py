"""What a script puts into an open page: the focus stays sensible, and a listener hears of it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Demo

ASK_NOW = "document.dispatchEvent(new Event('visibilitychange'))"


def test_what_a_script_swaps_in_is_heard_and_keeps_the_focus(demo: Demo) -> None:
    officer = demo.sit_down("data_officer")
    page = officer.page
    officer.open("/desk/?box=organisation")
    second = page.locator("a.case").nth(1)
    second.focus()
    page.keyboard.press("Enter")  # of a link that is not opened yet
    expect(said(page)).to_have_text(second.inner_text())
    expect(page.locator("#case-title")).to_have_text(second.inner_text())
    expect(second).to_be_focused()

    officer.open("/catalogue/")
    search = page.locator("#q")
    search.focus()
    page.keyboard.type("登记")
    expect(said(page)).to_contain_text("条")
    expect(search).to_be_focused()
    facet = page.locator(".facets a").first
    narrowed = facet.inner_text()
    facet.focus()  # a page of its own, by its title, with what was chosen marked
    page.keyboard.press("Enter")
    expect(page.locator(".facets a[aria-current]")).to_have_text(narrowed)
    assert page.locator("#q").input_value() == "登记"

    officer.open("/catalogue/births/")
    page.locator("#sample button").focus()
    page.keyboard.press("Enter")
    rows = page.locator("#sample [role=region]")
    expect(rows).to_be_focused()
    assert rows.get_attribute("aria-label")

    leader = demo.sit_down("leader")
    figures = leader.page
    leader.open("/cockpit/")
    held = figures.locator("#live a[href='/metrics/']")
    held.focus()
    before = figures.locator("#live").inner_text()
    citizen = demo.sit_down()
    citizen.open("/hotline/")
    citizen.page.locator("#id_text").fill("公交站的灯箱漏电，请尽快派人来看。")
    citizen.page.get_by_role("button", name="提交").click()
    citizen.page.wait_for_url("**/hotline/a/**")
    figures.evaluate(ASK_NOW)
    expect(said(figures)).not_to_be_empty()
    assert figures.locator("#live").inner_text() != before
    expect(held).to_be_focused()


def said(page: Page) -> Locator:
    """What a screen reader is told without being asked."""
    return page.locator("#said[role=status]")
