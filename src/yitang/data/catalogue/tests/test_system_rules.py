"""The register's rules without a database: what is wrong, which moves there are, how rows read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitang.data.catalogue.errors import SystemInvalid, SystemMoveRefused
from yitang.data.catalogue.rules.system_rows import (
    COLUMNS_OF_SYSTEMS,
    HEADINGS,
    SystemRow,
    read_system_row,
    recognised,
    text_of,
    written_system,
)
from yitang.data.catalogue.rules.systems import (
    ENDED,
    HOSTINGS,
    JOINED,
    NETWORKS,
    RUNNING,
    SYSTEM_MOVES,
    SYSTEM_STATES,
    SystemSpec,
    SystemState,
    check_system,
    check_system_move,
    counted_change,
    system_faults,
    system_moves_from,
)

ON = date(2026, 11, 23)
GOOD = SystemSpec("YL-01", "医疗救助系统", network="extranet", yearly_cost=Decimal("1000.50"))
OWN = recognised(HEADINGS.values())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", ""),
        ("code", "有 空格"),
        ("code", "-a"),
        ("code", "x" * 61),
        ("name", " "),
        ("name", "名" * 129),
        ("purpose", "用" * 501),
        ("supplier", "商" * 129),
        ("network", "moon"),
        ("hosting", "moon"),
        ("security_grade", 6),
        ("security_grade", -1),
        ("start_year", 1979),
        ("start_year", 2027),
        ("build_cost", Decimal(-1)),
        ("yearly_cost", Decimal("0.001")),
        ("yearly_cost", Decimal("1e12")),
        ("yearly_cost", Decimal("NaN")),
    ],
)
def test_a_wrong_field_is_named(field: str, value: object) -> None:
    spec = SystemSpec(**({"code": GOOD.code, "name": GOOD.name} | {field: value}))  # type: ignore[arg-type]
    assert [fault.field for fault in system_faults(spec, on=ON)] == [field]
    with pytest.raises(SystemInvalid, match=field):
        check_system(spec, on=ON)
    check_system(GOOD, on=ON)


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = SystemSpec("?", "", network="x", hosting="x", security_grade=9, start_year=1)
    fields = [fault.field for fault in system_faults(wrong, on=ON)]
    assert fields == ["code", "name", "network", "hosting", "security_grade", "start_year"]


@pytest.mark.parametrize(("state", "verb"), list(product(SystemState, SYSTEM_MOVES)))
def test_every_state_and_verb_is_declared_or_refused(state: SystemState, verb: str) -> None:
    declared = {
        "in_use": {"connect", "migrate", "merge", "retire"},
        "connected": {"migrate", "merge", "retire", "resume"},
        "migrated": {"merge", "retire", "resume"},
        "merged": {"resume"},
        "retired": {"resume"},
    }
    if verb in declared[state]:
        assert check_system_move(code="A", state=state, verb=verb) is SYSTEM_MOVES[verb]
    else:
        with pytest.raises(SystemMoveRefused, match=str(SYSTEM_STATES[state])):
            check_system_move(code="A", state=state, verb=verb)
    assert set(system_moves_from(state)) == declared[state]


def test_an_unknown_verb_is_refused() -> None:
    with pytest.raises(SystemMoveRefused, match="burn"):
        check_system_move(code="A", state="in_use", verb="burn")


@given(st.lists(st.sampled_from(list(SystemState)), min_size=1, max_size=12))
def test_what_changes_add_up_to_is_where_a_system_stands(states: list[SystemState]) -> None:
    changes = [counted_change(a, b) for a, b in zip(["", *states], states, strict=False)]
    last = states[-1]
    assert sum(one.running for one in changes) == (last in RUNNING)
    assert sum(one.joined for one in changes) == (last in JOINED)
    assert sum(one.ended for one in changes) == (last in ENDED)


def test_headings_of_others_are_recognised() -> None:
    found = recognised(
        [
            "序号",
            "部门全称*",
            "系统编号",
            "信息系统名称",
            "总投资（万元）",
            "运行维护费用 (万元)",
            "联系人",
        ]
    )
    assert found.fields == {
        "code": "系统编号",
        "name": "信息系统名称",
        "organisation": "部门全称*",
        "build_cost": "总投资（万元）",
        "yearly_cost": "运行维护费用 (万元)",
    }
    assert found.in_ten_thousands == {"build_cost", "yearly_cost"}
    assert found.ignored == ("序号", "联系人")
    assert not found.missing
    assert recognised(["名称"]).missing == ("系统代码",)


@pytest.mark.parametrize(
    ("field", "said", "value"),
    [
        ("network", "电子政务外网", "extranet"),
        ("network", "internet", "internet"),
        ("hosting", "政务云", "government_cloud"),
        ("hosting", "own machine room", "own_room"),
        ("security_grade", "等保三级", 3),
        ("security_grade", "第2级", 2),
        ("security_grade", 4.0, 4),
        ("security_grade", "未定级", 0),
        ("start_year", datetime(2019, 5, 1, tzinfo=UTC), 2019),
        ("start_year", "2019年5月", 2019),
        ("start_year", 2019.0, 2019),
        ("build_cost", "1,200,000.50元", Decimal("1200000.50")),
        ("build_cost", "¥120万", Decimal(1200000)),
        ("yearly_cost", 12.5, Decimal("12.5")),
        ("yearly_cost", "12.5 万元", Decimal(125000)),
    ],
)
def test_words_and_amounts_are_read(field: str, said: object, value: object) -> None:
    cells = {HEADINGS["code"]: "A-1", HEADINGS["name"]: "系统", HEADINGS[field]: said}
    row = read_system_row(2, cells, OWN, on=ON)
    assert not row.faults
    assert getattr(row.spec, field) == value


def test_a_heading_in_ten_thousands_counts_so_unless_the_cell_says_yuan() -> None:
    headings = recognised(["系统编码", "系统名称", "年运维费用（万元）"])
    cells = {"系统编码": "A-1", "系统名称": "系统", "年运维费用（万元）": "3.5"}
    assert read_system_row(2, cells, headings, on=ON).spec.yearly_cost == 35000
    cells["年运维费用（万元）"] = "35000元"
    assert read_system_row(2, cells, headings, on=ON).spec.yearly_cost == 35000


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("network", "月球网"),
        ("hosting", "桌下"),
        ("security_grade", "很高"),
        ("start_year", "去年"),
        ("start_year", "1066"),
        ("build_cost", "一百万"),
        ("build_cost", "-5"),
        ("yearly_cost", "0.001"),
        ("state", "半停"),
        ("since", "2026-02-30"),
        ("since", "上周"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_column(field: str, said: str) -> None:
    cells = {HEADINGS["code"]: "A-1", HEADINGS["name"]: "系统", HEADINGS[field]: said}
    assert [fault.field for fault in read_system_row(2, cells, OWN, on=ON).faults] == [field]


def test_every_fault_of_a_row_is_said_in_the_order_of_the_columns() -> None:
    cells = {HEADINGS["state"]: "?", HEADINGS["build_cost"]: "?", HEADINGS["code"]: "?"}
    faults = read_system_row(2, cells, OWN, on=ON).faults
    assert [fault.field for fault in faults] == ["code", "name", "build_cost", "state"]


amounts = st.none() | st.decimals(0, 10**11, places=2)
SPECS = st.builds(
    SystemSpec,
    code=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{1,59}", fullmatch=True),
    name=st.text("系统业务=+'-A", min_size=1, max_size=20).filter(lambda s: s[:1] != "'"),
    purpose=st.text("受理登记=@", max_size=20),
    network=st.sampled_from(["", *NETWORKS]),
    hosting=st.sampled_from(["", *HOSTINGS]),
    security_grade=st.integers(0, 5),
    supplier=st.text("公司", max_size=10),
    start_year=st.none() | st.integers(1980, 2026),
    build_cost=amounts,
    yearly_cost=amounts,
)


@given(
    st.builds(
        SystemRow, number=st.just(7), spec=SPECS, organisation=st.text("某局", max_size=5),
        state=st.sampled_from(["", *SYSTEM_STATES]), since=st.none() | st.dates(date(1980, 1, 1)),
        successor=st.just("B-2"), note=st.text("文号", max_size=5),
    )
)  # fmt: skip
def test_a_row_that_was_written_reads_the_same(row: SystemRow) -> None:
    cells = dict(zip(HEADINGS.values(), written_system(row), strict=True))
    assert len(cells) == len(COLUMNS_OF_SYSTEMS)
    assert read_system_row(7, cells, OWN, on=ON) == row


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, ""), (3.0, "3"), (3.25, "3.25"), (1e15, "1000000000000000"), (float("nan"), "NaN"),
     (date(2026, 3, 1), "2026-03-01"), ("'=1+1", "=1+1"), (" a ", "a"), ("'a", "'a")],
)  # fmt: skip
def test_a_cell_is_read_as_it_would_be_typed(cell: object, text: str) -> None:
    assert text_of(cell) == text
