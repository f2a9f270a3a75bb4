"""Steps of a newborn's registration that more than one journey takes; done once for all."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

from tests.journeys.conftest import PHONE, Demo, Visit

ITEM = "新生儿落户"
SEND = "都对，提交"


def share(demo: Demo, code: str) -> None:
    """As a leader, one click; nothing where it is shared already."""
    page = demo.sit_down("leader").page
    page.goto(f"{demo.base}/services/trips/{code}/")
    button = page.get_by_role("button", name="共享给这些事项")
    if button.count():
        button.click()


def item_page(demo: Demo) -> Visit:
    """As the mother on her phone, from the start page to the item."""
    mother = demo.sit_down("citizen", width=PHONE)
    mother.page.get_by_role("link", name=re.compile("孩子出生")).click()
    mother.page.get_by_role("link", name=ITEM).first.click()
    return mother


def registered(demo: Demo) -> Visit:
    """As the mother, at her application, which is sent if it was not."""
    mother = demo.sit_down("citizen", width=PHONE)
    if not under_way(mother.page).count():
        share(demo, "births")
        mother = item_page(demo)
        mother.page.get_by_role("button", name="开始办").click()
        mother.page.get_by_role("button", name=SEND).click()
        mother.open("/")
    under_way(mother.page).click()
    return mother


def under_way(page: Page) -> Locator:
    """The application in the list on the start page."""
    return page.locator(".under-life").get_by_role("link", name=ITEM)
