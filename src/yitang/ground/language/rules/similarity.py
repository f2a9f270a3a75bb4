"""How alike two short texts are."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import sqrt

from .grams import plain


def similarity(a: str, b: str) -> float:
    """Cosine of the counts of characters and character pairs: 0 nothing shared, 1 the same.

    Symmetric; two empty texts are the same. For names, titles and lines, not for a corpus:
    common characters weigh as much as rare ones.
    """
    left, right = _grams(plain(a)), _grams(plain(b))
    if not left or not right:
        return float(left == right)
    shared = sum(count * right[gram] for gram, count in left.items())
    squares = [sum(count * count for count in grams.values()) for grams in (left, right)]
    return min(1.0, shared / sqrt(squares[0] * squares[1]))


def _grams(text: str) -> Counter[str]:
    return Counter([*text, *map("".join, pairwise(text))])
