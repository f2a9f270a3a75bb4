"""Trips, ratios, consistency checks and code sets, without a database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yitang.ground.base.clock import Term, Unit
from yitang.ground.base.errors import InvalidInput
from yitang.public.services import rules
from yitang.public.services.errors import CodeUnknown
from yitang.public.services.pipeline import compile_items, count_journeys, trips_saved_by
from yitang.public.services.rules import Fee, ItemFacts, MaterialFacts
from yitang.public.services.rules.certificates import (
    CertificateContent,
    certificate_identifier,
    check_identifier,
    grouped,
    status_on,
    typed_short_number,
)
from yitang.public.services.rules.forms import (
    Found,
    ItemForm,
    Lookup,
    material_states,
    prefill,
)
from yitang.public.services.rules.newborn import NEWBORN_FORM

from .factories import WorkedItem, item_facts, worked_items

WORKED = worked_items()
ITEMS = [worked.item for worked in WORKED]
DATASETS = frozenset(m.dataset for item in ITEMS for m in item.materials if m.dataset)


def test_the_catalogue_worked_by_hand_has_at_least_fifty_items() -> None:
    assert len(WORKED) >= 50


@pytest.mark.parametrize("worked", WORKED, ids=lambda worked: worked.item.code)
def test_journeys_are_those_counted_by_hand(worked: WorkedItem) -> None:
    counted = rules.trips(worked.item, DATASETS)
    assert (len(counted.before), len(counted.after)) == (worked.before, worked.after)
    assert counted.saved == worked.before - worked.after


@pytest.mark.parametrize("dataset", sorted(DATASETS))
def test_taking_one_dataset_away_names_exactly_the_items_whose_trips_rise(dataset: str) -> None:
    expected = {worked.item.code for worked in WORKED if dataset in worked.rises_without}
    left = DATASETS - {dataset}
    named = rules.items_that_lose_a_trip(ITEMS, shared=left, dataset=dataset)
    assert {item.code for item in named} == expected
    trips, codes = trips_saved_by(compile_items(ITEMS), shared=left, dataset=dataset)
    assert set(codes) == expected
    assert trips == next(
        gain.trips_a_year
        for gain in rules.next_datasets_to_share(ITEMS, left)
        if gain.dataset == dataset
    )


def test_every_trip_left_says_why_and_which_dataset_would_save_it() -> None:
    item = item_facts(
        delivery=("window",),
        materials=(
            MaterialFacts("出生医学证明", issuer="卫健委", obtained="window", dataset="births"),
            MaterialFacts("结婚证", form="1", dataset="marriages"),
        ),
    )
    fetch, hand_in, collect = rules.journeys(item, ())
    assert (fetch.stage, fetch.place) == ("fetch", "卫健委")
    assert str(fetch.causes[0].message) == "Fetch “出生医学证明” at 卫健委."
    assert fetch.causes[0].dataset == "births"
    assert str(hand_in.causes[0].message) == "Hand in “结婚证” on paper."
    assert str(collect.causes[0].message) == "Collect “户口登记证明” at the window."
    assert rules.trips(item, {"births"}).materials_after == 1


def test_the_next_dataset_is_the_one_that_saves_most_trips_a_year() -> None:
    birth = MaterialFacts("a", obtained="window", form="2", dataset="births")
    income = MaterialFacts("b", obtained="window", form="2", dataset="income")
    paper = MaterialFacts("c", form="1", dataset="land")
    own = MaterialFacts("d", form="1")
    items = [
        item_facts(code="many", volume=900, materials=(birth,)),
        item_facts(code="few", volume=10, materials=(income, birth)),
        item_facts(code="stuck", volume=5000, materials=(paper, own)),
    ]
    gains = rules.next_datasets_to_share(items, ())
    assert [(g.dataset, g.trips_a_year, g.items) for g in gains] == [
        ("births", 910, ("many", "few")),
        ("income", 10, ("few",)),
        ("land", 0, ()),
    ]
    assert gains[2].materials_a_year == 5000
    assert [g.dataset for g in rules.next_datasets_to_share(items, {"births"})] == [
        "income",
        "land",
    ]


def test_departments_are_summed_up() -> None:
    birth = MaterialFacts("a", obtained="window", form="2", dataset="births")
    one = [item_facts(code="one", volume=900, materials=(birth,))]
    other = [item_facts(code="other", volume=100, materials=(birth,))]
    parts = [gain for items in (one, other) for gain in rules.next_datasets_to_share(items, ())]
    assert rules.combine_gains(parts) == rules.next_datasets_to_share([*one, *other], ())
    both = rules.combine([rules.summarise(one, frozenset()), rules.summarise(other, frozenset())])
    assert both == rules.summarise([*one, *other], frozenset())
    assert rules.combine([]).items == 0


MATERIALS = st.builds(
    MaterialFacts,
    name=st.sampled_from("abc"),
    form=st.sampled_from("123"),
    necessity=st.sampled_from("123"),
    issuer=st.sampled_from(["", "卫健", "公安"]),
    obtained=st.sampled_from(["window", "online", "held"]),
    dataset=st.sampled_from(["", "births", "land", "tax"]),
    promise=st.booleans(),
)
ANY_ITEMS = st.builds(
    item_facts,
    channels=st.lists(st.sampled_from("12349"), unique=True).map(tuple),
    case_type=st.sampled_from(["1", "2", ""]),
    presence=st.sampled_from([code.code for code in rules.PRESENCE.values]),
    delivery=st.lists(st.sampled_from(["window", "post"]), unique=True).map(tuple),
    result_kind=st.sampled_from(["none", "document", ""]),
    materials=st.lists(MATERIALS, max_size=5).map(tuple),
    volume=st.integers(0, 1000),
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a machine that others use
@given(
    st.lists(ANY_ITEMS, max_size=8), st.frozensets(st.sampled_from(["births", "land", "tax", ""]))
)
def test_the_columnar_count_equals_the_rule(items: list[ItemFacts], shared: frozenset[str]) -> None:
    counted = count_journeys(compile_items(items), shared)
    assert counted.tolist() == [len(rules.journeys(item, shared)) for item in items]


@given(ANY_ITEMS, st.frozensets(st.sampled_from(["births", "land", "tax"])))
def test_sharing_never_adds_a_trip(item: ItemFacts, shared: frozenset[str]) -> None:
    assert len(rules.journeys(item, shared)) <= len(rules.journeys(item, ()))


def test_the_summary_weighs_items_by_their_cases() -> None:
    paper = MaterialFacts("出生医学证明", obtained="window", form="1", dataset="births")
    items = [
        item_facts(volume=300, materials=(paper,)),
        item_facts(volume=100, channels=("1",)),
    ]
    summary = rules.summarise(items, frozenset({"births"}))
    assert (summary.average_before, summary.average_after) == (700 / 400, 100 / 400)
    assert (summary.zero_trip_share, summary.item_ratio) == (0.5, 1.0)
    assert summary.trips_saved == 600
    assert rules.summarise([], frozenset()).average_before == 0
    unstated = rules.summarise([ItemFacts(code="1", name="只有名称")], frozenset())
    assert (unstated.items, unstated.unstated, unstated.item_ratio) == (0, 1, 0.0)


def test_visits_per_case_come_from_logged_events_and_may_be_unknown() -> None:
    ratio = rules.visit_ratio([0, 0, 1, 3])
    assert (ratio.visits_per_case, ratio.cases_without_visit) == (1.0, 2)
    assert rules.visit_ratio([]).visits_per_case is None


GOOD = item_facts(
    type="01",
    visits=0,
    online_depth="4",
    target=("1",),
    themes=("natural",),
    charges=True,
    fee=Fee("工本费", "10 元", "物价〔2020〕1号"),
    online_payment=True,
    consult_phone="0591-86210001",
    complaint_phone="0591-86210002",
    result_name="取水许可证",
    result_kind="certificate",
    result_sample=True,
    steps=("受理", "审核", "审批", "办结", "送达"),
)
BROKEN: dict[str, dict[str, object]] = {
    "instant": {"promised_limit": Term(0)},
    "presence_reason": {"presence_reason": "现场查看"},
    "postal": {"channels": ("1",)},
    "whole_online": {"visits": 1, "presence_reason": "现场查看"},
    "fee": {"fee": Fee("工本费", "10 元", "")},
    "phones": {"complaint_phone": "0591-86210001"},
    "themes": {"themes": ("legal",)},
    "result_kind": {"result_kind": "document"},
    "result_sample": {"result_sample": False},
    "licence_steps": {"steps": ("受理", "办结")},
    "promise": {"promised_limit": Term(21)},
}


def test_a_consistent_item_keeps_every_check() -> None:
    assert rules.broken_checks(GOOD) == []


@pytest.mark.parametrize("code", [check.code for check in rules.CHECKS])
def test_each_check_finds_what_it_is_for_and_only_that(code: str) -> None:
    elements = {name: getattr(GOOD, name) for name in GOOD.__slots__}
    broken = rules.broken_checks(ItemFacts(**{**elements, **BROKEN[code]}))
    assert [check.code for check in broken] == [code]
    assert GOOD.name in str(broken[0].message(GOOD))


def test_an_element_that_was_not_delivered_is_not_held_against_the_item() -> None:
    assert rules.broken_checks(ItemFacts(code="1", name="只有名称")) == []
    assert set(rules.count_broken([ItemFacts(code="1", name="只有名称")]).values()) == {0}


def test_no_fee_means_no_online_payment_and_a_visit_needs_its_reason() -> None:
    free = item_facts(charges=False, online_payment=True)
    assert [check.code for check in rules.broken_checks(free)] == ["fee"]
    assert rules.broken_checks(item_facts(charges=False, online_payment=False)) == []
    unexplained = item_facts(visits=1, presence_reason="无")
    assert [check.code for check in rules.broken_checks(unexplained)] == ["presence_reason"]
    days = item_facts(promised_limit=Term(40, Unit.DAYS))
    assert rules.broken_checks(days) == []
    other_result = item_facts(result_name="备案结果", result_kind="approval")
    assert rules.broken_checks(other_result) == []
    assert rules.count_broken([free, unexplained])["fee"] == 1


def test_codes_are_read_as_code_number_label_or_standard_term() -> None:
    for text in ("01", "1", "Licence", "行政许可", " 01 "):
        assert rules.ITEM_TYPE.code_of(text) == "01"
    assert rules.ITEM_TYPE.code_of("0") == "00"
    assert rules.ITEM_TYPE.label("01") == "Licence"
    assert rules.ITEM_TYPE.label("77") == "77"
    assert "20" in rules.ITEM_TYPE
    with pytest.raises(CodeUnknown, match="'77' is not one of 00"):
        rules.ITEM_TYPE.code_of("77")


def test_the_identifier_reproduces_a_published_sample_and_its_check_catches_errors() -> None:
    identifier = certificate_identifier(
        defined_by="11100000000013338W",
        type_serial=32,
        issued_by="11220000013544541J",
        serial="2430599",
    )
    assert identifier == ("1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F")
    check_identifier(identifier)
    for wrong in (identifier[:-1] + "G", "1.2.3", identifier.replace("2430599", "24305-9")):
        with pytest.raises(InvalidInput):
            check_identifier(wrong)


def test_the_signed_content_is_the_same_bytes_whenever_it_is_written() -> None:
    content = CertificateContent(
        "1.2", "户口登记证明", "林知夏", "U1", "公安", "11", date(2026, 11, 20), None, "落户",
        {"Sex": "2", "Address": "x"},
    )  # fmt: skip
    assert CertificateContent.parse(content.canonical()) == content
    assert list(CertificateContent.parse(content.canonical()).facts) == ["Sex", "Address"]


def test_numbers_are_typed_in_any_way_and_a_certificate_expires() -> None:
    assert typed_short_number(" abcd-efgh ") == "ABCDEFGH"
    assert grouped("ABCDEFGH") == "ABCD-EFGH"
    day = date(2026, 11, 20)
    assert status_on("01", None, day) == "01"
    assert status_on("01", day, day) == "01"
    assert status_on("01", date(2026, 11, 19), day) == "05"
    assert status_on("03", date(2026, 11, 19), day) == "03"


def test_a_row_is_read_with_its_fee_or_said_to_be_free() -> None:
    fee = {"name": "工本费", "standard": "10元", "basis": "目录", "online_payment": "是"}
    charged = rules.read_item({"code": "1", "name": "x", "fee": fee})
    assert (charged.charges, charged.fee, charged.online_payment) == (
        True,
        Fee("工本费", "10元", "目录"),
        True,
    )
    unsaid = rules.read_item({"code": "1", "name": "x", "fee": {"name": "工本费"}})
    assert (unsaid.charges, unsaid.online_payment) == (True, None)
    free = rules.read_item({"code": "1", "name": "x", "fee": None})
    assert (free.charges, free.fee) == (False, None)
    assert rules.read_item({"code": "1", "name": "x"}).charges is None
    limited = rules.read_item({"code": "1", "name": "x", "promised_limit": "2 小时"})
    assert str(limited.promised_limit) == "2h"
    paused = rules.read_item({"code": "1", "name": "x", "special_procedures": "hearing;tender"})
    assert paused.special_procedures == ("hearing", "tender")


def test_each_material_says_how_it_is_satisfied() -> None:
    materials = (
        MaterialFacts("a", dataset="births"),
        MaterialFacts("b", promise=True, dataset="income"),
        MaterialFacts("c", necessity="2"),
        MaterialFacts("d", source="10", form="2"),
        MaterialFacts("e", dataset="marriages"),
    )
    form = ItemForm("f", 1, "", (Lookup("birth", "births", ("applicant",)),), ())
    found = prefill(form, applicant="1", read=lambda dataset, key: Found({}, "health"))
    states = material_states(materials, form, found)
    assert [state.satisfied_by for state in states] == [
        "shared",
        "promise",
        "not_needed",
        "form",
        "",
    ]


def test_a_form_reads_only_the_columns_it_needs() -> None:
    assert set(NEWBORN_FORM.columns_of("marriages")) == {
        "wife_identity",
        "husband_identity",
        "registered_on",
    }
    assert NEWBORN_FORM.columns_of("income") == ()
    assert NEWBORN_FORM.datasets == {"marriages", "births", "population"}
    assert NEWBORN_FORM.field_named("colour") is None
