"""Clusters, heat, matching and effects, without a database."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitang.decision.insight.rules import (
    Effect,
    Message,
    Trend,
    Verdict,
    Vote,
    clusters,
    effect_of,
    find_issues,
    match_issues,
    people_of,
    period_of,
    place_of,
    trend_of,
    verdict_of,
)
from yitang.ground.base.clock import SHANGHAI

from .factories import START, burst, flood, ids, message, single_concerns

TODAY = date(2026, 11, 1)


def days_of(**counts: int) -> dict[date, int]:
    """``days_of(d0=3, d5=1)``: people on TODAY and five days before."""
    return {TODAY - timedelta(days=int(name[1:])): count for name, count in counts.items()}


def test_a_burst_is_the_hottest_issue_and_a_flood_is_none() -> None:
    raised = burst(12)
    issues = find_issues([*single_concerns(), *flood(), *raised])
    hottest = issues[0]
    assert set(hottest.message_ids) == ids(raised)
    assert hottest.heat.people == 12
    assert hottest.heat.burst > 2
    assert "停水" in hottest.title
    assert hottest.divisions == (("350102", 12),)
    assert (hottest.first_at, hottest.last_at) == (raised[0].at, raised[-1].at)
    assert not any("m5000" in issue.message_ids for issue in issues)
    assert [issue.heat.value for issue in issues] == sorted(
        (issue.heat.value for issue in issues), reverse=True
    )


def test_the_same_complaint_about_two_estates_is_two_matters() -> None:
    here, there = burst(8), burst(8, first=2000, place="锦绣园小区")
    issues = find_issues([*single_concerns(), *here, *there])
    assert [set(issue.message_ids) for issue in issues[:2]] == [ids(here), ids(there)]


COUNTY = ("黑诊所打针过敏", "低保名额不公平", "燃气表走得太快")
PHRASE = "希望不要再互相推诿，之前打过热线没有消息。"


def test_neighbours_who_share_a_county_and_a_phrase_share_no_matter() -> None:
    """By their words alone they would: the class tells them apart, or the county left out."""
    apart = [
        message(3000 + n, title=f"思湖区{what}", text=f"思湖区{what}。{PHRASE}")
        for n, what in enumerate(COUNTY)
    ]
    around = single_concerns(60)

    def are_one(messages: list[Message]) -> bool:
        return any(
            set(issue.message_ids) >= ids(messages) for issue in find_issues([*around, *messages])
        )

    assert are_one(apart)
    said = zip(apart, ("卫生", "民政", "公用"), strict=True)
    assert not are_one([replace(one, category=category, certainty=0.95) for one, category in said])
    bare = [replace(one, text=one.title) for one in apart]
    assert are_one(bare)
    assert not are_one([replace(one, areas=("思湖区",)) for one in bare])


def test_a_like_complaint_from_each_of_three_counties_is_no_matter_of_one() -> None:
    here = burst(3)
    apart = [replace(one, division_code=f"35010{n + 2}") for n, one in enumerate(here)]

    def raises(messages: list[Message]) -> bool:
        found = find_issues([*single_concerns(60), *messages])
        return any(set(issue.message_ids) >= ids(messages) for issue in found)

    assert raises(here)
    assert not raises(apart)
    assert raises([replace(one, division_code="") for one in here])


def test_the_title_of_a_matter_of_several_counties_names_none() -> None:
    areas = (("临江县", "350102"), ("城东区", "350103"))
    raised = [
        replace(one, title=f"{name}{one.title}", division_code=code, areas=(name,))
        for n, one in enumerate(burst(12))
        for name, code in [areas[n % 2]]
    ]
    around = single_concerns()
    spread = find_issues([*around, *raised])[0]
    assert dict(spread.divisions) == {"350102": 6, "350103": 6}
    assert not any(name in spread.title for name, _ in areas)
    one_county = [replace(one, division_code="350102", areas=("临江县",)) for one in raised[::2]]
    assert "临江县" in find_issues([*around, *one_county])[0].title


def test_two_classes_of_one_matter_stay_one_matter() -> None:
    raised = [
        replace(one, category=("公用", "环保")[n % 2], certainty=0.9)
        for n, one in enumerate(burst(12))
    ]
    hottest = find_issues([*single_concerns(), *raised])[0]
    assert set(hottest.message_ids) == ids(raised)
    assert hottest.category.choice == ""


@pytest.mark.parametrize("batch", [40, 75])
def test_batches_join_what_belongs_together(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    raised = burst(12)
    monkeypatch.setattr(clusters, "BATCH", batch)
    issues = find_issues([*single_concerns(), *raised])
    assert set(issues[0].message_ids) == ids(raised)


def test_the_order_of_the_messages_does_not_matter() -> None:
    messages = [*single_concerns(60), *burst(6)]
    forwards, backwards = find_issues(messages), find_issues(messages[::-1])
    assert [issue.message_ids for issue in forwards] == [issue.message_ids for issue in backwards]


def test_quotes_carry_no_personal_data_and_none_of_confidential_messages() -> None:
    raised = [
        replace(m, text=f"{m.text}我叫王小明，电话1380013800{n % 10}", is_confidential=n == 0)
        for n, m in enumerate(burst(6))
    ]
    issue = find_issues([*single_concerns(40), *raised])[0]
    assert issue.heat.people == 6
    assert issue.quotes
    for quote in issue.quotes:
        assert "1380013800" not in quote.text
        assert "王小明" not in quote.text
        assert quote.message_id != raised[0].id


def test_nothing_and_little_give_no_issue() -> None:
    assert find_issues([]) == []
    assert find_issues([message(1)]) == []
    assert find_issues([message(n, title="", text="") for n in range(5)]) == []


def test_one_delivery_that_arrived_twice_is_one_person() -> None:
    first = message(1, text="停水三天了")
    twin = message(2, text="停水 三天了", at=START + timedelta(seconds=30))
    later = message(3, text="停水三天了", at=START + timedelta(days=1))
    nobody = message(4, text="别的话")
    keys = people_of([first, twin, later, replace(nobody, user_key="")])
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


@given(st.lists(st.integers(0, 5), max_size=12))
def test_people_are_never_more_than_messages_or_keys(users: list[int]) -> None:
    messages = [
        message(n, user=f"u{user}", text=f"话{n % 3}", at=START + timedelta(seconds=20 * n))
        for n, user in enumerate(users)
    ]
    assert len(set(people_of(messages))) <= len(set(users))


def test_a_typing_error_in_a_date_does_not_stretch_the_period() -> None:
    messages = [message(n, at=START + timedelta(hours=n)) for n in range(24 * 20)]
    stray = message(9999, at=datetime(1990, 1, 1, tzinfo=SHANGHAI))
    assert period_of([stray, *messages]) <= 21
    assert period_of([]) == 14


@pytest.mark.parametrize(
    ("days", "trend"),
    [
        (days_of(d0=3, d3=4, d60=1), Trend.RISING),
        (days_of(d2=3), Trend.RISING),
        (days_of(d2=1), Trend.STEADY),
        (days_of(d1=1, d20=1, d30=1, d40=1), Trend.STEADY),
        (days_of(d20=9), Trend.QUIET),
        ({}, Trend.QUIET),
    ],
)
def test_trend(days: dict[date, int], trend: Trend) -> None:
    assert trend_of(days, today=TODAY) == trend


def test_a_grown_issue_is_still_itself_and_merged_ones_leave_one() -> None:
    kept = {"a": frozenset("123"), "b": frozenset("456"), "c": frozenset()}
    assert match_issues([frozenset("12345x")], kept) == {0: "a"}
    assert match_issues([frozenset("789"), frozenset("456")], kept) == {1: "b"}
    assert match_issues([frozenset("1xyzw")], kept) == {}
    assert match_issues([frozenset("123"), frozenset("45")], kept) == {0: "a", 1: "b"}


def test_effect_compares_equal_spans() -> None:
    since = TODAY - timedelta(days=9)
    days = {since - timedelta(days=n): 2 for n in range(1, 30)} | {since: 1, TODAY: 1}
    effect = effect_of(days, since=since, today=TODAY)
    assert effect == Effect(days=10, before=20, after=2)
    assert effect.change == pytest.approx(-0.9)
    assert not effect.is_early
    early = effect_of(days, since=TODAY, today=TODAY)
    assert early.is_early
    future = effect_of({}, since=TODAY + timedelta(days=3), today=TODAY)
    assert (future.days, future.change) == (0, None)


@pytest.mark.parametrize(
    ("divisions", "place"),
    [
        ([], ""),
        ([("350102", 9), ("350103", 1)], "350102"),
        ([("350102", 3), ("350102001", 3), ("350203", 2)], "350102"),
        ([("350102001", 8), ("350102", 2)], "350102001"),
        ([("350102", 2), ("350103", 2)], "350100"),
        ([("350102", 1), ("350203", 1)], "350000"),
        ([("350102001", 1), ("350102002", 1)], "350102"),
        ([("350102", 1), ("360102", 1)], "100000"),
        ([("350100", 1), ("350102", 1)], "350100"),
        ([("429004", 5)], "429004"),
        ([("100000", 1)], "100000"),
    ],
)
def test_place_of(divisions: list[tuple[str, int]], place: str) -> None:
    assert place_of(divisions) == place


def test_a_message_knows_its_civil_day() -> None:
    late = Message("1", "", "", "", datetime(2026, 9, 1, 23, 30, tzinfo=SHANGHAI))
    assert date.fromordinal(late.day) == date(2026, 9, 1)


def votes(*said: str) -> list[Vote]:
    """``votes("a:water", "b:roads:0.5")``: person, value, certainty."""
    parts = [one.split(":") for one in said]
    return [Vote(who, what, float(rest[0]) if rest else 1.0) for who, what, *rest in parts]


@pytest.mark.parametrize(
    ("said", "choice", "candidates"),
    [
        ((), "", ()),
        (("a:", "b:"), "", ()),
        (("a:water", "b:water", "c:roads"), "water", (("water", 2), ("roads", 1))),
        (("a:water", "b:roads"), "", (("roads", 1), ("water", 1))),
        (("a:x", "b:x", "c:y", "d:z"), "", (("x", 2), ("y", 1), ("z", 1))),
        (("a:x", "b:x", "c:x", "d:y", "e:y"), "x", (("x", 3), ("y", 2))),  # three of five
        (("a:x",), "", (("x", 1),)),  # one person does not speak for all
        (("a:x", "b:", "c:"), "", (("x", 1),)),
        (("a:x", "a:x", "a:x", "b:y", "c:y"), "y", (("y", 2), ("x", 1))),  # people, not messages
        (("a:x", "a:y", "b:x"), "x", (("x", 2), ("y", 1))),  # one who said both divides
        (("a:x:0.9", "b:x:0.9", "c:y:0.3", "d:y:0.3"), "x", (("x", 2), ("y", 2))),  # by weight
        (("a:x:0.5", "b:x:0.5", "c:y:1.0"), "", (("x", 2), ("y", 1))),
    ],
)
def test_the_weight_of_the_evidence_decides_or_nothing_does(
    said: tuple[str, ...], choice: str, candidates: tuple[tuple[str, int], ...]
) -> None:
    assert verdict_of(votes(*said)) == Verdict(choice, candidates)


@given(
    st.lists(st.builds(Vote, st.sampled_from("abcdef"), st.sampled_from(["", "x", "y", "z"]))),
    st.randoms(use_true_random=False),
)
def test_a_verdict_is_a_candidate_and_order_changes_nothing(
    said: list[Vote], chance: random.Random
) -> None:
    found = verdict_of(said)
    names = [name for name, _ in found.candidates]
    assert found.choice in {"", *names[:1]}
    assert set(names) == {vote.value for vote in said if vote.value}
    mixed = list(said)
    chance.shuffle(mixed)
    assert verdict_of(mixed) == found
