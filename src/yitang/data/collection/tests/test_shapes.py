"""Records as programs write them: in lists within records, under keys, in a script; SQL scripts."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitang.data.collection.connectors import Delivery, file_delivery
from yitang.data.collection.connectors.json_paths import best_path, lists_within
from yitang.data.collection.connectors.json_shapes import unfolded
from yitang.data.collection.connectors.texts import is_nested
from yitang.data.collection.errors import FileUnreadable, TableUnknown
from yitang.data.collection.rules.columns import folded


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def rows_of(delivery: Delivery) -> list[tuple[str | None, ...]]:
    return [row for chunk in delivery.chunks() for row in chunk.frame.rows()]


GUIDES = """// 办事指南
const guides = [
  {"department": "某局", "items": [
    {"kind": "许可", "entries": [{"name": "甲", "link": "/a"}, {"name": "乙", "link": "/b"}]},
    {"kind": "确认", "entries": []}]},
  {"department": "另局", "items": [{"kind": "奖励", "entries": [{"name": "丙", "link": "/c"}]}]}
];
export { guides };
"""


def test_the_records_that_the_catalogue_knows_are_taken_out_of_lists_within_records(
    tmp_path: Path,
) -> None:
    path = written(tmp_path / "guides.js", GUIDES)
    delivery = file_delivery(path, expected=frozenset({"department", "name", "link"}))
    assert delivery.columns == ("department", "kind", "name", "link")
    assert rows_of(delivery) == [
        ("某局", "许可", "甲", "/a"), ("某局", "许可", "乙", "/b"), ("某局", "确认", None, None),
        ("另局", "奖励", "丙", "/c"),
    ]  # fmt: skip
    assert [number for chunk in delivery.chunks() for number in chunk.numbers] == [1, 2, 3, 4]
    assert delivery.understood["records_in"] == "items › entries"
    outer = file_delivery(path, expected=frozenset({"department"}))
    assert outer.columns == ("department", "items")


def test_a_field_that_both_have_is_the_inner_ones(tmp_path: Path) -> None:
    text = '[{"name": "某局", "rows": [{"name": "甲", "code": 1}]}]'
    delivery = file_delivery(written(tmp_path / "a.json", text), expected=frozenset({"code"}))
    assert delivery.columns == ("name (rows)", "name", "code")
    assert rows_of(delivery) == [("某局", "甲", "1")]


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ('{"北山": {"全部": ["甲", "乙"]}, "南海": {"全部": ["丙"]}}', ("key", "key 2", "value"),
         [("北山", "全部", "甲"), ("北山", "全部", "乙"), ("南海", "全部", "丙")]),
        ('{"35": {"name": "甲", "at": {"x": 1}}, "36": {"name": "乙"}}', ("key", "name", "at.x"),
         [("35", "甲", "1"), ("36", "乙", None)]),
        ('{"北山": [{"name": "甲"}]}', ("key", "name"), [("北山", "甲")]),
        ('[{"a": 1}]\\n[{"a": 2}, {"a": 3}]', ("a",), [("1",), ("2",), ("3",)]),
    ],
)  # fmt: skip
def test_keys_may_be_values_and_arrays_may_be_glued(
    tmp_path: Path, text: str, columns: tuple[str, ...], rows: list[tuple[str | None, ...]]
) -> None:
    path = written(tmp_path / "a.json", text.replace("\\n", "\n"))
    delivery = file_delivery(path)
    assert (delivery.columns, rows_of(delivery)) == (columns, rows)


KEYS = st.sampled_from(["a", "b", "A", "a.b", "c d"])
VALUES: st.SearchStrategy[object] = st.recursive(
    st.sampled_from([1, [2]]),
    lambda inner: (
        st.dictionaries(KEYS, inner, max_size=4)
        | st.lists(st.dictionaries(KEYS, inner, max_size=4), max_size=3)
    ),
    max_leaves=25,
)
WORDS = frozenset(map(folded, ["a", "b", "cd", "a (b)", "b (a)", "a (a) (b)", "a.b", "a.b (a)"]))


@given(
    st.lists(st.dictionaries(KEYS, VALUES, max_size=5), max_size=3),
    st.sets(st.sampled_from(sorted(WORDS))),
)
def test_the_lists_to_unfold_are_those_that_unfolding_all_of_them_would_choose(
    records: list[dict[str, object]], expected: set[str]
) -> None:
    def fit(path: tuple[str, ...]) -> int:
        rows = (row for record in records for row in unfolded(record, path))
        names = {name for row in rows for name in row if not is_nested(row[name])}
        return len({folded(name) for name in names} & expected)

    paths = [path for record in records for path in lists_within(record)]
    assert best_path(records, frozenset(expected)) == max([(), *paths], key=fit)


def test_thousands_of_lists_in_a_record_are_looked_at_once() -> None:
    lists: dict[str, object] = {f"k{at}": [{"name": 1}] for at in range(8_000)}
    record = lists | {"last": [{"name": 1, "sum": 2}], "id": 3}
    begun = time.process_time()
    assert best_path([record], frozenset({"id", "name", "sum"})) == ("last",)
    assert time.process_time() - begun < 8  # all of them unfolded would take three times that


@pytest.mark.parametrize("begins", ["/" * 4000, "/* a */ " * 500])
def test_strokes_and_comments_without_a_script_are_passed_over_once(
    tmp_path: Path, begins: str
) -> None:
    path = written(tmp_path / "a.csv", f"{begins}\n甲,乙\n1,2\n")
    delivery = file_delivery(path, expected=frozenset({"甲", "乙"}))
    assert rows_of(delivery)[-1] == ("1", "2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"北山": {"全部": ["甲"]}}\n{"南海": {\n"全部": ["丙"]}}', "no list of records"),
        ('const a = [{"x": 1}];\nconst b = [{"x": 2}];', "more stands behind its first list"),
    ],
)
def test_what_stands_behind_the_first_list_is_not_dropped_in_silence(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(FileUnreadable, match=said):
        rows_of(file_delivery(written(tmp_path / "a.js", text)))


ORACLE = """prompt PL/SQL export
set define off
truncate table T_CODES;
insert into T_CODES (CODE, NAME, MADE, NOTE)
values ('XK', '行政''许可', to_date('2013-01-09', 'yyyy-mm-dd'), null);
insert into T_CODES (CODE, NAME, MADE, NOTE)
values ('CJ', '行政裁决; 一', null, '上' || chr(10) || '下');
commit;
insert into OTHER (A) values (1);
insert into T_CODES (CODE, NAME, MADE)
values ('QT', '其他', sysdate);
"""
MYSQL = r"""/*!40101 SET NAMES utf8 */;
DROP TABLE IF EXISTS `codes`;
CREATE TABLE `codes` (
  `code` varchar(10) NOT NULL, `name` varchar(20) DEFAULT 'x,y', `sum` decimal(10,2),
  PRIMARY KEY (`code`), KEY `by_name` (`name`)
) ENGINE=InnoDB; -- 'an apostrophe
# another '
INSERT INTO `codes` VALUES ('a','it\'s',-1.50),('b','x\ny',NULL),('c','少了');
"""
MSSQL = """INSERT [dbo].[Codes] ([Code], [Made], [Sum])
 VALUES (N'a', CAST(N'2019-03-01T00:00:00.000' AS DateTime), CAST(1.50 AS Decimal(18, 2)))
