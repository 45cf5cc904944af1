"""The incremental support fee of a month (spec page 3, section 3.6).

    U = the usage of all segments;  U_i = that of one
    gross_i = fee_i(U) × U_i / U, 0 where U ≤ 0: the whole month picks the brackets, each segment pays its share
    included_i = monthly list price × days_i / days of the month
    incremental_i = max(0, gross_i − included_i), from exact values, rounded once

Worked example, which also stands in tests/billing/test_incremental_fee.py: November, developer 10 days with
1,000.00, business 20 days with 100,000.00. Developer 3,030.00 × 1,000 / 101,000 = 30.00 less 66.67 gives 0.00;
business 9,170.00 × 100,000 / 101,000 = 9,079.21 less 466.67 gives 8,612.54.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.pricing.brackets import fee
from common.money import ZERO, Money
from supportplans.catalogue import Bracket


@dataclass(frozen=True)
class SegmentUsage:
    """The paid days of a month at one tier of one catalogue version, and what was used on them.

    `monthly_price` is the tier's monthly list price, for monthly and yearly terms alike.
    """

    tier_code: str
    version: str
    days: int
    usage: Money
    brackets: Sequence[Bracket]
    mode: str
    monthly_price: Money


@dataclass(frozen=True)
class SegmentFee:
    """What a segment costs; `gross` and `included` are rounded for display, `incremental` from exact values."""

    tier_code: str
    version: str
    days: int
    usage: Money
    gross: Money
    included: Money
    incremental: Money


def settle_month(segments: Sequence[SegmentUsage], days_in_month: int) -> list[SegmentFee]:
    """The fee of each segment, in the order given. Raises ValueError when the days are more than the month's."""
    if days_in_month <= 0 or sum(segment.days for segment in segments) > days_in_month:
        raise ValueError(f"the segments have more days than the month's {days_in_month}")
    whole = sum((segment.usage for segment in segments), ZERO)
    return [_fee_of(segment, whole, days_in_month) for segment in segments]


def _fee_of(segment: SegmentUsage, whole: Money, days_in_month: int) -> SegmentFee:
    # Fractions as pairs of whole numbers: two thirds of a fen less one third must be one third, or a half is rounded
    # the wrong way. A settlement works out a hundred thousand of them, too many for the class of the standard library.
    gross, shares = 0, 1
    if whole > 0:
        fee_over, fee_under = fee(segment.brackets, whole, segment.mode).as_integer_ratio()
        usage_over, usage_under = segment.usage.as_integer_ratio()
        whole_over, whole_under = whole.as_integer_ratio()
        gross, shares = fee_over * usage_over * whole_under, fee_under * usage_under * whole_over
    price_over, price_under = segment.monthly_price.as_integer_ratio()
    included, parts = price_over * segment.days, price_under * days_in_month
    return SegmentFee(
        tier_code=segment.tier_code,
        version=segment.version,
        days=segment.days,
        usage=segment.usage,
        gross=_rounded(gross, shares),
        included=_rounded(included, parts),
        incremental=_rounded(max(0, gross * parts - included * shares), shares * parts),
    )


def _rounded(over: int, under: int) -> Money:
    """over / under (positive) to the fen, half away from zero."""
    fen = (abs(over) * 200 + under) // (2 * under)
    return Decimal(fen if over >= 0 else -fen).scaleb(-2)
