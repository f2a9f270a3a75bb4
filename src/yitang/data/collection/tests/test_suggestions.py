"""Rules out of the first rows: suggested with evidence, accepted one by one or all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from yitang.data.catalogue.api import Dataset, draft_of
from yitang.data.catalogue.rules import ItemSpec
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.collection.api import (
    accept_suggestions,
    gather_file,
    quality_rules,
    suggested_rules,
)
from yitang.data.collection.errors import NothingToSuggestFrom
from yitang.data.collection.rules import ItemRule, Profile, common_shape, suggest
from yitang.ground.base.errors import NotAllowed
from yitang.ground.organisations.tests.factories import make_officer, make_organisation

from .factories import AT, make_identity_number, write_csv

NAMES = [f"甲{number}乙" for number in range(60)]


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        ([f"AB-{number:04d}" for number in range(12)], "[A-Z]{2}\\-[0-9]{4}"),
        ([f"x{number}" for number in range(5, 17)], "[a-z][0-9]{1,2}"),
        ([f"AB-{number:04d}" for number in range(11)], ""),  # too few
        ([*(f"A{number}" for number in range(12)), "7"], ""),
        (["AB", "CD"] * 6, ""),  # no digit: any word has this form
    ],
)
def test_a_form_that_all_values_share(values: list[str], shape: str) -> None:
    assert common_shape(values) == shape
    assert not shape or all(re.fullmatch(shape, value) for value in values)


def kinds(item: ItemRule, profile: Profile, asked: frozenset[str] = frozenset()) -> list[str]:
    return [one.kind for one in suggest(item, profile, divisions=frozenset(), asked=asked)]


def test_what_is_asked_already_or_rests_on_few_rows_is_not_suggested() -> None:
    number = ItemRule("number", "人数", type="I")
    full = Profile(60, 60, 60, "1", "60")
    assert kinds(number, full) == ["required", "unique", "range"]
    assert kinds(number, Profile(49, 49, 49, "1", "49")) == []
    asked = ItemRule("number", "人数", type="I", required=True, unique=True)
    assert kinds(asked, full, frozenset({"range"})) == []
    secret = ItemRule("number", "收入", type="I", sensitive=True, required=True, unique=True)
    assert kinds(secret, full) == []
    assert kinds(number, Profile(60, 0, 0)) == []
    text = ItemRule("kind", "类别", required=True)
    assert kinds(text, Profile(60, 60, 2, "a", "b", ("a", "b"))) == ["codes"]
    assert kinds(ItemRule("k", "类", required=True, sensitive=True),
                 Profile(60, 60, 2, "a", "b", ("a", "b"))) == []  # fmt: skip


db = pytest.mark.django_db
ITEMS = (
    ItemSpec("code", "编号"),
    ItemSpec("kind", "类别"),
    ItemSpec("number", "人数", type="I"),
    ItemSpec("holder", "经办人身份证号", sensitive=True),
)


@pytest.fixture
def schools() -> Dataset:
    return make_dataset("schools", items=ITEMS)


def hand_in(folder: Path, schools: Dataset) -> None:
    officer = make_officer("data_officer", organisation=schools.organisation)
    rows = [
        [f"S{number:03d}", "公办" if number % 3 else "民办", str(number % 9 or ""),
         make_identity_number(number)]
        for number in range(60)
    ]  # fmt: skip
    path = write_csv(folder / "a.csv", rows, header=[item.label for item in ITEMS])
    gather_file(dataset=schools, path=path, actor=officer, at=AT)


@db
def test_suggestions_are_shown_with_evidence_and_accepted(tmp_path: Path, schools: Dataset) -> None:
    officer = make_officer("data_officer", organisation=schools.organisation)
    with pytest.raises(NothingToSuggestFrom):
        suggested_rules(officer, schools)
    hand_in(tmp_path, schools)
    found = {one.key: one for one in suggested_rules(officer, schools)}
    assert set(found) == {
        "code:required", "code:unique", "code:pattern",
        "kind:required", "kind:codes",
        "number:range",
        "holder:required", "holder:unique", "holder:value_rule",
    }  # fmt: skip
    assert found["code:pattern"].value == ("[A-Z][0-9]{3}",)
    assert found["kind:codes"].value == ("公办", "民办")
    assert str(found["kind:codes"].evidence) == "60 rows hold only 2 values"
    assert found["number:range"].value == ("1", "8")
    assert found["holder:value_rule"].value == ("identity_number",)

    stranger = make_officer("data_officer", organisation=make_organisation())
    with pytest.raises(NotAllowed):
        suggested_rules(stranger, schools)
    with pytest.raises(NotAllowed):
        accept_suggestions(dataset=schools, keys=None, actor=stranger, at=AT)

    (made,) = accept_suggestions(dataset=schools, keys=["number:range"], actor=officer, at=AT)
    (rule,) = quality_rules(schools)[1]
    assert (rule.kind, rule.low, rule.high, rule.severity) == ("range", "1", "8", "warn")
    assert draft_of(officer, schools) is None
    assert made.key not in {one.key for one in suggested_rules(officer, schools)}

    assert len(accept_suggestions(dataset=schools, keys=None, actor=officer, at=AT)) == 8
    draft = draft_of(officer, schools)
    assert draft is not None
    items = {item.name: item for item in draft.spec.items}
    assert (items["code"].required, items["code"].unique) == (True, True)
    assert items["kind"].codes == ("公办", "民办")
    assert items["holder"].rule == "identity_number"
    assert suggested_rules(officer, schools) == []
    assert [rule.kind for rule in quality_rules(schools)[1]] == ["range", "pattern"]
