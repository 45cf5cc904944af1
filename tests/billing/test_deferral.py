"""The worth of days to come: the worked numbers of billing/pricing/deferral.py."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.deferral import PaidTerm, net_deferred, unused_value
from billing.pricing.proration import leaving_part
from common.money import plain
from supportplans.terms import term_bounds

PRICE = Decimal("8400.00")
RUNNING = PaidTerm(PRICE, term_bounds(1, date(2026, 3, 1), "yearly"))
QUEUED = PaidTerm(PRICE, term_bounds(1, date(2027, 3, 1), "yearly"))
JUNE = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("terms", "unused", "net"),
    [
        ([RUNNING], "5937.53", "5601.44"),
        ([RUNNING, QUEUED], "14337.53", "13525.97"),
        ([QUEUED], "8400.00", "7924.53"),
        ([], "0.00", "0.00"),
    ],
)
def test_what_is_deferred_in_june(terms, unused, net):
    assert plain(unused_value(terms, JUNE)) == unused
    assert plain(net_deferred(unused_value(terms, JUNE))) == net


def test_on_its_last_day_and_later_a_term_is_worth_nothing():
    assert unused_value([RUNNING], date(2027, 2, 28)) == 0
    assert unused_value([RUNNING], date(2030, 1, 1)) == 0


def test_the_evening_before_the_first_day_it_is_whole():
    assert unused_value([RUNNING], date(2026, 2, 28)) == PRICE
    assert unused_value([RUNNING], date(2026, 3, 1)) < PRICE


@given(offset=st.integers(0, 364), price=st.decimals(min_value="0.00", max_value="9999999.99", places=2))
def test_it_is_what_leaving_would_give_back(offset, price):
    day = RUNNING.bounds.starts_on + timedelta(days=offset)
    back = leaving_part(price=price, bounds=RUNNING.bounds, day=day).amount
    assert unused_value([PaidTerm(price, RUNNING.bounds)], day) == -back
