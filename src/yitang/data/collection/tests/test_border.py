"""The border rules: the plain form by table, the columnar form by comparison with the plain."""

from __future__ import annotations

from datetime import date

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yitang.data.collection.pipeline import Seen, check_columns, rows_with_faults
from yitang.data.collection.pipeline import seen as keys_seen
from yitang.data.collection.pipeline.careful import judged
from yitang.data.collection.rules import (
    PROBLEMS,
    QUALITY_KINDS,
    ItemRule,
    check_value,
    code_words,
    parsed_date,
    shape_of,
)
from yitang.data.collection.rules.border import BLANKS
from yitang.data.collection.rules.writings import dates
from yitang.ground.base.identity import credit_check_character, identity_check_character

DIVISIONS = frozenset({"350102", "350102001"})
GOOD = "11010519491231002X"

SEXES = code_words(label="性别", codes=("1", "2"))

CASES = [
    ("", ItemRule("a", "a"), ""),
    ("  \u3000", ItemRule("a", "a", required=True), "required"),
    ("\ufffd", ItemRule("a", "a"), "unreadable"),
    ("四个字符", ItemRule("a", "a", length=4), ""),
    ("五个字符吗", ItemRule("a", "a", length=4), "length"),
    ("1,234.50", ItemRule("a", "a", type="N"), ""),
    ("-.5e3", ItemRule("a", "a", type="Y"), ""),
    ("12元", ItemRule("a", "a", type="N"), "number"),
    ("12", ItemRule("a", "a", type="I"), ""),
    ("12.0", ItemRule("a", "a", type="I"), "integer"),
    ("2024-02-29", ItemRule("a", "a", type="D"), ""),
    ("2023-02-29", ItemRule("a", "a", type="D"), "date"),
    ("2001年2月3日", ItemRule("a", "a", type="D"), ""),
    ("20010203", ItemRule("a", "a", type="D"), ""),
    ("2001/2/3", ItemRule("a", "a", type="D"), ""),
    ("2001-02-03 00:00:00", ItemRule("a", "a", type="D"), ""),
    ("2001-02-03 08:00:00", ItemRule("a", "a", type="D"), "date"),
    ("明天", ItemRule("a", "a", type="D"), "date"),
    ("2001-02-03 23:59:59", ItemRule("a", "a", type="T"), ""),
    ("2001-02-03 24:00", ItemRule("a", "a", type="T"), "moment"),
    ("是", ItemRule("a", "a", type="L"), ""),
    ("也许", ItemRule("a", "a", type="L"), "boolean"),
    ("1", ItemRule("a", "a", codes=("1", "2")), ""),
    ("3", ItemRule("a", "a", codes=("1", "2")), "codes"),
    (" 女", ItemRule("a", "性别", codes=("1", "2"), words=SEXES), ""),
    ("雌", ItemRule("a", "性别", codes=("1", "2"), words=SEXES), "codes"),
    (GOOD, ItemRule("a", "a", rule="identity_number", length=18), ""),
    (GOOD.lower(), ItemRule("a", "a", rule="identity_number"), ""),
    ("１１０１０５１９４９１２３１００２Ｘ", ItemRule("a", "a", rule="identity_number"), ""),
    ("110105491231002", ItemRule("a", "a", rule="identity_number", length=18), ""),
    ("110105194912310021", ItemRule("a", "a", rule="identity_number"), "identity_check"),
    ("110105194913310021", ItemRule("a", "a", rule="identity_number"), "identity_date"),
    ("1101051949123100A1", ItemRule("a", "a", rule="identity_number"), "identity_digits"),
    ("1101051949", ItemRule("a", "a", rule="identity_number"), "identity_length"),
    ("11100000000013338W", ItemRule("a", "a", rule="credit_code"), ""),
    ("11100000000013338w", ItemRule("a", "a", rule="credit_code"), ""),
    ("11100000000013338X", ItemRule("a", "a", rule="credit_code"), "credit_check"),
    ("1110000000001333OW", ItemRule("a", "a", rule="credit_code"), "credit_character"),
    ("111000000000", ItemRule("a", "a", rule="credit_code"), "credit_length"),
    ("350102", ItemRule("a", "a", rule="division"), ""),
    ("359999", ItemRule("a", "a", rule="division"), "division"),
    ("13800138000", ItemRule("a", "a", rule="mobile"), ""),
    ("0591-8755", ItemRule("a", "a", rule="mobile"), "mobile"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "code_list", "codes", "taken"),
    [
        ("性别", "", ("1", "2"), {"男": "1", "男性": "1", "女": "2", "女性": "2"}),
        ("性别", "", ("男", "女"), {"1": "男", "男性": "男", "2": "女", "女性": "女"}),
        ("gender", "GB/T 2261.1-2003", ("2",), {"女": "2", "女性": "2"}),
        ("性别", "", ("1", "男", "2"), {"女": "2", "女性": "2"}),  # 男性 could be either
        ("性别", "", ("M", "F"), {}),
        ("性别", "GA/T 1", ("1", "2"), {}),
        ("类型", "", ("1", "2"), {}),
        ("性别", "", (), {}),
    ],
)
def test_a_word_of_a_code_set_is_taken_for_its_code_where_it_can_mean_one_only(
    label: str, code_list: str, codes: tuple[str, ...], taken: dict[str, str]
) -> None:
    assert dict(code_words(label=label, codes=codes, code_list=code_list)) == taken


