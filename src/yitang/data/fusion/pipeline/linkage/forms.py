"""Values of every kind in the form in which they are compared; one row a record.

For a field ``f`` there are, as its kind needs them:

    f      the value in one form (text; a date as yyyymmdd, a telephone as a number; of an address
           the characters of its road or estate, in their order)
    f__s   how it sounds (a number)
    f__n   the numbers in an address, 12-3-401
    f__w   the value as it was written, for the golden record

No Django: workers of a distributed engine import this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa

from yitang.data.collection.rules.border import BLANKS
from yitang.data.collection.rules.writings import credit_problems, dates, identity_numbers
from yitang.data.fusion.rules.specification import VERIFIED, Field, Source, Specification
from yitang.data.lake.rules import Step
from yitang.ground.language.rules.folding import folded, sounds

# No field is called like these: a field's name begins with a letter.
RECORD, SOURCE, KEY, NUMBER = "_rid", "_source", "_key", "_number"
AS_OF = "_as_of"
_SOUNDING = frozenset({"name", "text", "company"})
_MALE = ("1", "男", "男性", "M", "MALE", "m", "male", "Male")
_FEMALE = ("2", "女", "女性", "F", "FEMALE", "f", "female", "Female")
_CHINESE_DIGITS = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))
_SHORT_DATE = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$"
_ABROAD = r"^(?:\+|00)?86"
_FORM = (
    r"(股份有限公司|有限责任公司|有限公司|责任公司|集团公司|集团|总公司|公司|合伙企业|个体工商户)"
)
_FORM_ENGLISH = r"\b(CO|LTD|LIMITED|INC|CORP|CORPORATION|COMPANY|PLC|LLC|GMBH)\b"
_DIVISION_END = r"^.*(?:特别行政区|自治[区州县旗]|[省市盟]|[^小社]区|县|镇|乡|街道|开发区)"
_PLACE_WORD = r"[号號幢栋棟座室房层楼单元弄户門门院内第之\s#,，.．\-—()（）]"
_ADDRESS_NUMBER = r"[0-9]+[A-Z]?"
_NUMBERED = r"[〇零一二三四五六七八九十]+(?:组|号|栋|幢|座|单元|层|楼|室|队)"
_SPELT = re.compile(r"[〇零一二三四五六七八九十]+(?=组|号|栋|幢|座|单元|层|楼|室|队)")
# What stands in a field that nobody filled in.
_NOTHING = (
    "", "-", "--", "—", "/", "\\", "0", ".", "*", "无", "未知", "不详", "不明", "空", "暂无",
    "NULL", "null", "Null", "N/A", "n/a", "NA", "None", "none", "NaN", "nan", "unknown",
)  # fmt: skip
_NUMBER_LIKE = r"^[0-9]{12,17}[0-9X]$"


def text_schema(source: Source) -> list[str]:
    """The columns that a source needs, each once."""
    wanted = [source.key, *source.columns.values(), *([source.as_of] if source.as_of else [])]
    return list(dict.fromkeys(wanted))


def records_schema(specification: Specification) -> pa.Schema:
    """The records of all sources in one table."""
    columns = [
        (RECORD, pa.int64()), (SOURCE, pa.int64()), (KEY, pa.string()), (AS_OF, pa.int32()),
        (NUMBER, pa.string()),
    ]  # fmt: skip
    columns += linked_columns(specification)
    columns += [(written(one.name), pa.string()) for one in specification.fields]
    return pa.schema(columns)


def linked_columns(specification: Specification) -> list[tuple[str, pa.DataType]]:
    """The columns in which records are compared."""
    return [pair for one in specification.fields for pair in compared_columns(one)]


def compared_columns(one: Field) -> list[tuple[str, pa.DataType]]:
    """The columns in which a field is compared."""
    kind = {"date": pa.int32(), "phone": pa.int64()}.get(one.kind, pa.string())
    found = [(one.name, kind)]
    if one.kind in _SOUNDING:
        found.append((sound(one.name), pa.int64()))
    if one.kind == "address":
        found.append((numbers(one.name), pa.string()))
    return found


def sound(name: str) -> str:
    return f"{name}__s"


def numbers(name: str) -> str:
    return f"{name}__n"


def written(name: str) -> str:
    return f"{name}__w"


def forms_step(specification: Specification, position: int) -> Step:
    """Records of one source (text columns and ``rid``) in the columns of ``records_schema``."""
    schema = records_schema(specification)
    return Step(
        schema, partial(formed, specification=specification, position=position, schema=schema)
    )


def formed(
    batch: pa.RecordBatch, *, specification: Specification, position: int, schema: pa.Schema
) -> pa.RecordBatch:
    """One batch of records in the columns of ``schema``."""
    source = specification.sources[position]
    frame = pl.DataFrame(pa.Table.from_batches([batch]))
    columns = [
        frame[RECORD].alias(RECORD),
        pl.Series(SOURCE, [position], pl.Int64).new_from_index(0, frame.height),
        _text(frame[source.key]).fill_null("").alias(KEY),
        (_days(_text(frame[source.as_of])) if source.as_of else _nothing(frame, pl.Int32)).alias(
            AS_OF
        ),
    ]
    number = _nothing(frame, pl.String)
    for one in specification.fields:
        column = source.columns.get(one.name)
        value = _text(frame[column]) if column else _nothing(frame, pl.String)
        columns.append(value.alias(written(one.name)))
        if one.kind in VERIFIED:
            form, number = _numbers_of(one.kind, value)
            columns.append(form.alias(one.name))
        else:
            columns += _columns_of(one, value)
    made = pl.DataFrame([*columns, number.alias(NUMBER)])
    return _batch(_filled(made, specification.fields), schema)


def _columns_of(one: Field, value: pl.Series) -> list[pl.Series]:
    """The columns of one field."""
    name = one.name
    if one.kind in _SOUNDING:
        form = folded(_core(value) if one.kind == "company" else value)
        return [form.alias(name), sounds(form).alias(sound(name))]
    if one.kind == "address":
        road, places = road_and_numbers(value)
        return [road.alias(name), places.alias(numbers(name))]
    return [_FORMS.get(one.kind, _code)(value).alias(name)]


def _filled(frame: pl.DataFrame, fields: Sequence[Field]) -> pl.DataFrame:
    """What a verified identity number itself says of birth and sex, where nobody else does."""
    if not any(one.kind == "identity_number" for one in fields):
        return frame
    number, said = pl.col(NUMBER), dict[str, pl.Expr]()
    for one in fields:
        if one.kind == "date" and one.name == "birth_date":
            said[one.name] = number.str.slice(6, 8).cast(pl.Int32, strict=False)
        if one.kind == "sex":
            is_male = number.str.slice(16, 1).is_in(list("13579"))
            said[one.name] = pl.when(is_male).then(pl.lit("1")).otherwise(pl.lit("2"))
            said[one.name] = pl.when(number.is_not_null()).then(said[one.name])
    return frame.with_columns(pl.col(name).fill_null(value) for name, value in said.items())


def _numbers_of(kind: str, values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Numbers in one form, and those alone whose check digit fits."""
    if kind == "identity_number":
        numbered, problems = identity_numbers(values)
        numbered = numbered.set(~numbered.str.contains(_NUMBER_LIKE), None)
    else:
        numbered = values.str.normalize("NFKC").str.to_uppercase()
        problems = credit_problems(numbered)
    wrong = np.zeros(len(values), dtype=bool)
    for mask in problems.values():
        wrong |= mask
    return numbered, numbered.set(pl.Series(wrong), None)


