"""Notice and length of bookings, across the holidays of 2026 and their make-up weekends."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.notice import earliest_first_day, last_day, may_start_on, next_start
from common.working_days import WorkingCalendar

CALENDAR = WorkingCalendar()


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("booked_on", "working_days", "earliest"),
    [
        # National Day: 1 to 7 October off, Saturday the 10th is made up for
        ("09-30", 3, "10-10"),
        ("09-30", 1, "10-08"),
        ("09-30", 4, "10-12"),
        ("10-03", 1, "10-08"),
        ("10-09", 1, "10-10"),
        ("10-10", 1, "10-12"),
        # Sunday 20 September is worked
        ("09-18", 1, "09-20"),
        ("09-18", 5, "09-24"),
        # Spring Festival: 15 to 23 February off, Saturdays the 14th and the 28th are made up for
        ("02-13", 1, "02-14"),
        ("02-13", 2, "02-24"),
        ("02-14", 5, "02-28"),
        ("02-14", 6, "03-02"),
        ("02-10", 10, "03-02"),
        ("02-17", 3, "02-26"),
        # Labour Day: 1 to 5 May off, Saturday the 9th is made up for
        ("04-30", 1, "05-06"),
        ("04-30", 3, "05-08"),
        ("04-30", 4, "05-09"),
        ("04-30", 5, "05-11"),
        ("04-28", 10, "05-14"),
        # nothing special
        ("06-01", 3, "06-04"),
        ("06-05", 1, "06-08"),
        ("06-01", 0, "06-01"),
    ],
)
def test_the_earliest_first_day_is_the_nth_working_day_after_the_day_of_booking(booked_on, working_days, earliest):
    assert earliest_first_day(CALENDAR, day(booked_on), working_days) == day(earliest)


@pytest.mark.parametrize(
    ("unit", "first", "days", "last"),
    [
        ("natural_day", "09-29", 4, "10-02"),
        ("natural_day", "10-01", 8, "10-08"),
        ("natural_day", "02-14", 1, "02-14"),
        ("natural_day", "02-14", 3, "02-16"),
        ("working_day", "09-29", 1, "09-29"),
        ("working_day", "09-29", 2, "09-30"),
        ("working_day", "09-29", 4, "10-09"),
        ("working_day", "09-29", 5, "10-10"),
        ("working_day", "09-29", 6, "10-12"),
        ("working_day", "02-13", 3, "02-24"),
        ("working_day", "02-27", 3, "03-02"),
        ("working_day", "04-30", 4, "05-08"),
        ("working_day", "04-30", 5, "05-09"),
        ("occasion", "06-05", 1, "06-05"),
    ],
)
def test_natural_days_run_on_and_working_days_skip(unit, first, days, last):
    assert last_day(CALENDAR, unit, day(first), days) == day(last)


@pytest.mark.parametrize(
    ("unit", "wished", "allowed"),
    [
        ("working_day", "10-03", "10-08"),
        ("occasion", "02-15", "02-24"),
        ("working_day", "10-10", "10-10"),
        ("occasion", "06-06", "06-08"),
        ("natural_day", "10-03", "10-03"),
    ],
)
def test_working_days_and_occasions_start_on_a_working_day(unit, wished, allowed):
    assert next_start(CALENDAR, unit, day(wished)) == day(allowed)
    assert may_start_on(CALENDAR, unit, day(wished)) is (wished == allowed)


def test_a_corrected_calendar_is_followed():
    corrected = WorkingCalendar({day("10-08"): False})
    assert earliest_first_day(corrected, day("09-30"), 3) == day("10-12")
    assert last_day(corrected, "working_day", day("09-29"), 4) == day("10-10")


@pytest.mark.parametrize(
    ("first", "days"), [(date(2026, 6, 1), 3661), (date(9990, 1, 1), 2), (date(2026, 6, 1), 10**12)]
)
def test_what_no_calendar_reaches_ends_at_the_end_of_time(first, days):
    assert last_day(CALENDAR, "working_day", first, days) == date.max


def test_a_booking_has_at_least_one_day():
    with pytest.raises(ValueError):
        last_day(CALENDAR, "natural_day", day("06-01"), 0)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(1, 20))
def test_as_many_working_days_are_worked_as_were_booked(first, days):
    first = next_start(CALENDAR, "working_day", first)
    last = last_day(CALENDAR, "working_day", first, days)
    assert CALENDAR.working_days_between(first, last) == days - 1
    assert CALENDAR.is_working_day(last)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(1, 20))
def test_notice_leaves_that_many_working_days_from_the_day_after(booked_on, notice):
    earliest = earliest_first_day(CALENDAR, booked_on, notice)
    after_today = date.fromordinal(booked_on.toordinal() + 1)
    assert CALENDAR.working_days_between(after_today, earliest) == notice - 1
    assert CALENDAR.is_working_day(earliest)
