"""Code sets with their words: what a file says in words is taken as the code, and the other way.

A coded item takes the label of its code set for the code (女 for 2), an item whose allowed values
are the labels takes the code. Both only where one written form stands for one allowed value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A published list of codes. ``words``: code to what is written for it, its label first."""

    standard: str
    names: str  # an item whose label holds this names the set
    words: Mapping[str, tuple[str, ...]]


CODE_SETS = (
    CodeSet(
        "GB/T 2261.1",
        "性别",
        {
            "0": ("未知的性别", "未知"),
            "1": ("男", "男性"),
            "2": ("女", "女性"),
            "9": ("未说明的性别", "未说明"),
        },
    ),
    CodeSet(
        "GB/T 2261.2",
        "婚姻状况",
        {
            "10": ("未婚",),
            "20": ("已婚",),
            "21": ("初婚",),
            "22": ("再婚",),
            "23": ("复婚",),
            "30": ("丧偶",),
            "40": ("离婚",),
            "90": ("未说明的婚姻状况", "未说明"),
        },
    ),
)


def code_words(
    *, label: str, codes: Sequence[str], code_list: str = ""
) -> tuple[tuple[str, str], ...]:
    """Written form and the allowed value it is taken for, of an item with these ``codes``.

    The set is the one its ``code_list`` cites, else the one its label names.
    """
    found = _set_of(label, code_list)
    if found is None or not codes:
        return ()
    allowed = dict.fromkeys(codes)
    meant: dict[str, set[str]] = {}
    for code, words in found.words.items():
        writings = (code, *words)
        for value in (one for one in writings if one in allowed):
            for written in writings:
                meant.setdefault(written, set()).add(value)
    if not set(allowed) <= set(meant):  # some other list under a like name
        return ()
    return tuple(
        (written, next(iter(values)))
        for written, values in meant.items()
        if len(values) == 1 and written not in allowed
    )


def _set_of(label: str, code_list: str) -> CodeSet | None:
    cited = "".join(code_list.split()).upper()
    for one in CODE_SETS:
        if cited and one.standard.replace(" ", "") in cited:
            return one
    return next((one for one in CODE_SETS if not cited and one.names in label), None)
