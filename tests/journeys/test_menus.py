"""Every page a menu leads to, as the people who have it in their menu; each looked at once."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.journeys.conftest import DESKTOP, PAGE_BYTES, PHONE, Demo
from tests.journeys.newborn import ITEM

OFFICERS = ("leader", "dispatcher", "sharing_head", "audit_admin", "security_admin")


def test_public_pages_are_whole_on_a_phone_and_light(demo: Demo) -> None:
    citizen = demo.sit_down("citizen", width=PHONE)
    for path in menu_of(citizen.page):
        assert citizen.bytes_of(path) <= PAGE_BYTES, path
        citizen.check()


def test_services_are_suggested_while_one_types(demo: Demo) -> None:
    page = demo.sit_down(width=PHONE).page
    page.goto(demo.base)
    page.get_by_role("searchbox").press_sequentially("新生儿", delay=30)
    page.locator("#suggested").get_by_role("link", name=ITEM).wait_for()
    assert "找到" in page.locator("#said").inner_text()
    page.get_by_role("searchbox").fill("")
    page.locator("#suggested:empty").wait_for(state="attached")


def test_officers_pages_are_whole_at_a_desk_in_english(demo: Demo) -> None:
    seen: set[str] = set()
    for role in OFFICERS:
        officer = demo.sit_down(role, width=DESKTOP, language="en")
        for path in menu_of(officer.page):
            if path not in seen:
                assert officer.open(path).ok, f"{role} {path}"
                officer.check()
                seen.add(path)
    assert len(seen) >= 9


def menu_of(page: Page) -> list[str]:
    """The addresses in the main menu."""
    links = page.locator("nav.main a").all()
    return [link.get_attribute("href") or "" for link in links]
