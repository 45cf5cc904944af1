"""The value-added tax that prices include (spec page 3, section 3.8).

    tax included in a total = round(total × 6 / 106), half away from zero, to the fen
    tax of a credit note = tax(credited so far + credit) − tax(credited so far)

Worked numbers, which also stand in tests/billing/test_tax.py: 700.00 -> 39.62, 5,000.00 -> 283.02, 0.09 -> 0.01;
700.00 credited in parts of 233.33, 233.33 and 233.34 -> 13.21, 13.20 and 13.21.
"""

from decimal import Decimal

from common.money import Money, round_fen

PERCENT = Decimal(6)


def tax_included(total: Money) -> Money:
    """The tax inside a total that includes it; negative for a negative total."""
    return round_fen(total * PERCENT / (100 + PERCENT))


def credit_tax(invoice_total: Money, credited_before: Money, credit: Money) -> Money:
    """The tax inside a credit note of `credit`, when `credited_before` of the invoice was credited already.

    All amounts are positive. The figure is the difference of the cumulative one, so that the parts of an invoice
    carry exactly its tax. Raises ValueError for more than the invoice has left.
    """
    if credit < 0 or credited_before < 0 or credited_before + credit > invoice_total:
        raise ValueError(f"{credit} after {credited_before} is no part of {invoice_total}")
    return tax_included(credited_before + credit) - tax_included(credited_before)
