"""The days of a plan's term as a picture: what is over, today, what is left (spec page 9.4).

A short term is a sheet of days in weeks (Monday first), a long one a row of its months, each filled by the share
that is left. Squares are in units of the picture: 14 wide, 4 between.

Worked numbers (also in the test): the term 2026-11-05 to 2026-12-05 on 2026-11-22 has 30 days of which 13 are left
with today; a year from 2026-03-01 has 12 squares, and on 2026-11-22 eight of them are over and 9/30 of the ninth
are left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from common.beijing import add_months

SIDE, GAP = 14, 4
STEP = SIDE + GAP
LONGEST_SHEET = 62
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Square:
    """A day or a month: its corner, and how much of its width is left (0 to SIDE)."""

    x: int
    y: int
    left: int
    is_today: bool

    @property
    def left_x(self) -> int:
        return self.x + SIDE - self.left


@dataclass(frozen=True)
class TermPicture:
    """`days` of the whole term, `days_left` with today; the squares and the size they fill."""

    days: int
    days_left: int
    squares: tuple[Square, ...]
    width: int
    height: int
    side: int = SIDE


def term_picture(starts_on: date, ends_on: date, today: date) -> TermPicture:
    """The picture of the term [starts_on, ends_on) as it is on `today`."""
    days = (ends_on - starts_on).days
    days_left = min(max((ends_on - today).days, 0), days)
    draw = _sheet if days <= LONGEST_SHEET else _months
    squares = tuple(draw(starts_on, ends_on, today))
    width = max(square.x for square in squares) + SIDE
    height = max(square.y for square in squares) + SIDE
    return TermPicture(days, days_left, squares, width, height)


def _sheet(starts_on: date, ends_on: date, today: date) -> list[Square]:
    monday = starts_on - starts_on.weekday() * _DAY
    squares = []
    for offset in range((ends_on - starts_on).days):
        day = starts_on + offset * _DAY
        week, weekday = divmod((day - monday).days, 7)
        squares.append(Square(weekday * STEP, week * STEP, 0 if day < today else SIDE, day == today))
    return squares


def _months(starts_on: date, ends_on: date, today: date) -> list[Square]:
    squares: list[Square] = []
    first = starts_on
    while first < ends_on:
        after = min(add_months(starts_on.day, starts_on, len(squares) + 1), ends_on)
        length = (after - first).days
        left = min(max((after - today).days, 0), length)
        drawn = round(Fraction(SIDE * left, length))
        squares.append(Square(len(squares) * STEP, 0, drawn, first <= today < after))
        first = after
    return squares
