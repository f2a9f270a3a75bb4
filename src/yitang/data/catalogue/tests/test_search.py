"""The index answers as a scan of the texts would, keeps up with every change, and fits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitang.data.catalogue.api import (
    dataset,
    find_datasets,
    register_dataset,
    register_datasets,
    reindex_entries,
    retire_dataset,
    search_datasets,
)
from yitang.data.catalogue.models import Dataset, EntryVersion, FacetBlock, IndexedEntry, Posting
from yitang.data.catalogue.rules import (
    BLOCK,
    SearchTexts,
    matching,
    packed,
    pieces_of_word,
    tokens_of,
    unpacked,
    words_of,
)
from yitang.ground.language.rules import pinyin
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_organisation

from .factories import AT, make_complete_spec, make_dataset, make_spec

LETTERS = "常住人口登记企业车库省市abc12 "
texts = st.text(LETTERS, min_size=1, max_size=12)


@given(st.integers(0, BLOCK), st.integers(0, 2**32 - 1))
def test_members_are_packed_and_come_back(count: int, seed: int) -> None:
    mask = np.zeros(BLOCK, np.bool_)
    mask[np.random.default_rng(seed).permutation(BLOCK)[:count]] = True
    assert (unpacked(packed(mask)) == mask).all()
    assert len(packed(mask)) <= BLOCK // 8


@given(texts, texts)
def test_what_a_name_holds_is_found_in_chinese_in_pinyin_and_by_initials(
    name: str, other: str
) -> None:
    held = tokens_of(SearchTexts(name=name, names=(other,), texts=()))
    for text in (name, other):
        syllables = "".join(ch if ch.isascii() else f" {ch} " for ch in text).split()
        asked = [text]
        if syllables and all(not part.isascii() for part in syllables):
            read = pinyin(text).split()
            asked += ["".join(read), "".join(part[0] for part in read)]
        for query in asked:
            for word in words_of(query):
                assert all(f"a{piece}" in held for piece in pieces_of_word(word))


def test_an_entry_holds_a_word_only_with_all_its_pieces() -> None:
    here = np.array([True, False])
    assert matching(["常住人"], {"a常住": here, "a住人": here}, "a", 2).tolist() == [True, False]
    assert matching(["常住人"], {"a常住": here}, "a", 2).tolist() == [False, False]
    assert matching([], {}, "a", 2).tolist() == [True, True]


def codes(text: str) -> list[str]:
    return [row.code for row in search_datasets(system_actor(), text).rows]


@pytest.mark.django_db
def test_the_index_keeps_up_with_every_change() -> None:
    entry = make_dataset("residents", name="常住人口", abstract="")
    make_dataset("firms", name="企业", abstract="")
    assert codes("常住人口") == ["residents"]
    register_dataset(
        spec=replace(entry.spec, name="户籍底册"), organisation=entry.organisation,
        actor=system_actor(), at=AT,
    )  # fmt: skip
    assert codes("常住人口") == []
    assert codes("户籍") == codes("huji") == codes("hjdc") == ["residents"]
    assert find_datasets(system_actor(), "户籍").facets["theme"] == [("3", 1)]
    retire_dataset(code="residents", actor=system_actor(), at=AT, reason="并库")
    before = {(row.token, row.block): bytes(row.members) for row in Posting.objects.all()}
    columns = bytes(FacetBlock.objects.get().columns)
    assert reindex_entries() == 2
    after = {(row.token, row.block): bytes(row.members) for row in Posting.objects.all()}
    assert before == after
    assert bytes(FacetBlock.objects.get().columns) == columns
    IndexedEntry.objects.filter(dataset__code="firms").delete()
    assert reindex_entries(everything=False) == 1


@pytest.mark.django_db
def test_many_entries_at_once_are_as_one_by_one() -> None:
    owner = make_organisation(name="省数据局")
    specs = [
        make_complete_spec(f"d{number}", name=f"数据{number}", published=number % 2 == 0)
        for number in range(9)
    ]
    one_by_one = make_spec("d3", name="已有", published=True)
    register_dataset(spec=one_by_one, organisation=owner, actor=system_actor(), at=AT)
    found = register_datasets([(spec, owner) for spec in specs], actor=system_actor(), at=AT)
    assert (found.new, found.known) == (8, 1)
    assert Dataset.objects.filter(state="published").count() == 5
    assert EntryVersion.objects.count() == 5
    entry = dataset("d4")
    bulk = EntryVersion.objects.get(dataset=entry)
    assert replace(bulk.spec, published=True) == entry.spec
    assert [item.name for item in bulk.spec.items] == [item.name for item in specs[4].items]
    assert len({row.resource_code for row in Dataset.objects.all()}) == 9
    again = register_datasets([(spec, owner) for spec in specs], actor=system_actor(), at=AT)
    assert (again.new, again.known, EntryVersion.objects.count()) == (0, 9, 5)
    assert codes("数据4") == ["d4"]
