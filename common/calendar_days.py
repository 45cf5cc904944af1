"""The calendar in force: the official one for mainland China with the administrators' corrections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from common import audit
from common.models import CalendarDay
from common.problems import FieldErrors
from common.working_days import WorkingCalendar

_known: tuple[tuple[tuple[date, bool], ...], WorkingCalendar] | None = None
# What follows from a correction in its own transaction: called with the day and who entered it.
Follower = Callable[[date, audit.Acting], None]
_followers: list[Follower] = []


def follows_correction(function: Follower) -> Follower:
    """Register what must be true as soon as a correction is; imported by an app's AppConfig."""
    if function not in _followers:
        _followers.append(function)
    return function


def corrected(day: date, by: audit.Acting) -> None:
    """Tell the followers that the day counts otherwise now."""
    for follower in _followers:
        follower(day, by)


def calendar() -> WorkingCalendar:
    """The working calendar; corrections are read at each call (a small table), the calendar is built once."""
    global _known  # noqa: PLW0603
    corrections = tuple(CalendarDay.objects.order_by("date").values_list("date", "is_working"))
    if _known is None or _known[0] != corrections:
        _known = (corrections, WorkingCalendar(dict(corrections)))
    return _known[1]


def calendar_with(day: date, *, is_working: bool) -> WorkingCalendar:
    """The calendar as it would be with one correction more."""
    corrections = dict(CalendarDay.objects.values_list("date", "is_working"))
    return WorkingCalendar(corrections | {day: is_working})


def correction_of(day: date) -> CalendarDay | None:
    """What an administrator entered for the day."""
    return CalendarDay.objects.filter(date=day).first()


def is_correctable(day: date) -> bool:
    """Whether a calendar is kept for the day's year."""
    return 2000 <= day.year <= 2099


def correct_day(*, day: date, is_working: bool, note: str, by: audit.Acting) -> CalendarDay:
    """Enter, or change, whether a day is worked; goes before the official calendar from now on.

    Raises FieldErrors for a year outside 2000 to 2099 and a note above 200 characters.
    """
    errors: dict[str, list[str]] = {}
    if not is_correctable(day):
        errors["date"] = [_("Choose a day of the years 2000 to 2099.")]
    if len(note) > 200:
        errors["note"] = [_("Use at most 200 characters.")]
    if errors:
        raise FieldErrors(errors)
    known = CalendarDay.objects.select_for_update().filter(date=day).first()
    entered, _made = CalendarDay.objects.update_or_create(date=day, defaults={"is_working": is_working, "note": note})
    audit.record(
        by=by,
        organization_id=None,
        action="calendar.corrected",
        object=day.isoformat(),
        before={"is_working": known.is_working, "note": known.note} if known else None,
        after={"is_working": is_working, "note": note},
    )
    corrected(day, by)
    return entered
