"""Divisions named in a text, settled or left open."""

from __future__ import annotations

import pytest

from yitang.ground.language.api import (
    PlaceIndex,
    build_place_index,
    deepest_place,
    find_places,
)

ROWS = [
    ("350000", "福建省", "福建", None),
    ("350100", "福州市", "福州", "350000"),
    ("350102", "鼓楼区", "鼓楼", "350100"),
    ("350102001", "东街街道", "", "350102"),
    ("350121", "闽侯县", "", "350100"),
    ("320000", "江苏省", "", None),
    ("320100", "南京市", "", "320000"),
    ("320106", "鼓楼区", "", "320100"),
    ("220000", "吉林省", "", None),
    ("220200", "吉林市", "", "220000"),
    ("140300", "阳泉市", "", None),
    ("140302", "城区", "", "140300"),
]


@pytest.fixture(scope="module")
def index() -> PlaceIndex:
    return build_place_index(ROWS, aliases={"榕城": "350100"})


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("福建省福州市鼓楼区水管爆裂", ["350000", "350100", "350102"]),
        ("鼓楼区，我说的是南京市", ["320106", "320100"]),
        ("鼓楼区水管爆裂", [None]),
        ("福州鼓楼停水", ["350100", "350102"]),
        ("鼓楼停水", []),
        ("鼓楼区东街街道停水", ["350102", "350102001"]),
        ("榕城鼓楼停水", ["350100", "350102"]),
        ("闽侯停水", ["350121"]),
        ("城区停水", []),
        ("阳泉城区停水", ["140300", "140302"]),
        ("我在吉林", ["220000"]),
        ("江苏省福建省鼓楼区", ["320000", "350000", None]),
        ("", []),
    ],
)
def test_places_of_a_text(index: PlaceIndex, text: str, codes: list[str | None]) -> None:
    places = find_places(text, index)
    assert [place.code for place in places] == codes
    for place in places:
        assert text[place.start : place.end] == place.name


def test_an_open_place_keeps_its_candidates(index: PlaceIndex) -> None:
    (place,) = find_places("鼓楼区", index)
    assert place.is_open
    assert place.candidates == ("320106", "350102")


def test_what_everything_lies_in_settles_namesakes(index: PlaceIndex) -> None:
    assert [place.code for place in find_places("鼓楼区", index, within="350000")] == ["350102"]
    assert [place.code for place in find_places("鼓楼区", index, within="220000")] == [None]


def test_a_message_belongs_to_the_deepest_place_unless_places_contradict(
    index: PlaceIndex,
) -> None:
    deepest = deepest_place(find_places("福建省鼓楼区东街街道", index), index)
    assert deepest is not None
    assert deepest.code == "350102001"
    assert deepest_place(find_places("鼓楼区", index), index) is None
    assert deepest_place(find_places("福州市和南京市", index), index) is None
