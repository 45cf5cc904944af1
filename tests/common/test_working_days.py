from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.beijing import BEIJING
from common.working_days import WorkingCalendar

OFFICIAL = WorkingCalendar()
HOURS = timedelta(hours=1)


def at(text: str) -> datetime:
    """Beijing time."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-03-10 15:00", "2026-03-11 15:00"),  # Tuesday -> Wednesday
        ("2026-03-13 15:00", "2026-03-16 15:00"),  # Friday -> Monday
        ("2026-03-14 10:00", "2026-03-17 00:00"),  # Saturday -> Tuesday
        ("2026-03-13 00:00", "2026-03-14 00:00"),  # a whole Friday is used up with it
        ("2026-10-10 09:00", "2026-10-12 09:00"),  # a make-up Saturday is a working day
        ("2026-09-30 18:00", "2026-10-08 18:00"),  # over the National Day week
    ],
)
def test_one_working_day_is_24_hours_inside_working_days(start, due):
    assert OFFICIAL.due_after_working_time(at(start), 24 * HOURS) == at(due)
    assert OFFICIAL.elapsed_working_time(at(start), at(due)) == 24 * HOURS


@pytest.mark.parametrize(
    ("due", "hours", "instant"),
    [
        ("2026-03-16 15:00", 12, "2026-03-16 03:00"),
        ("2026-03-16 15:00", 16, "2026-03-13 23:00"),
        ("2026-03-16 15:00", 15, "2026-03-14 00:00"),
        ("2026-03-17 00:00", 12, "2026-03-16 12:00"),
        ("2026-03-17 00:00", 48, "2026-03-13 00:00"),
        ("2026-03-16 15:00", 0, "2026-03-16 15:00"),
    ],
)
def test_the_instant_from_which_so_much_working_time_is_left(due, hours, instant):
    assert OFFICIAL.instant_before(at(due), hours * HOURS) == at(instant)


def test_notice_counts_working_days_and_make_up_saturdays():
    day = date(2026, 9, 30)
    assert OFFICIAL.nth_working_day_after(day, 1) == date(2026, 10, 8)
    assert OFFICIAL.nth_working_day_after(day, 2) == date(2026, 10, 9)
    assert OFFICIAL.nth_working_day_after(day, 3) == date(2026, 10, 10)


def test_days_are_counted_over_the_year():
    assert OFFICIAL.nth_working_day_after(date(2025, 12, 31), 248) == date(2026, 12, 31)
    assert OFFICIAL.working_days_between(date(2026, 1, 1), date(2027, 1, 1)) == 248


def test_counting_starts_from_one():
    with pytest.raises(ValueError):
        OFFICIAL.nth_working_day_after(date(2026, 9, 30), 0)


def test_an_answer_beyond_the_calendar_is_refused():
    with pytest.raises(ValueError):
        OFFICIAL.nth_working_day_after(date(9998, 12, 31), 1)


def test_holidays_and_make_up_days_of_the_official_calendar():
    assert OFFICIAL.is_holiday(date(2026, 10, 1))
    assert not OFFICIAL.is_working_day(date(2026, 10, 1))
    assert OFFICIAL.is_holiday(date(2026, 10, 7))  # given in exchange for 10 October
    assert OFFICIAL.is_working_day(date(2026, 10, 10))
    assert not OFFICIAL.is_holiday(date(2026, 10, 10))
    assert not OFFICIAL.is_holiday(date(2026, 3, 14))
    assert not OFFICIAL.is_working_day(date(2026, 3, 14))
    assert OFFICIAL.is_working_day(date(2006, 12, 30))  # for the New Year of 2007


def test_overrides_go_before_the_official_calendar():
    calendar = WorkingCalendar({date(2026, 3, 11): False, date(2026, 3, 14): True})
    assert calendar.due_after_working_time(at("2026-03-10 15:00"), 24 * HOURS) == at("2026-03-12 15:00")
    assert calendar.due_after_working_time(at("2026-03-13 15:00"), 24 * HOURS) == at("2026-03-14 15:00")
    assert calendar.is_holiday(date(2026, 3, 11))
    assert calendar.is_working_day(date(2026, 3, 14))
    assert OFFICIAL.is_working_day(date(2026, 3, 11))


def test_beyond_the_last_notice_dates_are_weekdays_less_estimated_holidays():
    assert OFFICIAL.is_published(2026)
    assert not OFFICIAL.is_published(2027)
    assert WorkingCalendar(published_years=frozenset({2027})).is_published(2027)
    assert OFFICIAL.is_holiday(date(2027, 10, 1))
    assert OFFICIAL.is_working_day(date(2027, 3, 10))
    assert not OFFICIAL.is_working_day(date(2027, 3, 13))
    assert OFFICIAL.is_working_day(date(2200, 10, 1))  # a Wednesday, past the library's lunar calendar


def test_the_days_that_were_not_counted():
    skipped = OFFICIAL.skipped_days(at("2026-03-14 10:00"), at("2026-03-17 00:00"))
    assert skipped == [date(2026, 3, 14), date(2026, 3, 15)]
    assert OFFICIAL.skipped_days(at("2026-03-10 15:00"), at("2026-03-11 15:00")) == []


minutes = st.integers(0, 5 * 366 * 24 * 60)
instants = minutes.map(lambda count: at("2024-01-01") + timedelta(minutes=count))
spans = st.timedeltas(timedelta(seconds=1), timedelta(days=40))


@given(start=instants, span=spans)
@settings(max_examples=300, deadline=None)
def test_what_has_passed_when_it_is_due_is_what_was_owed(start, span):
    due = OFFICIAL.due_after_working_time(start, span)
    assert OFFICIAL.elapsed_working_time(start, due) == span
    assert OFFICIAL.elapsed_working_time(start, due - timedelta(microseconds=1)) < span
    earlier = OFFICIAL.instant_before(due, span)
    assert OFFICIAL.elapsed_working_time(earlier, due) == span
    assert earlier <= start or OFFICIAL.elapsed_working_time(start, earlier) == timedelta(0)