INSERT [dbo].[Codes] ([Code], [Made], [Sum]) VALUES (N'b', NULL, 2)
GO
"""


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_what_an_sql_script_inserts_is_read_and_not_run(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path / "a.sql", ORACLE.replace("\n", "\r\n"), encoding)
    delivery = file_delivery(path, expected=frozenset({"code", "name"}))
    assert delivery.columns == ("CODE", "NAME", "MADE", "NOTE")
    assert rows_of(delivery) == [
        ("XK", "行政'许可", "2013-01-09", None), ("CJ", "行政裁决; 一", None, "上\n下"),
        ("QT", "其他", None, None),
    ]  # fmt: skip
    (chunk,) = delivery.chunks()
    assert [(mark.position, mark.column, mark.code) for mark in chunk.marks] == [
        (2, "MADE", "uncomputed")
    ]
    assert delivery.understood["table"] == "T_CODES"
    assert delivery.understood["tables_left_out"] == "OTHER"
    assert rows_of(file_delivery(path, table="other")) == [("1",)]
    with pytest.raises(TableUnknown, match="T_CODES, OTHER"):
        file_delivery(path, table="none")


def test_a_script_that_names_its_columns_once_and_escapes_by_backslash(tmp_path: Path) -> None:
    delivery = file_delivery(written(tmp_path / "a.sql", MYSQL))
    assert delivery.columns == ("code", "name", "sum")
    assert rows_of(delivery) == [("a", "it's", "-1.50"), ("b", "x\ny", None)]
    (chunk,) = delivery.chunks()
    assert [(row.number, row.found, row.expected) for row in chunk.broken] == [(3, 2, 3)]


def test_a_script_in_utf_16_without_semicolons(tmp_path: Path) -> None:
    delivery = file_delivery(written(tmp_path / "a.sql", MSSQL, "utf-16"))
    assert rows_of(delivery) == [("a", "2019-03-01T00:00:00.000", "1.50"), ("b", None, "2")]


def test_a_long_script_is_read_in_parts(tmp_path: Path) -> None:
    rows = "".join(f"({n}, '{'值' * 40}'),\n" for n in range(30_000))
    rows = f"insert into t (a, b) values {rows.rstrip()[:-1]};"  # noqa: S608  (a file of this test)
    delivery = file_delivery(written(tmp_path / "a.sql", rows))
    assert [len(chunk.numbers) for chunk in delivery.chunks()] == [20_000, 10_000]
    assert rows_of(delivery)[-1] == ("29999", "值" * 40)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("create table t (a int);", "inserts no rows"),
        ("insert into t (a) values ('x", "end or whose quotes are missing"),
        ("insert into t (a) values (1, 2", "end or whose quotes are missing"),
        ("insert into t (a) select a from s;", "fills t by a query"),
        ("insert into t (a) values (1);\nupdate t set a = 2;", "changes rows of t"),
        ("insert into t (a) values (1);\ndelete from t where a = 1;", "changes rows of t"),
        (f"create table {'a' * 300} (a int);", "end or whose quotes are missing"),
        (
            "".join(
                f"create table t{n} ({', '.join(f'c{at}' for at in range(1900))});\n"
                for n in range(30)
            ),
            "more than 50000 columns in all",
        ),
    ],
)
def test_a_script_whose_table_cannot_be_told_is_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(FileUnreadable, match=said):
        file_delivery(written(tmp_path / "a.sql", text))


@pytest.mark.parametrize(
    "header", ["Insert Time,Name", "Insert date\tName", "Insert Time(UTC),Name"]
)
def test_a_table_whose_heading_begins_with_insert_is_no_script(tmp_path: Path, header: str) -> None:
    text = f"{header}\n2026-01-01,甲\n".replace(",", "\t" if "\t" in header else ",")
    delivery = file_delivery(written(tmp_path / "a.csv", text))
    assert (delivery.kind, delivery.columns[1]) == ("csv", "Name")


@pytest.mark.parametrize(
    ("written_as", "value"),
    [
        ("cast(12.5 as decimal(18, 2))", "12.5"), ("convert(varchar(10), 'abc')", "abc"),
        ("CONVERT(decimal(18,2), 12.5, 1)", "12.5"), ("convert('7', signed)", "7"),
        ("date '2020-01-01'", "2020-01-01"), ("'a'::varchar(3)", "a"), ("(5)", "5"),
        (r"E'a\tb'", "a\tb"), (r"'C:\temp'", r"C:\temp"),
        ("'a' || chr(9)", "a\t"), ("'a' || chr(1.5)", None), ("'a' || chr(9999999)", None),
        ("5+3", None), ("2020-01-01", None), ("'a' 'b'", None), ("date '2020-01-01' +1", None),
        ("cast('a' as varchar(3)) || 'b'", None),
    ],
)  # fmt: skip
def test_only_a_value_that_stands_there_is_taken(
    tmp_path: Path, written_as: str, value: str | None
) -> None:
    text = f"insert into t (a, b) values ({written_as}, 'x');"  # noqa: S608  (a file, never run)
    (chunk,) = file_delivery(written(tmp_path / "a.sql", text)).chunks()
    assert chunk.frame.rows() == [(value, "x")]
    assert bool(chunk.marks) == (value is None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("insert into t (a, b) values (1, 2) on duplicate key update b = 3;", "changes rows of t"),
        (r"insert into t (a, b) values ('it\'s','b'),('it\'s','c');", "a backslash before a quote"),
    ],
)
def test_a_script_that_makes_another_table_or_may_mean_two_is_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(FileUnreadable, match=said):
        rows_of(file_delivery(written(tmp_path / "a.sql", text)))


def test_sqlite_quotes_names_like_mysql_and_texts_as_the_standard_does(tmp_path: Path) -> None:
    text = r"PRAGMA foreign_keys=OFF;" "\n" r"insert into `t` (`a`) values ('C:\temp\new');"
    assert rows_of(file_delivery(written(tmp_path / "a.sql", text))) == [(r"C:\temp\new",)]


DUMP = r"""--
-- PostgreSQL database dump
--
SET standard_conforming_strings = on;
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$ begin return new; end $$;
CREATE TABLE public.codes (
    id integer NOT NULL,
    "name" character varying(20) DEFAULT 'a,b'::character varying,
    in_force boolean,
    note text
);
COPY public.codes (id, name, note, in_force) FROM stdin;
1	甲`乙	a\tb\nc\\d\x41\101	t
2	\N		f
3	it's; -- no remark	insert into codes values (1);	\N
4	few
\.

COPY public.codes (id, name) FROM stdin;
5	戊
\.
COPY public.other FROM stdin WITH;
"""


def test_rows_that_postgresql_copied_are_read_and_not_run(tmp_path: Path) -> None:
    text = (
        DUMP.partition("COPY public.other")[0]
        + "ALTER TABLE ONLY public.codes ADD PRIMARY KEY (id);\n"
    )
    for ends, encoding in (("\n", "utf-8"), ("\r\n", "gb18030")):
        delivery = file_delivery(written(tmp_path / "a.sql", text.replace("\n", ends), encoding))
        assert delivery.columns == ("id", "name", "note", "in_force")
        assert rows_of(delivery) == [
            ("1", "甲`乙", "a\tb\nc\\dAA", "1"), ("2", None, "", "0"),
            ("3", "it's; -- no remark", "insert into codes values (1);", None),
            ("5", "戊", None, None),
        ]  # fmt: skip
        (chunk,) = delivery.chunks()
        assert [(row.number, row.found, row.expected) for row in chunk.broken] == [(4, 2, 4)]


