"""By when a line, a group or a manager should be there (no Django here).

The specification promises no day (page 2.4 opens a task and says how it ends). The house keeps a target for itself:
the end of the first working day after the task was opened. It marks tasks that need a push; it is told to nobody
outside, and nothing but the mark hangs on it (docs/decisions.md).

Worked numbers, which also stand in the tests: opened on Friday 2026-11-20, due on Monday 2026-11-23; opened on
Wednesday 2026-09-30, before the National Day holiday, due on 2026-10-08.
"""

from __future__ import annotations

from datetime import date

from common.working_days import WorkingCalendar

WORKING_DAYS = 1


def due_on(opened_on: date, calendar: WorkingCalendar) -> date:
    """The last day on which it is in time."""
    return calendar.nth_working_day_after(opened_on, WORKING_DAYS)


def is_overdue(opened_on: date, today: date, calendar: WorkingCalendar) -> bool:
    """Whether that day has passed."""
    return today > due_on(opened_on, calendar)
