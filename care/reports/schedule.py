"""By when a month's report is sent (spec page 6, section 6.2; no Django here).

By the 10th of the next month, whatever day of the week that is. Only where the 10th is a statutory holiday, by the
first day after that holiday. A holiday is what the State Council's yearly notice says it is: its days with the
weekends and the days off in exchange that it joins to them, so it ends where people go to work again.

Worked days, which also stand in tests/care/test_report_schedule.py: October 2026 is due on 2026-11-10; January 2024 on
2024-02-18, because the Spring Festival was from the 10th to Saturday the 17th and that Sunday was worked; May 2024 on
2024-06-11, after the Dragon Boat Festival; November 2023 on Sunday 2023-12-10, for a weekend moves nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from common.beijing import BEIJING, Month
from common.working_days import WorkingCalendar

REPORT_DAY = 10
# In the morning: there is a working day left for what goes wrong.
SENT_FROM = time(9)


def due_day(month: Month, calendar: WorkingCalendar) -> date:
    """The last day on which the report of `month` may be sent."""
    tenth = month.next().first_day.replace(day=REPORT_DAY)
    return calendar.nth_working_day_after(tenth, 1) if calendar.is_holiday(tenth) else tenth


def sent_from(due_on: date) -> datetime:
    """The instant (aware, UTC) from which a report that is due on that day leaves by itself."""
    return datetime.combine(due_on, SENT_FROM, tzinfo=BEIJING).astimezone(UTC)
