"""Two tables hold the same when their facts agree about the same subjects, and not otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zlib import crc32

import polars as pl
import pytest

from yitang.data.collection.errors import OverlapDecided
from yitang.data.collection.rules import (
    OVERLAP_MOVES,
    OVERLAP_STATES,
    Held,
    HeldItem,
    ItemRule,
    find_overlaps,
    kind_of,
    next_state,
    packed_sketch,
    sketch_table,
    unpacked_sketch,
)
from yitang.data.collection.rules.sketches import SIZE, TableSketch, plain_values

SEED = 5
PEOPLE = 600


def draw(number: int, what: str, words: Sequence[str]) -> str:
    return words[crc32(f"{what} {number}".encode()) % len(words)]


def table(columns: dict[str, Sequence[object]], seed: int = SEED) -> TableSketch:
    frame = pl.DataFrame(columns)
    rules = [
        ItemRule(name, name, type="N" if isinstance(values[0], int) else "C")
        for name, values in columns.items()
    ]
    return sketch_table(lambda: frame.iter_slices(97), rules, seed=seed)


def held(
    code: str, columns: dict[str, Sequence[object]], *, organisation: str = "", **labels: str
) -> Held:
    items = tuple(
        HeldItem(name, labels.get(name, name), rule="identity_number" if name == "card" else "")
        for name in columns
    )
    return Held(code, organisation or code, items, table(columns))


def people(first: int, last: int) -> list[str]:
    return [f"99010119{number:010}" for number in range(first, last)]


def pupils(first: int = 0, last: int = PEOPLE) -> dict[str, Sequence[object]]:
    numbers = range(first, last)
    return {
        "card": people(first, last),
        "school": [draw(n, "school", [f"第{k}小学" for k in range(40)]) for n in numbers],
        "level": [draw(n, "level", ["一", "二", "三", "四"]) for n in numbers],
        "since": [f"20{10 + n % 10}-{1 + n % 12:02}-{1 + n % 28:02}" for n in numbers],
    }


def as_health_writes(of: dict[str, Sequence[object]]) -> dict[str, Sequence[object]]:
    """The same facts in other columns, codes and dates, beside a fact of its own."""
    digits = {"一": "1", "二": "2", "三": "3", "四": "4"}
    numbers = range(len(of["card"]))
    return {
        "card": of["card"],
        "degree": [digits[str(value)] for value in of["level"]],
        "campus": of["school"],
        "entered": [str(value).replace("-", "/") for value in of["since"]],
        "height": [str(100 + int(draw(n, "height", [str(k) for k in range(80)]))) for n in numbers],
    }


def test_the_same_facts_under_other_names_codes_and_dates_are_found() -> None:
    one = held("education", pupils())
    other = held("health", as_health_writes(pupils(0, 400)))
    (found,) = find_overlaps([one, other])
    pairs = {(a.left, a.right): a.mapped for a in found.agreements}
    assert pairs == {
        ("school", "campus"): False,
        ("since", "entered"): False,
        ("level", "degree"): True,
    }
    assert found.source == "education"
    assert "subjects" in found.reasons
    assert found.subjects == 400
    assert found.contained == 1.0


def test_the_same_columns_with_other_facts_are_no_overlap() -> None:
    """Equal labels and equal codes about the same people, but not the same values."""
    mine = pupils()
    theirs = {**mine}
    for name in ("school", "level", "since"):
        at = len(name) * 7
        theirs[name] = [*mine[name][at:], *mine[name][:at]]
    assert find_overlaps([held("one", mine), held("two", theirs)]) == []


def test_the_same_kind_of_facts_about_other_people_are_no_overlap() -> None:
    assert find_overlaps([held("east", pupils(0, 300)), held("west", pupils(300, 600))]) == []


def test_one_department_may_hold_a_thing_twice() -> None:
    datasets = [held("a", pupils(), organisation="x"), held("b", pupils(), organisation="x")]
    assert find_overlaps(datasets) == []


def test_what_all_ask_to_know_whom_they_deal_with_is_no_overlap() -> None:
    asked: dict[str, Sequence[object]] = {
        "card": people(0, PEOPLE),
        "name": [f"张{n % 97}" for n in range(PEOPLE)],
        "mobile": [f"138{n:08}" for n in range(PEOPLE)],
        "region": [str(990100 + n % 9) for n in range(PEOPLE)],
    }
    labels = {"name": "姓名", "mobile": "联系电话", "region": "行政区划代码"}
    one = held("one", {**asked, "vehicle": [f"V{n}" for n in range(PEOPLE)]}, **labels)
    other = held("two", {**asked, "house": [f"H{n}" for n in range(PEOPLE)]}, **labels)
    assert find_overlaps([one, other]) == []
    assert [one.kind_of(item.name) for item in one.items] == [
        "identifier", "name", "phone", "division", "",
    ]  # fmt: skip


def test_sex_and_birth_are_known_under_any_name_by_what_agrees_with_them() -> None:
    numbers = range(PEOPLE)
    sex = [draw(n, "sex", ["1", "2"]) for n in numbers]
    born = [f"19{10 + n % 89}{1 + n % 12:02}{1 + n % 28:02}" for n in numbers]

    def insured(code: str) -> Held:
        own = [draw(n, code, [f"{code}{k}" for k in range(9)]) for n in numbers]
        return held(code, {"card": people(0, PEOPLE), "aac004": sex, "aac006": born, code: own})

    pair = [insured("health"), insured("pension")]
    assert len(find_overlaps(pair)) == 1  # nobody says what they are
    police = held("police", {"card": people(0, PEOPLE), "性别": sex, "出生日期": born})
    assert find_overlaps([*pair, police]) == []


def test_a_count_that_looks_like_a_number_hides_no_overlap() -> None:
    inns = [f"客栈{k}号" for k in range(90)]
    rooms = [str(20 + crc32(name.encode()) % 120) for name in inns]
    beds = [str(30 + crc32(name[::-1].encode()) % 150) for name in inns]
    stars = [draw(n, "stars", ["一", "二", "三"]) for n in range(90)]
    lifts = [draw(n, "lifts", ["0", "1", "2"]) for n in range(90)]
    others = [f"{k}旅社" for k in range(90)]
    police = held("police", {"名称": inns, "rooms": rooms, "beds": beds, "stars": stars})
    tourism: dict[str, Sequence[object]] = {
        "单位名称": inns[:70],
        "rooms": rooms[:70],
        "beds": beds[:70],
        "lifts": lifts[:70],
    }
    found = find_overlaps([police, held("tourism", tourism)])
    assert [(one.left, one.right) for one in found] == [("police", "tourism")]
    changed: dict[str, Sequence[object]] = {"单位名称": others[:70], "rooms": rooms[20:]}
    strangers = held("strangers", tourism | changed)
    assert find_overlaps([police, strangers]) == []


def test_of_a_firm_the_name_says_whom_and_of_a_person_it_is_a_fact() -> None:
    employer = HeldItem("employer", "单位名称")
    assert kind_of(employer, of_people=True) == ""
    assert kind_of(employer, of_people=False) == "name"
    assert kind_of(HeldItem("owner", "车主姓名")) == "name"
    assert kind_of(HeldItem("guardian", "监护人姓名")) == "contact"


def test_the_name_beside_a_party_s_number_is_no_fact() -> None:
    items = (
        HeldItem("m", "母亲身份证号", rule="identity_number"),
        HeldItem("a", "母亲姓名"),
        HeldItem("b", "介绍人姓名"),
    )
    births = Held("births", "health", items, table({"m": people(0, 9), "a": ["张"] * 9}))
    assert [births.kind_of(item.name) for item in items] == ["identifier", "name", ""]


def test_statistics_without_an_identifier_are_joined_on_two_columns_together() -> None:
    counties, years = [f"县{n}" for n in range(12)], list(range(2015, 2025))
    cells = [(county, year) for county in counties for year in years]
    mine: dict[str, Sequence[object]] = {
        "county": [county for county, _ in cells],
        "year": [str(year) for _, year in cells],
        "output": [crc32(f"output {cell}".encode()) % 10**6 for cell in cells],
        "firms": [crc32(f"firms {cell}".encode()) % 10**4 for cell in cells],
    }
    shuffled = sorted(range(len(cells)), key=lambda n: crc32(f"{n}".encode()))
    theirs: dict[str, Sequence[object]] = {
        "period": [mine["year"][n] for n in shuffled],
        "area": [mine["county"][n] for n in shuffled],
        "gdp": [mine["output"][n] for n in shuffled],
        "enterprises": [mine["firms"][n] for n in shuffled],
    }
    (found,) = find_overlaps([held("statistics", mine), held("development", theirs)])
    assert {(a.left, a.right) for a in found.agreements} == {
        ("output", "gdp"), ("firms", "enterprises"),
    }  # fmt: skip


def test_two_copies_of_one_register_for_different_people_are_not_copies_of_each_other() -> None:
    everyone = held("police", pupils(0, 6000))
    one = held("health", as_health_writes(pupils(0, 500)))
    other = held("civil", pupils(3000, 3500))
    found = find_overlaps([everyone, one, other])
    assert {(o.left, o.right) for o in found} == {("police", "health"), ("police", "civil")}


def described(first: int, last: int, *more: str) -> dict[str, Sequence[object]]:
    """People as a register describes them, beside facts of a list's own."""
    numbers = range(first, last)
    own = {
        name: [draw(n, name, [f"{name}{k}" for k in range(30)]) for n in numbers] for name in more
    }
    return {
        "card": people(first, last),
        "住址": [f"青屿区{draw(n, 'road', '东西南北')}门路{n}号" for n in numbers],
        "民族": [draw(n, "nation", ["汉族", "畲族", "回族"]) for n in numbers],
        "文化程度": [draw(n, "school", ["小学", "初中", "大学"]) for n in numbers],
        **own,
    }


