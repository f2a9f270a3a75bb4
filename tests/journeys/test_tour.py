"""The first two minutes: one click a step, each page whole on a wall and on a phone."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import DESKTOP, PHONE, Demo


@pytest.mark.parametrize("width", [DESKTOP, pytest.param(PHONE, marks=pytest.mark.thorough)])
def test_the_tour_leads_through_every_step(demo: Demo, width: int) -> None:
    visitor = demo.sit_down("leader", width=width)
    page = visitor.page
    visitor.check()
    steps = page.locator(".tour button").count()
    assert steps == 7
    page.locator(".tour button").first.click()
    for number in range(1, steps + 1):
        assert page.locator(".tour-bar b").inner_text().startswith(f"{number}/{steps}")
        visitor.check()
        page.locator(".tour-bar button").click()
    assert page.url.endswith("/cockpit/")
