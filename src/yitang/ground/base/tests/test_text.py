"""Numbers are understood however they were typed."""

from __future__ import annotations

import pytest

from yitang.ground.base.text import typed_code, typed_mobile


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "１３８００１３８０００",
        "+86 138 0013 8000",
        "８６-138-0013-8000",
        "0086 13800138000",
    ],
)
def test_a_mobile_number_is_one_however_it_is_typed(text: str) -> None:
    assert typed_mobile(text) == "13800138000"


def test_what_is_no_number_stays_as_it_was_typed() -> None:
    assert typed_mobile(" no number ") == "no number"
    assert typed_mobile("+86 12") == "+86 12"


def test_a_code_is_one_however_it_is_typed() -> None:
    assert typed_code("３ｂｎｅ－８６ＹＦ ") == "3BNE86YF"
    assert typed_code("qh-2611-00326") == "QH261100326"