def test_a_copy_longer_than_a_block_is_read_in_parts(tmp_path: Path) -> None:
    rows = "".join(f"{n}\t{'值' * 40}\n" for n in range(15_000))
    text = f"COPY t (a, b) FROM stdin;\n{rows}\\.\n"
    assert len(text.encode()) > 2**20
    found = rows_of(file_delivery(written(tmp_path / "a.sql", text)))
    assert (len(found), found[-1]) == (15_000, ("14999", "值" * 40))


KEYED = "create table t (a int, b varchar(9), c int, primary key (a), unique key by_b (b));\n"


@pytest.mark.parametrize(
    ("text", "rows", "gone"),
    [
        ("KEYED; replace into t values (1,'x',1),(2,'y',2);\nreplace into t values (1,'z',3);",
         [("2", "y", "2"), ("1", "z", "3")], "1"),
        ("KEYED; insert into t values (1,'x',1),(2,'y',2);\n"
         "insert or replace into t values (2,'x',3);",
         [("2", "x", "3")], "2"),
        ("KEYED; replace into t (b, c) values ('x',1),(null,2),(null,3);",
         [(None, "x", "1"), (None, None, "2"), (None, None, "3")], ""),
        ("create table t (a int unique, b int, c int);\nreplace into t values (1,2,3);"
         "replace into t values (1,2,4);", [("1", "2", "4")], "1"),
        ("create table t (a int, b int, c int);\nreplace into t values (1,2,3),(1,2,3);",
         [("1", "2", "3"), ("1", "2", "3")], ""),
    ],
)  # fmt: skip
def test_where_rows_replace_others_the_later_one_of_a_key_stays(
    tmp_path: Path, text: str, rows: list[tuple[str | None, ...]], gone: str
) -> None:
    path = written(tmp_path / "a.sql", text.replace("KEYED;", KEYED))
    delivery = file_delivery(path, expected=frozenset("abc"))
    order = [delivery.columns.index(name) for name in "abc" if name in delivery.columns]
    found = [tuple(row[at] for at in order) for row in rows_of(delivery)]
    assert found == [row[-len(order) :] for row in rows]
    assert delivery.understood.get("rows_replaced", "") == gone


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("replace into t (a) values (1);", "by a key that it does not write out"),
        ("KEYED; create unique index i on t (c);\nreplace into t values (1,'x',1);", "by a key"),
        ("KEYED; alter table t add unique (c);\nreplace into t values (1,'x',1);", "by a key"),
        ("KEYED; replace into t values (uuid(),'x',1);", "by a key"),
        ("KEYED; replace into t values (1,'x',1),(2,'X ',1);", "by a key"),
        ("create table t (a text, unique (a(3)));\nreplace into t values ('x');", "by a key"),
        (DUMP, "copies rows of other from elsewhere or in a form"),
        ("COPY t (a) FROM '/etc/passwd';\ninsert into t (a) values (1);", "copies rows of t"),
        ("COPY t (a) FROM stdin;\n1\n", "end or whose quotes are missing"),
        ("COPY t FROM stdin;\n1\n\\.\n", "names no columns of t"),
    ],
)
def test_a_script_that_replaces_or_copies_what_it_does_not_write_is_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(FileUnreadable, match=said):
        file_delivery(written(tmp_path / "a.sql", text.replace("KEYED;", KEYED)))