def test_a_list_of_some_people_that_repeats_who_they_are_is_no_copy_of_the_register() -> None:
    register = held("police", described(0, 6000, "hukou", "kin"))
    veterans = described(1000, 1400, "unit", "rank", "medal", "since", "left", "pension")
    assert find_overlaps([register, held("veterans", veterans)]) == []
    # A second register of most of them is, and so is a list of nothing but what the first says.
    second = held("health", described(1000, 4000, "doctor", "blood", "clinic"))
    (found,) = find_overlaps([register, second])
    assert found.covered >= 0.4
    assert len(find_overlaps([register, held("council", described(1000, 1400))])) == 1


def test_two_lists_that_share_less_than_half_their_people_could_not_stand_in_for_each_other() -> (
    None
):
    poor = held("civil", pupils(0, 400))
    assert len(find_overlaps([poor, held("farming", pupils(150, 550))])) == 1
    assert find_overlaps([poor, held("farming", pupils(280, 680))]) == []


def test_lists_are_joined_on_a_name_rather_than_on_a_count() -> None:
    farms = [f"{n}号养殖场" for n in range(120)]
    stock = [str(200 + crc32(farm.encode()) % 9000) for farm in farms]
    kind = [draw(n, "kind", ["猪", "鸡", "牛"]) for n in range(120)]
    mine = held("farming", {"名称": farms, "存栏": stock, "畜种": kind})
    (found,) = find_overlaps(
        [mine, held("environment", {"单位名称": farms, "数量": stock, "种类": kind})]
    )
    assert found.key == ("名称", "单位名称")
    assert {(a.left, a.right) for a in found.agreements} == {("存栏", "数量"), ("畜种", "种类")}


