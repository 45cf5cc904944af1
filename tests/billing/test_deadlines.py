"""How long quotes hold and orders can be paid: the worked instants of billing/pricing/deadlines.py."""

from datetime import date, datetime, timedelta

import pytest

from billing.pricing.deadlines import change_payable_until, order_payable_until, quote_expires_at, renewal_payable_until
from common.beijing import BEIJING


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("made", "expires"),
    [
        ("2026-11-22T10:00:00", "2026-11-22T10:30:00"),
        ("2026-11-22T23:30:00", "2026-11-23T00:00:00"),
        ("2026-11-22T23:45:00", "2026-11-23T00:00:00"),
        ("2026-11-22T23:59:59", "2026-11-23T00:00:00"),
        ("2026-11-23T00:00:00", "2026-11-23T00:30:00"),
        ("2026-12-31T23:40:00", "2027-01-01T00:00:00"),
    ],
)
def test_a_quote_lives_30_minutes_at_most_until_midnight_in_beijing(made, expires):
    assert quote_expires_at(beijing(made)) == beijing(expires)


def test_an_order_waits_a_day_for_its_payment():
    assert order_payable_until(beijing("2026-11-22T10:00:00")) == beijing("2026-11-23T10:00:00")


def test_an_order_paid_by_transfer_waits_ten_days():
    placed = beijing("2026-11-22T10:00:00")
    assert order_payable_until(placed, timedelta(days=10)) == beijing("2026-12-02T10:00:00")


@pytest.mark.parametrize("placed", ["2026-11-22T00:00:00", "2026-11-22T10:00:00", "2026-11-22T23:59:59"])
def test_a_change_of_tier_waits_until_the_end_of_its_quotes_day(placed):
    assert change_payable_until(beijing(placed)) == beijing("2026-11-23T00:00:00")


def test_a_renewal_waits_until_the_term_ends_at_most():
    placed, ends_on = beijing("2026-11-30T10:00:00"), date(2026, 12, 1)
    assert renewal_payable_until(placed, ends_on) == beijing("2026-12-01T00:00:00")
    assert renewal_payable_until(placed, ends_on, timedelta(days=10)) == beijing("2026-12-01T00:00:00")
    assert renewal_payable_until(placed, date(2026, 12, 20)) == beijing("2026-12-01T10:00:00")
    assert renewal_payable_until(placed, date(2026, 12, 20), timedelta(days=10)) == beijing("2026-12-10T10:00:00")
