"""Words, readings, likeness and grams."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitang.ground.language.api import count_grams, pinyin, plain, segment, similarity

# Load the dictionaries, so that no example is timed with them.
segment("词")
pinyin("词")


@given(st.text(max_size=50))
def test_words_joined_are_the_text(text: str) -> None:
    assert "".join(segment(text)) == text


def test_a_text_is_cut_into_words() -> None:
    assert segment("福州市鼓楼区水管爆裂") == ["福州市", "鼓楼区", "水管", "爆裂"]


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("曾国藩", "zeng guo fan"),
        ("单田芳", "shan tian fang"),
        ("仇英", "qiu ying"),
        ("解缙", "xie jin"),
        ("盖叫天", "ge jiao tian"),
        ("查良镛", "zha liang yong"),
        ("尉迟 恭", "yu chi gong"),
        ("乐毅", "yue yi"),
        ("万俟明", "mo qi ming"),
        ("欧阳修", "ou yang xiu"),
        ("张单", "zhang dan"),
        ("", ""),
    ],
)
def test_a_surname_is_read_as_a_surname(name: str, reading: str) -> None:
    assert pinyin(name, surname=True) == reading


def test_a_word_is_read_as_a_word() -> None:
    assert pinyin("重庆银行 A座") == "chong qing yin hang A zuo"


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_symmetric_and_between_none_and_all(a: str, b: str) -> None:
    assert similarity(a, b) == pytest.approx(similarity(b, a))
    assert 0 <= similarity(a, b) <= 1


@given(st.text(max_size=20))
def test_a_text_is_like_itself(text: str) -> None:
    assert similarity(text, text) == pytest.approx(1)


def test_likeness_orders_titles() -> None:
    title = "幸福小区夜间施工噪音扰民"
    assert similarity(title, "幸福小区夜里施工噪声扰民") > 0.6
    assert similarity(title, "公积金怎么提取") < 0.2


@given(st.lists(st.text(max_size=30), max_size=8))
def test_grams_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    together = count_grams(texts)
    assert len(together) == len(texts)
    for row, text in enumerate(texts):
        alone = count_grams([text])
        part = slice(together.indptr[row], together.indptr[row + 1])
        assert together.indices[part].tolist() == alone.indices.tolist()
        assert together.counts[part].tolist() == alone.counts.tolist()
        length = len(plain(text))
        assert alone.counts.sum() == sum(max(0, length - size + 1) for size in (1, 2, 3))