def test_a_duty_named_in_the_title_speaks_for_its_department() -> None:
    small, large = held("land", pupils(0, 500)), held("old", pupils(0, 600))
    assert find_overlaps([small, large])[0].source == "old"
    charged = replace(small, title="不动产登记信息", duties=("不动产登记", "林权"))
    (found,) = find_overlaps([charged, large])
    assert (found.source, found.reasons[0]) == ("land", "duty")


def test_identity_numbers_are_known_by_their_values_whatever_the_catalogue_says() -> None:
    cards = [
        f"990101{1950 + n % 50}{1 + n % 12:02}{1 + n % 28:02}{n % 1000:03}X" for n in range(50)
    ]
    items = (HeldItem("c", "证件"), HeldItem("n", "姓名"), HeldItem("t", "手机号"))
    values: dict[str, Sequence[object]] = {
        "c": cards,
        "n": ["张三"] * 50,
        "t": [f"138{n:08}" for n in range(50)],
    }
    one = Held("one", "office", items, table(values))
    assert [column.looks for column in one.table.columns] == ["identity_number", "", "mobile"]
    assert [one.kind_of(item.name) for item in items] == ["identifier", "name", "phone"]


def test_two_offices_that_keep_one_paper_of_a_firm_hold_the_same() -> None:
    firms = [f"{k}商行" for k in range(80)]
    papers = [f"闽危经{k:04}" for k in range(80)]
    stored = [f"{1 + crc32(firm.encode()) % 400}" for firm in firms]
    office = held("emergency", {"许可证编号": papers, "单位名称": firms, "最大储量": stored})
    written: dict[str, Sequence[object]] = {
        "名称": firms,
        "许可证号": papers,
        "储存数量": [f"{n}吨" for n in stored],
    }
    (found,) = find_overlaps([office, held("police", written)])
    assert {(a.left, a.right) for a in found.agreements if a.weight} == {
        ("许可证编号", "许可证号"), ("最大储量", "储存数量"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("305吨", "305.00"),
        ("1,200元", "1200"),
        ("0.50", "0.5"),
        ("闽海省鹭洲市青屿区新安路459号18幢06室", "新安路459号18-6"),
        ("临江县许村镇黄村七组112号", "黄村七组112号"),
        ("2001年2月3日", "2001/2/3"),
        ("2001年2月", "2001-02"),
        ("2001.12", "2001/12"),
    ],
)
def test_one_value_in_two_writings_is_the_same(one: str, other: str) -> None:
    mine, theirs = (plain_values(pl.Series([text] * 3)).to_list() for text in (one, other))
    assert mine == theirs


