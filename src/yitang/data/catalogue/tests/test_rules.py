"""What an entry must state, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from yitang.data.catalogue.errors import CatalogueFileInvalid, EntryInvalid, SharingTermsWrong
from yitang.data.catalogue.rules import (
    DatasetSpec,
    ItemSpec,
    check_entry,
    check_sharing_terms,
    freshness,
    read_entries,
)

AT = datetime(2026, 11, 23, tzinfo=UTC)
GOOD = DatasetSpec("a-b", "名称", "org", sharing_condition="x", items=(ItemSpec("n", "名"),))


@pytest.mark.parametrize(
    ("sharing_class", "condition", "basis", "problem"),
    [
        (1, "", "", None),
        (1, "only us", "", "cannot have a condition"),
        (2, "for licensing", "", None),
        (2, " ", "", "who may use"),
        (3, "", "统计法第九条", None),
        (3, "", "", "law and the article"),
    ],
)
def test_each_sharing_class_states_what_the_decree_asks(
    sharing_class: int, condition: str, basis: str, problem: str | None
) -> None:
    terms = {
        "code": "a", "sharing_class": sharing_class, "sharing_condition": condition,
        "legal_basis": basis,
    }  # fmt: skip
    if problem is None:
        check_sharing_terms(**terms)  # type: ignore[arg-type]
    else:
        with pytest.raises(SharingTermsWrong, match=problem):
            check_sharing_terms(**terms)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "A b"}, "code"),
        ({"name": " "}, "name"),
        ({"classification": "9"}, "classification"),
        ({"update_cycle": "sometimes"}, "update_cycle"),
        ({"format": "paper"}, "format"),
        ({"delivery": "by hand"}, "delivery"),
        ({"sharing_class": 4}, "sharing_class"),
        ({"grade": 6}, "grade"),
        ({"subject": "dogs"}, "subject"),
        ({"items": (ItemSpec("N", "x"),)}, "item N"),
        ({"items": (ItemSpec("n", " "),)}, "item n"),
        ({"items": (ItemSpec("n", "x"), ItemSpec("n", "y"))}, "twice"),
        ({"items": (ItemSpec("n", "x", type="Q"),)}, "type"),
        ({"items": (ItemSpec("n", "x", rule="nice"),)}, "rule"),
    ],
)
def test_a_wrong_field_is_named(wrong: dict[str, object], field: str) -> None:
    check_entry(GOOD)
    with pytest.raises(EntryInvalid, match=field):
        check_entry(replace(GOOD, **wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cycle", "days", "expected"),
    [
        ("daily", None, "never gathered"),
        ("daily", 1, "fresh"),
        ("daily", 2, "late"),
        ("monthly", 31, "fresh"),
        ("monthly", 32, "late"),
        ("never", 4000, "without a cycle"),
    ],
)
def test_a_dataset_is_late_after_its_longest_cycle(
    cycle: str, days: int | None, expected: str
) -> None:
    gathered = None if days is None else AT - timedelta(days=days)
    assert freshness(cycle, gathered, AT) == expected


ENTRY = """
[[dataset]]
code = "births"
name = "出生医学证明"
organisation = "省卫生健康委"
sharing_condition = "供公安、医保、社保办理新生儿事项使用"
grade = 4
subject = "person"
[[dataset.item]]
name = "number"
label = "证明编号"
aliases = ["编号", "出生证编号"]
is_key = true
length = 10
"""


def test_entries_are_read_from_toml() -> None:
    (spec,) = read_entries(ENTRY)
    assert (spec.code, spec.grade, spec.subject, spec.open) == ("births", 4, "person", False)
    assert spec.items[0] == ItemSpec(
        "number", "证明编号", aliases=("编号", "出生证编号"), is_key=True, length=10
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[dataset]]", "[[dataset", "cannot be read"),
        ('code = "births"', "", "code"),
        ("grade = 4", 'grade = "four"', "not a int"),
        ("grade = 4", "grad = 4", "no such field"),
        ('label = "证明编号"', "", "label"),
        ('aliases = ["编号", "出生证编号"]', 'aliases = "编号"', "list of texts"),
        ("length = 10", "size = 10", "no such field"),
        ("[[dataset.item]]", "[dataset.item]", "each data item is a table"),
    ],
)
def test_a_slip_in_the_file_is_named(old: str, new: str, said: str) -> None:
    with pytest.raises((CatalogueFileInvalid, EntryInvalid), match=said):
        read_entries(ENTRY.replace(old, new, 1))


@pytest.mark.parametrize("text", ["", "x = 1", "dataset = 3", "dataset = [1]"])
def test_a_file_without_entries_says_so(text: str) -> None:
    with pytest.raises(CatalogueFileInvalid):
        read_entries(text)
