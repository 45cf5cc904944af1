"""Usage of a month by day and product: the same figures as the rule gives record by record."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import UsageRecord
from billing.pricing.amortization import day_amount
from billing.usage.days import ProductDay, usage_of_month
from billing.usage.records import UsageRow
from common import tenancy
from common.beijing import Month
from common.money import ZERO
from tests.billing.test_usage_loading import FIRST, load

NOVEMBER = Month(2026, 11)


def usage_of(organization, month=NOVEMBER):
    with tenancy.organization(organization.pk):
        return usage_of_month(organization, month)


def test_prepaid_usage_is_shown_day_by_day(people):
    load(
        FIRST._replace(
            charge_mode="prepaid",
            list_amount=Decimal("100.00"),
            starts_on=date(2026, 11, 29),
            ends_on=date(2026, 12, 2),
        )
    )
    november, december = usage_of(people.acme), usage_of(people.acme, NOVEMBER.next())
    assert november.days == [
        ProductDay(date(2026, 11, 29), "ecs", Decimal("33.33"), ZERO),
        ProductDay(date(2026, 11, 30), "ecs", Decimal("33.34"), ZERO),
    ]
    assert december.days == [ProductDay(date(2026, 12, 1), "ecs", Decimal("33.33"), ZERO)]
    assert (november.counted, december.counted) == (Decimal("66.67"), Decimal("33.33"))


def test_a_period_around_the_whole_month_fills_all_its_days(people):
    years = {"charge_mode": "prepaid", "starts_on": date(2024, 2, 29), "ends_on": date(2034, 2, 28)}
    load(FIRST._replace(list_amount=Decimal("999999999999.99"), category="support_plan", **years))
    usage = usage_of(people.acme, Month(2028, 2))
    assert len(usage.days) == 29
    assert usage.counted == ZERO
    days = [day_amount(Decimal("999999999999.99"), date(2024, 2, 29), date(2034, 2, 28), row.day) for row in usage.days]
    assert [row.not_counted for row in usage.days] == days


def test_a_day_whose_usage_was_taken_back_is_left_out(people):
    load(FIRST, FIRST._replace(record_id="r-2", list_amount=Decimal("-100.50")))
    assert usage_of(people.acme).days == []


def test_another_organizations_usage_is_not_seen(people):
    load(FIRST, FIRST._replace(record_id="r-2", organization="orbit", list_amount=Decimal("7.00")))
    assert usage_of(people.acme).counted == Decimal("100.50")
    with tenancy.organization(people.acme.pk):
        assert usage_of_month(people.orbit, NOVEMBER).days == []


ROWS = st.builds(
    lambda product, category, days, amount, starts_on: FIRST._replace(
        product=product,
        category=category,
        charge_mode="prepaid" if days else "on_demand",
        list_amount=amount + 0,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days or 1),
    ),
    product=st.sampled_from(["ecs", "云"]),
    category=st.sampled_from(["cloud_service", "marketplace", "support_plan"]),
    days=st.just(0) | st.integers(1, 70),
    amount=st.decimals(min_value=-1000, max_value=1000, places=2),
    starts_on=st.dates(date(2026, 9, 20), date(2026, 12, 5)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, max_size=8))
def test_the_database_and_the_rule_agree_on_every_day(people, rows: list[UsageRow]):
    with tenancy.everything():
        UsageRecord.objects.all().delete()
    load(*[row._replace(record_id=f"r-{number}") for number, row in enumerate(rows)])
    expected: dict[tuple[date, str], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for row in rows:
        for number in range((row.ends_on - row.starts_on).days):
            day = row.starts_on + timedelta(days=number)
            if Month.of(day) == NOVEMBER:
                place = 0 if row.category == "cloud_service" else 1
                amount = day_amount(row.list_amount, row.starts_on, row.ends_on, day)
                expected[day, row.product][place] += amount
    found = {(row.day, row.product): [row.counted, row.not_counted] for row in usage_of(people.acme).days}
    assert {key: sums for key, sums in expected.items() if any(sums)} == {
        key: sums for key, sums in found.items() if any(sums)
    }
    assert list(found) == sorted(found)


@pytest.mark.parametrize("month", [Month(1970, 1), Month(9998, 12)])
def test_months_at_the_edges_of_time_are_empty(people, month):
    assert usage_of(people.acme, month).days == []
