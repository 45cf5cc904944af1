"""Consumed quotas bind annual plans: the worked examples of spec page 3.4."""

from __future__ import annotations

from datetime import timedelta

import pytest

from addons import plan_binding
from addons.plan_binding import Blocking
from common import tenancy
from supportplans.entitlements import entitlements
from tests.addons.conftest import FIRST, FIRST_DAY, LATER, consume, hold

ESCORT = "escort_basic"


def downgrade(organization, tier: str, at=LATER) -> list[Blocking]:
    with tenancy.organization(organization.pk):
        family = entitlements(organization, at).family
        return plan_binding.blocking_downgrade(organization=organization, at=at, new_tier=family.tier(tier))


def leave(organization, at=LATER) -> list[Blocking]:
    with tenancy.organization(organization.pk):
        return plan_binding.blocking_leave(organization=organization, at=at)


def after(organization, tier: str, at=LATER) -> dict[str, tuple[int, int, int]]:
    with tenancy.organization(organization.pk):
        family = entitlements(organization, at).family
        found = plan_binding.balances_after(organization=organization, at=at, new_tier=family.tier(tier))
    return {each.code: (each.allowance, each.used, each.remaining) for each in found}


@pytest.fixture
def orbit(catalogue, people):
    return hold(people.orbit, "enterprise")


@pytest.mark.parametrize(
    ("consumed", "business", "developer"),
    [
        ({}, [], []),
        ({ESCORT: 1}, [], [Blocking(ESCORT, 1, 0)]),
        ({ESCORT: 2}, [Blocking(ESCORT, 2, 1)], [Blocking(ESCORT, 2, 0)]),
        (
            {ESCORT: 3, "availability_check": 1, "monitoring_optimization": 1},
            [Blocking(ESCORT, 3, 1), Blocking("availability_check", 1, 0), Blocking("monitoring_optimization", 1, 0)],
            [Blocking(ESCORT, 3, 0), Blocking("availability_check", 1, 0), Blocking("monitoring_optimization", 1, 0)],
        ),
    ],
)
def test_a_downgrade_is_blocked_by_what_was_consumed_beyond_the_new_tiers_quota(orbit, consumed, business, developer):
    for code, quantity in consumed.items():
        consume(orbit, code, quantity)
    assert downgrade(orbit, "business") == business
    assert downgrade(orbit, "developer") == developer


def test_an_upgrade_is_never_blocked(catalogue, people):
    hold(people.orbit, "business")
    consume(people.orbit, ESCORT, 1)
    assert downgrade(people.orbit, "enterprise") == []


def test_a_second_downgrade_measures_against_the_standard_quota(orbit):
    consume(orbit, ESCORT, 1)
    hold(orbit, "business", at=LATER)
    assert downgrade(orbit, "developer", LATER + timedelta(days=1)) == [Blocking(ESCORT, 1, 0)]


def test_leaving_is_blocked_once_anything_was_consumed(orbit):
    assert leave(orbit) == []
    consume(orbit, ESCORT, 1)
    assert leave(orbit) == [Blocking(ESCORT, 1, 0)]


def test_what_was_given_back_binds_no_more(orbit):
    consume(orbit, ESCORT, 3)
    consume(orbit, ESCORT, 0)
    assert (downgrade(orbit, "developer"), leave(orbit)) == ([], [])


def test_a_monthly_term_may_always_be_downgraded_or_left(catalogue, people):
    hold(people.orbit, "enterprise", "monthly")
    consume(people.orbit, ESCORT, 3)
    assert (downgrade(people.orbit, "developer", FIRST), leave(people.orbit, FIRST)) == ([], [])


def test_a_partners_quotas_do_not_bind(catalogue, people):
    hold(people.pine, "premium")
    consume(people.pine, "event_assurance", 8)
    consume(people.pine, "onsite_training", 1)
    assert (downgrade(people.pine, "standard"), leave(people.pine)) == ([], [])


def test_the_free_tier_is_bound_by_nothing(catalogue, people):
    consume(people.orbit, ESCORT, 1)
    assert leave(people.orbit) == []


def test_what_was_consumed_in_an_earlier_term_does_not_bind(orbit):
    consume(orbit, ESCORT, 3, period_start=FIRST_DAY - timedelta(days=365))
    assert leave(orbit) == []


def test_an_allowed_downgrade_leaves_the_smaller_of_both_quotas(orbit):
    consume(orbit, ESCORT, 1)
    assert after(orbit, "business") == {ESCORT: (1, 1, 0)}
    assert after(orbit, "developer") == {ESCORT: (1, 1, 0)}, "which is why that one is blocked"


def test_a_partners_quota_after_a_change(catalogue, people):
    hold(people.pine, "standard")
    consume(people.pine, "event_assurance", 4)
    assert after(people.pine, "premium") == {
        "event_assurance": (8, 4, 4),
        "architecture_consulting": (8, 0, 8),
        "onsite_training": (1, 0, 1),
    }


@pytest.mark.parametrize(
    ("tier", "cycle", "code", "bound"),
    [
        ("enterprise", "yearly", ESCORT, True),
        ("enterprise", "monthly", ESCORT, False),
        ("enterprise", "yearly", "event_assurance", False),
        ("developer", "yearly", ESCORT, False),
    ],
)
def test_the_form_says_so_before_a_booking_binds_the_plan(catalogue, people, tier, cycle, code, bound):
    hold(people.orbit, tier, cycle)
    with tenancy.organization(people.orbit.pk):
        assert plan_binding.binds(people.orbit, code, FIRST) is bound
