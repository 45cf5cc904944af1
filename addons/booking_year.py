"""A year of bookings as a wall planner: a row for each month, days under their weekdays, bookings as bars (spec page
5.3; no Django here).

A month has 37 columns, Monday first, so that weekends stand under each other; a bar runs through the days of its month
in the lane of its service and goes on in the next row. Lengths are in units of the picture: a day is 22 wide and 36
high, months stand 68 from the left and 20 from the top.

Worked numbers, which also stand in tests/addons/test_booking_year.py. October 2026 begins on a Thursday, so its 1st is
in column 3, at x = 68 + 3 × 22 = 134. The year from 2026-03-15 to 2027-03-15 has 13 rows and is 20 + 13 × 36 = 488
high. A booking from 2026-09-29 to 2026-10-02 is two bars: two days at the end of September, two in October.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from common.beijing import Month
from common.working_days import WorkingCalendar

LEFT, TOP = 68, 20
DAY_WIDTH, DAY_HEIGHT = 22, 36
COLUMNS = 37
GAP = 1
# The lanes of a day lie under its number.
LANES_FROM, LANES_HEIGHT, LANE_GAP = 16, 18, 1
_ONE = timedelta(days=1)


@dataclass(frozen=True)
class Booked:
    """Days (inclusive) that a booking holds; `lane` counts from 0, `title` is what its bar says."""

    booking: int
    title: str
    lane: int
    status: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Bar:
    """The part of a booking inside one month."""

    booked: Booked
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Number:
    """The number of a day, by its middle; `kind`: as `kind_of` says."""

    x: int
    y: int
    day: int
    kind: str


@dataclass(frozen=True)
class Row:
    """A month and the line on which its name stands."""

    first_day: date
    y: int


@dataclass(frozen=True)
class YearPicture:
    """The planner of the days [first, end): `paths` draws the days of each kind in one stroke."""

    first: date
    end: date
    width: int
    height: int
    rows: tuple[Row, ...]
    paths: dict[str, str]
    numbers: tuple[Number, ...]
    bars: tuple[Bar, ...]
    today: tuple[int, int] | None
    # Years of which the official calendar is not known yet.
    estimated: tuple[int, ...]

    @property
    def columns(self) -> list[tuple[int, int]]:
        """(middle, weekday from 0) of each column."""
        return [(LEFT + index * DAY_WIDTH + DAY_WIDTH // 2, index % 7) for index in range(COLUMNS)]


@dataclass(frozen=True)
class Run:
    """Days without a gap, both inclusive."""

    first: date
    last: date


def kind_of(day: date, calendar: WorkingCalendar) -> str:
    """worked, weekend, holiday, or make_up for a weekend day that is worked. A weekend between holidays is one."""
    if calendar.is_working_day(day):
        return "make_up" if day.weekday() >= 5 else "worked"
    if calendar.is_holiday(day):
        return "holiday"
    friday, monday = day - (day.weekday() - 4) * _ONE, day + (7 - day.weekday()) * _ONE
    return "holiday" if calendar.is_holiday(friday) and calendar.is_holiday(monday) else "weekend"


def months_of(first: date, end: date) -> list[Month]:
    """The months in which the days [first, end) lie."""
    months = [Month.of(first)]
    while months[-1].next().first_day < end:
        months.append(months[-1].next())
    return months


def days_between(first: date, end: date) -> Iterator[date]:
    """The days of [first, end)."""
    return (first + offset * _ONE for offset in range((end - first).days))


def runs(days: Iterable[date]) -> list[Run]:
    """Days in order, put together where they follow each other."""
    found: list[Run] = []
    for day in days:
        if found and day - found[-1].last == _ONE:
            found[-1] = Run(found[-1].first, day)
        else:
            found.append(Run(day, day))
    return found


def days_of_kind(kind: str, first: date, end: date, calendar: WorkingCalendar) -> list[Run]:
    """The runs of days of one kind in [first, end)."""
    return runs(day for day in days_between(first, end) if kind_of(day, calendar) == kind)


def picture(
    first: date, end: date, *, today: date, calendar: WorkingCalendar, bookings: Sequence[Booked], lanes: int
) -> YearPicture:
    """The planner of the days [first, end) with the bookings that touch them, in `lanes` lanes (at least one)."""
    months = months_of(first, end)
    place = _places(months)
    paths: dict[str, list[str]] = {}
    numbers = []
    for day in days_between(months[0].first_day, months[-1].last_day + _ONE):
        kind = kind_of(day, calendar) if first <= day < end else "outside"
        x, y = place(day)
        paths.setdefault(kind, []).append(_square(x, y))
        numbers.append(Number(x + DAY_WIDTH // 2, y + 12, day.day, kind))
    return YearPicture(
        first=first,
        end=end,
        width=LEFT + COLUMNS * DAY_WIDTH,
        height=TOP + len(months) * DAY_HEIGHT,
        rows=tuple(Row(month.first_day, TOP + at * DAY_HEIGHT + 21) for at, month in enumerate(months)),
        paths={kind: "".join(squares) for kind, squares in paths.items()},
        numbers=tuple(numbers),
        bars=tuple(bar for booked in bookings for bar in _bars(booked, months, place, max(lanes, 1))),
        today=place(today) if months[0].first_day <= today <= months[-1].last_day else None,
        estimated=tuple(sorted({m.year for m in months if not calendar.is_published(m.year)})),
    )


def _places(months: Sequence[Month]) -> Callable[[date], tuple[int, int]]:
    """Where a day of one of the months stands: the left upper corner of its square."""
    row_of = {month: at for at, month in enumerate(months)}

    def place(day: date) -> tuple[int, int]:
        month = Month.of(day)
        column = month.first_day.weekday() + day.day - 1
        return LEFT + column * DAY_WIDTH, TOP + row_of[month] * DAY_HEIGHT

    return place


def _square(x: int, y: int) -> str:
    width, height = DAY_WIDTH - GAP, DAY_HEIGHT - GAP
    return f"M{x} {y}h{width}v{height}h-{width}z"


def _bars(
    booked: Booked, months: Sequence[Month], place: Callable[[date], tuple[int, int]], lanes: int
) -> Iterator[Bar]:
    lane_height = LANES_HEIGHT // lanes
    for month in months:
        first, last = max(booked.starts_on, month.first_day), min(booked.ends_on, month.last_day)
        if first > last:
            continue
        x, y = place(first)
        yield Bar(
            booked,
            x=x,
            y=y + LANES_FROM + booked.lane * lane_height,
            width=((last - first).days + 1) * DAY_WIDTH - GAP,
            height=lane_height - LANE_GAP,
        )
