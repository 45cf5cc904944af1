"""How long quotes hold and orders can be paid: the worked instants of billing/deadlines.py."""

from datetime import datetime

import pytest

from billing.deadlines import order_payable_until, quote_expires_at
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
