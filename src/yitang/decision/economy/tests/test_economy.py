from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitang.decision.economy import api, rules
from yitang.decision.economy.errors import FileUnreadable, IndicatorUnknown

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
HEADER = "indicator,name_zh,unit,period,value,mark,source,note\n"


@pytest.fixture
def published(db: None) -> api.LoadReport:
    return api.load_indicators(api.PUBLISHED / "indicators.csv", at=NOON, sources=api.publishers())


def test_the_shipped_figures_are_all_accepted_and_only_once(published: api.LoadReport) -> None:
    assert published.rejected == ()
    assert published.accepted == published.delivered
    again = api.load_indicators(api.PUBLISHED / "indicators.csv", at=NOON, sources=api.publishers())
    assert (again.accepted, again.added) == (published.accepted, 0)


def test_claims_about_2018_are_judged_and_doubt_is_admitted(published: api.LoadReport) -> None:
    judged = {item.claim.code: item for item in api.judged_claims()}
    verdicts = {code: item.verdict for code, item in judged.items()}
    assert verdicts.pop("investment") is rules.Verdict.OTHERWISE
    assert set(verdicts.values()) == {rules.Verdict.CONFIRMED}
    figure = judged["investment"].figure
    assert figure is not None
    assert figure.value == 3600
    assert "Summit" in figure.source


def test_a_published_increase_stands_apart_from_the_difference_of_rounded_ends(
    published: api.LoadReport,
) -> None:
    increase = api.yearly_increase("users_4g", 2018)
    assert increase is not None
    assert (increase.published, increase.of_rounded) == (Decimal("1.69"), Decimal("1.73"))
    assert increase.rounding == Decimal("0.04")
    assert api.yearly_increase("users_4g", 2014) is None


def test_a_note_in_the_file_as_it_is_becomes_a_series(tmp_path: Path, db: None) -> None:
    path = tmp_path / "indicators.csv"
    path.write_text(f"{HEADER}users_4g,4G用户数,亿户,2018,11.7,found,S51,net +1.69\n", "utf-8")
    report = api.load_indicators(path, at=NOON, sources=api.publishers())
    assert (report.delivered, report.accepted, report.added) == (1, 1, 2)
    figure = api.figure_for("users_4g_net_increase", "2018")
    assert figure is not None
    assert (figure.value, figure.indicator.name) == (Decimal("1.69"), "4G用户净增")


def test_another_value_is_a_record_beside_and_the_newest_is_shown(tmp_path: Path, db: None) -> None:
    for value in ("5488", "5481"):
        path = tmp_path / "fibre.csv"
        path.write_text(f"{HEADER}fibre,光缆,万公里,2021,{value},found,S57,\n", "utf-8")
        api.load_indicators(path, at=NOON, sources={})
    [figure] = api.indicator_series("fibre")
    assert (figure.value, figure.earlier) == (Decimal(5481), (Decimal(5488),))


def test_wrong_rows_say_why_and_the_others_are_kept(tmp_path: Path, db: None) -> None:
    path = tmp_path / "gbk.csv"
    rows = [
        "users,用户,亿户,2018,11.7,found,S51,",
        "users,用户,亿户,2018年底,11.7,found,S51,",
        "users,用户,亿户,2019,many,found,S51,",
        ",用户,亿户,2019,1,found,S51,",
    ]
    path.write_bytes((HEADER + "\n".join(rows)).encode("gbk"))
    report = api.load_indicators(path, at=NOON, sources={})
    assert report.delivered == report.accepted + len(report.rejected) == 4
    assert [(line.line, line.problem.split(" ")[0]) for line in report.rejected] == [
        (3, "'2018年底'"),
        (4, "'many'"),
        (5, "the"),
    ]


def test_unreadable_files_are_refused_in_one_sentence(tmp_path: Path, db: None) -> None:
    path = tmp_path / "x.csv"
    with pytest.raises(FileUnreadable, match="No such file"):
        api.load_projects(path, at=NOON)
    path.write_text("code,name\n1,a\n", "utf-8")
    with pytest.raises(FileUnreadable, match="the column stage is missing"):
        api.load_projects(path, at=NOON)
    path.write_bytes(b"\xff\xfe\xff\x00\x81")
    with pytest.raises(FileUnreadable, match="neither UTF-8 nor GB 18030"):
        api.load_projects(path, at=NOON)
    with pytest.raises(IndicatorUnknown):
        api.indicator_series("nothing")


PROJECTS = (
    "code,name,division_code,department,category,stage,investment,planned_this_year,"
    "invested_this_year,planned_start,started_on,completed_on\n"
)


def test_projects_are_counted_by_stage_and_measured_against_the_year(
    tmp_path: Path, db: None
) -> None:
    path = tmp_path / "projects.csv"
    rows = [
        "P1,算力中心,990101,发改委,数据基础设施,under_construction,12.5,4,2,2026-01-01,2026-02-01,",
        "P2,码头,990102,交通厅,产业数字化,signed,7,0,0,2026-12-01,,",
        "P3,平台,990102,数据局,产业数字化,signed,7,0,0,2026-12-01,2026-10-01,",
        "P1,算力中心,990101,发改委,数据基础设施,signed,1,0,0,,,",
    ]
    path.write_text(PROJECTS + "\n".join(rows), "utf-8")
    report = api.load_projects(path, at=NOON)
    assert report.delivered == report.accepted + len(report.rejected) == 4
    assert [line.line for line in report.rejected] == [4, 5]
    summary = api.project_summary(on=date(2026, 10, 31))
    assert (summary.projects, summary.started, summary.investment) == (2, 1, Decimal("19.5"))
    assert summary.invested_share == Decimal("0.5")
    assert round(summary.elapsed_share, 3) == Decimal("0.833")
    assert api.load_projects(path, at=NOON).added == 0
    assert [p.code for p in api.projects(division_prefix="990101")] == ["P1"]
    begun = api.project_page(stages=rules.STARTED).rows
    assert len(begun) == api.project_count(stages=rules.STARTED) == summary.started
    first = api.project_page(limit=1)
    assert first.next_cursor
    second = api.project_page(cursor=first.next_cursor, limit=1)
    paged = [row.code for row in first.rows + second.rows]
    assert paged == [row.code for row in api.projects()]
    assert (second.next_cursor, api.project_count()) == (None, 2)


@given(st.integers(1990, 2090), st.integers(1, 12))
def test_periods_sort_by_the_month_they_end_in(year: int, month: int) -> None:
    assert rules.period_end(f"{year}-{month:02}") <= rules.period_end(str(year))
    assert rules.period_end(f"{year}年") == f"{year}-12"
    assert rules.period_end(f"{year}Q3") == f"{year}-09"
    assert rules.is_year(str(year))
    assert not rules.is_year(f"{year}-{month:02}")
