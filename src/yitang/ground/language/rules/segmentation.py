"""Words of a Chinese text (rjieba: the dictionary and hidden Markov model of jieba, in Rust)."""

from __future__ import annotations


def segment(text: str) -> list[str]:
    """The words of ``text`` in order; joined they give the text again."""
    import rjieba  # 32 MB of dictionary, for those who need it

    words: list[str] = rjieba.cut(text)
    return words
