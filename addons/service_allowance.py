"""How much of a yearly quota an organization has (spec page 5, section 5.2; page 3, section 3.4; no Django here).

    granted   = what the tiers of the term give, see below; 0 for a monthly term where only yearly orders count
    allowance = max(granted, used): what was consumed stays consumed, whatever the plan became
    remaining = allowance − used, never below 0

A service that binds the plan (customers) is granted with the term: by the tier it was ordered at; an upgrade inside
the term adds nothing, a downgrade makes it min(what it was, the new tier's). One that does not bind (partners)
always follows the tier held now. It lives as long as the term, or for a service year: 12 months from the first day
of unbroken paid service, granted on that day and on each anniversary.

Worked numbers, which also stand in tests/addons/test_service_allowance.py. Escort (binds): a term ordered at
enterprise has 3, as business later 1, as enterprise again still 1; ordered at developer it has 0 for good. Event
assurance (does not bind): standard with 4 of 4 used has 0 left, as premium (8) 4 left; with 6 used and back on
standard the allowance is 6 and 0 are left. Paid since 2024-02-29, the service years begin on 2025-02-28,
2026-02-28, 2027-02-28 and 2028-02-29.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from common.beijing import add_months, midnight

YEARLY = "yearly"


@dataclass(frozen=True)
class TierHeld:
    """A tier held inside one term: its rank and its quota of the service, 0 where it has none."""

    rank: int
    quota: int


@dataclass(frozen=True)
class QuotaPeriod:
    """The Beijing dates `[starts_on, ends_on)` for which a quota is granted."""

    starts_on: date
    ends_on: date

    @property
    def starts_at(self) -> datetime:
        """Its first instant."""
        return midnight(self.starts_on)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""
        return midnight(self.ends_on)

    def holds(self, first: date, last: date) -> bool:
        """Whether all days from `first` to `last` (inclusive) lie inside it."""
        return self.starts_on <= first <= last < self.ends_on


@dataclass(frozen=True)
class Account:
    """A quota of one period, in its unit: used + remaining = allowance, none of them ever negative."""

    granted: int
    used: int

    @property
    def allowance(self) -> int:
        return max(self.granted, self.used)

    @property
    def remaining(self) -> int:
        return self.allowance - self.used


def granted_by(tiers: Sequence[TierHeld], *, cycle: str, binds_plan: bool, yearly_orders_only: bool) -> int:
    """What the tiers of one term, in order of time, grant of a service; [] grants nothing."""
    if not tiers or (yearly_orders_only and cycle != YEARLY):
        return 0
    if not binds_plan:
        return tiers[-1].quota
    granted = tiers[0].quota
    for before, after in pairwise(tiers):
        if after.rank < before.rank:
            granted = min(granted, after.quota)
    return granted


def service_year(paid_since: date, day: date) -> QuotaPeriod:
    """The service year around `day`, which is not earlier than `paid_since` (else ValueError)."""
    if day < paid_since:
        raise ValueError(f"{day} lies before the first paid day {paid_since}")
    years = day.year - paid_since.year
    if _anniversary(paid_since, years) > day:
        years -= 1
    return QuotaPeriod(_anniversary(paid_since, years), _anniversary(paid_since, years + 1))


def _anniversary(paid_since: date, years: int) -> date:
    return add_months(paid_since.day, paid_since, 12 * years)
