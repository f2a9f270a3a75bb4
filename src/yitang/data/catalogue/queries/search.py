"""The search: Chinese, pinyin and initials, narrowed by facets, over the index of blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from yitang.data.catalogue.access import (
    SEE_ALL,
    own_organisations,
    reviewed_divisions,
)
from yitang.data.catalogue.models import Dataset, FacetBlock, Posting
from yitang.data.catalogue.rules import (
    ANY,
    BLOCK,
    COLUMNS,
    CYCLE_DAYS,
    NAME,
    SUBJECTS,
    UPDATE_CYCLES,
    Mask,
    counts_of,
    folded,
    freshness_codes,
    matching,
    pieces_of_word,
    quality_band,
    unpacked,
    words_of,
)
from yitang.ground.organisations.api import (
    organisation_ids,
    organisation_key,
    organisation_keys_within,
    scope_of,
)
from yitang.ground.plumbing.api import Page, cursor_of, now, numbers_of
from yitang.ground.plumbing.errors import CursorInvalid

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from yitang.ground.organisations.api import User

PAGE_LENGTH = 30
DRAFT, PUBLISHED = 0, 1
CYCLES = list(UPDATE_CYCLES)
FRESHNESS = ["never gathered", "fresh", "late", "without a cycle"]
QUALITY = ["unmeasured", "low", "good", "high"]
LISTED = {"cycle": CYCLES, "freshness": FRESHNESS, "quality": QUALITY, "subject": ["", *SUBJECTS]}
FACETS = ("organisation", "class", "sharing", "cycle", "theme", "open", "freshness", "quality")


@dataclass(frozen=True, slots=True)
class Found:
    """A page of entries, how many there are in all, and how many have each value of a facet.

    The counts of a facet are those one would see after choosing another value of it.
    """

    page: Page[Dataset]
    total: int
    facets: Mapping[str, list[tuple[str, int]]] = field(default_factory=dict)


def search_datasets(
    user: User | AnonymousUser,
    text: str = "",
    *,
    sharing_class: int | None = None,
    organisation: str = "",
    subject: str = "",
    cursor: str = "",
    limit: int = PAGE_LENGTH,
) -> Page[Dataset]:
    """Entries that ``user`` may see and that hold every word of ``text``, the best first.

    Words are Chinese, full pinyin (``hukou``) or its initials (``hk``). An entry whose name
    holds the text comes before one that only describes it. Pages follow a key.
    """
    chosen = {"organisation": organisation, "subject": subject}
    if sharing_class is not None:
        chosen["sharing"] = str(sharing_class)
    return find_datasets(
        user, text, chosen=chosen, cursor=cursor, limit=limit, with_facets=False
    ).page


def find_datasets(
    user: User | AnonymousUser,
    text: str = "",
    *,
    chosen: Mapping[str, str] | None = None,
    cursor: str = "",
    offset: int = 0,
    limit: int = PAGE_LENGTH,
    with_facets: bool = True,
    at: datetime | None = None,
) -> Found:
    """``search_datasets`` narrowed by ``chosen`` facets (see ``FACETS``), with their counts.

    ``organisation`` is a public id; ``offset`` counts from the first, for interfaces that
    number their results.
    """
    columns = _columns()
    if not len(columns):
        return Found(Page([], None), 0)
    words = words_of(text)
    held = _held(words, len(columns))
    mask = _visible(user, columns) & matching(words, held, ANY, len(columns))
    facets = _facet_values(columns, at or now())
    picked = _picked(chosen or {}, facets)
    every = mask.copy()
    for chosen_mask in picked.values():
        every &= chosen_mask
    page = _page(every, _ranks(text, words, held, len(columns)), cursor, offset, limit)
    counts: dict[str, list[tuple[str, int]]] = {}
    if with_facets:
        counts = {name: _counts(name, facets[name], mask, picked) for name in FACETS}
        counts["organisation"] = _named(counts["organisation"])
    return Found(page, int(every.sum()), counts)


def facets(user: User | AnonymousUser) -> Mapping[str, list[tuple[str, int]]]:
    """How many entries ``user`` may see have each value of each facet."""
    return find_datasets(user, limit=0).facets


def _columns() -> NDArray[np.void]:
    rows = list(FacetBlock.objects.order_by("block").values_list("block", "columns"))
    if not rows:
        return np.zeros(0, COLUMNS)
    columns = np.zeros(BLOCK * (rows[-1][0] + 1), COLUMNS)
    for block, data in rows:
        columns[BLOCK * block : BLOCK * (block + 1)] = np.frombuffer(bytes(data), COLUMNS)
    return columns


def _held(words: list[str], length: int) -> dict[str, Mask]:
    """Each token of the words with the entries that hold it."""
    pieces = {piece for word in words for piece in pieces_of_word(word)}
    tokens = [kind + piece for piece in sorted(pieces) for kind in (ANY, NAME)]
    found: dict[str, Mask] = {}
    rows = Posting.objects.filter(token__in=tokens[:600]) if tokens else Posting.objects.none()
    for token, block, members in rows.values_list("token", "block", "members"):
        mask = found.setdefault(token, np.zeros(length, np.bool_))
        if BLOCK * (block + 1) <= length:
            mask[BLOCK * block : BLOCK * (block + 1)] = unpacked(bytes(members))
    return found


def _visible(user: User | AnonymousUser, columns: NDArray[np.void]) -> Mask:
    """The rule of ``visible_datasets``, over the columns."""
    present: Mask = columns["present"] == 1
    see = scope_of(user, permission=SEE_ALL)
    if not see.posts:
        public: Mask = present & (columns["state"] == PUBLISHED) & (columns["open"] == 1)
        return public
    if any(post.role == "system" for post in see.posts):
        return present
    drafts = own_organisations(user)
    for prefix in reviewed_divisions(user):
        drafts |= organisation_keys_within(prefix)
    own = np.isin(columns["organisation"], np.array(sorted(drafts), np.uint32))
    seen: Mask = present & ((columns["state"] != DRAFT) | own)
    return seen


def _ranks(text: str, words: list[str], held: Mapping[str, Mask], length: int) -> NDArray[np.uint8]:
    """0: the name is the text; 1: the name holds it; 2: something else does."""
    if not words:
        return np.ones(length, np.uint8)
    ranks = np.where(matching(words, held, NAME, length), 1, 2).astype(np.uint8)
    same = Dataset.objects.filter(name=text.strip()).values_list("pk", flat=True)
    exact = [pk for pk in same[:1000] if pk < length]
    ranks[exact] = 0
    coded = Dataset.objects.filter(code=folded(text)).values_list("pk", flat=True)
    ranks[[pk for pk in coded if pk < length]] = 0
    return ranks


def _page(
    mask: Mask, ranks: NDArray[np.uint8], cursor: str, offset: int, limit: int
) -> Page[Dataset]:
    keys = np.flatnonzero(mask)
    order = ranks[keys].astype(np.int64) * len(mask) + keys
    order.sort()
    if cursor:
        rank, pk = numbers_of(cursor, length=2)
        place = rank * len(mask) + pk
        if abs(place) >= 2**63:
            raise CursorInvalid
        order = order[np.searchsorted(order, place, side="right") :]
    taken = order[offset : offset + limit].tolist()
    found = Dataset.objects.select_related("organisation__division").in_bulk(
        [place % len(mask) for place in taken]
    )
    rows = [found[place % len(mask)] for place in taken if place % len(mask) in found]
    is_more = len(order) > offset + limit and bool(taken)
    last = divmod(taken[-1], len(mask)) if is_more else None
    return Page(rows, cursor_of(*last) if last else None)


def _facet_values(columns: NDArray[np.void], at: datetime) -> dict[str, NDArray[Any]]:
    days = [CYCLE_DAYS.get(code, 0) for code in CYCLES]
    minute = int(at.timestamp() // 60)
    return {
        "organisation": columns["organisation"],
        "class": np.where(columns["theme"] >= 100, columns["theme"] // 100, columns["theme"]),
        "sharing": columns["sharing"],
        "cycle": columns["cycle"],
        "theme": columns["theme"],
        "open": columns["open"],
        "freshness": freshness_codes(columns["cycle"], columns["gathered"], days, minute),
        "quality": quality_band(columns["quality"]),
        "subject": columns["subject"],
    }


def _picked(chosen: Mapping[str, str], facets: Mapping[str, NDArray[Any]]) -> dict[str, Mask]:
    """Each chosen value as a mask; a value that does not exist finds nothing."""
    return {
        name: facets[name] == _code_of(name, value)
        for name, value in chosen.items()
        if name in facets and value
    }


def _code_of(name: str, value: str) -> int:
    if name == "organisation":
        return organisation_key(value) or -1
    listed = LISTED.get(name)
    if listed is not None:
        return listed.index(value) if value in listed else -1
    return int(value) if value.isascii() and value.isdecimal() else -1


def _counts(
    name: str,
    values: NDArray[Any],
    mask: Mask,
    picked: Mapping[str, Mask],
) -> list[tuple[str, int]]:
    within = mask.copy()
    for other, chosen_mask in picked.items():
        if other != name:
            within &= chosen_mask
    listed = LISTED.get(name)
    return [
        (listed[value] if listed is not None else str(value), count)
        for value, count in counts_of(values, within)
    ]


def _named(counts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Organisations by their public ids."""
    ids = organisation_ids([int(key) for key, _ in counts[:500]])
    return [(ids[int(key)], count) for key, count in counts[:500] if int(key) in ids]
