"""Roles, sources and scores, without a database."""

from __future__ import annotations

import pyarrow as pa
import pytest

from yitang.data.fusion.pipeline.scoring import score_links
from yitang.data.fusion.rules import (
    FIELD_LABELS,
    LEGAL_ENTITIES,
    POPULATION,
    Claim,
    FieldRecord,
    Part,
    Score,
    age_band,
    parts_of_role,
    sources_of,
)


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        ("name", [Part("", "name")]),
        ("division", [Part("", "division_code")]),
        ("wife.name", [Part("wife", "name")]),
        ("father+mother.address", [Part("father", "address"), Part("mother", "address")]),
    ],
)
def test_a_role_names_a_field_of_one_or_more_parties(role: str, parts: list[Part]) -> None:
    assert parts_of_role(role) == parts


def test_each_party_with_a_number_is_a_source() -> None:
    items = [
        ("record", "", 50, True),
        ("husband", "husband.name", 3, False),
        ("husband_identity", "husband.identity_number", 1, False),
        ("child", "child.name", 3, False),
        ("colour", "colour", 1, False),
    ]
    (source,) = sources_of(POPULATION, "marriages", items)
    assert (source.name, source.key) == ("marriages/husband", "record")
    assert source.columns == {"name": "husband", "identity_number": "husband_identity"}
    assert source.authority["name"] == 3
    assert sources_of(LEGAL_ENTITIES, "marriages", items) == []
    assert sources_of(POPULATION, "x", [("i", "identity_number", 1, False)])[0].key == "_row"


def test_every_field_has_a_label_and_single_values_are_fields() -> None:
    for base in (POPULATION, LEGAL_ENTITIES):
        assert {base.key_role, *base.fields} <= set(FIELD_LABELS)
        assert set(base.single_valued) <= set(base.fields)


@pytest.mark.parametrize(
    ("age", "band"), [(0, "0–6"), (6, "0–6"), (7, "7–17"), (59, "35–59"), (80, "80+"), (120, "80+")]
)
def test_age_bands_are_closed_but_the_last(age: int, band: str) -> None:
    assert age_band(age) == band


def test_a_field_is_disputed_when_values_differ() -> None:
    claim = Claim("a", "A", "o", "张三", "b", None, is_chosen=True)
    other = Claim("b", "B", "o", "张叁", "b", None, is_chosen=False)
    assert FieldRecord("name", "张三", (claim, other)).is_disputed
    assert not FieldRecord("name", "张三", (claim, claim)).is_disputed


def test_a_score_counts_pairs_over_the_truth_alone() -> None:
    links = pa.table(
        {
            "dataset": ["a", "b", "c", "c", "a"],
            "party": ["", "", "wife", "", ""],
            "record": ["1", "1", "1", "9", "2"],
            "person_id": ["x", "x", "x", "x", None],
        }
    )
    truth = pa.table(
        {
            "dataset": ["a", "b", "c", "a", "d"],
            "record": ["1", "1", "1/wife", "2", "1"],
            "entity": ["p", "p", "q", "p", "q"],
        }
    )
    score = score_links(links, truth, id_column="person_id")
    # true: p has 3 records (3 pairs), q 2 (1 pair); found: x has 3 (3 pairs); right: one.
    assert score == Score(records=5, true_pairs=4, found_pairs=3, right_pairs=1)
    assert (score.precision, score.recall) == (1 / 3, 1 / 4)
    assert score.f1 == pytest.approx(2 / 7)
    assert Score(0, 0, 0, 0).f1 == 1.0
    assert Score(1, 1, 1, 0).f1 == 0.0
