"""The months from which the first day of a booking is chosen, Monday first."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from addons import booking_rules, notice
from addons.booking_outlook import DayMark, Outlook
from common.beijing import Month, add_months

SHOWN = 2
Week = list[DayMark | None]


@dataclass(frozen=True)
class MonthToChoose:
    """A month in weeks; None stands for days of its neighbours."""

    first_day: date
    weeks: list[Week]


@dataclass(frozen=True)
class MonthsToChoose:
    """Months one after the other. `earlier` is None before the month of today; `reached`: the day that Tab reaches.

    `estimated`: years of which the official calendar is not known yet.
    """

    months: list[MonthToChoose]
    earlier: Month | None
    later: Month | None
    reached: date | None
    estimated: list[int]

    @property
    def shown(self) -> Month:
        return Month.of(self.months[0].first_day)


def months_to_choose(seen: Outlook, wanted: Month | None = None) -> MonthsToChoose:
    """The wanted month or the one of the day chosen, else of the earliest day, with the next; never before today's."""
    now = Month.of(seen.facts.today)
    first = max(wanted or Month.of(_chosen(seen) or seen.earliest or seen.by_notice), now)
    last = Month(notice.LAST_YEAR, 12)
    shown = [Month.of(add_months(1, first.first_day, offset)) for offset in range(SHOWN)]
    months = [MonthToChoose(month.first_day, _weeks(month, seen)) for month in shown]
    marks = [mark for month in months for week in month.weeks for mark in week if mark is not None]
    reached = next((mark for mark in marks if mark.part == "first"), None)
    reached = reached or next((mark for mark in marks if mark.is_open), None)
    return MonthsToChoose(
        months=months,
        earlier=first.previous() if first > now else None,
        later=first.next() if first < last else None,
        reached=reached.day if reached else None,
        estimated=sorted({month.year for month in shown if not seen.facts.calendar.is_published(month.year)}),
    )


def _chosen(seen: Outlook) -> date | None:
    """The day chosen, where it is one that can be shown."""
    day = seen.starts_on
    return day if day is not None and booking_rules.FIRST_YEAR <= day.year < notice.LAST_YEAR else None


def _weeks(month: Month, seen: Outlook) -> list[Week]:
    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    return [[seen.mark(day) if day.month == month.month else None for day in week] for week in weeks]
