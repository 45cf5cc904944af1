"""When technical service managers are at work: on working days within the house's hours (no Django here).

Source: spec page 2.4, "TAM (working days 09:00–17:00, setting; outside these hours alerts go to the duty roster)".

Worked numbers, which also stand in the tests, with 09:00 to 17:00: Tuesday 2026-11-24 at 09:00 yes, at 16:59 yes, at
17:00 no; Saturday 2026-10-10 at 10:00 yes, a make-up day; Thursday 2026-10-01 at 10:00 no, National Day.
"""

from __future__ import annotations

from datetime import datetime, time

from common.beijing import BEIJING
from common.working_days import WorkingCalendar


def at_work(instant: datetime, hours: tuple[time, time], calendar: WorkingCalendar) -> bool:
    """Whether `instant` lies within `hours`, from the first until before the second, of a working day in Beijing."""
    there = instant.astimezone(BEIJING)
    begins, ends = hours
    return calendar.is_working_day(there.date()) and begins <= there.time() < ends
