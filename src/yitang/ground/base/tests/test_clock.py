"""Every row of FACTS §10.4, and a naive list of working days as the oracle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitang.ground.base import clock
from yitang.ground.base.clock import Pause, Term, Unit

CALENDAR = clock.official_calendar()


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        ("2025-08-01", 1, "2025-08-04"),
        ("2025-08-01", 10, "2025-08-15"),
        ("2025-08-01", 20, "2025-08-29"),
        ("2025-09-26", 1, "2025-09-28"),
        ("2025-09-26", 10, "2025-10-16"),
        ("2025-09-26", 20, "2025-10-30"),
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-09-30", 5, "2025-10-14"),
        ("2026-01-01", 1, "2026-01-04"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-13", 10, "2026-03-05"),
        ("2026-04-30", 10, "2026-05-18"),
        ("2026-09-30", 10, "2026-10-20"),
        ("2024-02-08", 5, "2024-02-21"),
        ("2020-01-23", 10, "2020-02-14"),
        ("2026-12-30", 5, "2027-01-07 provisional"),
    ],
)
def test_published_vectors(start: str, amount: int, due: str) -> None:
    assert str(CALENDAR.due_date(date.fromisoformat(start), amount)) == due


@pytest.mark.parametrize(
    ("year", "workdays"),
    [(2018, 250), (2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251),
     (2025, 248), (2026, 248)],
)  # fmt: skip
def test_working_days_of_a_year(year: int, workdays: int) -> None:
    assert CALENDAR.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == workdays


def test_no_deadline_is_wrong_against_a_naive_list_2004_to_2026() -> None:
    first, last = date(2004, 1, 1), date(2026, 12, 31)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    naive = [day for day in days if chinese_calendar.is_workday(day)]
    for amount in (1, 5, 10, 15, 20, 30, 60):
        position, wrong = 0, []
        due = CALENDAR.due_ordinals([day.toordinal() for day in days], amount)
        for day, answer in zip(days, due, strict=True):
            while position < len(naive) and naive[position] <= day:
                position += 1
            if position + amount - 1 < len(naive):
                expected = naive[position + amount - 1]
                if answer != expected.toordinal():
                    wrong.append((day, amount))
            else:
                assert answer > last.toordinal()
        assert wrong == []


@given(
    start=st.dates(date(2004, 1, 1), date(2030, 12, 31)),
    first=st.integers(1, 40),
    second=st.integers(1, 40),
)
def test_counting_in_two_steps_is_counting_at_once(start: date, first: int, second: int) -> None:
    halfway = CALENDAR.due_date(start, first).day
    assert CALENDAR.due_date(halfway, second) == CALENDAR.due_date(start, first + second)
    assert CALENDAR.workdays_between(start, CALENDAR.due_date(start, first).day) == first


def test_natural_days_end_on_the_next_working_day() -> None:
    assert str(CALENDAR.due_date(date(2025, 9, 24), 7, unit=Unit.DAYS)) == "2025-10-09"
    assert str(CALENDAR.due_date(date(2025, 9, 24), 6, unit=Unit.DAYS)) == "2025-09-30"


def test_a_period_ends_at_midnight_in_shanghai_and_hours_at_their_moment() -> None:
    received = datetime(2026, 2, 13, 15, 59, tzinfo=UTC)  # still 13 February, 23:59 in Shanghai
    assert clock.civil_date(received) == date(2026, 2, 13)
    due = clock.deadline(start=received, term=Term(1), calendar=CALENDAR)
    assert due.at == datetime(2026, 2, 14, 16, tzinfo=UTC)
    due = clock.deadline(start=received, term=Term(2, Unit.HOURS), calendar=CALENDAR)
    assert due.at == received + timedelta(hours=2)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


def test_a_pause_moves_the_date_by_its_working_days_and_overlaps_count_once() -> None:
    start = shanghai("2026-03-02T09:00")
    plain = clock.deadline(start=start, term=Term(5), calendar=CALENDAR)
    assert clock.civil_date(plain.at - timedelta(seconds=1)) == date(2026, 3, 9)
    pause = Pause(shanghai("2026-03-04T10:00"), shanghai("2026-03-05T17:00"), "hearing")
    moved = clock.deadline(start=start, term=Term(5), calendar=CALENDAR, pauses=[pause])
    assert clock.civil_date(moved.at - timedelta(seconds=1)) == date(2026, 3, 11)
    overlap = Pause(shanghai("2026-03-05T16:00"), shanghai("2026-03-05T18:00"), "testing")
    again = clock.deadline(start=start, term=Term(5), calendar=CALENDAR, pauses=[overlap, pause])
    assert again == moved
    same_day = Pause(shanghai("2026-03-05T19:00"), shanghai("2026-03-05T20:00"), "testing")
    again = clock.deadline(start=start, term=Term(5), calendar=CALENDAR, pauses=[pause, same_day])
    assert again == moved


def test_a_pause_after_the_end_or_before_the_start_moves_nothing() -> None:
    start = shanghai("2026-03-02T09:00")
    plain = clock.deadline(start=start, term=Term(5), calendar=CALENDAR)
    late = Pause(shanghai("2026-03-20T09:00"), shanghai("2026-03-21T09:00"), "hearing")
    early = Pause(shanghai("2026-02-24T09:00"), shanghai("2026-03-02T12:00"), "hearing")
    moved = clock.deadline(start=start, term=Term(5), calendar=CALENDAR, pauses=[early, late])
    assert moved == plain


def test_a_clock_standing_still_has_no_deadline() -> None:
    open_pause = Pause(shanghai("2026-03-04T10:00"), None, "hearing")
    with pytest.raises(ValueError, match="no deadline yet"):
        clock.deadline(
            start=shanghai("2026-03-02T09:00"), term=Term(5), calendar=CALENDAR, pauses=[open_pause]
        )


def test_hours_are_paused_by_the_hour_and_an_extension_adds() -> None:
    start = shanghai("2026-03-02T09:00")
    pause = Pause(shanghai("2026-03-02T10:00"), shanghai("2026-03-02T10:30"), "testing")
    due = clock.deadline(
        start=start, term=Term(2, Unit.HOURS), extension=Term(1, Unit.HOURS), calendar=CALENDAR,
        pauses=[pause],
    )  # fmt: skip
    assert due.at == shanghai("2026-03-02T12:30")


def test_days_late_are_counted_from_the_day_after() -> None:
    due = clock.end_of_day(date(2026, 3, 9))
    assert clock.overdue_days(due, shanghai("2026-03-09T23:59")) == 0
    assert clock.overdue_days(due, shanghai("2026-03-10T00:00")) == 1
    assert clock.overdue_days(due, shanghai("2026-03-12T08:00")) == 3


def test_a_later_year_is_loaded_from_a_file_and_ends_the_doubt(tmp_path: Path) -> None:
    notice = tmp_path / "2027.csv"
    notice.write_text("date,kind,holiday\n2027-01-01,off,元旦\n2027-01-03,work,元旦\n", "utf-8")
    calendar = clock.load_calendar(notice)
    assert str(calendar.due_date(date(2026, 12, 30), 5)) == "2027-01-06"
    assert calendar.last == date(2027, 12, 31)
    assert str(CALENDAR.due_date(date(2026, 12, 30), 5)) == "2027-01-07 provisional"


def test_a_damaged_calendar_file_is_named_with_its_line(tmp_path: Path) -> None:
    notice = tmp_path / "2027.csv"
    notice.write_text("date,kind,holiday\n2027-01-01,off,元旦\n2027-13-01,off,?\n", "utf-8")
    with pytest.raises(clock.CalendarFileInvalid, match=r"2027\.csv, line 3"):
        clock.load_calendar(notice)
    notice.write_text("date,kind,holiday\n2031-01-01,off,元旦\n", "utf-8")
    with pytest.raises(clock.CalendarFileInvalid, match="2027 is missing"):
        clock.load_calendar(notice)


def test_days_outside_the_calendar_are_refused_in_one_sentence() -> None:
    with pytest.raises(clock.CalendarUncovered, match="2004-01-01 to 2026-12-31"):
        CALENDAR.due_date(date(2003, 12, 31), 1)
    with pytest.raises(clock.CalendarUncovered):
        CALENDAR.due_ordinals([date(2036, 12, 30).toordinal()], 60)


@given(st.integers(0, 999), st.sampled_from(list(Unit)))
def test_a_term_survives_its_text_form(amount: int, unit: Unit) -> None:
    assert Term.parse(str(Term(amount, unit))) == Term(amount, unit)
