"""English and Chinese are both complete, and say one thing with one word."""

from __future__ import annotations

import re

import pytest

from tests import translations


def test_every_text_has_its_chinese() -> None:
    missing = {text: sorted(places) for text, places in translations.missing().items()}
    assert not missing, "run: python tests/translations.py"


def test_one_english_text_has_one_chinese() -> None:
    said = translations.chinese()
    different = {text: places for text, places in said.items() if len(set(places.values())) > 1}
    assert not different


def test_chinese_keeps_the_blanks_of_the_english() -> None:
    """A page names each ``%(blank)s``; one that only the Chinese has would stay empty."""
    wrong = {
        text: chinese
        for text, places in translations.chinese().items()
        for chinese in places.values()
        if _blanks(chinese) - _blanks(text)
    }
    assert not wrong


@pytest.mark.parametrize("text", ["What do you need to do?", "{days} day late"])
def test_texts_of_templates_and_of_code_are_found(text: str) -> None:
    assert text in translations.texts()


def _blanks(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))
