"""The days of a term: anchors, bounds, used and unused days (spec page 3.1; no Django here).

A term is `[starts_on, ends_on)` in Beijing dates. The first start day of a chain is its anchor day: monthly
terms end on it in the next month, yearly ones in the same month of the next year; where that month is
shorter, on its last day, and the anchor returns as soon as it can.

Worked numbers (also in the tests): anchored on the 31st, monthly terms start on 2026-01-31, 02-28, 03-31;
anchored on 2024-02-29, yearly ones on 2025-02-28, 2026-02-28, 2027-02-28, 2028-02-29. A yearly term from
2026-03-01 has 365 days; on 2026-06-15 it has used 107 and has 258 unused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from common.beijing import add_months, date_of, midnight

MONTHS = {"monthly": 1, "yearly": 12}


@dataclass(frozen=True)
class Bounds:
    """A term's first day and the first day after it."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        """term_days = ends_on − starts_on."""
        return (self.ends_on - self.starts_on).days

    def used_days(self, day: date) -> int:
        """used_days = day − starts_on + 1: the day itself counts. ValueError outside the term."""
        self._check(day)
        return (day - self.starts_on).days + 1

    def unused_days(self, day: date) -> int:
        """unused_days = ends_on − day − 1; 0 on the last day. ValueError outside the term."""
        self._check(day)
        return (self.ends_on - day).days - 1

    def _check(self, day: date) -> None:
        if not self.starts_on <= day < self.ends_on:
            raise ValueError(f"{day} lies outside the term {self.starts_on} to {self.ends_on}")


def term_bounds(anchor_day: int, starts_on: date, cycle: str) -> Bounds:
    """The bounds of the term that starts on `starts_on` in a chain anchored on `anchor_day` (1 to 31)."""
    return Bounds(starts_on, add_months(anchor_day, starts_on, MONTHS[cycle]))


def first_bounds(at: datetime, cycle: str) -> Bounds:
    """The first term of a chain that begins at `at`: that instant's Beijing date is its first day."""
    starts_on = date_of(at)
    return term_bounds(starts_on.day, starts_on, cycle)


def continues_service_year(last_paid_until: date | None, starts_on: date) -> bool:
    """Whether who was paid until `last_paid_until` (the first unpaid day) and returns on `starts_on` keeps
    the old service year: within 12 months (spec page 5.2).
    """
    return last_paid_until is not None and starts_on < add_months(last_paid_until.day, last_paid_until, 12)


def ends_at(bounds: Bounds) -> datetime:
    """The instant from which the term no longer counts: 00:00 Beijing of `ends_on`."""
    return midnight(bounds.ends_on)
