"""Lines about a part of the running term, and the days that they pay for or give back."""

from __future__ import annotations

from datetime import timedelta

from billing.actions.base import Line, Period, Situation
from billing.actions.effects import names
from billing.pricing.proration import Part
from common import money
from supportplans.catalogue import Tier
from supportplans.standing import HeldTerm
from supportplans.terms import Bounds


def prorated(code: str, part: Part, tier: Tier, term: HeldTerm) -> Line:
    """The line of a part of the running term."""
    return Line(
        code,
        part.amount,
        days=part.days,
        of_days=part.of_days,
        params={"tier": names(tier), "cycle": term.cycle, "price": money.plain(part.price)},
    )


def days_left(bounds: Bounds, bought_by: str, situation: Situation) -> Period:
    """The days after today. On the last day there is none: then it is today that the line is about."""
    first = situation.today + timedelta(days=1)
    return Period(min(first, bounds.ends_on - timedelta(days=1)), bounds.ends_on, term=bought_by)
