"""What a tier would cost a month at some cloud usage (spec page 3, section 3.8, and page 7).

    base = monthly price, or yearly price / 12, rounded
    included = monthly list price;  gross = fee of the brackets, rounded
    incremental = max(0, gross − included);  monthly total = base + incremental

A tier without brackets (the free ones, the partner family) has no usage fee: included, gross and incremental are
0.00.

The base covers usage up to where the gross fee reaches the included amount; a chart of the total has its corners
there and where brackets begin.

Worked numbers, which also stand in tests/billing/test_price_estimate.py: business, yearly, 101,000.00 a month: base
700.00, gross 9,170.00, included 700.00, incremental 8,470.00, total 9,170.00. Partner standard, yearly: base
4,166.67, total the same. Business covers 7,000.00 a month, enterprise 1,000,000.00.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context

from billing.pricing import brackets
from billing.pricing.brackets import BracketRow
from common.money import FEN, ZERO, Money, round_fen, value
from supportplans.catalogue import Tier

MONTHS_OF_A_YEAR = 12
_DOWN = Context(prec=60, rounding=ROUND_FLOOR)


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
    included = tier.prices.monthly if tier.usage_brackets else ZERO
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


def covered_usage(tier: Tier) -> Money | None:
    """The usage up to which a month costs no more than the base; None where no usage ever does."""
    included = tier.prices.monthly
    for row in brackets.rows(tier.usage_brackets, ZERO, tier.usage_mode):
        already = brackets.fee(tier.usage_brackets, row.from_amount, tier.usage_mode)
        if already > included:
            return row.from_amount - FEN
        if row.rate:
            reached = row.from_amount + _DOWN.divide(included - already, row.rate)
            if row.to_amount is None or reached < row.to_amount:
                return reached.quantize(FEN, context=_DOWN)
    return None


def corners(tiers: Iterable[Tier], upto: Money) -> list[Money]:
    """The usages from 0 to `upto`, in order, between which the total of each tier is a straight line."""
    found = {ZERO, upto}
    for tier in tiers:
        for bracket in tier.usage_brackets:
            # In volume mode the fee jumps where a bracket begins.
            found |= {bracket.from_amount, max(bracket.from_amount - FEN, ZERO)}
        found |= {covered} if (covered := covered_usage(tier)) is not None else set()
    return sorted(usage for usage in found if usage <= upto)
