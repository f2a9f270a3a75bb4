"""Two versions of a dataset side by side: what is new, what is gone, which items changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from yitang.data.catalogue.api import Dataset, items_of
from yitang.data.lake.api import engine, quoted, table_files, table_schema, table_version
from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User

from .access import check_can_see_receipts
from .errors import NothingToCompare
from .models import Batch

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One item that differs in one row: the row's key, the value before and after."""

    key: str
    item: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How ``later`` differs from ``earlier`` by ``key``; ``changed`` counts rows by item name.

    ``repeated`` rows share their key with another in the same version and are left out, as are
    those without a key (``keyless``). Examples are shown of items that are not sensitive.
    """

    dataset: str
    earlier: int
    later: int
    key: tuple[str, ...]
    rows_before: int
    rows_after: int
    new: int
    gone: int
    same: int
    changed_rows: int
    changed: Mapping[str, int]
    labels: Mapping[str, str]
    repeated: int
    keyless: int
    examples: tuple[Change, ...]


def compare_versions(
    user: User,
    *,
    dataset: Dataset,
    key: Sequence[str] = (),
    earlier: int | None = None,
    later: int | None = None,
) -> Comparison:
    """Compare two versions, the last two that were handed in if none are named.

    ``key`` holds names or labels of items, the dataset's own key if empty. Raises
    ``NotAllowed``, ``InvalidInput``, ``NothingToCompare``, ``VersionMissing``.
    """
    check_can_see_receipts(user, dataset)
    after = table_version(dataset.code) if later is None else later
    before = _version_before(dataset, after) if earlier is None else earlier
    keys = _keys(dataset, key)
    common = _common_columns(dataset.code, before, after)
    _check_in_both(keys, common)
    items = [item for item in items_of(dataset) if item.name in common and item.name not in keys]
    names = [item.name for item in items]
    shown = [item.name for item in items if not item.is_sensitive]
    sensitive_key = any(item.is_sensitive for item in items_of(dataset) if item.name in keys)
    with engine() as connection:
        for view, version in (("earlier_rows", before), ("later_rows", after)):
            _see(connection, view, dataset.code, version)
        counted = connection.execute(_counts(keys, names)).fetchone() or ()
        examples = (
            connection.execute(_examples(keys, shown)).fetchall()
            if shown and not sensitive_key
            else []
        )
    rows_before, rows_after, keyless, repeated, new, gone, same, changed_rows, *changed = (
        int(value or 0) for value in counted
    )
    return Comparison(
        dataset=dataset.code,
        earlier=before,
        later=after,
        key=tuple(keys),
        rows_before=rows_before,
        rows_after=rows_after,
        new=new,
        gone=gone,
        same=same,
        changed_rows=changed_rows,
        changed={name: count for name, count in zip(names, changed, strict=True) if count},
        labels={item.name: item.label for item in items_of(dataset)},
        repeated=repeated,
        keyless=keyless,
        examples=tuple(Change(*map(str, row)) for row in examples),
    )


def _check_in_both(keys: Sequence[str], common: Collection[str]) -> None:
    if missing := [name for name in keys if name not in common]:
        said, params = "{missing} is not in both versions", {"missing": ", ".join(missing)}
        problem = Message("collection.not_in_both", said, params)
        raise InvalidInput(field="key", problem=problem)


def _see(connection: DuckDBPyConnection, view: str, code: str, version: int) -> None:
    """The rows of a version under the name ``view``."""
    if files := table_files(code, version=version):
        connection.read_parquet(files).create_view(view)
    else:
        connection.register(view, table_schema(code, version=version).empty_table())


def has_version_before(user: User, *, dataset: Dataset, later: int) -> bool:
    """Whether something was handed in before version ``later``, to compare it with."""
    check_can_see_receipts(user, dataset)
    return _handed_in_before(dataset, later) is not None


def _version_before(dataset: Dataset, later: int) -> int:
    found = _handed_in_before(dataset, later)
    if found is None:
        raise NothingToCompare(code=dataset.code)
    return found


def _handed_in_before(dataset: Dataset, later: int) -> int | None:
    return (
        Batch.objects.filter(dataset=dataset, state="receipted", version__lt=later)
        .order_by("-version")
        .values_list("version", flat=True)
        .first()
    )


def _keys(dataset: Dataset, wanted: Sequence[str]) -> list[str]:
    items = list(items_of(dataset))
    if not wanted:
        keys = [item.name for item in items if item.is_key]
        if not keys:
            raise InvalidInput(field="key", problem="this dataset has no key item; name one")
        return keys
    by_word = {item.label: item.name for item in items} | {item.name: item.name for item in items}
    for word in wanted:
        if word not in by_word:
            raise InvalidInput(
                field="key",
                problem=Message(
                    "collection.no_item", "{word} is no item of this dataset", {"word": word}
                ),
            )
    return list(dict.fromkeys(by_word[word] for word in wanted))


def _common_columns(code: str, before: int, after: int) -> set[str]:
    return set(table_schema(code, version=before).names) & set(
        table_schema(code, version=after).names
    )


def _counts(keys: Sequence[str], names: Sequence[str]) -> str:
    """Counts in one row: rows, keyless, repeated, new, gone, same, changed, then by item."""
    differs = [f"l.{quoted(n)} IS DISTINCT FROM e.{quoted(n)}" for n in names]
    both = "e._key IS NOT NULL AND l._key IS NOT NULL"
    any_differs = f"({' OR '.join(differs)})" if differs else "false"
    by_item = "".join(f", count(*) FILTER (WHERE {both} AND {d})" for d in differs)
    return f"""
    WITH {_once(keys)}
    SELECT (SELECT count(*) FROM earlier_rows), (SELECT count(*) FROM later_rows),
      (SELECT count(*) FROM earlier_keyed WHERE _key IS NULL)
        + (SELECT count(*) FROM later_keyed WHERE _key IS NULL),
      (SELECT count(*) FROM earlier_keyed WHERE _key IS NOT NULL AND _copies > 1)
        + (SELECT count(*) FROM later_keyed WHERE _key IS NOT NULL AND _copies > 1),
      count(*) FILTER (WHERE e._key IS NULL), count(*) FILTER (WHERE l._key IS NULL),
      count(*) FILTER (WHERE {both} AND NOT {any_differs}),
      count(*) FILTER (WHERE {both} AND {any_differs}){by_item}
    FROM e FULL JOIN l ON e._key = l._key
    """  # noqa: S608  (quoted names)


def _examples(keys: Sequence[str], names: Sequence[str]) -> str:
    parts = [_examples_of(name) for name in names]
    return f"WITH {_once(keys)} " + " UNION ALL ".join(f"({part})" for part in parts)


def _examples_of(name: str) -> str:
    column = quoted(name)
    return (
        f"SELECT l._key, {_text(name)}, coalesce(CAST(e.{column} AS VARCHAR), ''),"  # noqa: S608  (quoted names)
        f" coalesce(CAST(l.{column} AS VARCHAR), '') FROM e JOIN l ON e._key = l._key"
        f" WHERE l.{column} IS DISTINCT FROM e.{column} ORDER BY 1 LIMIT {EXAMPLES}"
    )


def _once(keys: Sequence[str]) -> str:
    """``e`` and ``l``: the rows of each version whose key is theirs alone, as ``_key``."""
    filled = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in keys)
    texts = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in keys)
    key = f"CASE WHEN {filled} THEN concat_ws(' / ', {texts}) END"
    return ", ".join(_keyed(view, short, key) for view, short in (("earlier", "e"), ("later", "l")))


def _keyed(view: str, short: str, key: str) -> str:
    return (
        f"{view}_keyed AS (SELECT *, count(*) OVER (PARTITION BY _key) AS _copies"  # noqa: S608  (quoted names)
        f" FROM (SELECT *, {key} AS _key FROM {view}_rows)),"
        f" {short} AS (SELECT * FROM {view}_keyed WHERE _key IS NOT NULL AND _copies = 1)"
    )


def _text(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
