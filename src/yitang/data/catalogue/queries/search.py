"""The search: Chinese, pinyin and initials, narrowed by facets."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from yitang.data.catalogue.access import visible_datasets
from yitang.data.catalogue.models import DataItem, Dataset
from yitang.ground.language.rules import pinyin, segment
from yitang.ground.plumbing.api import Page, cursor_of, key_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from yitang.ground.organisations.api import User

PAGE_LENGTH = 30


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
    rows = _matching(visible_datasets(user), text)
    if sharing_class is not None:
        rows = rows.filter(sharing_class=sharing_class)
    if organisation:
        rows = rows.filter(organisation__public_id=organisation)
    if subject:
        rows = rows.filter(subject=subject)
    rows = rows.annotate(rank=_rank(text)).order_by("rank", "code")
    if cursor:
        rank, code = key_of(cursor, length=2)
        rows = rows.filter(Q(rank__gt=rank) | Q(rank=rank, code__gt=code))
    found: list[Dataset] = list(rows[: limit + 1])
    more = len(found) > limit
    last = found[limit - 1] if more else None
    return Page(found[:limit], cursor_of(_rank_of(last), last.code) if last else None)


def facets(user: User | AnonymousUser) -> dict[str, list[tuple[str, int]]]:
    """How many visible entries each owner has: what a reader can narrow a search by."""
    owners: dict[str, int] = {}
    for name in visible_datasets(user).values_list("organisation__name", flat=True):
        owners[name] = owners.get(name, 0) + 1
    return {"organisations": sorted(owners.items(), key=lambda pair: (-pair[1], pair[0]))}


def folded(text: str) -> str:
    """The form in which texts are compared: half-width, lower case, one space."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def words_of(text: str) -> list[str]:
    """The words that a search must find: Chinese segmented, the rest as typed."""
    found: list[str] = []
    for part in folded(text).split():
        if part.isascii():
            found.append(part)
        else:
            found.extend(word for word in segment(part) if word.strip())
    return found


def search_text_of(dataset: Dataset, items: Sequence[DataItem]) -> str:
    """What a search looks through: names in Chinese, in pinyin and by initials."""
    named = [dataset.name, dataset.organisation.name, *(item.label for item in items)]
    texts = [dataset.code, dataset.resource_code, dataset.abstract, *named]
    for name in named:
        syllables = pinyin(folded(name)).split()
        texts.append("".join(syllables))
        texts.append("".join(syllable[0] for syllable in syllables))
    return folded(" ".join(texts))


def _matching(rows: QuerySet[Dataset], text: str) -> QuerySet[Dataset]:
    for word in words_of(text):
        rows = rows.filter(search_text__contains=word)
    return rows


def _rank(text: str) -> Case:
    wanted = text.strip()
    if not wanted:
        return Case(default=Value(1), output_field=IntegerField())
    named = Q(name__icontains=wanted) | Q(code=wanted.lower())
    return Case(When(named, then=Value(0)), default=Value(1), output_field=IntegerField())


def _rank_of(row: Dataset) -> int:
    return int(getattr(row, "rank", 1))
