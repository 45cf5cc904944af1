"""Prepaid amounts by day: exact sums in Python, and the same figures from PostgreSQL."""

import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.amortization import amount_between, day_amount, sql_amount_between
from common.money import plain

AMOUNTS = st.decimals(min_value="-9999999.99", max_value="9999999.99", places=2)
STARTS = st.dates(date(2024, 1, 1), date(2036, 12, 31))
DAYS = st.integers(1, 1100)


def test_a_hundred_over_three_days_and_two_months():
    period = (Decimal("100.00"), date(2026, 11, 29), date(2026, 12, 2))
    days = [date(2026, 11, 28) + timedelta(days=n) for n in range(5)]
    assert [plain(day_amount(*period, day)) for day in days] == ["0.00", "33.33", "33.34", "33.33", "0.00"]
    assert plain(amount_between(*period, date(2026, 11, 1), date(2026, 12, 1))) == "66.67"
    assert plain(amount_between(*period, date(2026, 12, 1), date(2027, 1, 1))) == "33.33"


def test_a_negative_amount_mirrors_a_positive_one():
    period = (date(2026, 11, 29), date(2026, 12, 2))
    days = [period[0] + timedelta(days=n) for n in range(3)]
    assert [plain(day_amount(Decimal("-100.00"), *period, day)) for day in days] == ["-33.33", "-33.34", "-33.33"]


def test_days_that_run_backwards_hold_nothing():
    period = (Decimal("100.00"), date(2026, 11, 1), date(2026, 12, 1))
    assert plain(amount_between(*period, date(2026, 11, 20), date(2026, 11, 10))) == "0.00"


def test_a_period_without_days_is_refused():
    with pytest.raises(ValueError, match="no part of a term"):
        day_amount(Decimal(1), date(2026, 11, 1), date(2026, 11, 1), date(2026, 11, 1))


@given(amount=AMOUNTS, starts_on=STARTS, days=DAYS)
def test_the_days_add_up_exactly(amount, starts_on, days):
    ends_on = starts_on + timedelta(days=days)
    shares = [day_amount(amount, starts_on, ends_on, starts_on + timedelta(days=n)) for n in range(days)]
    assert sum(shares) == amount
    assert max(shares) - min(shares) <= Decimal("0.01")


@given(amount=AMOUNTS, starts_on=STARTS, days=DAYS, cuts=st.lists(st.integers(-40, 1140), max_size=5))
def test_however_it_is_cut_the_pieces_add_up_exactly(amount, starts_on, days, cuts):
    ends_on = starts_on + timedelta(days=days)
    marks = [-41, *sorted(cuts), 1141]
    pieces = [
        amount_between(amount, starts_on, ends_on, starts_on + timedelta(days=a), starts_on + timedelta(days=b))
        for a, b in pairwise(marks)
    ]
    assert sum(pieces) == amount


@given(amount=AMOUNTS, starts_on=STARTS, days=st.integers(1, 90), first=st.integers(-5, 95), length=st.integers(0, 40))
def test_the_closed_form_is_the_sum_of_the_days(amount, starts_on, days, first, length):
    ends_on = starts_on + timedelta(days=days)
    wanted = [starts_on + timedelta(days=first + n) for n in range(length)]
    day_after = starts_on + timedelta(days=first + length)
    together = amount_between(amount, starts_on, ends_on, starts_on + timedelta(days=first), day_after)
    assert together == sum((day_amount(amount, starts_on, ends_on, day) for day in wanted), Decimal(0))


@pytest.mark.django_db
def test_postgresql_finds_the_same_amounts():
    dice = random.Random(3)
    start = date(2026, 1, 1)
    # As near below half a fen as 1,099 days allow, and as large as amounts get: 879,199,999,522.474995…
    longest = start + timedelta(days=1099)
    cases = [(Decimal("880000728119.49"), start, longest, start, longest - timedelta(days=1))]
    for largest in (10, 10_000, 10**9, 10**14 - 1):
        for _turn in range(500):
            ends_on = start + timedelta(days=dice.randint(1, 1100))
            first = start + timedelta(days=dice.randint(-40, 1140))
            day_after = first + timedelta(days=dice.randint(-3, 400))
            cases.append((Decimal(dice.randint(-largest, largest)).scaleb(-2), start, ends_on, first, day_after))
    columns = [f"c.{name}" for name in ("amount", "starts_on", "ends_on", "first_day", "day_after")]
    holes = ", ".join(["(%s::numeric, %s::date, %s::date, %s::date, %s::date)"] * len(cases))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sql_amount_between(*columns)}"
            f" FROM (VALUES {holes}) AS c(amount, starts_on, ends_on, first_day, day_after)",
            [value for case in cases for value in case],
        )
        assert [amount for (amount,) in cursor.fetchall()] == [amount_between(*case) for case in cases]