@pytest.mark.parametrize(("value", "rule", "problem"), CASES)
def test_each_rule_takes_and_refuses(value: str, rule: ItemRule, problem: str) -> None:
    assert check_value(value, rule, divisions=DIVISIONS) == problem
    assert columnar([value], rule) == [problem]


def test_every_problem_but_those_of_reading_is_tried_above() -> None:
    tried = {problem for _, _, problem in CASES if problem}
    together = {f"quality_{kind}" for kind in QUALITY_KINDS}  # tried in ``test_quality``
    assert set(PROBLEMS) - tried - together == {
        "unique", "digits_lost", "no_value", "formula_failed", "nested", "fields", "uncomputed",
    }  # fmt: skip


def columnar(values: list[str], rule: ItemRule) -> list[str]:
    rows = pa.record_batch({"a": pa.array(values, pa.string())})
    _, faults = check_columns(
        rows, [rule], divisions=DIVISIONS, seen=Seen(), may_be_unreadable=True
    )
    found = rows_with_faults(faults)
    return [found.get(position, [("a", "")])[0][1] for position in range(len(values))]


NUMERALS = "0123456789０１２３Xx"
identities = st.builds(
    lambda region, year, month, day, rest: body_with_check(
        f"{region:06d}{year:04d}{month:02d}{day:02d}{rest:03d}"
    ),
    st.integers(0, 999999), st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32),
    st.integers(0, 999),
)  # fmt: skip


def body_with_check(body: str) -> str:
    return body + identity_check_character(body)


credit_codes = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17).map(
    lambda body: body + credit_check_character(body)
)
written_dates = st.builds(
    lambda y, m, d, form: form.format(y=y, m=m, d=d),
    st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32),
    st.sampled_from([
        "{y:04d}-{m:02d}-{d:02d}", "{y}/{m}/{d}", "{y}.{m}.{d}", "{y}年{m}月{d}日",
        "{y:04d}{m:02d}{d:02d}", "{y:04d}-{m:02d}-{d:02d} 00:00:00", "{y}-{m}-{d} 00:00",
        "{y:04d}-{m:02d}-{d:02d}T08:15", "+{y}-{m}-{d}",
        "{y:04d}-{m:02d}-{d:02d} {d:02d}:{m:02d}:{d:02d}",
    ]),
)  # fmt: skip
anything = st.one_of(
    identities,
    identities.map(str.lower),
    identities.map(lambda number: number[:6] + number[8:17]),
    identities.map(lambda number: number[:17] + "0"),
    credit_codes,
    credit_codes.map(lambda code: code[:17] + "0"),
    written_dates,
    st.text(NUMERALS, max_size=19),
    st.floats().map(str),
    st.integers().map(str),
    st.text(max_size=19),
    st.text(BLANKS + "1是", max_size=4),
    st.sampled_from(["1,000", "是", "否", "TRUE", "350102", "13800138000"]),
)
RULES = [
    ItemRule("a", "a", type=kind, required=True, length=12) for kind in "CINDTL"
] + [
    ItemRule("a", "a", rule=rule, length=18)
    for rule in ("identity_number", "credit_code", "division", "mobile")
] + [
    ItemRule("a", "a", codes=("1", "是")),
    ItemRule("a", "a", codes=("1", "是"), words=(("0", "1"), ("否", "1"))),
]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(anything, min_size=1, max_size=40))
def test_columns_and_single_values_are_judged_alike(values: list[str]) -> None:
    for rule in RULES:
        plain = [check_value(value, rule, divisions=DIVISIONS) for value in values]
        assert columnar(values, rule) == plain, rule


