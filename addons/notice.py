"""The days of a booking: the earliest first day, and the last one (spec page 5, section 5.3; no Django here).

`N working days' notice`: the first day is at the earliest the N-th working day after the day of booking, which is
not counted. Natural days run on without gaps; working days skip weekends and holidays; an occasion is one day.

Worked numbers, which also stand in tests/addons/test_notice.py. Booked on Wednesday 2026-09-30 with 3 working days'
notice: the 8th, 9th and 10th of October are worked (the 10th is a make-up Saturday), so the earliest first day is
2026-10-10. Four natural days from 2026-09-29 end on 2026-10-02, four working days from there on 2026-10-09.
"""

from __future__ import annotations

from datetime import date, timedelta

from common.working_days import WorkingCalendar

NATURAL_DAY, WORKING_DAY, OCCASION = "natural_day", "working_day", "occasion"
# Services that are worked, rather than stood by for, begin on a working day.
STARTS_ON_WORKING_DAY = (WORKING_DAY, OCCASION)
# Nobody books further ahead, and dates beyond have no calendar.
LONGEST_DAYS = 3660
LAST_YEAR = 2200


def earliest_first_day(calendar: WorkingCalendar, booked_on: date, working_days: int) -> date:
    """The `working_days`-th working day after `booked_on`; that day itself for 0."""
    return calendar.nth_working_day_after(booked_on, working_days) if working_days else booked_on


def may_start_on(calendar: WorkingCalendar, unit: str, day: date) -> bool:
    """Whether a service of this unit may have its first day on `day`."""
    return unit not in STARTS_ON_WORKING_DAY or calendar.is_working_day(day)


def next_start(calendar: WorkingCalendar, unit: str, day: date) -> date:
    """The first day from `day` on, `day` included, on which a service of this unit may start."""
    return day if may_start_on(calendar, unit, day) else calendar.nth_working_day_after(day, 1)


def last_day(calendar: WorkingCalendar, unit: str, first: date, days: int) -> date:
    """The last day of `days` days from `first`, which is one of them.

    Beyond ten years or the year 2200 it is date.max: no quota reaches so far. ValueError for fewer than one day.
    """
    if days < 1:
        raise ValueError("a booking has at least one day")
    if days > LONGEST_DAYS or first.year > LAST_YEAR:
        return date.max
    if unit == WORKING_DAY and days > 1:
        return calendar.nth_working_day_after(first, days - 1)
    return first + timedelta(days=days - 1) if unit != OCCASION else first
