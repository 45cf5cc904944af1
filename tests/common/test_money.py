"""Money: the worked numbers of common/money.py and what must hold for all amounts."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import money

amounts = st.decimals(min_value="-9999999.99", max_value="9999999.99", places=2)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049999", "0.00"), ("-0.001", "0.00"), ("2.675", "2.68")],
)
def test_half_a_fen_is_rounded_away_from_zero(amount, rounded):
    assert str(money.round_fen(Decimal(amount))) == rounded


@pytest.mark.parametrize(
    ("price", "days", "of_days", "worth"),
    [
        ("1200000.00", 258, 365, "848219.18"),
        ("8400.00", 258, 365, "5937.53"),
        ("5000.00", 10, 30, "1666.67"),
        ("5000.00", 0, 30, "0.00"),
        ("5000.00", 30, 30, "5000.00"),
        ("0.01", 1, 2, "0.01"),
    ],
)
def test_the_worth_of_days_in_a_term(price, days, of_days, worth):
    assert str(money.value(Decimal(price), days, of_days)) == worth


@pytest.mark.parametrize(("days", "of_days"), [(1, 0), (-1, 30), (31, 30)])
def test_days_outside_the_term_have_no_worth(days, of_days):
    with pytest.raises(ValueError, match="no part of a term"):
        money.value(Decimal("1.00"), days, of_days)


@given(price=amounts, of_days=st.integers(1, 366), share=st.integers(0, 366))
def test_a_worth_is_the_exact_quotient_rounded_once(price, of_days, share):
    days = min(share, of_days)
    exact = Fraction(price) * days / of_days
    fen = int(abs(exact) * 100 + Fraction(1, 2))  # half up, by whole numbers
    assert money.value(price, days, of_days) == Decimal(fen if exact >= 0 else -fen) / 100


@pytest.mark.parametrize(
    ("amount", "plain", "shown"),
    [
        ("1234.5", "1234.50", "¥1,234.50"),
        ("-0.01", "-0.01", "-¥0.01"),
        ("-0.001", "0.00", "¥0.00"),
        ("1E+6", "1000000.00", "¥1,000,000.00"),
    ],
)
def test_money_is_written_with_two_decimals(amount, plain, shown):
    assert money.plain(Decimal(amount)) == plain
    assert money.shown(Decimal(amount)) == shown


@given(amount=amounts)
def test_what_is_written_can_be_read_again(amount):
    assert money.parse(money.plain(amount)) == amount


@pytest.mark.parametrize(
    "text", ["", "x", "NaN", "Infinity", "1.001", "1e400", "-1e999999999", "1e-999999999", None, [], "9" * 30]
)
def test_what_is_not_an_amount_is_refused(text):
    with pytest.raises(ValueError, match=r"amount|fen"):
        money.parse(text)
