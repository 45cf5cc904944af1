"""A year of bookings as a wall planner: a row for each month, days under their weekdays, bookings as bars (spec page
5.3; no Django here).

A month has 37 columns, Monday first, so that weekends stand under each other; a bar runs through the days of its month
in the lane of its service and goes on in the next row. Lengths are in units of the picture: a day is 22 wide and 36
high, months stand 68 from the left and 20 from the top. For phones the same year is two months side by side, each in
weeks of seven days of 22 × 26, so that the numbers of the days can be read there too.

Worked numbers, which also stand in tests/addons/test_booking_year.py. October 2026 begins on a Thursday, so its 1st is
in column 3, at x = 68 + 3 × 22 = 134. The year from 2026-03-15 to 2027-03-15 has 13 rows and is 20 + 13 × 36 = 488
high. A booking from 2026-09-29 to 2026-10-02 is two bars: two days at the end of September, two in October. On a
phone October is the second month of the fourth pair, and its 1st stands at x = 174 + 3 × 22 = 240.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from common.beijing import Month
from common.working_days import WorkingCalendar

LEFT, TOP = 68, 20
DAY_WIDTH = 22
COLUMNS = 37
GAP = 1
LANE_GAP = 1
# Months side by side: what stands above the days of one, and what lies between two.
HEAD, BETWEEN = 34, 20
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
    """A month and where its name stands."""

    first_day: date
    x: int
    y: int


@dataclass(frozen=True)
class YearPicture:
    """The planner of the days [first, end): `paths` draws the days of each kind in one stroke.

    `columns`: (middle, line, weekday from 0) of each letter of a weekday.
    """

    first: date
    end: date
    width: int
    height: int
    day_height: int
    rows: tuple[Row, ...]
    columns: tuple[tuple[int, int, int], ...]
    paths: dict[str, str]
    numbers: tuple[Number, ...]
    bars: tuple[Bar, ...]
    today: tuple[int, int] | None
    # Years of which the official calendar is not known yet.
    estimated: tuple[int, ...]


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


class WallSheet:
    """Months one under the other, each in one row of 37 columns. The lanes of a day lie under its number."""

    day_height, number_line, lanes_from, lanes_height = 36, 12, 16, 18

    def __init__(self, months: Sequence[Month]) -> None:
        self.months = months
        self._row = {month: at for at, month in enumerate(months)}
        self.width = LEFT + COLUMNS * DAY_WIDTH
        self.height = TOP + len(months) * self.day_height

    def place(self, day: date) -> tuple[int, int]:
        """The left upper corner of the square of a day of one of the months."""
        month = Month.of(day)
        column = month.first_day.weekday() + day.day - 1
        return LEFT + column * DAY_WIDTH, TOP + self._row[month] * self.day_height

    def rows(self) -> tuple[Row, ...]:
        return tuple(Row(month.first_day, 0, TOP + at * self.day_height + 21) for at, month in enumerate(self.months))

    def columns(self) -> tuple[tuple[int, int, int], ...]:
        return tuple((LEFT + index * DAY_WIDTH + DAY_WIDTH // 2, 13, index % 7) for index in range(COLUMNS))

    def breaks(self, day: date) -> bool:
        """Whether a bar goes on elsewhere from this day on."""
        return day.day == 1


class PocketSheet:
    """Two months side by side, each in weeks, for narrow screens."""

    day_height, number_line, lanes_from, lanes_height = 26, 11, 13, 12

    def __init__(self, months: Sequence[Month]) -> None:
        self.months = months
        self._corner: dict[Month, tuple[int, int]] = {}
        y = 0
        for at in range(0, len(months), 2):
            pair = months[at : at + 2]
            for side, month in enumerate(pair):
                self._corner[month] = side * (7 * DAY_WIDTH + BETWEEN), y
            y += HEAD + max(_weeks(month) for month in pair) * self.day_height + BETWEEN // 2
        self.width = 2 * 7 * DAY_WIDTH + BETWEEN
        self.height = y

    def place(self, day: date) -> tuple[int, int]:
        """The left upper corner of the square of a day of one of the months."""
        month = Month.of(day)
        x, y = self._corner[month]
        week, column = divmod(month.first_day.weekday() + day.day - 1, 7)
        return x + column * DAY_WIDTH, y + HEAD + week * self.day_height

    def rows(self) -> tuple[Row, ...]:
        return tuple(Row(month.first_day, x, y + 13) for month, (x, y) in self._corner.items())

    def columns(self) -> tuple[tuple[int, int, int], ...]:
        corners = self._corner.values()
        return tuple((x + at * DAY_WIDTH + DAY_WIDTH // 2, y + 28, at) for x, y in corners for at in range(7))

    def breaks(self, day: date) -> bool:
        """Whether a bar goes on elsewhere from this day on."""
        return day.day == 1 or day.weekday() == 0


def picture(
    first: date,
    end: date,
    *,
    today: date,
    calendar: WorkingCalendar,
    bookings: Sequence[Booked],
    lanes: int,
    sheet_of: Callable[[Sequence[Month]], WallSheet | PocketSheet] = WallSheet,
) -> YearPicture:
    """The planner of the days [first, end) with the bookings that touch them, in `lanes` lanes (at least one)."""
    months = months_of(first, end)
    sheet = sheet_of(months)
    paths: dict[str, list[str]] = {}
    numbers = []
    for day in days_between(months[0].first_day, months[-1].last_day + _ONE):
        kind = kind_of(day, calendar) if first <= day < end else "outside"
        x, y = sheet.place(day)
        paths.setdefault(kind, []).append(_square(x, y, sheet.day_height))
        numbers.append(Number(x + DAY_WIDTH // 2, y + sheet.number_line, day.day, kind))
    return YearPicture(
        first=first,
        end=end,
        width=sheet.width,
        height=sheet.height,
        day_height=sheet.day_height - GAP,
        rows=sheet.rows(),
        columns=sheet.columns(),
        paths={kind: "".join(squares) for kind, squares in paths.items()},
        numbers=tuple(numbers),
        bars=tuple(bar for booked in bookings for bar in _bars(booked, sheet, max(lanes, 1))),
        today=sheet.place(today) if months[0].first_day <= today <= months[-1].last_day else None,
        estimated=tuple(sorted({m.year for m in months if not calendar.is_published(m.year)})),
    )


def _weeks(month: Month) -> int:
    """The weeks, Monday first, that a month touches."""
    return (month.first_day.weekday() + month.days + 6) // 7


def _square(x: int, y: int, day_height: int) -> str:
    width, height = DAY_WIDTH - GAP, day_height - GAP
    return f"M{x} {y}h{width}v{height}h-{width}z"


def _bars(booked: Booked, sheet: WallSheet | PocketSheet, lanes: int) -> Iterator[Bar]:
    lane_height = sheet.lanes_height // lanes
    first = max(booked.starts_on, sheet.months[0].first_day)
    end = min(booked.ends_on, sheet.months[-1].last_day) + _ONE
    starts = [day for day in days_between(first, end) if day == first or sheet.breaks(day)]
    for begins, until in pairwise([*starts, end]):
        x, y = sheet.place(begins)
        yield Bar(
            booked,
            x=x,
            y=y + sheet.lanes_from + booked.lane * lane_height,
            width=(until - begins).days * DAY_WIDTH - GAP,
            height=max(lane_height - LANE_GAP, 2),
        )
