"""Entries are registered, published, searched and retired by those who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from yitang.data.catalogue.api import (
    Use,
    can_edit,
    can_publish,
    dataset,
    dataset_for,
    datasets_about,
    events_of,
    facets,
    find_datasets,
    load_datasets,
    note_gathered,
    publish_dataset,
    register_dataset,
    register_use_finder,
    retire_dataset,
    search_datasets,
    uses_of,
)
from yitang.data.catalogue.errors import (
    CatalogueFileInvalid,
    DatasetUnknown,
    EntryInvalid,
    NotPublishable,
    OwnerUnknown,
    SharingTermsWrong,
)
from yitang.data.catalogue.models import Dataset
from yitang.data.catalogue.queries.entries import _use_finders
from yitang.data.catalogue.rules import DatasetSpec
from yitang.ground.base.errors import NotAllowed
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation

from .factories import AT, make_dataset, make_spec

pytestmark = pytest.mark.django_db


def test_the_data_officer_registers_and_only_the_authority_publishes() -> None:
    own, other = make_organisation(duties=("births",)), make_organisation()
    officer = make_officer("data_officer", organisation=own)
    own_head = make_officer("sharing_head", organisation=own)
    head = make_officer("sharing_head", organisation=make_organisation(duties=("data",)))
    spec = make_spec("residents")
    with pytest.raises(NotAllowed):
        register_dataset(spec=spec, organisation=other, actor=officer, at=AT)
    register_dataset(spec=spec, organisation=own, actor=system_actor(), at=AT)
    entry = dataset("residents")
    assert entry.state == "draft"
    for actor in (officer, own_head):
        with pytest.raises(NotAllowed):
            publish_dataset(code="residents", actor=actor, at=AT)
    assert publish_dataset(code="residents", actor=head, at=AT).published_at == AT
    events = events_of(entry)
    assert [event.verb for event in events] == ["registered", "published directly"]
    assert "the type within the data format" in events[-1].note
    assert can_edit(officer, own)
    assert not can_edit(officer, other)
    assert can_publish(head, own)
    assert not can_publish(officer, own)


def register_again(spec: DatasetSpec, entry: Dataset) -> None:
    register_dataset(
        spec=spec,
        organisation=entry.organisation,
        actor=system_actor(),
        at=AT + timedelta(days=1),
    )


def test_the_same_entry_again_changes_nothing_and_another_is_noted() -> None:
    entry = make_dataset("residents")
    spec = make_spec("residents")
    later = AT + timedelta(days=1)
    register_again(spec, entry)
    assert dataset("residents").changed_at == AT
    changed = replace(spec, name="常住人口", items=spec.items[:2])
    register_again(changed, entry)
    event = events_of(entry)[-1]
    assert (event.verb, event.note, event.at) == ("changed directly", "name, items", later)
    assert dataset("residents").is_published
    assert dataset("residents").items.count() == 2


def test_an_entry_cannot_be_taken_over_by_another_department() -> None:
    make_dataset("residents")
    own = make_organisation()
    officer = make_officer("data_officer", organisation=own)
    with pytest.raises(NotAllowed):
        register_dataset(spec=make_spec("residents"), organisation=own, actor=officer, at=AT)


def test_the_database_holds_the_sharing_terms_too() -> None:
    entry = make_dataset("residents")
    for wrong in ({"sharing_condition": ""}, {"sharing_class": 3}, {"sharing_class": 7}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dataset.objects.filter(pk=entry.pk).update(**wrong)
    with pytest.raises(SharingTermsWrong):
        make_dataset("closed", sharing_class=3)


def test_an_entry_without_items_is_not_published() -> None:
    with pytest.raises(NotPublishable, match="no data items"):
        make_dataset("empty", items=())


def codes_for(user: User | AnonymousUser, text: str = "") -> list[str]:
    return [row.code for row in search_datasets(user, text).rows]


def test_drafts_are_seen_at_home_and_the_public_sees_what_is_open() -> None:
    own = make_organisation()
    officer = make_officer("data_officer", organisation=own)
    make_dataset("draft", organisation=own, published=False)
    make_dataset("shared")
    make_dataset("open-one", open=True)
    assert set(codes_for(officer)) == {"draft", "shared", "open-one"}
    assert set(codes_for(make_officer("leader"))) == {"shared", "open-one"}
    assert codes_for(AnonymousUser()) == ["open-one"]
    assert dataset_for(AnonymousUser(), "open-one").code == "open-one"
    with pytest.raises(DatasetUnknown):
        dataset_for(AnonymousUser(), "shared")


def test_search_finds_chinese_pinyin_and_initials_the_best_first() -> None:
    owner = make_organisation(name="闽海省公安厅")
    make_dataset("residents", name="常住人口登记信息", organisation=owner)
    make_dataset("vehicles", name="机动车登记", abstract="含常住人口车主", organisation=owner)
    make_dataset("firms", name="企业登记", abstract="市场主体")
    user = make_officer("leader")
    assert codes_for(user, "常住人口") == ["residents", "vehicles"]
    assert codes_for(user, "jidongche") == ["vehicles"]
    assert codes_for(user, "czrk") == ["residents"]
    assert codes_for(user, "公安厅 登记") == ["residents", "vehicles"]
    assert codes_for(user, "ＦＩＲＭＳ") == ["firms"]
    assert codes_for(user, "没有这样的数据") == []


def test_search_pages_by_key_without_losing_a_row() -> None:
    owner = make_organisation()
    for number in range(7):
        named = "户籍" if number % 2 else "其他"
        make_dataset(f"d{number}", name=named, abstract="户籍", organisation=owner)
    user, found, cursor = make_officer("leader"), [], ""
    while True:
        page = search_datasets(user, "户籍", cursor=cursor, limit=2)
        found += [row.code for row in page.rows]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert found == ["d1", "d3", "d5", "d0", "d2", "d4", "d6"]


def test_filters_and_facets() -> None:
    owner = make_organisation(name="公安厅")
    make_dataset("a1", organisation=owner, subject="person")
    make_dataset("a2", organisation=owner, sharing_class=1, sharing_condition="")
    make_dataset("b1")
    user = make_officer("leader")
    assert [r.code for r in search_datasets(user, sharing_class=1).rows] == ["a2"]
    by_owner = search_datasets(user, organisation=str(owner.public_id)).rows
    assert [r.code for r in by_owner] == ["a1", "a2"]
    assert [r.code for r in search_datasets(user, subject="person").rows] == ["a1"]
    counted = facets(user)
    assert counted["organisation"][0] == (str(owner.public_id), 2)
    assert counted["sharing"] == [("2", 2), ("1", 1)]
    narrowed = find_datasets(user, chosen={"sharing": "1"})
    assert (narrowed.total, narrowed.facets["sharing"]) == (1, [("2", 2), ("1", 1)])
    assert narrowed.facets["organisation"] == [(str(owner.public_id), 1)]
    note_gathered(code="a1", batch="b", rows=1, quality=0.96, at=AT)
    found = find_datasets(user, chosen={"quality": "good", "freshness": "fresh"}, at=AT)
    assert [row.code for row in found.page.rows] == ["a1"]
    late = find_datasets(user, chosen={"freshness": "late"}, at=AT + timedelta(days=32))
    assert (late.total, find_datasets(user, chosen={"cycle": "nonsense"}).total) == (1, 0)
    assert [r.code for r in datasets_about("person")] == ["a1"]


def test_a_list_costs_the_same_number_of_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(5):
        make_dataset(f"d{number}")
    user = make_officer("leader")
    search_datasets(user)  # the posts of the user are kept on it
    with django_assert_num_queries(2):
        assert [row.organisation.division.code for row in search_datasets(user).rows]


def test_a_retired_entry_says_why() -> None:
    entry = make_dataset("old")
    retired = retire_dataset(code="old", actor=system_actor(), at=AT, reason="并入人口库")
    assert retired.state == "retired"
    assert events_of(entry)[-1].note == "并入人口库"


def test_gathering_reports_and_users_are_known() -> None:
    entry = make_dataset("residents")
    assert entry.freshness_at(AT) == "never gathered"
    note_gathered(code="residents", batch="residents-1", rows=90, quality=0.9, at=AT)
    entry = dataset("residents")
    assert (entry.row_count, entry.quality, entry.freshness_at(AT)) == (90, 0.9, "fresh")
    register_use_finder("test", lambda row: [Use("民政厅", f"{row.code}: 婚姻登记")])
    try:
        assert uses_of(entry) == [Use("民政厅", "residents: 婚姻登记")]
    finally:
        del _use_finders["test"]


FILE = """
[[dataset]]
code = "residents"
name = "常住人口"
organisation = "{owner}"
sharing_condition = "按职责使用"
published = true
[[dataset.item]]
name = "name"
label = "姓名"
[[dataset]]
code = "deaths"
name = "死亡登记"
organisation = "{other}"
sharing_condition = "按职责使用"
"""


def test_a_file_is_loaded_whole_or_not_at_all(tmp_path: Path) -> None:
    owner = make_organisation(name="公安厅")
    path = tmp_path / "catalogue.toml"

    def load() -> list[Dataset]:
        return load_datasets(path, actor=system_actor(), at=AT)

    path.write_text(FILE.format(owner=owner.credit_code, other="无此单位"), encoding="utf-8")
    with pytest.raises(OwnerUnknown, match="无此单位"):
        load()
    path.write_text(
        FILE.format(owner=owner.credit_code, other="公安厅").replace("deaths", "DEATHS"), "utf-8"
    )
    with pytest.raises(EntryInvalid, match="DEATHS"):
        load()
    assert Dataset.objects.count() == 0
    path.write_text(FILE.format(owner=owner.credit_code, other="公安厅"), encoding="utf-8")
    assert [(row.code, row.state) for row in load()] == [
        ("residents", "published"), ("deaths", "draft"),
    ]  # fmt: skip
    assert len(load()) == 2
    with pytest.raises(CatalogueFileInvalid):
        load_datasets(tmp_path / "none.toml", actor=system_actor(), at=AT)
