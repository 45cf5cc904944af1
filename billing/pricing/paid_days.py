"""Which paid tier each day of a month belongs to (spec page 3, sections 3.1 and 3.6).

A day belongs to the first paid tier held on it and counts once: the day of a change to the tier before it, the day
of a first purchase to the tier bought, the day of leaving to the tier left, also when one subscribes again on it.
Days of one tier under one catalogue version are one segment, however often it was held.

Worked example, which also stands in tests/billing/test_paid_days.py: developer until business is bought on
10 November 2026 at noon, business until the month is over: developer 10 days, business 20.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from common.beijing import Month, date_of, midnight

DAY = timedelta(days=1)


@dataclass(frozen=True)
class HeldTier:
    """A paid tier held from `began_at` until `until`, aware instants.

    `until` is `left_at`, or midnight of `ends_on` where the term ran or will run out. `left_inside` says that it is
    the instant of a change or of leaving: its day is a day of this tier even when it is the day's first instant.
    """

    tier: str
    catalogue_version: str
    began_at: datetime
    until: datetime
    left_inside: bool = False

    @classmethod
    def of_term(
        cls, tier: str, catalogue_version: str, began_at: datetime, left_at: datetime | None, ends_on: date
    ) -> HeldTier:
        """From the columns of a term; `left_at` None where it was not left."""
        end = midnight(ends_on)
        if left_at is None or left_at >= end:
            return cls(tier, catalogue_version, began_at, end)
        return cls(tier, catalogue_version, began_at, left_at, left_inside=True)

    @property
    def first_day(self) -> date:
        """The Beijing date of `began_at`."""
        return date_of(self.began_at)

    @property
    def day_after(self) -> date:
        """The first Beijing date on which it was not held."""
        ended_on = date_of(self.until)
        ran_out = self.until == midnight(ended_on) and not self.left_inside
        return max(ended_on if ran_out else ended_on + DAY, self.first_day)


@dataclass(frozen=True)
class Segment:
    """The days of a month that belong to one tier; `ranges` are (first day, day after), in order of time."""

    tier: str
    catalogue_version: str
    days: int
    ranges: tuple[tuple[date, date], ...]


def segments(history: Iterable[HeldTier], month: Month) -> list[Segment]:
    """The paid segments of `month`, in order of time; [] where no day was paid.

    `history` holds the paid tiers in order of time; what lies outside the month does not matter.
    """
    month_over = month.first_day + month.days * DAY
    found: dict[tuple[str, str], list[tuple[date, date]]] = {}
    free_from = month.first_day
    for held in history:
        first, day_after = max(held.first_day, free_from), min(held.day_after, month_over)
        if first < day_after:
            _append(found.setdefault((held.tier, held.catalogue_version), []), first, day_after)
            free_from = day_after
    return [
        Segment(tier, version, sum((after - first).days for first, after in ranges), tuple(ranges))
        for (tier, version), ranges in found.items()
    ]


def _append(ranges: list[tuple[date, date]], first: date, day_after: date) -> None:
    """The days of a renewed term go on where the ones before it ended."""
    if ranges and ranges[-1][1] == first:
        first, _end = ranges.pop()
    ranges.append((first, day_after))
