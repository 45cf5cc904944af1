"""A prepaid amount spread evenly over its days, so that the days add up exactly (spec page 3, section 3.5).

    day k of n gets round(A × k / n) − round(A × (k − 1) / n)
    days from the k-th until the m-th together get round(A × m / n) − round(A × (k − 1) / n)

Negative amounts (corrections) are spread the same way.

Worked number, which also stands in tests/billing/test_amortization.py: 100.00 over the 3 days from 2026-11-29
to 2026-12-02 is 33.33, 33.34, 33.33; November gets 66.67 and December 33.33.
"""

from __future__ import annotations

from datetime import date, timedelta

from common.money import Money, value


def amount_between(amount: Money, starts_on: date, ends_on: date, first_day: date, day_after: date) -> Money:
    """What of `amount`, spread over `[starts_on, ends_on)`, falls on the days of `[first_day, day_after)`.

    0.00 where they do not meet. Raises ValueError for a period without days.
    """
    return _until(amount, starts_on, ends_on, max(first_day, day_after)) - _until(amount, starts_on, ends_on, first_day)


def day_amount(amount: Money, starts_on: date, ends_on: date, day: date) -> Money:
    """The share of one day; 0.00 outside the period."""
    return amount_between(amount, starts_on, ends_on, day, day + timedelta(days=1))


def sql_amount_between(amount: str, starts_on: str, ends_on: str, first_day: str, day_after: str) -> str:
    """`amount_between` as a PostgreSQL expression over SQL expressions (trusted text: columns or placeholders).

    `amount` is numeric with two places, the others are dates. PostgreSQL rounds half away from zero as we do. It cuts
    a quotient below 10^12 behind eight places or more, and over n days none lies nearer to half a fen than
    1 / (200 × n), so that rounding it again changes nothing.
    """
    until = sql_amount_until(amount, starts_on, ends_on, f"greatest({first_day}, {day_after})")
    return f"({until} - {sql_amount_until(amount, starts_on, ends_on, first_day)})"


def sql_amount_until(amount: str, starts_on: str, ends_on: str, day: str) -> str:
    """What falls on the days before `day`, as such an expression."""
    days = f"({ends_on} - {starts_on})"
    passed = f"least(greatest({day} - {starts_on}, 0), {days})"
    return f"round({amount} * {passed} / {days}, 2)"


def _until(amount: Money, starts_on: date, ends_on: date, day: date) -> Money:
    """What falls on the days before `day`."""
    days = (ends_on - starts_on).days
    passed = min(max((day - starts_on).days, 0), days)
    return value(amount, passed, days)