def firms(capital: str, factor: int) -> dict[str, Sequence[object]]:
    numbers = range(300)
    return {
        "card": people(0, 300),
        "trade": [draw(n, "trade", [f"行业{k}" for k in range(30)]) for n in numbers],
        capital: [
            f"{int(draw(n, 'capital', [str(k) for k in range(7, 900)])) * factor}" for n in numbers
        ],
        f"{capital}笔数": [
            draw(3 * n + factor, "count", ["0", "10", "100", "1000"]) for n in numbers
        ],
    }


@pytest.mark.parametrize(
    ("one", "other", "found"), [("资本（万元）", "实缴资本（元）", True), ("甲", "乙", False)]
)
def test_a_sum_in_yuan_is_the_same_in_ten_thousands_of_them(
    one: str, other: str, found: bool
) -> None:
    pair = [held("market", firms(one, 1)), held("tax", firms(other, 10_000))]
    agreed = {(a.left, a.right) for o in find_overlaps(pair) for a in o.agreements}
    assert ((one, other) in agreed) is found
    assert (f"{one}笔数", f"{other}笔数") not in agreed  # digits that agree by chance


def test_hashes_of_another_seed_share_nothing() -> None:
    one, other = table(pupils()), table(pupils(), seed=SEED + 1)
    for mine, theirs in zip(one.columns, other.columns, strict=True):
        assert not set(mine.smallest.tolist()) & set(theirs.smallest.tolist())


def test_a_sketch_read_in_parts_is_the_sketch_of_the_whole() -> None:
    columns = pupils(0, 5000)
    frame = pl.DataFrame(columns)
    rules = [ItemRule(name, name) for name in columns]
    whole = sketch_table(lambda: [frame], rules, seed=SEED)
    parts = sketch_table(lambda: frame.iter_slices(113), rules, seed=SEED)
    assert packed_sketch(whole) == packed_sketch(parts)
    card = whole.columns[0]
    assert card.smallest.size == SIZE
    assert abs(card.distinct - 5000) < 500
    again = unpacked_sketch(packed_sketch(whole))
    assert packed_sketch(again) == packed_sketch(whole)


@pytest.mark.parametrize("verb", sorted(OVERLAP_MOVES))
@pytest.mark.parametrize("state", OVERLAP_STATES)
def test_every_decision_is_open_or_refused(state: str, verb: str) -> None:
    before, after = OVERLAP_MOVES[verb]
    if state in before:
        assert next_state(state, verb) == after
    else:
        with pytest.raises(OverlapDecided):
            next_state(state, verb)
