"""What is to be fused, written as data: sources, their columns, how fields are compared.

name = "people"

[[sources]]
name = "police"
path = "police.csv"         # beside this file; any kind of file that is gathered
key = "id"                  # the department's own record number
authority = 1               # 1 is believed most; else the order of the sources
as_of = "updated"           # the column with the record's date, if there is one
[sources.columns]           # field = column
identity_number = "sfzh"
name = "xm"

[fields.postcode]           # only for fields whose name does not say what they are
kind = "code"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yitang.data.fusion.errors import SpecificationInvalid
from yitang.ground.base.errors import why_unread
from yitang.ground.base.text import Message

# What each kind of field is compared by stands in ``pipeline/linkage/levels.py``.
KINDS = frozenset(
    {"identity_number", "credit_code", "number", "name", "company", "text", "date", "sex",
     "phone", "address", "code", "category"}
)  # fmt: skip
# Fields whose name says their kind.
USUAL: Mapping[str, str] = {
    "identity_number": "identity_number",
    "credit_code": "credit_code",
    "name": "name",
    "given_name": "name",
    "surname": "name",
    "company_name": "company",
    "birth_date": "date",
    "registered_on": "date",
    "sex": "sex",
    "phone": "phone",
    "address": "address",
    "division": "code",
    "legal_representative": "name",
}
VERIFIED = ("identity_number", "credit_code")  # with a check digit; two of them are never one
HOUSEHOLD = ("phone", "address", "household_number")  # shared by people who live together
SURE, DOUBTFUL = 0.95, 0.5
TAKEN = frozenset({"entity_id", "records"})  # columns of the golden rows themselves
_ROOT = frozenset({"name", "sources", "fields", "sure", "doubtful"})
_SOURCE = frozenset({"name", "path", "table", "key", "authority", "as_of", "columns"})


@dataclass(frozen=True, slots=True)
class Source:
    """One file: where each field stands, and how far it is believed."""

    name: str
    path: Path
    key: str
    columns: Mapping[str, str]
    authority: int
    as_of: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the records, and how its values are compared."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Specification:
    """Everything a linkage needs to know; ``sure`` and ``doubtful`` are probabilities."""

    name: str
    sources: tuple[Source, ...]
    fields: tuple[Field, ...]
    sure: float = SURE
    doubtful: float = DOUBTFUL
    household: frozenset[str] = field(default=frozenset(HOUSEHOLD))

    @property
    def verified(self) -> Field | None:
        """The number that tells records apart by itself, if one field is such."""
        return next((one for one in self.fields if one.kind in VERIFIED), None)


def read_specification(path: Path) -> Specification:
    """The specification in a TOML file; raises ``SpecificationInvalid``."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = str(error) if isinstance(error, tomllib.TOMLDecodeError) else why_unread(error)
        raise SpecificationInvalid(file=path.name, problem=why) from None
    return _Reader(path).specification(content)


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path

    def specification(self, content: Mapping[str, object]) -> Specification:
        self._only(content, _ROOT, "the file")
        given = content.get("sources")
        if not isinstance(given, list) or not given:
            raise self._wrong(Message("fusion.why", "it names no [[sources]]"))
        sources = tuple(self._source(row, at) for at, row in enumerate(given, start=1))
        names = [source.name for source in sources]
        if len(set(names)) < len(names):
            raise self._wrong(Message("fusion.why", "two sources have the same name"))
        wanted = dict.fromkeys(name for source in sources for name in source.columns)
        fields = tuple(self._fields(content.get("fields", {}), wanted))
        if sum(one.kind in VERIFIED for one in fields) > 1:
            raise self._wrong(
                Message("fusion.why", "only one field can be an identity number or a credit code")
            )
        sure, doubtful = (
            self._share(content, name, usual)
            for name, usual in (("sure", SURE), ("doubtful", DOUBTFUL))
        )
        if doubtful > sure:
            raise self._wrong(Message("fusion.why", "doubtful is above sure"))
        name = str(content.get("name") or self._path.stem)
        return Specification(name, sources, fields, sure, doubtful)

    def _source(self, row: object, position: int) -> Source:
        where = f"source {position}"
        if not isinstance(row, dict):
            raise self._wrong(Message("fusion.why", "{where} is no table", {"where": where}))
        self._only(row, _SOURCE, where)
        texts = {word: row.get(word, "") for word in ("name", "path", "key", "as_of", "table")}
        for word, text in texts.items():
            if not isinstance(text, str) or (word in {"name", "path", "key"} and not text):
                raise self._wrong(
                    Message("fusion.why", "{where} has no {word}", {"where": where, "word": word})
                )
        columns = row.get("columns")
        if (
            not isinstance(columns, dict)
            or not columns
            or not all(isinstance(column, str) and column for column in columns.values())
        ):
            raise self._wrong(
                Message(
                    "fusion.why",
                    '{where} names no columns, each as field = "column"',
                    {"where": where},
                )
            )
        authority = row.get("authority", position)
        if not isinstance(authority, int) or not 0 < authority < 1000:
            raise self._wrong(
                Message(
                    "fusion.why",
                    "the authority of {where} is no number from 1 to 999",
                    {"where": where},
                )
            )
        path = (self._path.parent / texts.pop("path")).resolve()
        return Source(path=path, columns=dict(columns), authority=authority, **texts)

    def _fields(self, given: object, wanted: Iterable[str]) -> Iterable[Field]:
        if not isinstance(given, dict):
            raise self._wrong(Message("fusion.why", "fields is no table"))
        wanted = list(wanted)
        for name in given:
            if name not in wanted:
                raise self._wrong(
                    Message("fusion.why", "no source has the field {name}", {"name": name})
                )
        for name in wanted:
            if not name.isidentifier() or "__" in f"_{name}" or name in TAKEN:
                raise self._wrong(
                    Message(
                        "fusion.why",
                        "no field can be called {name}; "
                        "use another word of letters and underscores",
                        {"name": name},
                    )
                )
            about = given.get(name, {})
            kind = about.get("kind", USUAL.get(name)) if isinstance(about, dict) else None
            if kind is None:
                raise self._wrong(
                    Message(
                        "fusion.why",
                        "what is {name}? Say [fields.{name}] kind = one of {kinds}",
                        {"name": name, "kinds": ", ".join(sorted(KINDS))},
                    )
                )
            if kind not in KINDS:
                raise self._wrong(
                    Message(
                        "fusion.why",
                        "the kind of {name} is one of {kinds}, not {kind}",
                        {"name": name, "kinds": ", ".join(sorted(KINDS)), "kind": kind},
                    )
                )
            yield Field(name, kind)

    def _share(self, content: Mapping[str, object], word: str, usual: float) -> float:
        value = content.get(word, usual)
        if not isinstance(value, int | float) or not 0 < value < 1:
            raise self._wrong(
                Message("fusion.why", "{word} is a probability between 0 and 1", {"word": word})
            )
        return float(value)

    def _only(self, given: Mapping[str, object], known: frozenset[str], where: str) -> None:
        for word in given:
            if word not in known:
                raise self._wrong(
                    Message(
                        "fusion.why",
                        "{where} has {word}, which is not known; known are {known}",
                        {"where": where, "word": word, "known": ", ".join(sorted(known))},
                    )
                )

    def _wrong(self, problem: Message) -> SpecificationInvalid:
        return SpecificationInvalid(file=self._path.name, problem=problem)
