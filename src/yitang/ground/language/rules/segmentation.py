"""Words of a Chinese text (rjieba: the dictionary and hidden Markov model of jieba, in Rust)."""

from __future__ import annotations

import rjieba


def segment(text: str) -> list[str]:
    """The words of ``text`` in order; joined they give the text again."""
    words: list[str] = rjieba.cut(text)
    return words
