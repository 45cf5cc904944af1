"""Changes and leaving inside a term: the worked number of spec page 3.3 and what holds for any history."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.proration import Part, TermSegment, change_parts, leaving_part, net_of_term
from common.money import plain
from supportplans.terms import term_bounds

YEAR = term_bounds(1, date(2026, 3, 1), "yearly")
BUSINESS, ENTERPRISE = Decimal("8400.00"), Decimal("1200000.00")
PRICES = st.decimals(min_value="0.00", max_value="9999999.99", places=2)
STARTS = st.dates(date(2024, 1, 1), date(2036, 12, 31))


def test_the_worked_example_charges_842_281_65():
    charge, refund = change_parts(old=BUSINESS, new=ENTERPRISE, bounds=YEAR, day=date(2026, 6, 15))
    assert charge == Part(ENTERPRISE, 258, 365, Decimal("848219.18"))
    assert refund == Part(BUSINESS, 258, 365, Decimal("-5937.53"))
    assert charge.amount + refund.amount == Decimal("842281.65")


def test_a_downgrade_gives_back_the_difference():
    charge, refund = change_parts(old=ENTERPRISE, new=BUSINESS, bounds=YEAR, day=date(2026, 6, 15))
    assert charge.amount + refund.amount == Decimal("-842281.65")


def test_on_the_last_day_nothing_is_charged_or_given_back():
    last = date(2027, 2, 28)
    charge, refund = change_parts(old=BUSINESS, new=ENTERPRISE, bounds=YEAR, day=last)
    assert [plain(charge.amount), plain(refund.amount)] == ["0.00", "0.00"]
    assert plain(leaving_part(price=ENTERPRISE, bounds=YEAR, day=last).amount) == "0.00"


def test_who_leaves_on_the_first_day_has_used_one_day():
    part = leaving_part(
        price=Decimal("5000.00"), bounds=term_bounds(1, date(2026, 4, 1), "monthly"), day=date(2026, 4, 1)
    )
    assert part == Part(Decimal("5000.00"), 29, 30, Decimal("-4833.33"))


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2027, 3, 1)])
def test_outside_the_term_nothing_can_change(day):
    with pytest.raises(ValueError, match="outside the term"):
        change_parts(old=BUSINESS, new=ENTERPRISE, bounds=YEAR, day=day)
    with pytest.raises(ValueError, match="outside the term"):
        leaving_part(price=BUSINESS, bounds=YEAR, day=day)


@given(
    first=STARTS,
    cycle=st.sampled_from(["monthly", "yearly"]),
    prices=st.lists(PRICES, min_size=1, max_size=8),
    leaves=st.booleans(),
    data=st.data(),
)
def test_the_lines_of_any_history_add_up_to_its_segments(first, cycle, prices, leaves, data):
    bounds = term_bounds(first.day, first, cycle)
    moments = len(prices) - 1 + leaves
    offsets = sorted(data.draw(st.lists(st.integers(0, bounds.days - 1), min_size=moments, max_size=moments)))
    days = [first + timedelta(days=offset) for offset in offsets]
    charged = prices[0]
    for (old, new), day in zip(pairwise(prices), days, strict=False):
        charged += sum(part.amount for part in change_parts(old=old, new=new, bounds=bounds, day=day))
    if leaves:
        charged += leaving_part(price=prices[-1], bounds=bounds, day=days[-1]).amount
    unused = [bounds.days, *(bounds.unused_days(day) for day in days), *([] if leaves else [0])]
    segments = [TermSegment(price, start, end) for price, (start, end) in zip(prices, pairwise(unused), strict=True)]
    assert charged == net_of_term(segments, bounds.days)


@given(first=STARTS, old=PRICES, new=PRICES, offset=st.integers(0, 27))
def test_a_change_and_its_reversal_on_one_day_net_to_nothing(first, old, new, offset):
    bounds = term_bounds(first.day, first, "monthly")
    day = first + timedelta(days=offset)
    there = change_parts(old=old, new=new, bounds=bounds, day=day)
    back = change_parts(old=new, new=old, bounds=bounds, day=day)
    assert plain(sum(part.amount for part in (*there, *back))) == "0.00"


@given(first=STARTS, price=PRICES, offset=st.integers(0, 27))
def test_nobody_gets_back_more_than_the_term_cost(first, price, offset):
    bounds = term_bounds(first.day, first, "monthly")
    part = leaving_part(price=price, bounds=bounds, day=first + timedelta(days=offset))
    assert -price <= part.amount <= 0
