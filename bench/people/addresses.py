"""One address in five writings."""

from __future__ import annotations

import numpy as np
import polars as pl

from . import words
from .persons import Homes, Ints, Texts
from .slips import changed, digits_wide

ADDRESS_STYLES = 5


def in_style(homes: Homes, place: Ints, style: Ints) -> Texts:
    counties = list(words.COUNTIES)
    frame = pl.DataFrame(
        {
            "style": style,
            "village": homes.is_village[place],
            "city": np.array([city for city, _ in counties], dtype=object)[homes.county[place]],
            "county": np.array([name for _, name in counties], dtype=object)[homes.county[place]],
            "street": homes.street[place],
            "road": homes.road[place],
            "number": homes.road_number[place],
            "estate": homes.estate[place],
            "building": homes.building[place],
            "unit": homes.unit[place],
            "room": homes.room[place],
        }
    )
    numerals = dict(enumerate([*words.NUMERALS, "十一", "十二"]))
    numeral = pl.col("building").replace_strict(numerals, default="", return_dtype=pl.String)
    frame = frame.with_columns(numeral.alias("numeral"))
    expression = pl.lit("")
    for number, (town, village) in enumerate(zip(IN_TOWN, IN_VILLAGE, strict=True)):
        for is_village, pattern in ((False, town), (True, village)):
            here = (pl.col("style") == number) & (pl.col("village") == is_village)
            expression = pl.when(here).then(pattern).otherwise(expression)
    found: Texts = frame.select(expression).to_series().to_numpy().astype(object)
    wide = style == 4
    changed(found, wide, digits_wide)
    return found


def pattern(text: str) -> pl.Expr:
    """``{city}{county}…`` as an expression over the columns of those names."""
    parts = text.replace("}", "{").split("{")
    return pl.concat_str(
        [pl.col(part) if n % 2 else pl.lit(part) for n, part in enumerate(parts) if part or n % 2]
    )


IN_TOWN = tuple(
    map(
        pattern,
        (
            words.PROVINCE
            + "{city}{county}{street}{road}{number}号{estate}{building}幢{unit}单元{room}室",
            "{city}{county}{road}{number}号{estate}{building}栋{unit}单元{room}",
            "{county}{estate}{road}{number}号{building}-{unit}-{room}",
            "{city}{county}{road}{number}号 {estate}{building}号楼{unit}单元{room}室",
            "{street}{road}{number}号{estate}{building}幢{room}室",
        ),
    )
)
IN_VILLAGE = tuple(
    map(
        pattern,
        (
            words.PROVINCE + "{city}{county}{street}{road}{building}组{room}号",
            "{city}{county}{street}{road}{numeral}组{room}号",
            "{county}{street}{road}{room}号",
            "{county}{street} {road}第{building}村民小组{room}号",
            "{street}{road}{building}组{room}号",
        ),
    )
)
