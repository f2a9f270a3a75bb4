"""Published codes as anchors, python-stdnum as the oracle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from yitang.ground.base import identity
from yitang.ground.base.text import mask_identity_number, mask_mobile, mask_name


@pytest.mark.parametrize(
    ("parts", "check"),
    [("11100000000013338W03211220000013544541J2430599001", "F")],
)
def test_published_certificate_sample_has_its_check_character(parts: str, check: str) -> None:
    assert identity.certificate_check_character(parts) == check


def test_sample_number_of_the_standard_is_accepted_and_its_neighbours_are_not() -> None:
    assert identity.is_identity_number("11010519491231002X")
    assert not identity.is_identity_number("110105194912310021")
    assert not identity.is_identity_number("11010519491331002X")


@given(st.from_regex(r"[1-6][0-9]{16}[0-9X]", fullmatch=True))
def test_identity_check_digit_agrees_with_stdnum(number: str) -> None:
    digits = number[:17]
    assert identity.identity_check_character(digits) == ric.calc_check_digit(digits + "0")


@given(st.text(alphabet=identity.CREDIT_ALPHABET, min_size=17, max_size=17))
def test_credit_check_character_agrees_with_stdnum(body: str) -> None:
    assert identity.credit_check_character(body) == uscc.calc_check_digit(body)


def test_old_numbers_and_full_width_are_made_whole() -> None:
    assert identity.normalise_identity_number("110105491231002") == "11010519491231002X"
    assert identity.normalise_identity_number("１１０１０５ 19491231002x") == "11010519491231002X"


def test_masks_hide_what_they_must() -> None:
    assert [mask_name(n) for n in ("张", "张三", "张小明", "欧阳娜娜")] == [
        "*",
        "张*",
        "张*明",
        "欧**娜",
    ]
    assert mask_identity_number("11010519491231002X") == "1101**********002X"
    assert mask_mobile("13812345210") == "138****5210"
