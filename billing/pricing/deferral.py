"""What an organization has paid for days to come (spec page 3, section 3.8).

    V = sum over the running and the queued terms of value(price, unused days, term days)
    deferred revenue = V − round(V × 6 / 106)

The day itself counts as used. A queued term is unused in full, one that is over not at all.

Worked numbers, which also stand in tests/billing/test_deferral.py: a yearly business term of 8,400.00 from
2026-03-01 with 258 of 365 days unused on 2026-06-15 is worth 5,937.53, without tax 5,601.44; with the next year's
term of 8,400.00 queued 14,337.53, without tax 13,525.97.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from billing.pricing.tax import tax_included
from common.money import ZERO, Money, value
from supportplans.terms import Bounds


@dataclass(frozen=True)
class PaidTerm:
    """A term at the price of the tier that it has now."""

    price: Money
    bounds: Bounds

    def unused_value(self, day: date) -> Money:
        """What its days after `day` are worth."""
        days_left = (self.bounds.ends_on - day).days - 1
        return value(self.price, min(max(days_left, 0), self.bounds.days), self.bounds.days)


def unused_value(terms: Iterable[PaidTerm], day: date) -> Money:
    """V at the end of `day`, tax included."""
    return sum((term.unused_value(day) for term in terms), ZERO)


def net_deferred(unused: Money) -> Money:
    """What of V is revenue to come: V less the tax inside it."""
    return unused - tax_included(unused)
