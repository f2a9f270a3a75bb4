"""Batches of changes: rows found by their keys, the same batch once, only what changed written."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yitang.data.lake.api import (
    MergeCounts,
    has_batch,
    merge_batch,
    merge_counts,
    read_table,
    table_exists,
    table_version,
)
from yitang.data.lake.errors import ColumnsDiffer, KeysUnfit

from .factories import AT

Rows = dict[tuple[str, int], str | None]


@pytest.fixture
def dataset() -> str:
    return f"test-{uuid4().hex}"


def changes(rows: Rows, *, first: int = 1) -> pa.Table:
    keys = list(rows)
    return pa.table(
        {
            "office": pa.array([office for office, _ in keys], pa.string()),
            "number": pa.array([number for _, number in keys], pa.int64()),
            "name": pa.array(rows.values(), pa.string()),
            "_row": pa.array(range(first, first + len(rows)), pa.int64()),
        }
    )


def merged(dataset: str, rows: Rows, batch: str, *, whole: bool = False, first: int = 1) -> int:
    return merge_batch(
        dataset=dataset, table=changes(rows, first=first), keys=("office", "number"), batch=batch,
        source="test", at=AT, delete_missing=whole,
    )  # fmt: skip


def kept(dataset: str) -> dict[tuple[str, int], tuple[str | None, str, int]]:
    return {
        (row["office"], row["number"]): (row["name"], row["_batch"], row["_row"])
        for row in read_table(dataset).to_pylist()
    }


def test_a_changed_row_is_replaced_a_new_one_added_an_equal_one_keeps_its_batch(
    dataset: str,
) -> None:
    merged(dataset, {("A", 1): "张三", ("A", 2): "李四", ("B", 1): None}, "B1")
    merged(dataset, {("A", 1): "张三", ("A", 2): "李五", ("B", 1): "王六", ("C", 9): "赵七"}, "B2",
           first=10)  # fmt: skip
    assert kept(dataset) == {
        ("A", 1): ("张三", "B1", 1),
        ("A", 2): ("李五", "B2", 11),
        ("B", 1): ("王六", "B2", 12),
        ("C", 9): ("赵七", "B2", 13),
    }


def test_the_same_batch_again_changes_nothing(dataset: str) -> None:
    first = merged(dataset, {("A", 1): "张三"}, "B1")
    second = merged(dataset, {("A", 1): "李四"}, "B2")
    assert merged(dataset, {("A", 1): "王五"}, "B2") == second > first
    assert merged(dataset, {("A", 1): "张三"}, "B1") == second
    assert kept(dataset) == {("A", 1): ("李四", "B2", 1)}
    assert read_table(dataset, version=first)["name"].to_pylist() == ["张三"]


def test_rows_that_a_whole_delivery_lacks_go_and_only_then(dataset: str) -> None:
    merged(dataset, {("A", 1): "张三", ("A", 2): "李四"}, "B1")
    merged(dataset, {("A", 3): "王五"}, "B2")
    assert len(kept(dataset)) == 3
    merged(dataset, {("A", 2): "李四"}, "B3", whole=True)
    assert kept(dataset) == {("A", 2): ("李四", "B1", 2)}
    assert has_batch(dataset, "B3")


def test_a_merge_is_counted_before_it_is_made_and_can_be_stopped(dataset: str) -> None:
    before: Rows = {("A", number): "张三" for number in range(1, 6)}
    merged(dataset, before, "B1")
    assert merge_counts(dataset, "B1") is None  # the first rows are all new
    after = changes({("A", 1): "张三", ("A", 2): "李四", ("B", 9): None})
    spared = pa.table({"office": ["A", "A", "C"], "number": [3, 1, 1]})
    taken: dict[str, Any] = {"dataset": dataset, "keys": ("office", "number"), "source": "test",
                             "at": AT, "table": after, "delete_missing": True}  # fmt: skip
    seen: list[MergeCounts] = []

    def stop(counts: MergeCounts) -> None:
        seen.append(counts)
        raise RuntimeError("too many")

    with pytest.raises(RuntimeError, match="too many"):
        merge_batch(batch="B2", spare=lambda: spared, check=stop, **taken)
    assert len(kept(dataset)) == 5
    merge_batch(batch="B2", spare=lambda: spared, **taken)
    counts = MergeCounts(added=1, changed=1, unchanged=1, removed=2, spared=1, before=5)
    assert [merge_counts(dataset, "B2"), *seen] == [counts, counts]
    assert kept(dataset) == {
        ("A", 1): ("张三", "B1", 1),
        ("A", 2): ("李四", "B2", 2),
        ("A", 3): ("张三", "B1", 3),
        ("B", 9): (None, "B2", 3),
    }
    merge_batch(batch="B3", spare=lambda: None, **taken | {"table": changes({("A", 1): "王"})})
    assert len(kept(dataset)) == 4
    found = merge_counts(dataset, "B3")
    assert found is not None
    assert (found.removed, found.spared) == (0, 3)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (pa.table({"number": [1, 1], "name": ["a", "b"]}), "1 rows repeat one"),
        (pa.table({"number": pa.array([1, None], pa.int64()), "name": ["a", "b"]}), "1 rows have"),
        (pa.table({"name": ["a"]}), "no column"),
    ],
)
def test_rows_without_a_key_of_their_own_are_refused(
    dataset: str, table: pa.Table, said: str
) -> None:
    good = pa.table({"number": [1], "name": ["a"]})
    taken: dict[str, Any] = {"dataset": dataset, "keys": ("number",), "source": "test", "at": AT}
    merge_batch(table=good, batch="B1", **taken)
    with pytest.raises(KeysUnfit, match=said):
        merge_batch(table=table, batch="B2", **taken)
    assert read_table(dataset, columns=["number", "name"]).equals(good)


def test_changes_with_other_columns_do_not_join(dataset: str) -> None:
    merged(dataset, {("A", 1): "张三"}, "B1")
    wider = changes({("A", 1): "李四"}).append_column("more", pa.array(["x"]))
    names = pa.array([5], pa.int64())
    retyped = changes({("A", 1): "李四"}).set_column(2, "name", names)
    for table, said in ((wider, "more"), (retyped, "name has another type there")):
        with pytest.raises(ColumnsDiffer, match=said):
            merge_batch(
                dataset=dataset, table=table, keys=("office", "number"), batch="B2",
                source="test", at=AT,
            )  # fmt: skip
    assert kept(dataset) == {("A", 1): ("张三", "B1", 1)}


def test_a_stream_is_merged_like_a_table(dataset: str) -> None:
    part = changes({("A", 1): "张三", ("A", 2): "李四"})
    stream = pa.RecordBatchReader.from_batches(part.schema, iter(part.to_batches(max_chunksize=1)))
    assert not table_exists(dataset)
    merge_batch(dataset=dataset, table=stream, keys=("office", "number"), batch="B1",
                source="test", at=AT)  # fmt: skip
    assert len(kept(dataset)) == 2
    assert table_version(dataset) == 0


states = st.dictionaries(
    st.tuples(st.sampled_from("ab"), st.integers(1, 3)),
    st.one_of(st.none(), st.sampled_from(["x", "y"])),
    max_size=5,
)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(states, st.booleans()), min_size=1, max_size=4))
def test_batch_after_batch_the_table_holds_what_a_dictionary_would(
    deliveries: list[tuple[Rows, bool]],
) -> None:
    dataset, wanted = f"test-{uuid4().hex}", Rows()
    for number, (rows, whole) in enumerate(deliveries):
        merged(dataset, rows, f"B{number}", whole=whole)
        wanted = rows if whole else wanted | rows
        assert {key: name for key, (name, _, _) in kept(dataset).items()} == wanted
