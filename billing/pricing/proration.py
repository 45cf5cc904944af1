"""What the days of a term are worth when its tier changes or it is left (spec page 3, sections 3.1 to 3.3).

    change on day d: + value(new, unused, term) and − value(old, unused, term)
    leaving on day d: − value(price, unused, term)
    where unused = ends_on − d − 1, term = ends_on − starts_on, value = round(price × days / of_days)

The day itself counts as used, at the tier held before it. Over any history of a term the lines add up to exactly
the sum over its segments of value(price, unused at its start) − value(price, unused at its end).

Worked number, which also stands in tests/billing/test_proration.py: a yearly business term of 8,400.00 from
2026-03-01 (365 days) goes up to enterprise (1,200,000.00) on 2026-06-15 with 258 days unused: 848,219.18 less
5,937.53 = 842,281.65.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from common.money import ZERO, Money, value
from supportplans.terms import Bounds


@dataclass(frozen=True)
class Part:
    """One line: `days` of `of_days` of a term that costs `price`; `amount` is negative where it is given back."""

    price: Money
    days: int
    of_days: int
    amount: Money


@dataclass(frozen=True)
class TermSegment:
    """A tier's stretch of a term: how many days were unused when it began and when it ended.

    At the start of the term's first segment that is all of its days, at the end of a term that ran out it is 0.
    """

    price: Money
    unused_at_start: int
    unused_at_end: int


def change_parts(*, old: Money, new: Money, bounds: Bounds, day: date) -> tuple[Part, Part]:
    """The charge for the new tier and the refund of the old one, for a change on `day`.

    `old` and `new` are prices of the whole term. Raises ValueError for a day outside the term.
    """
    unused = bounds.unused_days(day)
    return _part(new, unused, bounds.days), _refund(old, unused, bounds.days)


def leaving_part(*, price: Money, bounds: Bounds, day: date) -> Part:
    """The refund of who leaves on `day`: nothing on the last day. Raises ValueError for a day outside the term."""
    return _refund(price, bounds.unused_days(day), bounds.days)


def net_of_term(segments: Sequence[TermSegment], of_days: int) -> Money:
    """What a term of `of_days` days has cost after all of its changes."""
    return sum(
        (
            value(segment.price, segment.unused_at_start, of_days)
            - value(segment.price, segment.unused_at_end, of_days)
            for segment in segments
        ),
        ZERO,
    )


def _part(price: Money, days: int, of_days: int) -> Part:
    return Part(price, days, of_days, value(price, days, of_days))


def _refund(price: Money, days: int, of_days: int) -> Part:
    return Part(price, days, of_days, ZERO - value(price, days, of_days))