@settings(max_examples=60, deadline=None)
@given(st.lists(written_dates, min_size=1, max_size=40))
def test_columns_of_dates_are_read_like_single_dates(values: list[str]) -> None:
    assert dates(pl.Series(values)).to_list() == [parsed_date(value) for value in values]


@settings(max_examples=40, deadline=None)
@given(st.lists(anything, min_size=1, max_size=40))
def test_a_value_known_by_its_bytes_comes_out_as_care_would_write_it(values: list[str]) -> None:
    rows = pa.record_batch({"a": pa.array(values, pa.large_string())}).slice(len(values) // 3)
    for rule in RULES:
        typed, faults = check_columns(rows, [rule], divisions=DIVISIONS, seen=Seen())
        careful, _ = judged(
            pl.Series(values=rows.column("a")), rule, DIVISIONS, may_be_unreadable=False
        )
        good = ~faults.rejected
        assert typed.column("a").filter(pa.array(good)).to_pylist() == (
            careful.filter(pl.Series(good)).to_list()
        ), rule


def test_values_come_out_typed_and_normalised() -> None:
    rows = pa.record_batch({"i": ["110105491231002"], "d": [" 2001.2.3 "], "n": ["1,200"]})
    rules = [
        ItemRule("i", "i", rule="identity_number"),
        ItemRule("d", "d", type="D"),
        ItemRule("n", "n", type="I"),
    ]
    typed, faults = check_columns(rows, rules, divisions=frozenset(), seen=Seen())
    assert typed.to_pylist() == [{"i": GOOD, "d": date(2001, 2, 3), "n": 1200}]
    assert not faults.rejected.any()


def unique_faults(chunks: list[list[tuple[str | None, str]]]) -> list[int]:
    """Positions, counted over all chunks, of the rows whose key is called repeated."""
    rules = [ItemRule("k", "k", unique=True), ItemRule("n", "n", type="I")]
    seen, before, found = Seen(), 0, list[int]()
    for chunk in chunks:
        keys, numbers = [key for key, _ in chunk], [number for _, number in chunk]
        rows = pa.record_batch({"k": pa.array(keys, pa.string()), "n": pa.array(numbers)})
        _, faults = check_columns(rows, rules, divisions=frozenset(), seen=seen)
        found += [
            before + position
            for position, problems in sorted(rows_with_faults(faults).items())
            if ("k", "unique") in problems
        ]
        before += len(chunk)
    return found


def test_a_repeated_key_is_found_within_and_across_chunks_but_not_after_a_rejected_row() -> None:
    first = [("a", "1"), ("b", "x"), ("a", "2"), ("c", "3"), (None, "4")]
    second = [("b", "1"), ("c", "1"), ("d", "1"), (None, "1")]
    assert unique_faults([first, second]) == [2, 6]
    assert unique_faults([first + second]) == [2, 6]


def test_keys_that_went_to_disk_are_still_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_seen, "HELD", 3)
    keys = [["0a", "0b"], ["1a", "1b"], ["2a", "2b"], ["0a", "2b", "00"], ["30"], ["00", "30"]]
    assert unique_faults([[(key, "1") for key in chunk] for chunk in keys]) == [6, 7, 10, 11]


keyed = st.tuples(st.one_of(st.none(), st.sampled_from("abcdefgh")), st.sampled_from("12x"))


@pytest.mark.thorough
@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(keyed, min_size=1, max_size=5), max_size=12))
def test_how_rows_are_cut_into_chunks_decides_nothing(
    chunks: list[list[tuple[str | None, str]]],
) -> None:
    whole = [row for chunk in chunks for row in chunk]
    wanted, kept = list[int](), set[str]()
    for position, (key, number) in enumerate(whole):
        if key in kept:
            wanted.append(position)
        elif key is not None and number != "x":
            kept.add(key)
    assert unique_faults(chunks) == wanted
    assert unique_faults([whole] if whole else []) == wanted
    ascending = [sorted(chunks[0] if chunks else [], key=lambda row: row[0] or "")]
    assert unique_faults(ascending) == unique_faults([[row] for row in ascending[0]])


def test_the_shape_of_a_value_says_nothing_of_what_it_is() -> None:
    assert shape_of("张三 (350102-19X)") == "字字 (999999-99A)"
