"""Weeks of bookings as a picture: under each service its load by day, and its bookings as bars that span their days.

No rows are read here. A bar that begins before the week or goes on after it is cut and says so; bars of one service
that share a day lie in lanes below each other, as few as possible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from addons.capacity import Load
from addons.models import Booking
from common.working_days import WorkingCalendar

DAYS = 7
# More bars than these below each other are counted, not drawn; the list has them.
MOST_LANES = 6


@dataclass(frozen=True)
class Day:
    """`is_off`: nobody works; `is_makeup`: a weekend day that is worked."""

    day: date
    is_today: bool
    is_off: bool
    is_holiday: bool
    is_makeup: bool


@dataclass(frozen=True)
class Bar:
    """A stretch of a lane: `days` columns wide, empty without a booking."""

    days: int
    booking: Booking | None = None
    from_before: bool = False
    goes_on: bool = False


@dataclass
class Row:
    """A service in a week."""

    service: str
    name: str
    loads: list[Load]
    lanes: list[list[Bar]] = field(default_factory=list)
    hidden: int = 0

    @property
    def lines(self) -> int:
        """How many table rows it takes."""
        return 1 + len(self.lanes) + (1 if self.hidden else 0)


@dataclass(frozen=True)
class Week:
    days: list[Day]
    rows: list[Row]

    @property
    def first(self) -> date:
        return self.days[0].day

    @property
    def over(self) -> list[Load]:
        """Its days over capacity, of all services."""
        return [load for row in self.rows for load in row.loads if load.is_over]


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def weeks(
    first: date,
    count: int,
    *,
    today: date,
    calendar: WorkingCalendar,
    names: Mapping[str, str],
    loads: Mapping[str, Sequence[Load]],
    bookings: Sequence[Booking],
) -> list[Week]:
    """`count` weeks from the Monday `first` on; `loads` has one load for each day of them."""
    found = []
    for number in range(count):
        monday = first + timedelta(days=DAYS * number)
        days = [_day(monday + timedelta(days=ahead), today, calendar) for ahead in range(DAYS)]
        rows = []
        for service, all_loads in loads.items():
            own = [booking for booking in bookings if booking.service == service]
            lanes, hidden = _lanes(own, monday)
            part = list(all_loads[DAYS * number : DAYS * (number + 1)])
            rows.append(Row(service, names.get(service, service), part, lanes, hidden))
        found.append(Week(days, rows))
    return found


def _day(day: date, today: date, calendar: WorkingCalendar) -> Day:
    is_off = not calendar.is_working_day(day)
    return Day(day, day == today, is_off, calendar.is_holiday(day), not is_off and day.weekday() >= 5)


def _lanes(bookings: Sequence[Booking], monday: date) -> tuple[list[list[Bar]], int]:
    """The bars of a service in the week of `monday`, and how many found no lane."""
    sunday = monday + timedelta(days=DAYS - 1)
    lanes: list[list[Bar]] = []
    filled: list[int] = []
    hidden = 0
    inside = [booking for booking in bookings if booking.starts_on <= sunday and booking.ends_on >= monday]
    for booking in sorted(inside, key=lambda each: (each.starts_on, each.pk)):
        start = max(0, (booking.starts_on - monday).days)
        end = min(DAYS, (booking.ends_on - monday).days + 1)
        place = next((number for number, until in enumerate(filled) if until <= start), len(filled))
        if place >= MOST_LANES:
            hidden += 1
            continue
        if place == len(filled):
            lanes.append([])
            filled.append(0)
        if start > filled[place]:
            lanes[place].append(Bar(start - filled[place]))
        lanes[place].append(Bar(end - start, booking, booking.starts_on < monday, booking.ends_on > sunday))
        filled[place] = end
    for number, until in enumerate(filled):
        if until < DAYS:
            lanes[number].append(Bar(DAYS - until))
    return lanes, hidden
