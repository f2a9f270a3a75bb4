"""Splink 5 on DuckDB as an expert would set it for FEBRL 4: two files without copies inside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from numpy.typing import NDArray
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI
from splink.blocking_rule_library import CustomRule
from splink.internals.blocking_rule_creator import BlockingRuleCreator

Ids = NDArray[np.int64]
WEIGHT = 0.0  # of .5 and better

BLOCKS = (
    ("number",),
    ("birth",),
    ("postcode",),
    ("suburb",),
    ("address_1",),
    ("given_name", "surname"),
    ("surname", "state"),
    ("given_name", "street_number"),
    ("surname", "street_number"),
)
RENAMED = {"date_of_birth": "birth", "soc_sec_id": "number"}


def text(column: str, *, common: bool = True) -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        [
            levels.NullLevel(column),
            levels.ExactMatchLevel(column, term_frequency_adjustments=common),
            levels.JaroWinklerLevel(column, 0.92),
            levels.JaroWinklerLevel(column, 0.8),
            levels.ElseLevel(),
        ],
        output_column_name=column,
    )


def code(column: str) -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        [
            levels.NullLevel(column),
            levels.ExactMatchLevel(column, term_frequency_adjustments=True),
            levels.DamerauLevenshteinLevel(column, 1),
            levels.DamerauLevenshteinLevel(column, 2),
            levels.ElseLevel(),
        ],
        output_column_name=column,
    )


def settings(columns: Sequence[str]) -> SettingsCreator:
    names = comparisons.ForenameSurnameComparison("given_name", "surname")
    return SettingsCreator(
        link_type="link_only",
        source_dataset_column_name="source",
        comparisons=[
            names,
            code("birth"),
            *([code("number")] if "number" in columns else []),
            code("postcode"),
            text("address_1"),
            text("address_2"),
            text("suburb"),
            code("street_number"),
            comparisons.ExactMatch("state").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            *(block_on(*block) for block in BLOCKS if {*block} <= {*columns}),
            CustomRule("l.given_name = r.surname AND l.surname = r.given_name"),
        ],
        retain_matching_columns=False,
    )


def trained(records: pl.DataFrame, model: Path) -> Linker:
    columns = records.rename(RENAMED, strict=False).columns
    linker = registered(records, settings(columns))
    training, sessions = linker.training, [("birth",), ("postcode", "street_number")]
    sure: list[str | BlockingRuleCreator] = [block_on("given_name", "surname", "birth")]
    recall = 0.5
    if "number" in columns:
        sure, recall = [block_on("number"), *sure], 0.9
        sessions = [("number",), *sessions]
    training.estimate_probability_two_random_records_match(sure, recall=recall)
    training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    for block in sessions:
        training.estimate_parameters_using_expectation_maximisation(block_on(*block))
    linker.misc.save_model_to_json(str(model), overwrite=True)
    return linker


def registered(records: pl.DataFrame, with_settings: SettingsCreator | str) -> Linker:
    api = DuckDBAPI()
    columns = records.rename(RENAMED, strict=False).drop("source_id")
    parts = [
        api.register(part.to_arrow(), dataset_display_name=str(name[0]))
        for name, part in columns.partition_by("source", as_dict=True).items()
    ]
    return Linker(parts, with_settings, log_level=40)


def links(linker: Linker, weight: float) -> tuple[Ids, Ids, NDArray[np.float64]]:
    found = linker.inference.predict(threshold_match_weight=weight, warning_mode="never")
    columns = (
        found.as_duckdbpyrelation().project("unique_id_l, unique_id_r, match_weight").fetchnumpy()
    )
    left, right = (np.asarray(columns[f"unique_id_{side}"], np.int64) for side in "lr")
    return left, right, np.asarray(columns["match_weight"], np.float64)


def best_of_each(left: Ids, right: Ids, weight: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Best first, each record once: fair where it is known that no file holds copies."""
    kept = np.zeros(len(left), bool)
    taken: set[tuple[str, int]] = set()
    for link in np.argsort(-weight, kind="stable"):
        pair = {("l", int(left[link])), ("r", int(right[link]))}
        if not pair & taken:
            kept[link] = True
            taken |= pair
    return kept
