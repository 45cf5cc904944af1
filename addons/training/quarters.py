"""Quarters of the calendar: partners say per quarter what training they need (spec page 5, section 5.4).

Worked numbers (also in the test): 15 August 2026 lies in 2026-Q3, which begins on 1 July 2026 and ends on
30 September 2026; after 2026-Q4 comes 2027-Q1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from common.beijing import FIRST_YEAR, LAST_YEAR

_TEXT = re.compile(r"([0-9]{4})-Q([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a year; `number` 1 to 4."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.number <= 4):
            raise ValueError(f"no such quarter: {self.year}-Q{self.number}")

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter of a Beijing date."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """`2026-Q4` -> Quarter(2026, 4). Raises ValueError for anything else."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise ValueError(f"not a quarter: {text!r}")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        return self.next().first_day - timedelta(days=1)

    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def previous(self) -> Quarter:
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)
