"""A table as ``CREATE TABLE`` describes it: its columns, and by which of them a row is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .words import Token, Words

_NO_COLUMN = frozenset(
    {"primary", "key", "unique", "index", "constraint", "foreign", "check", "fulltext", "period",
     "exclude", "like"}
)  # fmt: skip
_LISTED = 50  # times the words of a row: a column may list the values it takes
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Created:
    """``keys`` are the columns by which no two rows are the same; ``None`` where nobody can tell.

    ``booleans`` are columns whose rows are written as ``t`` and ``f`` where they are copied.
    """

    columns: tuple[str, ...] = ()
    booleans: frozenset[str] = frozenset()
    keys: tuple[Key, ...] | None = None


def created_table(words: Words) -> Created:
    """What stands between the brackets; the opening one comes next."""
    found, depth, part = Created(keys=()), 0, list[tuple[int, Token]]()
    while (token := words.take()) is not None:
        opens = token.text == "(" and token.sort == "mark"
        closes = token.text == ")" and token.sort == "mark"
        depth -= closes
        if not depth and closes:
            break
        if depth == 1 and token.text == "," and token.sort == "mark":
            found, part = _with(found, part, words), []
        elif depth and token.sort not in {"text", "number"}:
            part.append((depth, token))
        depth += opens
        words.check(max(len(part) // _LISTED, len(found.columns)))
    return _with(found, part, words)


def _with(found: Created, part: Sequence[tuple[int, Token]], words: Words) -> Created:
    """The table with one more part: a column, or something said of several."""
    outer = [token for depth, token in part if depth == 1]
    if not outer or outer[0].sort not in {"word", "name"}:
        return found
    said = {token.low for token in outer[1:] if token.sort == "word"}
    if outer[0].sort == "word" and outer[0].low in _NO_COLUMN:
        if not ({outer[0].low} | said) & {"primary", "unique"}:
            return found
        return _keyed(found, _key(part, words))
    name = words.named(outer[0])
    found = replace(found, columns=(*found.columns, name))
    if len(outer) > 1 and outer[1].low in {"boolean", "bool"}:
        found = replace(found, booleans=found.booleans | {name})
    return _keyed(found, (name,)) if said & {"primary", "unique"} else found


def _keyed(found: Created, key: Key | None) -> Created:
    known = None if key is None or found.keys is None else (*found.keys, key)
    return replace(found, keys=known)


def _key(part: Sequence[tuple[int, Token]], words: Words) -> Key | None:
    """The columns in brackets; ``None`` where a part of a value or something computed counts."""
    names, begins = list[str](), False
    for depth, token in part:
        if depth == 2 and token.sort == "mark" and token.text == "(":
            return None
        if depth == 2 and begins and token.sort in {"word", "name"}:
            names.append(words.named(token))
        begins = token.sort == "mark" and token.text in {"(", ","}
    return tuple(names) or None