def _text(values: pl.Series) -> pl.Series:
    plain = values.cast(pl.String).str.strip_chars(BLANKS + "'’")
    return plain.replace(dict.fromkeys(_NOTHING))


def _nothing(frame: pl.DataFrame, kind: type[pl.DataType]) -> pl.Series:
    return pl.Series([None], dtype=kind).new_from_index(0, frame.height)


def _days(values: pl.Series) -> pl.Series:
    """Dates in any usual writing as yyyymmdd; null for what is none."""
    plain = values
    if not values.drop_nulls().str.contains(r"^[\x00-\x7f年月日]*$").all():
        plain = values.str.normalize("NFKC").str.replace_many(_CHINESE_DIGITS)
    form = plain.str.replace(_SHORT_DATE, "$3-$2-$1").str.replace_all(" ", "", literal=True)
    found = dates(form)
    if found.null_count() > form.null_count():  # a time behind the day
        rest = dates(form.str.slice(0, 10))
        found = pl.DataFrame({"d": found, "r": rest}).select(pl.coalesce("d", "r"))["d"]
    return found.to_frame("d").select(
        (
            pl.col("d").dt.year() * 10_000
            + pl.col("d").dt.month().cast(pl.Int32) * 100
            + pl.col("d").dt.day().cast(pl.Int32)
        ).alias("d")
    )["d"]


