from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils.translation import override

from yitang.data.lake.errors import EngineMissing
from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import Page, load_settings
from yitang.ground.plumbing.settings import SettingInvalid
from yitang.site.web.shell.charts import (
    Bar,
    Point,
    Series,
    drawn_bars,
    drawn_line,
    drawn_lines,
)
from yitang.site.web.templatetags.look import yuan

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)


class WaterForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the card")
    how = forms.ChoiceField(
        label="How", choices=[("call", "Call"), ("write", "Write")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="Agreed")


def drawn(source: str, **context: object) -> str:
    request = RequestFactory().get("/list/?kind=water&cursor=abc")
    return engines["django"].from_string(source).render(context, request)


@pytest.fixture(autouse=True)
def on_monday_noon() -> object:
    with time_machine.travel(NOON, tick=False), override("en"):
        yield


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Thu 26 Nov|1 Jan 2022|Fri 1 Jan 2027|Thu 26 Nov"),
        (
            "zh-hans",
            "11 月 26 日（周四）|2022 年 1 月 1 日|2027 年 1 月 1 日（周五）|11 月 26 日（周四）",
        ),
    ],
)
def test_days_are_said_with_their_weekday(language: str, expected: str) -> None:
    end_of_thursday = datetime(2026, 11, 27, 0, 0, tzinfo=SHANGHAI)
    with override(language):
        said = drawn(
            "{{ a|day }}|{{ b|day }}|{{ n|day }}|{{ c|last_day }}",
            a=date(2026, 11, 26), b=date(2022, 1, 1), n=date(2027, 1, 1), c=end_of_thursday,
        )  # fmt: skip
    assert said == expected


@pytest.mark.parametrize(
    ("due_at", "expected"),
    [
        (NOON - timedelta(days=2), "2 days late"),
        (NOON - timedelta(hours=1), "Late since 11:00"),
        (datetime(2026, 11, 24, tzinfo=SHANGHAI), "Today</span>"),
        (NOON + timedelta(hours=2), "Today 14:00"),
        (datetime(2026, 11, 27, tzinfo=SHANGHAI), "Thu 26 Nov"),
        (None, "No deadline"),
    ],
)
def test_a_deadline_has_a_word_beside_its_colour(due_at: datetime | None, expected: str) -> None:
    assert expected in drawn("{% due at %}", at=due_at)


def test_errors_and_messages_are_said_in_the_readers_language() -> None:
    with override("zh-hans"):
        error = InvalidInput(field="x", problem="y")
        assert drawn("{{ e|words }}", e=error) == "x：y。"
        assert drawn("{{ m|words }}", m=Message("role", "leader")) == "领导"


def test_what_is_wrong_with_an_engine_is_said_in_the_readers_language() -> None:
    with override("zh-hans"):
        missing = EngineMissing(problem=Message("lake.no_java", "Java is not installed"))
        assert drawn("{{ e|words }}", e=missing) == (
            "这里不能运行 Apache Spark：没有安装 Java。"
            "请安装 Java 17 和附加组件 spark，或设 YITANG_ENGINE=duckdb。"
        )
        with pytest.raises(SettingInvalid) as wrong:
            load_settings({"YITANG_SECRET_KEY": "x", "YITANG_ENGINE": "hadoop"})
        assert drawn("{{ e|words }}", e=wrong.value).startswith("设置 YITANG_ENGINE 不对：")


def test_an_error_stands_beside_its_field_and_in_the_list() -> None:
    form = WaterForm({"how": "sing"})
    text = drawn(
        "{% error_summary f %}{% field f.name %}{% field f.how %}{% field f.agreed %}", f=form
    )
    assert '<a href="#id_name">Name: Please fill this in</a>' in text
    assert 'id="id_name-error">Please fill this in</p>' in text
    assert 'aria-describedby="id_name-hint id_name-error"' in text
    assert "<fieldset" in text
    assert drawn("{% error_summary f %}", f=WaterForm()).strip() == ""


def test_pages_keep_the_filters_of_the_address() -> None:
    text = drawn("{% pages page %}", page=Page(rows=[1], next_cursor="next"))
    assert 'href="?kind=water&amp;cursor=next"' in text
    assert 'href="?kind=water"' in text


def test_bars_share_one_scale_and_are_a_table_too() -> None:
    rows = [Bar("Health", 0.9, 3.6, "3.6 → 0.9"), Bar("Police", 0, 1.8)]
    assert [(row.now_width, row.before_width) for row in drawn_bars(rows)] == [(25, 100), (0, 50)]
    text = drawn("{% bars 'Trips' rows %}", rows=rows)
    assert "<table" in text
    assert "3.6 → 0.9" in text
    assert drawn_bars([]) == []


def test_a_line_runs_from_left_to_right_inside_its_box() -> None:
    points = [Point("Jan", 10), Point("Feb", 40, is_doubted=True), Point("Mar", 20)]
    line = drawn_line(points)
    assert [drawn.x for drawn in line.points] == sorted(drawn.x for drawn in line.points)
    assert all(0 <= drawn.y <= line.height for drawn in line.points)
    assert "not confirmed" in drawn("{% line 'Trips' points %}", points=points)
    assert drawn_line([]).path == ""


def test_points_stand_where_their_time_is() -> None:
    points = [Point("2018", 1, at=2018), Point("2019", 2, at=2019), Point("2022", 3, at=2022)]
    first, second, last = (drawn.x for drawn in drawn_line(points).points)
    assert (second - first) * 4 == pytest.approx(last - first, abs=1)
    assert "hollow" not in drawn("{% line 'Trips' points %}", points=points)
    doubted = [*points, Point("2023", 4, is_doubted=True)]
    assert "hollow" in drawn("{% line 'Trips' points %}", points=doubted)


def test_today_counts_working_days_of_the_official_calendar() -> None:
    assert drawn("{% today %}") == "Mon 23 Nov 12:00 · working day 220 of the year"


def test_a_qr_code_is_drawn_in_the_page() -> None:
    text = drawn("{% qr 'http://192.168.1.20:8000/' %}")
    assert text.startswith('<svg role="img" aria-label="QR code"')


def test_numbers_and_shares() -> None:
    assert drawn("{{ a|number }} {{ b|number:2 }} {{ c|number }} {{ d|percent }}",
                 a=1377, b=0.421, c=None, d=0.923) == "1,377 0.42 – 92.3%"  # fmt: skip


def test_several_lines_share_a_scale_and_their_labels_keep_apart() -> None:
    def row(*values: float) -> Series:
        points = tuple(Point(str(at), value) for at, value in enumerate(values))
        return Series("row", "brand", points)

    drawn = drawn_lines([row(0, 10), row(0, 9.9), row(5, 0), row(0, 0)], height=210)
    assert [one.line.points[-1].y for one in drawn] == [16, 17.7, 186, 186]
    labels = sorted(one.label_y for one in drawn)
    assert all(second - first >= 17.9 for first, second in pairwise(labels))
    assert max(labels) <= 186
    assert drawn_lines([]) == []


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (None, "–", "–"),
        (Decimal("9000.50"), "¥9,000", "9,000 元"),
        (Decimal(150_000), "¥150,000", "15.0 万元"),
        (Decimal(46_983_000), "¥47.0 million", "4,698.3 万元"),
    ],
)
def test_amounts_are_said_in_the_readers_units(
    value: Decimal | None, english: str, chinese: str
) -> None:
    for language, said in (("en", english), ("zh-hans", chinese)):
        with override(language):
            assert yuan(value) == said
