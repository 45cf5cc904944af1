from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.beijing import midnight
from supportplans.terms import Bounds, continues_service_year, ends_at, first_bounds, term_bounds

START = date(2024, 1, 1)
DAYS = st.integers(0, (date(2036, 12, 31) - START).days).map(lambda n: START + timedelta(days=n))


def chain(first: date, cycle: str, terms: int) -> list[Bounds]:
    bounds = [term_bounds(first.day, first, cycle)]
    for _turn in range(terms - 1):
        bounds.append(term_bounds(first.day, bounds[-1].ends_on, cycle))
    return bounds


def test_a_chain_anchored_on_the_31st_returns_to_it():
    starts = [bounds.starts_on for bounds in chain(date(2026, 1, 31), "monthly", 5)]
    assert starts == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]


def test_a_yearly_chain_anchored_on_29_february_returns_to_it():
    starts = [bounds.starts_on for bounds in chain(date(2024, 2, 29), "yearly", 5)]
    assert starts == [
        date(2024, 2, 29),
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ]


def test_the_worked_example_has_365_days_107_used_and_258_unused():
    bounds = term_bounds(1, date(2026, 3, 1), "yearly")
    assert (bounds.ends_on, bounds.days) == (date(2027, 3, 1), 365)
    assert (bounds.used_days(date(2026, 6, 15)), bounds.unused_days(date(2026, 6, 15))) == (107, 258)


def test_on_the_first_day_one_is_used_and_on_the_last_none_is_left():
    bounds = term_bounds(1, date(2026, 3, 1), "monthly")
    assert bounds.days == 31
    assert (bounds.used_days(date(2026, 3, 1)), bounds.unused_days(date(2026, 3, 1))) == (1, 30)
    assert (bounds.used_days(date(2026, 3, 31)), bounds.unused_days(date(2026, 3, 31))) == (31, 0)


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 4, 1)])
def test_a_day_outside_the_term_has_no_count(day):
    bounds = term_bounds(1, date(2026, 3, 1), "monthly")
    with pytest.raises(ValueError, match="outside the term"):
        bounds.used_days(day)
    with pytest.raises(ValueError, match="outside the term"):
        bounds.unused_days(day)


def test_the_beijing_date_of_the_first_instant_is_the_first_day():
    just_before = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
    assert first_bounds(just_before, "monthly") == Bounds(date(2026, 3, 31), date(2026, 4, 30))
    midnight_in_beijing = datetime(2026, 3, 31, 16, tzinfo=UTC)
    assert first_bounds(midnight_in_beijing, "monthly") == Bounds(date(2026, 4, 1), date(2026, 5, 1))


def test_a_term_ends_at_midnight_in_beijing():
    assert ends_at(Bounds(date(2026, 3, 1), date(2026, 4, 1))) == datetime(2026, 3, 31, 16, tzinfo=UTC)


@given(first=DAYS, cycle=st.sampled_from(["monthly", "yearly"]))
def test_terms_tile_the_calendar(first, cycle):
    terms = chain(first, cycle, 13 if cycle == "monthly" else 5)
    for one, following in pairwise(terms):
        assert one.ends_on == following.starts_on
        assert one.days > 27
    months = len(terms) * (1 if cycle == "monthly" else 12)
    last = terms[-1].ends_on
    assert (last.year * 12 + last.month) - (first.year * 12 + first.month) == months


@given(first=DAYS, cycle=st.sampled_from(["monthly", "yearly"]))
def test_the_anchor_day_returns_wherever_the_month_has_it(first, cycle):
    for bounds in chain(first, cycle, 13 if cycle == "monthly" else 5):
        tomorrow = bounds.starts_on + timedelta(days=1)
        assert bounds.starts_on.day == first.day or (bounds.starts_on.day < first.day and tomorrow.day == 1)


@given(first=DAYS, cycle=st.sampled_from(["monthly", "yearly"]), offset=st.integers(0, 27))
def test_used_and_unused_days_make_up_the_term(first, cycle, offset):
    bounds = term_bounds(first.day, first, cycle)
    day = first + timedelta(days=offset)
    assert bounds.used_days(day) + bounds.unused_days(day) == bounds.days
    assert midnight(first) <= midnight(day) < ends_at(bounds)


def test_who_returns_within_twelve_months_goes_on_with_the_old_service_year():
    left = date(2026, 3, 1)
    assert continues_service_year(left, date(2026, 3, 1))
    assert continues_service_year(left, date(2027, 2, 28))
    assert not continues_service_year(left, date(2027, 3, 1))
    assert not continues_service_year(None, date(2026, 3, 1))
