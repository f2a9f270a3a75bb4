"""Splink 5 on DuckDB as an expert would set it for these records, on all processors, unlimited.

Comparisons with several levels and term frequencies; ``u`` from ten million random pairs (its
documentation's figure) or more, ``m`` from two sessions of expectation maximisation, one blocked on
the verified number, one on name and birth date; blocking on ten keys.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from numpy.typing import NDArray
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

THRESHOLD = 0.95
LOWEST_WEIGHT = math.log2(THRESHOLD / (1 - THRESHOLD))
U_PAIRS = 1e7

BLOCKS = (
    ("number",),
    ("name", "birth"),
    ("reading", "birth"),
    ("phone", "birth"),
    ("door", "birth"),
    ("name", "phone"),
    ("reading", "phone"),
    ("name", "door"),
    ("reading", "door"),
    ("family", "birth", "sex"),
)

# Cheap to compare, and asked before a distance is reckoned.
PARTS = (
    pl.col("number_written").str.head(8).alias("number_head"),
    pl.col("number_written").str.tail(8).alias("number_tail"),
    pl.col("name").str.head(1).alias("name_head"),
    pl.col("name").str.tail(1).alias("name_tail"),
    pl.col("birth").str.head(4).cast(pl.Int16).alias("year"),
    pl.col("birth").str.slice(4, 2).cast(pl.Int8).alias("month"),
    pl.col("birth").str.tail(2).cast(pl.Int8).alias("day"),
    pl.col("phone").str.head(5).alias("phone_head"),
    pl.col("phone").str.tail(5).alias("phone_tail"),
)


def settings() -> SettingsCreator:
    number = comparisons.CustomComparison(
        [
            levels.NullLevel("number_written"),
            levels.ExactMatchLevel("number"),
            levels.CustomLevel(
                "(number_l IS NULL OR number_r IS NULL)"
                " AND (number_head_l = number_head_r OR number_tail_l = number_tail_r)"
                " AND damerau_levenshtein(number_written_l, number_written_r) <= 2"
            ),
            levels.ElseLevel(),
        ],
        output_column_name="number",
    )
    name = comparisons.CustomComparison(
        [
            levels.NullLevel("name"),
            levels.ExactMatchLevel("name", term_frequency_adjustments=True),
            levels.ExactMatchLevel("reading", term_frequency_adjustments=True),
            levels.CustomLevel(
                "(name_head_l = name_head_r OR name_tail_l = name_tail_r)"
                " AND least(length(name_l), length(name_r)) >= 3"
                " AND levenshtein(name_l, name_r) <= 1"
            ),
            levels.CustomLevel(
                "family_l = family_r AND jaro_winkler_similarity(reading_l, reading_r) >= 0.9"
            ),
            levels.ExactMatchLevel("family"),
            levels.ElseLevel(),
        ],
        output_column_name="name",
    )
    birth = comparisons.CustomComparison(
        [
            levels.NullLevel("birth"),
            levels.ExactMatchLevel("birth"),
            levels.CustomLevel("year_l = year_r AND day_l = month_r AND month_l = day_r"),
            levels.CustomLevel(
                "(year_l = year_r OR month_l = month_r AND day_l = day_r)"
                " AND damerau_levenshtein(birth_l, birth_r) <= 1"
            ),
            levels.ExactMatchLevel("year"),
            levels.ElseLevel(),
        ],
        output_column_name="birth",
    )
    phone = comparisons.CustomComparison(
        [
            levels.NullLevel("phone"),
            levels.ExactMatchLevel("phone", term_frequency_adjustments=True),
            levels.CustomLevel(
                "(phone_head_l = phone_head_r OR phone_tail_l = phone_tail_r)"
                " AND damerau_levenshtein(phone_l, phone_r) <= 1"
            ),
            levels.ElseLevel(),
        ],
        output_column_name="phone",
    )
    door = comparisons.CustomComparison(
        [
            levels.NullLevel("door"),
            levels.ExactMatchLevel("door", term_frequency_adjustments=True),
            levels.ExactMatchLevel("house"),
            levels.ElseLevel(),
        ],
        output_column_name="door",
    )
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[number, name, birth, phone, door, comparisons.ExactMatch("sex")],
        blocking_rules_to_generate_predictions=[block_on(*block) for block in BLOCKS],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
        max_iterations=20,
    )


def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": os.cpu_count() or 1})


def trained(records: pl.DataFrame, model: Path) -> Linker:
    """A linker whose model is learned from the records, kept in ``model`` for the sweep."""
    linker = registered(records, settings())
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("number"), block_on("name", "birth")], recall=0.95
    )
    training.estimate_u_using_random_sampling(max_pairs=U_PAIRS, seed=1)
    for block in (("number",), ("name", "birth")):
        training.estimate_parameters_using_expectation_maximisation(block_on(*block))
    linker.misc.save_model_to_json(str(model), overwrite=True)
    return linker


def registered(records: pl.DataFrame, with_settings: SettingsCreator | str) -> Linker:
    api = DuckDBAPI(connection())
    columns = records.drop("source", "source_id").with_columns(PARTS).to_arrow()
    return Linker(api.register(columns), with_settings, log_level=40)


Ids = NDArray[np.int64]


def links(linker: Linker, weight: float = LOWEST_WEIGHT) -> tuple[Ids, Ids, NDArray[np.float64]]:
    """Left and right record and weight of each pair above the threshold."""
    found = linker.inference.predict(threshold_match_weight=weight, warning_mode="never")
    columns = (
        found.as_duckdbpyrelation().project("unique_id_l, unique_id_r, match_weight").fetchnumpy()
    )
    left, right = (np.asarray(columns[f"unique_id_{side}"], np.int64) for side in "lr")
    return left, right, np.asarray(columns["match_weight"], np.float64)


def clustered(linker: Linker) -> Ids:
    """By Splink's own clustering; the cluster of each record in order."""
    found = linker.inference.predict(threshold_match_probability=THRESHOLD, warning_mode="never")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(found, THRESHOLD)
    columns = clusters.as_duckdbpyrelation().project("unique_id, cluster_id").fetchnumpy()
    in_order = np.argsort(columns["unique_id"])
    return np.asarray(columns["cluster_id"])[in_order].astype(np.int64)
