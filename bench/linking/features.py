"""The records of a ``people`` specification in the normal forms every peer is given alike.

An expert's preparation, in columns: numbers without dress, verified, fifteen digits made eighteen;
names in simplified characters without dots and blanks, and their reading; dates; telephones; of an
address the three numbers that tell doors apart (road, building, room; or village and house). The
table of traditional characters is the generator's own, which no peer could better.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import polars as pl
from people.numbers import CHECK_WEIGHTS
from people.words import TRADITIONAL
from pypinyin import lazy_pinyin

ROLES = ("identity_number", "name", "sex", "birth_date", "phone", "address")


def raw(folder: Path) -> pl.DataFrame:
    """All sources under each other: source, source_id and the roles, as delivered."""
    specification = tomllib.loads((folder / "spec.toml").read_text(encoding="utf-8"))
    parts = []
    for source in specification["sources"]:
        columns = {role: pl.col(column).alias(role) for role, column in source["columns"].items()}
        parts.append(
            pl.read_parquet(folder / source["path"]).select(
                pl.lit(source["name"]).alias("source"),
                pl.col(source["key"]).alias("source_id"),
                *columns.values(),
            )
        )
    return pl.concat(parts).with_row_index("unique_id")


def prepared(folder: Path) -> pl.DataFrame:
    return (
        raw(folder)
        .with_columns(pl.col(ROLES).str.normalize("NFKC").str.replace_all(r"[\s　]", ""))
        .pipe(with_numbers)
        .pipe(with_names)
        .pipe(with_dates)
        .pipe(with_phones)
        .pipe(with_addresses)
        .drop("identity_number", "birth_date", "address")
    )


def with_numbers(records: pl.DataFrame) -> pl.DataFrame:
    """``number``: valid, of eighteen; ``number_written``: whatever stands there, to compare."""
    text = pl.col("identity_number").str.to_uppercase().str.replace_all(r"[^0-9X]", "")
    body = (
        pl.when(text.str.len_chars() == 15)
        .then(pl.concat_str(text.str.head(6), pl.lit("19"), text.str.tail(9)))
        .otherwise(text.str.head(17))
    )
    records = records.with_columns(
        pl.when(text.str.len_chars() >= 14).then(text).alias("number_written"), body.alias("body")
    )
    whole = records["body"].str.contains(
        r"^[1-9]\d{5}(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}$"
    )
    digits = np.array(records["body"].filter(whole).to_list(), dtype="S17").view(np.uint8)
    sums = (digits.reshape(-1, 17).astype(np.int64) - 48) @ CHECK_WEIGHTS % 11
    check = np.full(len(records), None, dtype=object)
    check[whole.fill_null(value=False).to_numpy()] = np.array(list("10X98765432"))[sums]
    eighteen = pl.concat_str("body", "check")
    written = pl.col("number_written")
    is_valid = (written.str.len_chars() == 15) | (eighteen == written)
    return (
        records.with_columns(pl.Series("check", check.tolist(), dtype=pl.String))
        .with_columns(
            pl.when(is_valid).then(eighteen).alias("number"),
            pl.when(is_valid).then(eighteen).otherwise(written).alias("number_written"),
        )
        .drop("body", "check")
    )


def with_names(records: pl.DataFrame) -> pl.DataFrame:
    traditional = {new: old for old, new in TRADITIONAL.items() if new != old}
    name = (
        pl.col("name")
        .str.replace_all(r"[·•.．‧]", "")
        .str.replace_many(list(traditional), list(traditional.values()))
    )
    records = records.with_columns(name)
    names = records["name"].unique().drop_nulls()
    characters = sorted(set("".join(names)))
    reading = dict(zip(characters, lazy_pinyin(characters), strict=True))
    readings = ["".join(reading[character] for character in one) for one in names]
    table = pl.DataFrame({"name": names, "reading": readings})
    return records.join(table, on="name", how="left", maintain_order="left").with_columns(
        pl.col("name").str.head(1).replace_strict(reading, default=None).alias("family")
    )


def with_dates(records: pl.DataFrame) -> pl.DataFrame:
    """``birth``, from the number where the field is empty."""
    parts = pl.col("birth_date").str.extract_groups(r"^(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?$")
    found = pl.concat_str(
        parts.struct["1"], *(parts.struct[part].str.zfill(2) for part in ("2", "3"))
    )
    return records.with_columns(
        pl.coalesce(found, pl.col("number").str.slice(6, 8)).alias("birth"),
        pl.col("sex").replace_strict(SEXES, default=None, return_dtype=pl.String),
    )


SEXES = {"1": "m", "男": "m", "男性": "m", "M": "m", "2": "f", "女": "f", "女性": "f", "F": "f"}


def with_phones(records: pl.DataFrame) -> pl.DataFrame:
    digits = pl.col("phone").str.replace_all(r"\D", "").str.replace(r"^86([01])", "${1}")
    return records.with_columns(digits.alias("phone")).with_columns(
        pl.when(pl.col("phone").str.len_chars() >= 10).then("phone").alias("phone")
    )


def with_addresses(records: pl.DataFrame) -> pl.DataFrame:
    """``door`` and, wider, ``house``."""
    numbers = pl.col("address").str.extract_all(r"\d+")
    village = pl.col("address").str.extract(r"镇(.{2,4}?村)")
    building = pl.concat_str(
        numbers.list.get(0, null_on_oob=True), numbers.list.get(1, null_on_oob=True), separator="-"
    )
    return records.with_columns(pl.coalesce(village, building).alias("house")).with_columns(
        pl.concat_str("house", numbers.list.last(), separator="-").alias("door")
    )
