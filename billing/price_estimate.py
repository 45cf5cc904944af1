"""What a tier would cost a month at some cloud usage (spec page 3, section 3.8, and page 7).

    base = monthly price, or yearly price / 12, rounded
    included = monthly list price;  gross = fee of the brackets, rounded
    incremental = max(0, gross − included);  monthly total = base + incremental

A tier without brackets (the free ones, the partner family) has no usage fee: gross and incremental are 0.00.

Worked numbers, which also stand in tests/billing/test_price_estimate.py: business, yearly, 101,000.00 a month: base
700.00, gross 9,170.00, included 700.00, incremental 8,470.00, total 9,170.00. Partner standard, yearly: base
4,166.67, total the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from billing import brackets
from billing.brackets import BracketRow
from common.money import ZERO, Money, round_fen, value
from supportplans.catalogue import Tier

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True)
class PriceEstimate:
    """A month's cost, line by line."""

    base: Money
    included: Money
    gross_usage_fee: Money
    incremental: Money
    monthly_total: Money
    brackets: tuple[BracketRow, ...]


def estimate(tier: Tier, cycle: str, monthly_usage: Money) -> PriceEstimate:
    """The month's cost of `tier` at `monthly_usage`; raises UnknownCode for another cycle."""
    base = tier.prices.of(cycle) if cycle == "monthly" else value(tier.prices.of(cycle), 1, MONTHS_OF_A_YEAR)
    included = tier.prices.monthly
    gross = round_fen(brackets.fee(tier.usage_brackets, monthly_usage, tier.usage_mode))
    incremental = max(ZERO, gross - included)
    return PriceEstimate(
        base=base,
        included=included,
        gross_usage_fee=gross,
        incremental=incremental,
        monthly_total=base + incremental,
        brackets=tuple(brackets.rows(tier.usage_brackets, monthly_usage, tier.usage_mode)),
    )
