"""This month's fee so far and expected: the worked numbers of billing/pricing/spending_forecast.py."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.incremental_fee import SegmentUsage, settle_month
from billing.pricing.spending_forecast import DayUsage, PlannedSegment, SpendingForecast, alerts_due, forecast
from common.beijing import Month
from tests.billing.test_brackets import BUSINESS, DEVELOPER

NOVEMBER = Month(2026, 11)
FIRST, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
ALL_OF_IT = ((FIRST, DECEMBER),)


def day(number: int) -> date:
    return date(2026, 11, number)


def business(*ranges: tuple[date, date]) -> PlannedSegment:
    return PlannedSegment("business", "1", ranges or ALL_OF_IT, BUSINESS, "graduated", Decimal("700.00"))


def spent(on_demand: str | int, prepaid: str | int = 0) -> DayUsage:
    return DayUsage(Decimal(on_demand), Decimal(prepaid))


def test_the_worked_example_of_11_november():
    usage = {day(n): spent(4000 if n <= 10 else 0, 100) for n in range(1, 31)} | {day(11): spent(1000, 100)}
    assert forecast([business()], usage, NOVEMBER, day(11)) == SpendingForecast(
        so_far=Decimal("3953.33"),
        usage_so_far=Decimal("42100.00"),
        expected=Decimal("10010.00"),
        expected_usage=Decimal("123000.00"),
    )
    assert alerts_due(Decimal("3953.33"), Decimal("4900.00")) == (80,)


def test_a_day_that_already_used_more_than_the_average_counts_what_it_used():
    usage = {day(1): spent(1000), day(2): spent(9000), day(30): spent(5000)}
    assert forecast([business()], usage, NOVEMBER, day(2)).expected_usage == 1000 + 9000 + 27 * 1000 + 5000


def test_on_the_first_day_only_what_is_known_is_expected():
    usage = {day(n): spent(0, 100) for n in range(1, 31)} | {day(1): spent(500, 100)}
    found = forecast([business()], usage, NOVEMBER, FIRST)
    assert (found.usage_so_far, found.expected_usage) == (600, 3500)


def test_days_without_a_plan_do_not_count():
    usage = {day(n): spent(1000) for n in range(1, 31)}
    found = forecast([business((day(11), day(21)))], usage, NOVEMBER, day(15))
    assert (found.usage_so_far, found.expected_usage) == (5000, 10000)


def test_the_average_is_that_of_all_paid_days_over():
    """A change on the 10th: the days at the new tier go on with the average of both."""
    developer = PlannedSegment("developer", "1", ((FIRST, day(11)),), DEVELOPER, "graduated", Decimal("200.00"))
    usage = {day(n): spent(100 if n <= 10 else 5000) for n in range(1, 21)}
    found = forecast([developer, business((day(11), DECEMBER))], usage, NOVEMBER, day(21))
    assert found.usage_so_far == 51000
    assert found.expected_usage == 51000 + 10 * 2550


def test_after_the_month_it_is_what_will_be_settled():
    usage = {day(n): spent(4000, 100) for n in range(1, 31)}
    (fee,) = settle_month([SegmentUsage("business", "1", 30, Decimal(123000), BUSINESS, "graduated", Decimal(700))], 30)
    found = forecast([business()], usage, NOVEMBER, DECEMBER)
    assert found.so_far == found.expected == fee.incremental == 10010


def test_without_a_paid_day_nothing_is_expected():
    found = forecast([], {day(1): spent(1000)}, NOVEMBER, day(5))
    assert (found.so_far, found.expected) == (0, 0)


@pytest.mark.parametrize(
    ("amount", "budget", "due"),
    [
        ("79.99", "100.00", ()),
        ("80.00", "100.00", (80,)),
        ("99.99", "100.00", (80,)),
        ("100.00", "100.00", (80, 100)),
        ("5000.00", "100.00", (80, 100)),
        ("0.00", "100.00", ()),
        ("5000.00", "0.00", ()),
        ("5000.00", None, ()),
    ],
)
def test_alerts_are_due_at_80_and_100_percent(amount, budget, due):
    assert alerts_due(Decimal(amount), None if budget is None else Decimal(budget)) == due


@given(daily=st.integers(0, 10**7), today=st.integers(1, 31))
def test_even_usage_is_forecast_as_it_will_be(daily, today):
    """With the same usage every day the forecast is right from the second day on."""
    amount = Decimal(daily).scaleb(-2)
    on = FIRST + timedelta(days=today)
    usage = {day(n): DayUsage(amount) for n in range(1, 31) if day(n) < on}
    found = forecast([business()], usage, NOVEMBER, on)
    assert found.expected_usage == amount * 30
    assert (
        found.expected
        == forecast([business()], {day(n): DayUsage(amount) for n in range(1, 31)}, NOVEMBER, DECEMBER).so_far
    )
