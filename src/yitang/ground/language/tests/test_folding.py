"""Names of one person, written in many ways, come to one form and one sound."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yitang.ground.language.rules import folded, sounds


def form(text: str) -> str | None:
    found: str | None = folded(pl.Series([text], dtype=pl.String))[0]
    return found


def sound(text: str) -> int:
    found: int = sounds(folded(pl.Series([text])))[0]
    return found


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("阿卜杜·热合曼", "阿卜杜热合曼"),
        ("阿卜杜•热合曼", "阿卜杜热合曼"),
        ("張偉強", "张伟强"),
        ("陳 喆", "陈哲"),
        ("ＷＡＮＧ　Ｗｅｉ", "WANGWEI"),
        ("O'Brien-Smith", "OBRIENSMITH"),
        ("Müller", "MULLER"),
        ("王（小）明", "王小明"),
    ],
)
def test_writings_of_one_name_have_one_form(written: str, usual: str) -> None:
    assert form(written) == usual


def test_nothing_stays_nothing() -> None:
    assert folded(pl.Series(["", " · ", None], dtype=pl.String)).to_list() == [None] * 3
    assert sounds(pl.Series([None, "王"], dtype=pl.String)).null_count() == 1
    assert folded(pl.Series([], dtype=pl.String)).to_list() == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("张伟强", "章玮墙"), ("曾丽", "增立"), ("Smith", "Smyth"), ("Catherine", "Catharine")],
)
def test_names_that_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("曾丽", "层丽"), ("单雄", "丹雄"), ("丽丽", "丽"), ("Bob", "Rob"), ("王伟", "伟王")],
)
def test_names_that_sound_otherwise(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.none(), st.text(max_size=60)), max_size=30))
def test_a_column_comes_out_as_each_value_alone(texts: list[str | None]) -> None:
    column = pl.Series(texts, dtype=pl.String)
    assert folded(column).to_list() == [None if text is None else form(text) for text in texts]
    kept = folded(column).drop_nulls()
    assert sounds(kept).to_list() == [sounds(kept[at : at + 1])[0] for at in range(len(kept))]
