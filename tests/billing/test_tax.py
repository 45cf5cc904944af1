"""The tax inside prices: the worked numbers of billing/tax.py."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.tax import tax_included


@pytest.mark.parametrize(
    ("total", "tax"),
    [
        ("700.00", "39.62"),
        ("5000.00", "283.02"),
        ("0.09", "0.01"),
        ("0.08", "0.00"),
        ("-700.00", "-39.62"),
        ("0.00", "0.00"),
    ],
)
def test_the_tax_inside_a_total(total, tax):
    assert str(tax_included(Decimal(total))) == tax


@given(total=st.decimals(min_value="-9999999.99", max_value="9999999.99", places=2))
def test_the_tax_is_the_exact_share_rounded_once(total):
    assert abs(Fraction(tax_included(total)) - Fraction(total) * 6 / 106) <= Fraction(1, 200)
