"""Where the records are in what a program wrote: behind a script's words, in lists within
records, under keys that are values themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .json_paths import Way, records_in
from .texts import flattened, is_nested

_DEEPEST = 4
# Nothing of what was passed over is looked at twice: a text of strokes alone takes no time.
_COMMENTS = r"(?:\s++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+"
_SCRIPT = re.compile(
    rf"{_COMMENTS}"
    r"(?:export\s+default|(?:export\s+)?(?:const|let|var)\s+[\w$]+\s*=|[\w$.]+\s*=|[\w$.]+\s*\()"
    rf"{_COMMENTS}(?=[\[{{])"
)
_CLOSING = re.compile(
    rf"[;)]*{_COMMENTS}"
    r"(?:export\s*(?:default\s+[\w$]+|\{[\w$,\s]*\})|module\.exports\s*=\s*[\w$]+)?[;\s]*"
)


def script_words(text: str) -> int:
    """How many characters of a script stand before the list or object it holds:
    ``const rows = [``. None of a text that is no such script."""
    found = _SCRIPT.match(text)
    return found.end() if found else 0


def is_closing(text: str) -> bool:
    """Whether nothing but a script's last words stand behind its list or object."""
    return _CLOSING.fullmatch(text.strip()) is not None


def unfolded(record: Mapping[str, object], path: Way) -> Iterator[dict[str, object]]:
    """The records in the list at ``path``, each with the fields of those it stands within.

    A record whose list is empty stays, alone. A field that both have keeps its name for the
    inner one; the outer one gets the name of the list's place before it.
    """
    if not path:
        yield flattened(record)
        return
    key, rest = path[0], path[1:]
    outer = flattened({name: value for name, value in record.items() if name != key})
    within = records_in(record.get(key))
    if not within:
        yield outer
        return
    for one in within:
        for inner in unfolded(one, rest):
            shared = {f"{name} ({key})" if name in inner else name: value
                      for name, value in outer.items()}  # fmt: skip
            yield {**shared, **inner}


def keyed_records(value: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Lists and records that stand under keys: ``{"福州": {"all": ["一", "二"]}}``.

    A key becomes the column ``key`` (the next below it ``key 2``), a bare value the column
    ``value``. Nothing comes of an object with a bare value among its own.
    """
    if value and all(map(is_nested, value.values())):
        yield from _keyed(value, ())


def _keyed(value: Mapping[str, object], keys: tuple[str, ...]) -> Iterator[dict[str, object]]:
    for key, part in value.items():
        path = (*keys, key)
        heads: dict[str, object] = {
            "key" if at == 1 else f"key {at}": name for at, name in enumerate(path, 1)
        }
        if isinstance(part, list):
            for one in part:
                found = flattened(one) if isinstance(one, dict) else {"value": one}
                yield {**heads, **found}
        elif isinstance(part, dict):
            if part and len(path) < _DEEPEST and all(map(is_nested, part.values())):
                yield from _keyed(part, path)
            else:
                yield {**heads, **flattened(part)}
