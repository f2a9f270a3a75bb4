"""Codes, their history, roles and permissions, without a database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitang.ground.organisations.rules import (
    ADMINISTRATORS,
    APPOINTED,
    ROLES,
    Amendment,
    Level,
    Permission,
    Post,
    Reach,
    Scope,
    access_matrix,
    amended,
    division_history,
    division_prefix,
    is_in_division,
    level_of,
    parents_of,
    powers_clash,
    reaches_of,
    register_permission,
    short_name_of,
    shortest_prefixes,
)


@pytest.mark.parametrize(
    ("code", "prefix", "level"),
    [
        ("100000", "", Level.NATION),
        ("000000", "", Level.NATION),
        ("350000", "35", Level.PROVINCE),
        ("350100", "3501", Level.CITY),
        ("350102", "350102", Level.COUNTY),
        ("429004", "429004", Level.COUNTY),  # directly under its province
        ("441900", "4419", Level.CITY),  # a city without counties
        ("441900003", "441900003", Level.TOWNSHIP),
        ("350102001", "350102001", Level.TOWNSHIP),
        ("350102001000", "350102001", Level.TOWNSHIP),
        ("350102001007", "350102001007", Level.VILLAGE),
        ("350102000000", "350102", Level.COUNTY),
        ("350000000000", "35", Level.PROVINCE),
    ],
)
def test_a_code_says_its_level_and_what_lies_below(code: str, prefix: str, level: Level) -> None:
    assert division_prefix(code) == prefix
    assert level_of(code) == level


@pytest.mark.parametrize("text", ["", "35", "3501020", "35010a", "３５０１０２"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a division code"):
        division_prefix(text)


@pytest.mark.parametrize(
    ("code", "within", "expected"),
    [
        ("350102", "350100", True),
        ("350102", "350000", True),
        ("350102", "100000", True),
        ("100000", "100000", True),
        ("350100", "350102", False),
        ("360102", "350000", False),
        ("429004", "429000", True),
        ("441900003", "441900", True),
        ("100000", "350000", False),
        ("100000", "110000", False),
    ],
)
def test_being_inside_a_division(code: str, within: str, expected: bool) -> None:
    assert is_in_division(code, within=within) is expected


def test_parents_come_nearest_first() -> None:
    assert list(parents_of("350102001007")) == [
        "350102001",
        "350102",
        "350100",
        "350000",
        "100000",
    ]
    assert list(parents_of("429004")) == ["429000", "420000", "100000"]
    assert list(parents_of("100000")) == []


digits = st.integers(110101, 659099).map(str)


@given(code=digits)
def test_every_parent_holds_its_child(code: str) -> None:
    assert all(is_in_division(code, within=parent) for parent in parents_of(code))


@given(prefixes=st.lists(st.sampled_from(["", "35", "3501", "350102", "36", "3601", "42"])))
def test_shortest_prefixes_match_the_same_codes_and_do_not_overlap(prefixes: list[str]) -> None:
    short = shortest_prefixes(prefixes)
    for code in ("350102", "350201", "360102", "429004"):
        covered = [prefix for prefix in short if code.startswith(prefix)]
        assert len(covered) == (1 if code.startswith(tuple(prefixes)) and prefixes else 0)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("闽海省", "闽海"),
        ("北京市", "北京"),
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("恩施土家族苗族自治州", "恩施"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江"),
        ("龙胜各族自治县", "龙胜"),
        ("东乡族自治县", "东乡"),
        ("香港特别行政区", "香港"),
        ("忠县", "忠县"),
        ("鼓楼街道", "鼓楼"),
        ("前进村民委员会", "前进"),
    ],
)
def test_short_names_are_what_people_say(name: str, short: str) -> None:
    assert short_name_of(name) == short


def days(*years: int) -> list[date]:
    return [date(year, 12, 31) for year in years]


def test_history_finds_what_became_of_a_county() -> None:
    first, second, third = days(2000, 2001, 2002)
    rows = {
        row.code: row
        for row in division_history(
            [
                (first, {"100000": "国", "990000": "甲省", "990121": "乙县", "990122": "丙县"}),
                (second, {"100000": "国", "990000": "甲省", "990102": "乙区", "990122": "丙县"}),
                (third, {"100000": "国", "990000": "甲省", "990102": "乙新区", "990122": "丙县"}),
            ]
        )
    }
    assert rows["990121"].successors == ()  # 乙县 and 乙区 keep their suffix: one character is none
    assert (rows["990121"].valid_from, rows["990121"].valid_to) == (None, second)
    assert (rows["990102"].valid_from, rows["990102"].valid_to) == (second, None)
    assert rows["990102"].name == "乙新区"
    assert rows["990122"].parent == "990000"
    assert rows["990000"].parent == "100000"


def test_history_follows_a_name_into_another_province_and_takes_amendments() -> None:
    first, second = days(1996, 1997)
    before = {"510000": "四川省", "510200": "重庆市", "510221": "长寿县", "510222": "巴县"}
    amendments = [
        Amendment(second, "510221", ""),
        Amendment(second, "510222", ""),
        Amendment(second, "500113", "巴南区"),
        Amendment(second, "500221", "长寿县"),
        Amendment(None, "510222", "", ("500113",)),
    ]
    rows = {
        row.code: row
        for row in division_history([(first, before), *amended(before, amendments)], amendments)
    }
    assert rows["510221"].successors == ("500221",)
    assert rows["510222"].successors == ("500113",)


def test_two_candidates_are_no_successor_and_a_rest_is_no_end() -> None:
    first, second, third = days(2000, 2001, 2002)
    rows = {
        row.code: row
        for row in division_history(
            [
                (first, {"990121": "临江县", "990131": "平山县"}),
                (second, {"990102": "临江区", "990182": "临江市"}),
                (third, {"990102": "临江区", "990182": "临江市", "990131": "平山县"}),
            ]
        )
    }
    assert rows["990121"].successors == ()
    assert rows["990131"].valid_to is None
    assert rows["990131"].valid_from is None


def test_a_code_used_again_keeps_the_later_meaning() -> None:
    first, second, third = days(2000, 2001, 2002)
    rows = division_history(
        [(first, {"990102": "东区"}), (second, {}), (third, {"990102": "西区"})]
    )
    assert [(row.name, row.valid_from) for row in rows] == [("西区", third)]


@pytest.mark.parametrize("first", sorted(APPOINTED))
@pytest.mark.parametrize("second", sorted(APPOINTED))
def test_administrators_share_no_person_with_any_other_power(first: str, second: str) -> None:
    administrators = {"system_admin", "security_admin", "audit_admin"}
    expected = first != second and bool({first, second} & administrators)
    assert powers_clash(first, second) is expected
    assert {ROLES[role].power for role in administrators} == ADMINISTRATORS


@pytest.mark.parametrize("role", sorted(APPOINTED))
def test_everyone_may_also_be_a_citizen(role: str) -> None:
    assert not powers_clash("citizen", role)


@pytest.mark.parametrize(
    ("roles", "reach", "sentence"),
    [
        ({"king"}, Reach.OWN, "unknown roles"),
        ({"citizen"}, Reach.DIVISION, "citizens have no place"),
        ({"security_admin"}, Reach.OWN, "have it as"),
        ({"leader"}, Reach.DIVISION, "registered twice"),
    ],
)
def test_a_wrong_permission_is_refused(roles: set[str], reach: Reach, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        register_permission(Permission("organisations.appoint", frozenset(roles), reach))


def test_an_unregistered_permission_is_a_bug() -> None:
    with pytest.raises(KeyError):
        reaches_of("organisations.fly")


def test_registering_the_same_again_changes_nothing() -> None:
    before = access_matrix()
    register_permission(
        Permission("organisations.appoint", frozenset({"security_admin"}), Reach.DIVISION)
    )
    assert access_matrix() == before


def test_a_scope_joins_posts_and_can_be_narrowed_to_a_permission() -> None:
    scope = Scope(
        "someone",
        (
            Post("citizen", None, "100000", frozenset()),
            Post("security_admin", 1, "350100", frozenset()),
            Post("handler", 2, "350102", frozenset({"water"})),
            Post("handler", 3, "360000", frozenset({"roads"})),
        ),
    )
    assert scope.roles == {"citizen", "security_admin", "handler"}
    assert scope.division_prefixes == ("3501", "36")
    assert scope.organisation_ids == (1, 2, 3)
    assert scope.duties == frozenset()  # one post is general
    narrowed = scope.granting("organisations.appoint")
    assert narrowed.division_prefixes == ("3501",)
    assert scope.granting("organisations.load").division_prefixes == ()
    handler = Scope("someone", scope.posts[2:])
    assert handler.duties == {"water", "roads"}
