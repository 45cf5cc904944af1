"""The allowance of a yearly quota: worked numbers of the module, and what holds over any sequence of changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.service_allowance import Account, QuotaPeriod, TierHeld, granted_by, service_year

DEVELOPER, BUSINESS, ENTERPRISE = TierHeld(1, 0), TierHeld(2, 1), TierHeld(3, 3)
STANDARD, PREMIUM = TierHeld(1, 4), TierHeld(2, 8)


def binding(*tiers: TierHeld, cycle: str = "yearly") -> int:
    return granted_by(tiers, cycle=cycle, binds_plan=True, yearly_orders_only=True)


def following(*tiers: TierHeld, cycle: str = "yearly", yearly_orders_only: bool = True) -> int:
    return granted_by(tiers, cycle=cycle, binds_plan=False, yearly_orders_only=yearly_orders_only)


@pytest.mark.parametrize(
    ("tiers", "granted"),
    [
        ([ENTERPRISE], 3),
        ([ENTERPRISE, BUSINESS], 1),
        ([ENTERPRISE, BUSINESS, ENTERPRISE], 1),
        ([ENTERPRISE, DEVELOPER, ENTERPRISE], 0),
        ([DEVELOPER, ENTERPRISE], 0),
        ([BUSINESS, ENTERPRISE], 1),
        ([BUSINESS, ENTERPRISE, BUSINESS], 1),
        ([], 0),
    ],
)
def test_a_binding_quota_is_the_ordered_tiers_and_only_falls(tiers, granted):
    assert binding(*tiers) == granted


def test_an_upgrade_to_a_tier_with_a_smaller_quota_takes_nothing():
    assert binding(BUSINESS, TierHeld(3, 0)) == 1


def test_a_monthly_term_has_none_of_what_belongs_to_yearly_orders():
    assert binding(ENTERPRISE, cycle="monthly") == 0
    assert following(PREMIUM, cycle="monthly") == 0
    assert following(PREMIUM, cycle="monthly", yearly_orders_only=False) == 8


def test_a_quota_that_does_not_bind_follows_the_tier():
    assert following(STANDARD) == 4
    assert following(STANDARD, PREMIUM) == 8
    assert following(STANDARD, PREMIUM, STANDARD) == 4


@pytest.mark.parametrize(
    ("granted", "used", "allowance", "remaining"),
    [(4, 4, 4, 0), (8, 4, 8, 4), (4, 6, 6, 0), (0, 0, 0, 0), (0, 1, 1, 0)],
)
def test_the_allowance_is_never_below_what_is_consumed(granted, used, allowance, remaining):
    account = Account(granted, used)
    assert (account.allowance, account.remaining) == (allowance, remaining)


@pytest.mark.parametrize(
    ("day", "starts_on", "ends_on"),
    [
        (date(2024, 2, 29), date(2024, 2, 29), date(2025, 2, 28)),
        (date(2025, 2, 27), date(2024, 2, 29), date(2025, 2, 28)),
        (date(2025, 2, 28), date(2025, 2, 28), date(2026, 2, 28)),
        (date(2027, 12, 31), date(2027, 2, 28), date(2028, 2, 29)),
        (date(2028, 2, 28), date(2027, 2, 28), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_service_years_begin_on_the_anniversary_of_the_first_paid_day(day, starts_on, ends_on):
    assert service_year(date(2024, 2, 29), day) == QuotaPeriod(starts_on, ends_on)


def test_there_is_no_service_year_before_the_first_paid_day():
    with pytest.raises(ValueError):
        service_year(date(2026, 3, 1), date(2026, 2, 28))


def test_a_period_begins_and_ends_at_midnight_in_beijing():
    period = QuotaPeriod(date(2026, 11, 1), date(2027, 11, 1))
    assert period.starts_at == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert period.ends_at == datetime(2027, 10, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        (date(2026, 11, 1), date(2027, 10, 31), True),
        (date(2026, 10, 31), date(2026, 11, 1), False),
        (date(2027, 10, 31), date(2027, 11, 1), False),
    ],
)
def test_a_booking_lies_wholly_inside_its_period(first, last, inside):
    assert QuotaPeriod(date(2026, 11, 1), date(2027, 11, 1)).holds(first, last) is inside


TIERS = st.sampled_from([DEVELOPER, BUSINESS, ENTERPRISE])


@given(st.lists(st.tuples(st.sampled_from(["change", "take", "return"]), TIERS, st.integers(1, 4)), max_size=40))
def test_used_and_left_are_the_allowance_over_any_sequence(steps):
    """Of a binding service: what is left never grows by a change, a downgrade below the consumption is refused."""
    held, used, taken = [ENTERPRISE], 0, []
    for step, tier, quantity in steps:
        before = Account(binding(*held), used)
        if step == "change" and not (tier.rank < held[-1].rank and tier.quota < used):
            held.append(tier)
            assert Account(binding(*held), used).remaining <= before.remaining
        elif step == "take" and quantity <= before.remaining:
            used += quantity
            taken.append(quantity)
        elif step == "return" and taken:
            used -= taken.pop()
        now = Account(binding(*held), used)
        assert now.used + now.remaining == now.allowance
        assert 0 <= now.used <= now.allowance == now.granted <= 3
        assert now.remaining >= 0


@given(st.lists(st.tuples(st.sampled_from([STANDARD, PREMIUM]), st.integers(0, 9)), min_size=1, max_size=40))
def test_a_partners_change_never_makes_the_quota_negative(steps):
    held, used = [STANDARD], 0
    for tier, quantity in steps:
        held.append(tier)
        account = Account(following(*held), used)
        assert account.allowance == max(tier.quota, used)
        used += min(quantity, account.remaining)
        now = Account(following(*held), used)
        assert now.used + now.remaining == now.allowance
        assert now.remaining >= 0


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 4000))
def test_service_years_follow_each_other_without_a_gap(paid_since, days):
    day = date.fromordinal(paid_since.toordinal() + days)
    year = service_year(paid_since, day)
    assert year.starts_on <= day < year.ends_on
    assert service_year(paid_since, year.ends_on).starts_on == year.ends_on
    assert 365 <= (year.ends_on - year.starts_on).days <= 366
