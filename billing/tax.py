"""The value-added tax that prices include (spec page 3, section 3.8).

    tax included in a total = round(total × 6 / 106), half away from zero, to the fen

Worked numbers, which also stand in tests/billing/test_tax.py: 700.00 -> 39.62, 5,000.00 -> 283.02, 0.09 -> 0.01.
"""

from decimal import Decimal

from common.money import Money, round_fen

PERCENT = Decimal(6)


def tax_included(total: Money) -> Money:
    """The tax inside a total that includes it; negative for a negative total."""
    return round_fen(total * PERCENT / (100 + PERCENT))
