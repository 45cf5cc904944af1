"""The tax inside prices: the worked numbers of billing/pricing/tax.py."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.tax import credit_tax, tax_included


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


def credited(total: Decimal, parts: list[Decimal]) -> list[Decimal]:
    taxes, before = [], Decimal("0.00")
    for part in parts:
        taxes.append(credit_tax(total, before, part))
        before += part
    return taxes


def test_the_parts_of_a_refunded_invoice_carry_its_tax():
    parts = [Decimal("233.33"), Decimal("233.33"), Decimal("233.34")]
    assert [str(tax) for tax in credited(Decimal("700.00"), parts)] == ["13.21", "13.20", "13.21"]


@given(fen=st.lists(st.integers(0, 10**8), min_size=1, max_size=8), kept=st.integers(0, 10**8))
def test_credit_notes_carry_exactly_the_tax_of_what_they_give_back(fen, kept):
    parts = [Decimal(part).scaleb(-2) for part in fen]
    total = sum(parts, Decimal(kept).scaleb(-2))
    taxes = credited(total, parts)
    assert sum(taxes) == tax_included(sum(parts))
    assert all(0 <= tax <= part for tax, part in zip(taxes, parts, strict=True))


@pytest.mark.parametrize(("before", "credit"), [("600.00", "100.01"), ("0.00", "-0.01"), ("-0.01", "0.01")])
def test_more_than_the_invoice_has_left_is_refused(before, credit):
    with pytest.raises(ValueError, match=r"no part of 700\.00"):
        credit_tax(Decimal("700.00"), Decimal(before), Decimal(credit))
