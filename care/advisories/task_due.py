"""By when the TAM should have spoken to the customer (spec page 6.1). Pure.

    industry_incident  at once: an hour after the task was opened, round the clock
    platform_change    before the change: a working day before it begins, at the latest when it begins
    product_release    five working days after the task was opened

The specification says "at once" and "before the change"; the hours and days are ours (docs/decisions.md). A working
day is 24 hours counted inside working days, as everywhere.

Worked instants, which also stand in the test: an incident of Saturday 2026-11-28 03:00 is due at 04:00 of that day; a
change of Monday 2026-11-30 22:00 that was told on the Tuesday before is due on Friday 2026-11-27 22:00; told on that
Sunday it is due when it begins; a release of Friday 2026-11-27 15:00 is due on Friday 2026-12-04 15:00.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from common.working_days import WorkingCalendar

INCIDENT, CHANGE, RELEASE = "industry_incident", "platform_change", "product_release"
_AT_ONCE = timedelta(hours=1)
_WORKING_DAY = timedelta(days=1)


def due_at(kind: str, opened_at: datetime, starts_at: datetime | None, calendar: WorkingCalendar) -> datetime:
    """The instant by which the customer is spoken to; `starts_at` is when a change begins (aware instants)."""
    if kind == CHANGE and starts_at is not None:
        before = calendar.instant_before(starts_at, _WORKING_DAY)
        return before if before > opened_at else max(starts_at, opened_at)
    if kind == RELEASE:
        return calendar.due_after_working_time(opened_at, 5 * _WORKING_DAY)
    return opened_at + _AT_ONCE
