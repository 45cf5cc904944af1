"""Money: exact decimals in CNY, rounded half up to the fen, once per line (spec page 3, section 3.2).

Worked numbers, which also stand in tests/common/test_money.py: of a yearly term of 365 days with 258 days
left, `value(1200000.00, 258, 365) = 848219.18` and `value(8400.00, 258, 365) = 5937.53`.
"""

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

Money = Decimal

CURRENCY = "CNY"
SYMBOL = "¥"
FEN = Decimal("0.01")
ZERO = Decimal("0.00")
LARGEST = Decimal("999999999999.99")  # what a column of 14 digits holds

# Wide enough that the product of a price and a count is exact and a quotient is cut far behind the fen.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def round_fen(amount: Decimal | int) -> Money:
    """Two places, half away from zero: 0.005 -> 0.01, -0.005 -> -0.01; never a negative zero."""
    rounded = Decimal(amount).quantize(FEN, context=_EXACT)
    return rounded if rounded else ZERO


def value(price: Money, days: int, of_days: int) -> Money:
    """What `days` of a term of `of_days` days are worth: round(price × days / of_days).

    5,000.00 × 10 / 30 = 1,666.67. Raises ValueError for a term without days or a part outside of it.
    """
    if of_days <= 0 or not 0 <= days <= of_days:
        raise ValueError(f"{days} of {of_days} days is no part of a term")
    return round_fen(_EXACT.divide(_EXACT.multiply(price, Decimal(days)), Decimal(of_days)))


def plain(amount: Decimal | int) -> str:
    """As the API writes it: two decimals, no separators: "1234.50", "-0.01", "0.00"."""
    return format(round_fen(amount), "f")


def shown(amount: Decimal | int) -> str:
    """As a person reads it: "¥1,234.50", "-¥0.01"."""
    rounded = round_fen(amount)
    return f"{'-' if rounded < 0 else ''}{SYMBOL}{abs(rounded):,.2f}"


def parse(text: str | int | Decimal) -> Money:
    """Money read from outside. Raises ValueError for anything but a finite amount in whole fen."""
    try:
        amount = Decimal(text)
    except (InvalidOperation, TypeError, ValueError) as unreadable:
        raise ValueError(f"{text!r} is not an amount") from unreadable
    if not amount.is_finite() or not -LARGEST <= amount <= LARGEST:
        raise ValueError(f"{text!r} is not an amount")
    if amount != amount.quantize(FEN, context=_EXACT):
        raise ValueError(f"{text!r} has parts of a fen")
    return round_fen(amount)
