"""Quality rules: both forms say the same, versions are kept, rows are sent back or warned of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yitang.data.catalogue.errors import DatasetUnknown
from yitang.data.catalogue.rules import ItemSpec
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.collection.api import (
    gather_file,
    problems_of,
    quality_rules,
    receipts,
    rejected_rows,
    rule_sets,
    set_quality_rules,
)
from yitang.data.collection.errors import QualityRuleInvalid, RulesChanged, RulesFileInvalid
from yitang.data.collection.pipeline import Seen, judge_rows, target_schema
from yitang.data.collection.rules import (
    ItemRule,
    QualityRule,
    check_quality_rules,
    document_of_rule,
    is_broken,
    key_of,
    read_rules,
    rule_of,
    written_rules,
)
from yitang.ground.base.errors import NotAllowed
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation

from .factories import AT, write_csv

ITEMS = (
    ItemRule("code", "编号"),
    ItemRule("kind", "类别"),
    ItemRule("number", "人数", type="I"),
    ItemRule("area", "面积", type="N"),
    ItemRule("opened", "开办日期", type="D"),
    ItemRule("closed", "注销日期", type="D"),
)
KINDS = {item.name: item.type for item in ITEMS}
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
KNOWN = frozenset({"A1", "B2", "7"})


def rule(name: str, kind: str, *items: str, **values: str) -> QualityRule:
    return QualityRule(name, kind, items, **values)


RULES = (
    rule("few", "range", "number", low="1", high="5.5"),
    rule("wide", "range", "area", low="-0.5"),
    rule("late", "range", "opened", high="2026-01-03"),
    rule("form", "pattern", "code", pattern="[A-Z][0-9]{1,2}|甲"),
    rule("after", "order", "opened", "closed", severity="warn"),
    rule("fits", "order", "number", "area"),
    rule("asked", "if_then", "kind", "closed", value="b"),
    rule("asked_any", "if_then", "number", "area", severity="warn"),
    rule("either", "one_of", "opened", "closed"),
    rule("known", "reference", "code", dataset="others", item="code"),
    rule("known_number", "reference", "number", dataset="others", item="code"),
)
ROWS = st.fixed_dictionaries(
    {
        "code": st.none() | st.sampled_from(["A1", "B2", "甲", "A1\n", "Z", "甲甲"]),
        "kind": st.none() | st.sampled_from(["a", "b"]),
        "number": st.none() | st.integers(-2, 8),
        "area": st.none() | st.floats(-2, 8, allow_nan=False),
        "opened": st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 5)),
        "closed": st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 5)),
    }
)


def judged(
    rows: list[Mapping[str, object]], rules: tuple[QualityRule, ...], seen: Seen
) -> dict[str, list[int]]:
    batch = pa.RecordBatch.from_pylist([dict(row) for row in rows], schema=target_schema(ITEMS))
    known = pl.Series(sorted(KNOWN), dtype=pl.String)
    found = judge_rows(
        batch,
        rules,
        KINDS,
        wanted=np.ones(len(rows), dtype=bool),
        seen=seen,
        references={one.name: known for one in rules},
    )
    return {one.name: positions.tolist() for one, positions in found}


@UNHURRIED
@given(st.lists(ROWS, min_size=1, max_size=12))
def test_the_columns_say_what_the_rows_say(rows: list[Mapping[str, object]]) -> None:
    found = judged(rows, RULES, Seen())
    for one in RULES:
        plain = [
            place
            for place, row in enumerate(rows)
            if is_broken(one, row, KINDS, known=KNOWN)  # type: ignore[arg-type]
        ]
        assert found.get(one.name, []) == plain, one


@UNHURRIED
@given(st.lists(ROWS, min_size=1, max_size=12), st.integers(0, 12))
def test_what_stands_together_may_stand_once(rows: list[Mapping[str, object]], cut: int) -> None:
    once = rule("once", "unique", "code", "number")
    plain, before = [], set()
    for place, row in enumerate(rows):
        key = key_of(once, row)  # type: ignore[arg-type]
        plain += [place] if key is not None and key in before else []
        before.add(key)
    seen, found = Seen(), []
    for start, part in ((0, rows[:cut]), (cut, rows[cut:])):
        if part:
            again = judged(part, (once,), seen)
            found += [start + place for place in again.get("once", [])]
    assert found == plain


@pytest.mark.parametrize(
    "wrong",
    [
        rule("Few", "range", "number", low="1"),
        rule("few", "ranges", "number", low="1"),
        rule("few", "range", "number", low="1", severity="ask"),
        rule("few", "range", "number"),
        rule("few", "range", "number", "area", low="1"),
        rule("few", "range", "nothing", low="1"),
        rule("few", "range", "code", low="1"),
        rule("few", "range", "number", low="x"),
        rule("few", "range", "number", low="nan"),
        rule("few", "range", "opened", low="2026-02-30"),
        rule("few", "range", "number", low="3", high="2"),
        rule("few", "pattern", "number", pattern="1"),
        rule("few", "pattern", "code", pattern="("),
        rule("few", "pattern", "code"),
        rule("few", "order", "number", "opened"),
        rule("few", "order", "code", "kind"),
        rule("few", "if_then", "number", "area", value="1"),
        rule("few", "reference", "code"),
        rule("few", "reference", "area", dataset="others", item="code"),
        rule("few", "one_of", "code", "code"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused(wrong: QualityRule) -> None:
    with pytest.raises(QualityRuleInvalid):
        check_quality_rules([wrong], ITEMS)


def test_rules_are_written_and_read_and_named_once() -> None:
    check_quality_rules(RULES, ITEMS)
    with pytest.raises(QualityRuleInvalid):
        check_quality_rules([RULES[0], RULES[0]], ITEMS)
    with pytest.raises(QualityRuleInvalid):
        check_quality_rules(RULES * 10, ITEMS)
    assert read_rules(written_rules("schools", RULES), file="a.toml") == ("schools", list(RULES))
    assert [rule_of(document_of_rule(one), file="") for one in RULES] == list(RULES)
    for text in (
        "x =",
        "rule = []",
        'dataset = "a"\nrule = [1]',
        'dataset = "a"\n[[rule]]\nitems = []\nnam = 1',
        'dataset = "a"\n[[rule]]\nitems = []',
    ):
        with pytest.raises(RulesFileInvalid):
            read_rules(text, file="a.toml")


SPECS = tuple(ItemSpec(item.name, item.label, type=item.type) for item in ITEMS)


@pytest.mark.django_db
def test_rows_are_sent_back_or_warned_of_and_every_version_is_kept(tmp_path: Path) -> None:
    others = make_dataset("others", items=(ItemSpec("code", "编号"),))
    schools = make_dataset("schools", items=SPECS)
    officer = make_officer("data_officer", organisation=schools.organisation)
    system = system_actor()
    header = [item.label for item in ITEMS]
    rows = [
        ["A1", "a", "3", "4", "2026-01-01", "2026-01-02"],
        ["A1", "b", "9", "10", "2026-01-01", ""],
        ["B9", "a", "2", "4", "2026-01-03", "2026-01-02"],
        ["B2", "a", "2", "4", "", ""],
    ]
    wanted = [
        rule("few", "range", "number", low="1", high="5"),
        rule("after", "order", "opened", "closed", severity="warn"),
        rule("known", "reference", "code", dataset="others", item="code"),
    ]
    path = write_csv(tmp_path / "others.csv", [["A1"], ["B9"]], header=["编号"])
    gather_file(dataset=others, path=path, actor=system, at=AT)
    set_quality_rules(dataset=schools, rules=wanted, actor=officer, at=AT, base=0, note="初版")
    path = write_csv(tmp_path / "a.csv", rows, header=header)
    receipt = gather_file(dataset=schools, path=path, actor=officer, at=AT)
    assert (receipt.delivered, receipt.accepted, receipt.rejected) == (4, 2, 2)
    (batch,) = receipts(officer).rows
    said = {(one.label, one.code): (one.rows, one.severity) for one in problems_of(batch)}
    assert said == {
        ("人数", "quality_range"): (1, "reject"),
        ("编号", "quality_reference"): (1, "reject"),
        ("开办日期, 注销日期", "quality_order"): (1, "warn"),
    }
    first, second = rejected_rows(batch)
    assert (first.row_number, first.faults[0].code) == (3, "quality_range")
    assert str(first.faults[0].message) == "not between 1 and 5"
    assert second.values["编号"] == "B2"

    with pytest.raises(RulesChanged):
        set_quality_rules(dataset=schools, rules=[], actor=officer, at=AT, base=0)
    stranger = make_officer("data_officer", organisation=make_organisation())
    with pytest.raises(NotAllowed):
        set_quality_rules(dataset=schools, rules=[], actor=stranger, at=AT, base=1)
    set_quality_rules(dataset=schools, rules=wanted, actor=officer, at=AT, base=1)  # the same
    set_quality_rules(dataset=schools, rules=wanted[:1], actor=officer, at=AT, base=1)
    assert [(one.number, len(one.rules), one.note) for one in rule_sets(schools)] == [
        (2, 1, ""),
        (1, 3, "初版"),
    ]
    assert quality_rules(schools) == (2, wanted[:1])


@pytest.mark.django_db
def test_what_only_the_engine_or_the_catalogue_knows_is_checked_too() -> None:
    schools = make_dataset("schools", items=SPECS)
    system = system_actor()
    for wrong, error in (
        (rule("form", "pattern", "code", pattern="(?=A)A1"), QualityRuleInvalid),
        (rule("known", "reference", "code", dataset="none", item="code"), DatasetUnknown),
        (rule("known", "reference", "code", dataset="schools", item="none"), QualityRuleInvalid),
    ):
        with pytest.raises(error):
            set_quality_rules(dataset=schools, rules=[wrong], actor=system, at=AT, base=0)
