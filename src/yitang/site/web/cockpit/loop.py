"""The loop as a picture: where its nodes stand, and their texts fitted into them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

NODE_WIDTH, NODE_HEIGHT = 186, 124
_STEP, _TOP, _BOTTOM = 238, 12, 194
PLACES: Mapping[str, tuple[int, int]] = {
    "gather": (0, _TOP),
    "fuse": (_STEP, _TOP),
    "share": (2 * _STEP, _TOP),
    "serve": (3 * _STEP, _TOP),
    "listen": (3 * _STEP, _BOTTOM),
    "discover": (2 * _STEP, _BOTTOM),
    "decide": (_STEP, _BOTTOM),
    "next": (0, _BOTTOM),
}


@dataclass(frozen=True, slots=True)
class Node:
    """One place in the loop: its verb, its figure (empty while nothing is measured), its page.

    ``unit`` stands behind the value; a long one in the ``corner``, across from the verb.
    """

    key: str
    head: str
    value: str = ""
    unit: str = ""
    corner: str = ""
    details: tuple[str, ...] = ()
    url: str = ""
    blank: str = ""  # what to say instead of "nothing measured yet"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text with the size at which it stays inside its node."""

    text: str
    size: float


@dataclass(frozen=True, slots=True)
class Placed:
    node: Node
    x: int
    y: int
    value: Fitted
    unit: Fitted
    details: tuple[Fitted, ...]

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""
        figure = " ".join(filter(None, (self.node.value, self.node.unit, self.node.corner)))
        return ", ".join([self.node.head, *([figure] if figure else []), *self.node.details])


def laid_out(nodes: list[Node]) -> list[Placed]:
    """Each node in its place, its texts no wider than the node."""
    return [_placed(node) for node in nodes]


def _placed(node: Node) -> Placed:
    x, y = PLACES[node.key]
    room = NODE_WIDTH - 28
    value_size, unit_size = 26.0, 13.0
    wanted = text_width(node.value, value_size) + text_width(node.unit, unit_size) + 6
    shrink = min(1.0, room / wanted) if node.value else 1.0
    return Placed(
        node,
        x,
        y,
        value=Fitted(node.value, floor(10 * value_size * shrink) / 10),
        unit=Fitted(node.unit, floor(10 * unit_size * shrink) / 10),
        details=tuple(Fitted(text, fitted_size(text, 14, room)) for text in node.details),
    )


def fitted_size(text: str, size: float, room: float) -> float:
    """``size``, or as much smaller as ``text`` needs to keep inside ``room``."""
    return floor(10 * size * min(1.0, room / (text_width(text, size) or 1))) / 10


def text_width(text: str, size: float) -> float:
    """About how wide a text is: a full em for a wide character, 0.58 for any other."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return size * (wide + 0.58 * (len(text) - wide))