def _phone(values: pl.Series) -> pl.Series:
    """The digits as a number, without the country's own prefix."""
    digits = values.str.normalize("NFKC").str.replace_all(r"[^0-9+]", "")
    digits = digits.str.replace(_ABROAD, "").str.replace_all("+", "", literal=True)
    return digits.str.slice(0, 18).cast(pl.Int64, strict=False)


def _sex(values: pl.Series) -> pl.Series:
    known = dict.fromkeys(_MALE, "1") | dict.fromkeys(_FEMALE, "2")
    return values.replace_strict(known, default=None, return_dtype=pl.String)


def _code(values: pl.Series) -> pl.Series:
    return values.str.normalize("NFKC").str.to_uppercase().str.replace_all(r"[\s\-./]", "")


def _core(values: pl.Series) -> pl.Series:
    """A company's name without what it is in law."""
    upper = values.str.normalize("NFKC").str.to_uppercase()
    core = upper.str.replace_all(_FORM, "").str.replace_all(_FORM_ENGLISH, "")
    return core.set((core.str.strip_chars(" .,()") == "").fill_null(value=False), None)


_FORMS: Mapping[str, Callable[[pl.Series], pl.Series]] = {
    "date": _days,
    "phone": _phone,
    "sex": _sex,
}


def road_and_numbers(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The characters of the road and estate, in their order, and the numbers.

    某省某市某区中山路12号3栋402室 and 中山路12-3-402 have both in common.
    """
    different = values.unique()
    plain = folded_address(different)
    text = plain.str.replace_all("[0-9]", "").str.replace_all(_PLACE_WORD, "")
    road, places = text.str.replace(_DIVISION_END, ""), plain.str.extract_all(_ADDRESS_NUMBER)
    known = pl.DataFrame(
        {"written": different, "text": text, "road": road, "places": places.list.join("-")}
    ).with_columns(road=pl.when(pl.col("road") != "").then("road").otherwise("text"))
    found = pl.DataFrame({"written": values}).join(
        known.with_columns(road=_sorted(known["road"])),
        on="written", how="left", maintain_order="left",
    )  # fmt: skip
    return found["road"].replace("", None), found["places"].replace("", None)


def _sorted(values: pl.Series) -> pl.Series:
    """The characters of each text in their order: 和谐家园中山路 is 中山路和谐家园."""
    different = values.unique().drop_nulls()
    ordered = ["".join(sorted(text)) for text in different]
    return values.replace_strict(different, ordered, return_dtype=pl.String)


def folded_address(values: pl.Series) -> pl.Series:
    """Half width, upper case, simplified characters; a dash between numbers stays a border.

    Numbers in Chinese become digits where a thing is numbered: 十二组.
    """
    counted = values.str.contains(_NUMBERED)
    if counted.any():
        spelt = values.filter(counted)
        read = [_SPELT.sub(lambda found: _digits(found[0]), text) for text in spelt]
        values = values.clone().scatter(counted.fill_null(value=False).arg_true(), read)
    return folded(values.str.replace_all(r"[-－—–~/#]", "之"))


def _digits(number: str) -> str:
    """十二 is 12; 二〇一 is 201."""
    if "十" not in number:
        return "".join(_CHINESE_DIGITS[sign] for sign in number)
    tens, _, ones = number.partition("十")
    return f"{_CHINESE_DIGITS.get(tens, '1')}{_CHINESE_DIGITS.get(ones, '0')}"


def _batch(frame: pl.DataFrame, schema: pa.Schema) -> pa.RecordBatch:
    table = frame.select(schema.names).to_arrow(compat_level=pl.CompatLevel.oldest())
    return table.cast(schema).combine_chunks().to_batches()[0]
