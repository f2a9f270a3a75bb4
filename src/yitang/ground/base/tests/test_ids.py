import pytest

from yitang.ground.base.errors import InvalidInput, all_domain_errors
from yitang.ground.base.ids import Reference, uuid7


def test_identifiers_are_version_seven_and_ordered_by_time() -> None:
    first, second = uuid7(milliseconds=1_000), uuid7(milliseconds=1_001)
    assert (first.version, first.variant) == (7, "specified in RFC 4122")
    assert first < second


def test_reference_survives_its_text_form() -> None:
    reference = Reference("hotline.appeal", "0198")
    assert Reference.parse(str(reference)) == reference
    with pytest.raises(ValueError, match="not a reference"):
        Reference.parse("nothing")


def test_errors_speak_in_one_sentence_and_have_distinct_codes() -> None:
    assert str(InvalidInput(field="phone", problem="it is empty")) == "phone: it is empty."
    codes = [error.code for error in all_domain_errors()]
    assert len(codes) == len(set(codes))
