"""By when reports are sent: every month of 2023 to 2026 (care/reports/schedule.py)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from care.reports.schedule import due_day, sent_from
from common.beijing import Month
from common.working_days import WorkingCalendar

# Month of the report: the day by which it is sent, where that is not the 10th of the next month.
MOVED = {"2024-01": date(2024, 2, 18), "2024-05": date(2024, 6, 11)}
MONTHS = [Month(year, month) for year in (2023, 2024, 2025, 2026) for month in range(1, 13)]


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_reports_are_due_on_the_10th_unless_that_is_a_statutory_holiday(month):
    tenth = month.next().first_day.replace(day=10)
    assert due_day(month, WorkingCalendar()) == MOVED.get(str(month), tenth)


@pytest.mark.parametrize("month", ["2023-05", "2023-08", "2023-11", "2024-07", "2024-10", "2025-04", "2026-04"])
def test_a_weekend_moves_nothing(month):
    due = due_day(Month.parse(month), WorkingCalendar())
    assert due.day == 10
    assert due.weekday() >= 5


def test_a_correction_of_the_calendar_counts():
    tenth = date(2026, 12, 10)
    assert due_day(Month(2026, 11), WorkingCalendar({tenth: False})) == date(2026, 12, 11)
    assert due_day(Month(2024, 5), WorkingCalendar({date(2024, 6, 10): True})) == date(2024, 6, 10)


def test_reports_leave_at_nine_in_the_morning_in_beijing():
    assert sent_from(date(2026, 12, 10)) == datetime(2026, 12, 10, 1, tzinfo=UTC)
