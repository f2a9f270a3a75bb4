"""What is printed: no navigation, a title, and the page's address at the foot."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Demo

PAPER = 690  # pixels of an A4 page between its margins


MORE = [
    pytest.param(path, marks=pytest.mark.thorough)
    for path in ("/economy/", "/fusion/", "/insight/")
]


@pytest.mark.parametrize("path", ["/cockpit/", *MORE])
def test_a_printed_page_says_what_and_where_it_is(demo: Demo, path: str) -> None:
    visitor = demo.sit_down("leader")
    visitor.open(path)
    page = visitor.page
    assert not page.locator(".printed").is_visible()
    page.emulate_media(media="print")
    assert not page.locator("nav.main").is_visible()
    assert page.locator("h1").first.bounding_box()["height"] > 10  # type: ignore[index]
    foot = page.locator(".printed")
    assert foot.is_visible()
    assert path in foot.inner_text()
    page.set_viewport_size({"width": PAPER, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER
    for table in page.locator("table:visible").all():  # not the cards of a phone
        assert table.evaluate("t => getComputedStyle(t.rows[0]).display") == "table-row"
