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
from fractions import Fraction

from billing.brackets import fee
from common.money import ZERO, Money, round_fen
from supportplans.catalogue import Bracket

HALF = Fraction(1, 2)


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
    # Fractions: two thirds of a fen less one third must be one third, or a half is rounded the wrong way.
    gross = Fraction(0)
    if whole > 0:
        gross = Fraction(fee(segment.brackets, whole, segment.mode)) * Fraction(segment.usage) / Fraction(whole)
    included = Fraction(segment.monthly_price) * segment.days / days_in_month
    return SegmentFee(
        tier_code=segment.tier_code,
        version=segment.version,
        days=segment.days,
        usage=segment.usage,
        gross=_rounded(gross),
        included=_rounded(included),
        incremental=_rounded(max(Fraction(0), gross - included)),
    )


def _rounded(amount: Fraction) -> Money:
    """To the fen, half away from zero."""
    fen = int(abs(amount) * 100 + HALF)
    return round_fen(Decimal(fen if amount >= 0 else -fen).scaleb(-2))
