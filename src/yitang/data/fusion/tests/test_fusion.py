"""Scattered records become one person each, and every value says where it is from."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from yitang.data.catalogue.api import dataset, retire_dataset
from yitang.data.catalogue.rules import ItemSpec
from yitang.data.fusion.api import (
    can_open,
    can_see,
    conflicts,
    fuse_legal_entities,
    fuse_population,
    last_report,
    last_run,
    open_person,
    person_id_of,
    record_sources,
    score_against_truth,
)
from yitang.data.fusion.errors import (
    BaseUnknown,
    NotFusedYet,
    NothingToFuse,
    PersonUnknown,
    PurposeMissing,
    TruthUnreadable,
)
from yitang.data.fusion.queries import base_named
from yitang.data.fusion.rules import POPULATION, Coverage, SourceReport
from yitang.data.lake.api import read_table, table_schema
from yitang.ground.base.errors import NotAllowed
from yitang.ground.base.identity import IdentityNumberInvalid
from yitang.ground.ledger.api import entries_about
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import (
    make_credit_code,
    make_officer,
    make_organisation,
)
from yitang.ground.plumbing.api import blind_index

from .factories import ANNA, AT, BO, CHEN, DAI, hand, hand_all

pytestmark = pytest.mark.django_db


def fused_rows() -> dict[str, dict[str, object]]:
    rows: list[dict[str, object]] = read_table("population").to_pylist()
    return {str(row["identity_number"]): row for row in rows}


def test_records_with_one_valid_number_become_one_person() -> None:
    hand_all()
    report = fuse_population(actor=system_actor(), at=AT)
    assert set(fused_rows()) == {ANNA, BO, CHEN, DAI}
    assert (report.persons, report.records, report.matched, report.unmatched) == (4, 12, 9, 3)
    assert SourceReport("insurance", "", 5, 3, 1, 1) in report.sources
    assert SourceReport("marriages", "wife", 2, 1, 1, 0) in report.sources
    assert report == last_report(POPULATION)


def test_each_field_comes_from_the_source_believed_most() -> None:
    hand_all()
    fuse_population(actor=system_actor(), at=AT)
    anna, chen, dai = (fused_rows()[number] for number in (ANNA, CHEN, DAI))
    assert (anna["address"], anna["address_from"]) == ("东街1号", "police")
    assert (anna["phone"], anna["phone_from"]) == ("13800138000", "insurance")
    assert (anna["sex"], anna["sex_from"]) == ("2", "police")
    assert (anna["marital_status"], anna["marital_status_from"]) == ("有效", "marriages")
    assert anna["phone_as_of"] == (AT + timedelta(days=1)).date()
    assert (dai["name"], dai["name_from"]) == ("戴", "insurance")
    # What nobody says, the number says; and that has no source.
    assert (chen["birth_date"], chen["birth_date_from"]) == (date(1970, 1, 1), None)
    assert chen["sex"] == ("1" if int(CHEN[16]) % 2 else "2")


def test_of_two_sources_believed_alike_the_later_one_wins() -> None:
    items = (
        ItemSpec("record", "编号", is_key=True),
        ItemSpec("i", "证件", role="identity_number"),
        ItemSpec("n", "姓名", role="name"),
    )
    hand("older", items, ("1", ANNA, "旧名"))
    hand("newer", items, ("1", ANNA, "新名"), days=9)
    fuse_population(actor=system_actor(), at=AT)
    assert fused_rows()[ANNA]["name"] == "新名"


def test_conflicts_are_counted_and_listed_but_not_writings() -> None:
    hand_all()
    report = fuse_population(actor=system_actor(), at=AT)
    assert report.conflicts == {"name": 1, "sex": 0, "nation": 0, "birth_date": 0, "death_date": 0}
    (conflict,) = conflicts()
    assert (conflict.person_id, conflict.field, conflict.values_found) == (
        person_id_of(BO), "name", 2,
    )  # fmt: skip


def test_ids_stay_and_older_versions_too() -> None:
    hand_all()
    first = fuse_population(actor=system_actor(), at=AT)
    before = {number: row["person_id"] for number, row in fused_rows().items()}
    again = fuse_population(actor=system_actor(), at=AT)
    assert {number: row["person_id"] for number, row in fused_rows().items()} == before
    assert again.version == first.version + 1
    assert read_table("population", version=first.version).num_rows == 4
    assert ANNA not in str(before[ANNA])


def test_coverage_by_county_and_age() -> None:
    hand_all()
    report = fuse_population(actor=system_actor(), at=AT)
    assert report.coverage == (
        Coverage("", "35–59", 1, 0, 1),
        Coverage("350102", "35–59", 1, 0, 0),
        Coverage("350102", "60–79", 2, 2, 1),
    )
    assert report.filled["name"] == 4
    assert report.filled["address"] == 2


def test_the_base_stands_in_the_catalogue_with_a_stable_schema() -> None:
    hand_all()
    fuse_population(actor=system_actor(), at=AT)
    entry = dataset("population")
    assert entry.is_published
    assert entry.row_count == 4
    assert entry.organisation == dataset("insurance").organisation
    names = table_schema("population").names
    assert names[:5] == ["person_id", "identity_number", "name", "name_from", "name_as_of"]
    items = [item.name for item in entry.items.all()]
    assert items[:2] == ["identity_number", "name"]
    assert set(items) <= set(names)


def test_legal_entities_are_fused_by_credit_code() -> None:
    code = make_credit_code(77)
    market = (
        ItemSpec("number", "注册号", is_key=True),
        ItemSpec("code", "代码", role="credit_code", authority=1),
        ItemSpec("name", "名称", role="name", authority=1),
        ItemSpec("registered", "成立", type="D", role="registered_on"),
    )
    hand("market", market, ("1", code.lower(), "甲公司", "2001-02-03"), subject="legal_entity")
    hand("tax", market[:3], ("9", code, "甲有限公司"), ("8", "X", "乙"), subject="legal_entity")
    report = fuse_legal_entities(actor=system_actor(), at=AT)
    assert (report.entities, report.unmatched) == (1, 1)
    assert report.conflicts["name"] == 1
    (row,) = read_table("companies-base").to_pylist()
    assert (row["credit_code"], row["name"]) == (code, "甲公司")
    assert row["registered_on"] == date(2001, 2, 3)


def test_nothing_to_fuse_and_nobody_allowed() -> None:
    with pytest.raises(NothingToFuse, match="identity_number"):
        fuse_population(actor=system_actor(), at=AT)
    hand_all()
    with pytest.raises(NotAllowed):
        fuse_population(actor=make_officer("clerk"), at=AT)
    assert last_run(POPULATION) is None
    with pytest.raises(NotFusedYet):
        last_report(POPULATION)
    assert fuse_population(actor=make_officer("sharing_head"), at=AT).persons == 4
    with pytest.raises(BaseUnknown, match="population, companies-base"):
        base_named("dogs")
    assert can_see(make_officer("leader"))
    assert not can_see(make_officer("clerk"))


def test_a_person_is_opened_for_a_purpose_in_the_own_division_and_it_is_recorded() -> None:
    hand_all()
    fuse_population(actor=system_actor(), at=AT)
    organisation = make_organisation("350102", name="某县公安局")
    officer = make_officer("data_officer", organisation=organisation)
    away = make_officer("data_officer", organisation=make_organisation("350103"))
    reason = "核对姓名不一致"
    with pytest.raises(PurposeMissing):
        open_person(identity_number=ANNA, purpose=" ？ ", actor=officer, at=AT)
    with pytest.raises(NotAllowed):
        open_person(identity_number=ANNA, purpose=reason, actor=away, at=AT)
    with pytest.raises(NotAllowed):
        open_person(identity_number=ANNA, purpose=reason, actor=make_officer("clerk"), at=AT)
    assert entries_about(blind_index(ANNA)) == []
    person = open_person(identity_number=ANNA.lower(), purpose=reason, actor=officer, at=AT)
    (entry,) = entries_about(blind_index(ANNA))
    assert (entry.action, entry.purpose) == ("fusion.open_person", reason)
    assert (entry.organisation, entry.dataset) == ("某县公安局", "population")
    by_name = {field.name: field for field in person.fields}
    address = by_name["address"]
    assert [(claim.dataset, claim.value, claim.is_chosen) for claim in address.claims] == [
        ("police", "东街1号", True), ("insurance", "南街3号", False),
    ]  # fmt: skip
    assert address.is_disputed
    assert person.name == "安娜"
    assert person.identity_number == ANNA
    assert can_open(officer)
    assert not can_open(make_officer("leader"))
    again = open_person(person_id=person.person_id, purpose=reason, actor=officer, at=AT)
    assert again == person


def test_an_unknown_person_and_a_wrong_number() -> None:
    hand_all()
    fuse_population(actor=system_actor(), at=AT)
    officer = make_officer("data_officer")
    stranger = ANNA[:14] + ("1230" if ANNA[14:] != "1230" else "1249")
    with pytest.raises(IdentityNumberInvalid) as wrong:
        open_person(identity_number=stranger, purpose="核对信息", actor=officer, at=AT)
    assert stranger not in str(wrong.value)
    with pytest.raises(PersonUnknown):
        open_person(person_id=person_id_of("11010519491231002X"), purpose="核对信息",
                    actor=officer, at=AT)  # fmt: skip


def test_retired_sources_are_left_out() -> None:
    hand_all()
    retire_dataset(code="insurance", actor=system_actor(), at=AT, reason="并入")
    assert {source.dataset for source in record_sources(POPULATION)} == {"police", "marriages"}


def test_the_score_against_the_truth(tmp_path: Path) -> None:
    hand_all()
    fuse_population(actor=system_actor(), at=AT)
    truth = tmp_path / "truth.csv"
    truth.write_text(
        "dataset,record,person\npolice,P1,a\ninsurance,I1,a\nmarriages,M1/wife,a\n"
        "police,P2,b\ninsurance,I2,b\ninsurance,I4,d\ninsurance,I5,d\n",
        encoding="utf-8",
    )
    score = score_against_truth(truth)
    assert (score.true_pairs, score.found_pairs, score.right_pairs) == (5, 4, 4)
    truth.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(TruthUnreadable, match="dataset, record"):
        score_against_truth(truth)
    with pytest.raises(TruthUnreadable):
        score_against_truth(tmp_path / "none.csv")
