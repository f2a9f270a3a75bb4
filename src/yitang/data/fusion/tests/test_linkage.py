"""Files linked by a specification: who is one, who is not, and what is left to people."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from yitang.data.fusion.api import fuse_files
from yitang.data.fusion.errors import NothingLinked, SourceColumnMissing, SpecificationInvalid
from yitang.data.fusion.pipeline.linkage.forms import road_and_numbers
from yitang.data.fusion.pipeline.linkage.merging import merged
from yitang.data.fusion.rules import (
    corrected,
    read_specification,
    weights_from_labels,
    weights_from_mixture,
)

from .factories import person, write_people, write_rows, write_specification

Truth = Mapping[tuple[str, str], int]


def pairs(counts: Counter[object]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def f1(links: pl.DataFrame, truth: Truth) -> float:
    rows = [(truth[source, record], entity) for source, record, entity in links.select(
        "source", "source_id", "entity_id").iter_rows()]  # fmt: skip
    right = pairs(Counter(rows))
    true = pairs(Counter(who for who, _ in rows))
    found = pairs(Counter(entity for _, entity in rows))
    return 2 * right / (true + found)


def entities(out: Path) -> dict[str, str]:
    links = pl.read_parquet(out / "links.parquet")
    return dict(links.select("source_id", "entity_id").iter_rows())


@pytest.mark.parametrize("numbers", [True, pytest.param(False, marks=pytest.mark.thorough)])
def test_people_are_found_again_with_and_without_numbers(tmp_path: Path, *, numbers: bool) -> None:
    truth = write_people(tmp_path, 1500, numbers=numbers)
    out = tmp_path / "out"
    report = fuse_files(specification=tmp_path / "spec.toml", out=out)
    links = pl.read_parquet(out / "links.parquet")
    assert links.columns == ["source", "source_id", "entity_id", "score", "stage"]
    assert len(links) == report.records == len(truth)
    assert f1(links, truth) > 0.99
    assert report.found.learned == ("labels" if numbers else "mixture")
    golden = pl.read_parquet(out / "golden.parquet")
    assert golden["entity_id"].to_list() == sorted(set(links["entity_id"]))
    assert golden["records"].sum() == len(links)
    assert json.loads((out / "report.json").read_text(encoding="utf-8"))["entities"] == len(golden)
    assert not list(out.glob(".*"))


def test_the_order_of_rows_and_sources_changes_no_entity(tmp_path: Path) -> None:
    write_people(tmp_path, 300)
    spec = tmp_path / "spec.toml"
    fuse_files(specification=spec, out=tmp_path / "first")
    head, *rows = (tmp_path / "civil.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "civil.csv").write_text("\n".join([head, *reversed(rows)]), encoding="utf-8")
    fuse_files(specification=spec, out=tmp_path / "second")
    assert entities(tmp_path / "first") == entities(tmp_path / "second")


@pytest.fixture
def lone(tmp_path: Path) -> Path:
    """Enough people around the ones that a test adds for the weights to be learned."""
    write_people(tmp_path, 400)
    return tmp_path


def add(folder: Path, source: str, *rows: dict[str, str]) -> None:
    lines = [
        ",".join(
            [
                row["record"],
                *(row[key] for key in ("number", "name", "sex", "born", "phone", "address")),
            ]
        )
        for row in rows
    ]
    with (folder / f"{source}.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def someone(who: int, **other: str) -> dict[str, str]:
    draw = random.Random(who)  # noqa: S311  (repeats; no secret)
    return {**person(draw, who), **other}


def test_two_verified_numbers_are_never_one_and_people_are_asked(lone: Path) -> None:
    one = someone(901, record="X1")
    other = {**one, "record": "X2", "number": someone(903)["number"]}
    add(lone, "police", one)
    add(lone, "civil", other, {**one, "record": "X3", "number": ""})
    fuse_files(specification=lone / "spec.toml", out=lone / "out")
    found = entities(lone / "out")
    assert found["X1"] != found["X2"]
    assert found["X3"] in {found["X1"], found["X2"]}
    review = pl.read_parquet(lone / "out" / "review.parquet")
    about = review.filter(pl.col("left_id").is_in(["X1", "X2", "X3"]))
    assert {"another_number", "two_numbers"} & set(about["reason"])
    assert "name" in json.loads(about["evidence"][0])


def test_a_relatives_number_is_set_aside(lone: Path) -> None:
    mother, child = someone(911, record="M1"), someone(912)
    add(lone, "police", mother, {**child, "record": "C1"})
    add(
        lone,
        "civil",
        {**mother, "record": "M2"},
        {**child, "record": "C2", "number": mother["number"]},
    )
    report = fuse_files(specification=lone / "spec.toml", out=lone / "out")
    found = entities(lone / "out")
    assert found["C1"] == found["C2"] != found["M1"] == found["M2"]
    assert report.found.borrowed >= 1
    review = pl.read_parquet(lone / "out" / "review.parquet")
    shown = review.filter(pl.col("reason") == "borrowed_number").select("left_id", "right_id")
    assert ("C2", "M1") in shown.rows() or ("C2", "M2") in shown.rows()


def test_twins_stay_two(lone: Path) -> None:
    one = someone(921, record="T1", name="林子轩", number="")
    other = {**one, "record": "T2", "name": "林浩然"}
    add(lone, "police", one, other)
    add(lone, "civil", {**one, "record": "T3"}, {**other, "record": "T4"})
    fuse_files(specification=lone / "spec.toml", out=lone / "out")
    found = entities(lone / "out")
    assert found["T1"] == found["T3"] != found["T2"] == found["T4"]


def test_a_value_that_very_many_share_makes_no_pairs_and_is_reported(tmp_path: Path) -> None:
    rows = [
        {
            **someone(at),
            "record": f"R{at}",
            "number": "",
            "born": "1990-01-01",
            "phone": "10000000000",
        }
        for at in range(600)
    ]
    write_rows(tmp_path / "police.csv", rows)
    report = fuse_files(
        specification=write_specification(tmp_path, ("police",)), out=tmp_path / "out"
    )
    assert report.found.pairs < 600 * 20
    hottest = {key.name: key.hottest for key in report.found.keys}
    assert hottest.get("phone", 600) == 600
    assert report.largest < 10


def test_the_believed_source_gives_the_value_and_the_others_are_counted(tmp_path: Path) -> None:
    one = someone(5)
    for name, phone in (("police", "13000000001"), ("civil", "13000000002")):
        write_rows(tmp_path / f"{name}.csv", [{**one, "record": name, "phone": phone}])
    spec = write_specification(tmp_path, ("police", "civil"))
    spec.write_text(
        spec.read_text(encoding="utf-8").replace('name = "civil"', 'name = "civil"\nauthority = 1')
        .replace('name = "police"', 'name = "police"\nauthority = 2'), encoding="utf-8",
    )  # fmt: skip
    fuse_files(specification=spec, out=tmp_path / "out")
    (row,) = pl.read_parquet(tmp_path / "out" / "golden.parquet").to_dicts()
    said = (row["phone"], row["phone_from"], row["phone_rivals"])
    assert said == ("13000000002", "civil", "13000000001")
    assert (row["identity_number"], row["identity_number_rivals"]) == (one["number"], None)


A_SOURCE = "[[sources]]\nname='a'\npath='a.csv'\nkey='id'\n"


@pytest.mark.parametrize(
    "other",
    [
        "某省某市某区湖滨路12号3栋402室",
        "湖滨路12-3-402",
        "某区 湖滨路１２号３幢４０２",
        "某区湖滨路十二号三栋402室",
    ],
)
def test_an_address_in_any_style_has_one_road_and_one_row_of_numbers(other: str) -> None:
    usual, found = (
        road_and_numbers(pl.Series([text])) for text in ("某市某区湖滨路12号3栋402室", other)
    )
    assert [side.to_list() for side in found] == [side.to_list() for side in usual]


def test_what_stands_for_nothing_is_nothing(lone: Path) -> None:
    one = someone(931, record="N1", number="不详", phone="无", address="/")
    other = someone(932, record="N2", number="不详", phone="无", address="/", born=one["born"])
    add(lone, "police", one, other)
    fuse_files(specification=lone / "spec.toml", out=lone / "out")
    found = entities(lone / "out")
    assert found["N1"] != found["N2"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("", "it names no [[sources]]"),
        ("sources = 1", "it names no [[sources]]"),
        ("[[sources]]\nname = 'a'", "source 1 has no path"),
        (A_SOURCE, "source 1 names no columns"),
        (f"{A_SOURCE}[sources.columns]\nx='y'", "what is x"),
        (f"{A_SOURCE}[sources.columns]\nname='y'\n[fields.z]", "no source has the field z"),
        (f"sure = 2\n{A_SOURCE}[sources.columns]\nname='y'", "sure is a probability"),
        (f"{A_SOURCE}colour='red'\n[sources.columns]\nname='y'", "colour, which is not known"),
        ("[[sources", "at end of document"),
    ],
)  # fmt: skip
def test_a_wrong_specification_is_one_sentence(tmp_path: Path, wrong: str, said: str) -> None:
    path = tmp_path / "spec.toml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(SpecificationInvalid) as refused:
        read_specification(path)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_field_may_have_any_name(tmp_path: Path) -> None:
    columns = ("number", "source", "record", "entity", "score", "rid", "key", "l", "r")
    fields = "".join(f'{name} = "{name}"\n' for name in columns)
    kinds = "".join(f"[fields.{name}]\nkind = 'code'\n" for name in columns)
    rows = [
        ",".join(["id", *columns]),
        *(f"{at}," + ",".join([f"V{at // 2}"] * 9) for at in range(40)),
    ]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    spec = tmp_path / "spec.toml"
    spec.write_text(
        f"[[sources]]\nname='a'\npath='a.csv'\nkey='id'\n[sources.columns]\n{fields}{kinds}",
        encoding="utf-8",
    )
    assert fuse_files(specification=spec, out=tmp_path / "out").entities == 20


def test_a_column_that_is_not_there_and_a_source_without_rows(tmp_path: Path) -> None:
    spec = write_specification(tmp_path, ("police",))
    (tmp_path / "police.csv").write_text("record,name\n1,张三\n", encoding="utf-8")
    with pytest.raises(SourceColumnMissing, match="has no column number"):
        fuse_files(specification=spec, out=tmp_path / "out")
    write_rows(tmp_path / "police.csv", [])
    with pytest.raises(NothingLinked):
        fuse_files(specification=spec, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("seed", range(20))
def test_merging_is_best_first_and_holds_numbers_apart(seed: int) -> None:
    draw = np.random.default_rng(seed)
    count = 60
    number = np.where(draw.random(count) < 0.4, draw.integers(0, 8, count), -1)
    left, right = draw.integers(0, count, (2, 90))
    bits = np.round(draw.random(90) * 5, 1)
    found = merged(count, number, left, right, bits)
    clusters = [{at} for at in range(count)]
    where = list(range(count))

    def join(a: int, b: int) -> bool:
        one, other = clusters[where[a]], clusters[where[b]]
        held = {int(number[at]) for at in one | other} - {-1}
        if one is other or len(held) > 1:
            return one is other
        one |= other
        for at in other:
            where[at] = where[a]
        return True

    for value in range(8):
        same = np.flatnonzero(number == value)
        for at in same[1:]:
            join(int(same[0]), int(at))
    order = np.lexsort((right, left, -bits))
    refused = {int(at) for at in order if not join(int(left[at]), int(right[at]))}
    assert [min(clusters[where[at]]) for at in range(count)] == found.entity.tolist()
    apart = {at for at in range(90) if found.entity[left[at]] != found.entity[right[at]]}
    assert apart == refused
    assert set(found.refused.tolist()) <= refused


def test_weights_are_the_logarithm_of_how_much_oftener_a_level_is_met() -> None:
    patterns = np.array([[2], [1]])
    found = weights_from_labels(
        patterns, np.array([9000.0, 1000.0]), np.array([1000.0, 9000.0]), [3], prior=-4.0
    )
    assert found.bits[0][0] == 0
    assert found.bits[0][2] == pytest.approx(np.log2(9), abs=0.01)
    assert found.of(patterns) == pytest.approx([-4 + np.log2(9), -4 - np.log2(9)], abs=0.01)


def test_a_mixture_is_taken_apart() -> None:
    draw = np.random.default_rng(3)
    same = draw.random(20_000) < 0.2
    agree = np.where(same[:, None], draw.random((20_000, 4)) < 0.9, draw.random((20_000, 4)) < 0.1)
    patterns, counts = np.unique(agree + 1, axis=0, return_counts=True)
    chance = 1e6 * np.prod(np.where(patterns == 2, 0.1, 0.9), axis=1)
    found = weights_from_mixture(
        patterns, counts.astype(float), chance, [3] * 4, every=float(len(same))
    )
    assert 2**found.prior == pytest.approx(same.mean(), abs=0.02)
    for bits in found.bits:
        assert bits[2] == pytest.approx(np.log2(9), abs=0.3)


def test_patterns_often_met_are_believed_as_they_were_met() -> None:
    bits = np.array([8.0, 8.0])
    found = corrected(bits, np.array([0.0, 0.0]), np.array([1000.0, 0.0]), np.zeros(2))
    assert found[0] < -7
    assert found[1] == 8.0
