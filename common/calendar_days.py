"""The calendar in force: the official one for mainland China with the administrators' corrections."""

from __future__ import annotations

from datetime import date

from common.models import CalendarDay
from common.working_days import WorkingCalendar

_known: tuple[tuple[tuple[date, bool], ...], WorkingCalendar] | None = None


def calendar() -> WorkingCalendar:
    """The working calendar; corrections are read at each call (a small table), the calendar is built once."""
    global _known  # noqa: PLW0603
    corrections = tuple(CalendarDay.objects.order_by("date").values_list("date", "is_working"))
    if _known is None or _known[0] != corrections:
        _known = (corrections, WorkingCalendar(dict(corrections)))
    return _known[1]
