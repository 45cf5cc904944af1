"""Working days of mainland China, and time counted only inside them.

The official calendar comes from the kept library `holidays` (public holidays, days off and make-up
weekends of the State Council's yearly notice); an administrator's overrides go before it. A year whose
notice the library does not know yet is Monday to Friday less the estimated holidays: `is_published` says
so and the dates in it are provisional. Sources: spec pages 4.3, 5.3 and 7.

A working day counts from 00:00 to 24:00 Beijing. The end of a counted span is the first instant at which
that much has been counted, so a span used up with a Monday ends on Tuesday 00:00, whatever Tuesday is.

Worked numbers (also in the tests), 24 hours counted:
  Tuesday 15:00 -> Wednesday 15:00; Friday 15:00 -> Monday 15:00; Saturday 10:00 -> Tuesday 00:00;
  the 3rd working day after 2026-09-30 is 2026-10-10, a make-up Saturday (after the 8th and the 9th).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from holidays.countries.china import China, ChinaStaticHolidays

from common.beijing import date_of, midnight

# The lunar calendar of the library ends here; further out only weekends are known.
_LIBRARY_YEARS = range(2001, 2100)
_PUBLISHED_YEARS = frozenset(ChinaStaticHolidays.special_public_holidays)
_DAY = timedelta(days=1)
_NOTHING = timedelta(0)


@lru_cache(maxsize=256)
def _library_year(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """(days off by holiday, working weekend days) of one year as the library knows them."""
    if year not in _LIBRARY_YEARS:
        return frozenset(), frozenset()
    # A make-up day in late December belongs to the holiday of the next year.
    known = China(years=[year, year + 1])  # type: ignore[no-untyped-call]
    off = frozenset(day for day in known if day.year == year)
    return off, frozenset(day for day in known.weekend_workdays if day.year == year)


class WorkingCalendar:
    """The working days, with `overrides` ({date: is it worked?}) put over the official calendar.

    `published_years` names years an administrator has entered completely by hand. Immutable for its
    callers and safe to share between threads; years are worked out when first asked for.
    Raises ValueError where an answer would lie beyond the year 9998.
    """

    def __init__(
        self, overrides: Mapping[date, bool] | None = None, published_years: frozenset[int] = frozenset()
    ) -> None:
        self._overrides = dict(overrides or {})
        self._published = _PUBLISHED_YEARS | published_years
        self._years: dict[int, tuple[date, ...]] = {}

    def is_published(self, year: int) -> bool:
        """Whether the official notice for the year is known; else its dates are provisional."""
        return year in self._published

    def is_working_day(self, day: date) -> bool:
        if day in self._overrides:
            return self._overrides[day]
        off, worked = _library_year(day.year)
        return day in worked or (day.weekday() < 5 and day not in off)

    def is_holiday(self, day: date) -> bool:
        """Whether it is a day off by holiday (statutory, or given in exchange), not merely a weekend."""
        if day in self._overrides:
            return not self._overrides[day] and (day.weekday() < 5 or day in _library_year(day.year)[0])
        return day in _library_year(day.year)[0]

    def nth_working_day_after(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which is not counted itself (n >= 1)."""
        if n < 1:
            raise ValueError("n counts from 1")
        left = n
        for year in range(day.year, 9999):
            days = self._working_days_of(year)
            skip = bisect_right(days, day)
            if skip + left <= len(days):
                return days[skip + left - 1]
            left -= len(days) - skip
        raise ValueError("beyond the end of the calendar")

    def working_days_between(self, first: date, end: date) -> int:
        """How many working days lie in [first, end)."""
        count = 0
        for year in range(first.year, end.year + 1):
            days = self._working_days_of(year)
            count += max(0, bisect_left(days, end) - bisect_left(days, first))
        return count

    def due_after_working_time(self, start: datetime, span: timedelta) -> datetime:
        """The first instant at which `span` of working time has passed since `start` (aware, UTC).

        24 hours from Friday 15:00 end on Monday 15:00. A span of nothing ends at `start`.
        """
        if span <= _NOTHING:
            return start
        day = date_of(start)
        counted_in_first = midnight(day + _DAY) - start if self.is_working_day(day) else _NOTHING
        if span <= counted_in_first:
            return start + span
        whole_days, rest = divmod(span - counted_in_first, _DAY)
        if rest == _NOTHING:  # used up with the last whole day, at its 24:00
            whole_days, rest = whole_days - 1, _DAY
        return midnight(self.nth_working_day_after(day, whole_days + 1)) + rest

    def elapsed_working_time(self, start: datetime, end: datetime) -> timedelta:
        """The working time in [start, end); nothing when `end` is not after `start`."""
        if end <= start:
            return _NOTHING
        first, last = date_of(start), date_of(end)
        total = self.working_days_between(first, last) * _DAY
        if self.is_working_day(first):
            total -= start - midnight(first)
        if self.is_working_day(last):
            total += end - midnight(last)
        return total

    def instant_before(self, due: datetime, span: timedelta) -> datetime:
        """The first instant from which no more than `span` of working time is left until `due`.

        With due Monday 15:00, 12 hours are left on Monday 03:00 and 16 hours on Friday 23:00.
        """
        if span <= _NOTHING:
            return due
        day = date_of(due)
        counted_in_last = due - midnight(day) if self.is_working_day(day) else _NOTHING
        left = span - counted_in_last
        if left < _NOTHING:
            return due - span
        for earlier in self._working_days_before(day):
            if left < _DAY:
                return midnight(earlier + _DAY) - left
            left -= _DAY
        raise ValueError("beyond the beginning of the calendar")

    def skipped_days(self, start: datetime, due: datetime) -> list[date]:
        """The dates from `start` until `due` that were not counted, in order."""
        first = date_of(start)
        length = (date_of(due) - first).days
        days = (first + timedelta(days=offset) for offset in range(length))
        return [day for day in days if not self.is_working_day(day)]

    def _working_days_before(self, day: date) -> Iterator[date]:
        for year in range(day.year, 1970, -1):
            days = self._working_days_of(year)
            yield from reversed(days[: bisect_left(days, day)])

    def _working_days_of(self, year: int) -> tuple[date, ...]:
        days = self._years.get(year)
        if days is None:
            length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
            whole_year = (date(year, 1, 1) + timedelta(days=offset) for offset in range(length))
            days = tuple(day for day in whole_year if self.is_working_day(day))
            self._years[year] = days
        return days
