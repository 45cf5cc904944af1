"""The yearly quotas of an organization: from its term's rows and the date, and what was taken."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from addons import service_quotas
from common import tenancy
from common.beijing import BEIJING
from supportplans.models import Subscription, Term
from tests.addons.conftest import FIRST, LATER, consume, hold, listed

LATEST = LATER + timedelta(days=30)


def period(organization, code, at) -> tuple[date, date]:
    with tenancy.organization(organization.pk):
        found = service_quotas.balance(organization, code, at)
    return found.period.starts_on, found.period.ends_on


def test_a_yearly_enterprise_term_grants_its_quotas_for_the_term(catalogue, people):
    hold(people.orbit, "enterprise")
    assert listed(people.orbit, LATER) == {
        "escort_basic": (3, 0, 3),
        "availability_check": (1, 0, 1),
        "monitoring_optimization": (1, 0, 1),
    }
    assert period(people.orbit, "escort_basic", LATER) == (date(2026, 3, 1), date(2027, 3, 1))


def test_a_monthly_term_is_shown_its_services_and_granted_none(catalogue, people):
    hold(people.orbit, "enterprise", "monthly")
    assert set(listed(people.orbit, FIRST).values()) == {(0, 0, 0)}


def test_the_free_tier_has_none(catalogue, people):
    assert listed(people.orbit, LATER) == {}


def test_an_upgrade_inside_a_term_adds_nothing(catalogue, people):
    hold(people.orbit, "developer")
    assert listed(people.orbit, LATER) == {}
    hold(people.orbit, "enterprise", at=LATER)
    assert listed(people.orbit, LATEST)["escort_basic"] == (0, 0, 0)
    hold(people.acme, "business")
    hold(people.acme, "enterprise", at=LATER)
    assert listed(people.acme, LATEST)["escort_basic"] == (1, 0, 1)


def test_an_allowed_downgrade_leaves_the_smaller_allowance_for_good(catalogue, people):
    hold(people.orbit, "enterprise")
    consume(people.orbit, "escort_basic", 1)
    hold(people.orbit, "business", at=LATER)
    assert listed(people.orbit, LATER) == {"escort_basic": (1, 1, 0)}
    hold(people.orbit, "enterprise", at=LATEST)
    assert listed(people.orbit, LATEST)["escort_basic"] == (1, 1, 0)
    assert listed(people.orbit, LATEST)["availability_check"] == (0, 0, 0)


def test_the_next_term_grants_anew_and_nothing_is_carried_over(catalogue, people):
    hold(people.orbit, "business")
    hold(people.orbit, "enterprise", at=LATER)
    consume(people.orbit, "escort_basic", 1)
    with tenancy.organization(people.orbit.pk):
        Subscription.objects.update(paid_since=date(2026, 3, 1))
        held = Term.objects.get(tier="enterprise")
        held.pk, held.starts_on, held.ends_on = None, date(2027, 3, 1), date(2028, 3, 1)
        held.began_at, held.bought_by = datetime(2027, 3, 1, tzinfo=BEIJING), "O-2"
        held.save(force_insert=True)
    assert listed(people.orbit, datetime(2027, 2, 28, 23, 59, tzinfo=BEIJING))["escort_basic"] == (1, 1, 0)
    assert listed(people.orbit, datetime(2027, 3, 1, tzinfo=BEIJING))["escort_basic"] == (3, 0, 3)


def test_a_queued_term_that_was_changed_before_it_began_is_granted_at_the_tier_it_began_with(catalogue, people):
    hold(people.orbit, "developer")
    with tenancy.organization(people.orbit.pk):
        queued = Term.objects.get()
        midnight = datetime(2027, 3, 1, tzinfo=BEIJING)
        queued.pk, queued.starts_on, queued.ends_on = None, date(2027, 3, 1), date(2028, 3, 1)
        queued.began_at = queued.left_at = midnight
        queued.left_because, queued.bought_by = Term.Left.NOT_BEGUN, "O-2"
        queued.save(force_insert=True)
        queued.pk, queued.tier, queued.left_at, queued.left_because = None, "enterprise", None, ""
        queued.save(force_insert=True)
    assert listed(people.orbit, midnight)["escort_basic"] == (3, 0, 3)


def test_who_leaves_and_returns_on_the_same_day_has_the_new_orders_quota(catalogue, people):
    hold(people.orbit, "developer")
    with tenancy.organization(people.orbit.pk):
        Term.objects.update(left_at=FIRST + timedelta(hours=1), left_because=Term.Left.CANCELLED)
    hold(people.orbit, "enterprise", at=FIRST + timedelta(hours=2), order="O-2")
    assert listed(people.orbit, LATER)["escort_basic"] == (3, 0, 3)


@pytest.mark.parametrize(("cycle", "assurance"), [("yearly", (4, 0, 4)), ("monthly", (0, 0, 0))])
def test_a_partner_has_consulting_on_any_cycle_and_event_assurance_on_yearly_orders(
    catalogue, people, cycle, assurance
):
    hold(people.pine, "standard", cycle)
    assert listed(people.pine, FIRST) == {"event_assurance": assurance, "architecture_consulting": (4, 0, 4)}


def test_a_partners_quota_follows_the_tier_but_never_below_what_is_consumed(catalogue, people):
    hold(people.pine, "standard")
    consume(people.pine, "event_assurance", 4)
    hold(people.pine, "premium", at=LATER)
    assert listed(people.pine, LATER) == {
        "event_assurance": (8, 4, 4),
        "architecture_consulting": (8, 0, 8),
        "onsite_training": (1, 0, 1),
    }
    consume(people.pine, "event_assurance", 6)
    consume(people.pine, "onsite_training", 1)
    hold(people.pine, "standard", at=LATEST)
    assert listed(people.pine, LATEST) == {
        "event_assurance": (6, 6, 0),
        "architecture_consulting": (4, 0, 4),
        "onsite_training": (1, 1, 0),
    }


def test_a_service_year_runs_from_the_first_paid_day_across_terms(catalogue, people):
    hold(people.pine, "standard", "monthly")
    consume(people.pine, "architecture_consulting", 3)
    with tenancy.organization(people.pine.pk):
        Term.objects.update(left_because=Term.Left.LAPSED, left_at=datetime(2026, 4, 1, tzinfo=BEIJING))
    hold(people.pine, "standard", "monthly", at=LATER, order="O-2")
    assert listed(people.pine, LATER)["architecture_consulting"] == (4, 3, 1), "back within 12 months"
    assert period(people.pine, "architecture_consulting", LATER) == (date(2026, 3, 1), date(2027, 3, 1))
    assert period(people.pine, "event_assurance", LATER) == (date(2026, 6, 15), date(2026, 7, 15))


def test_a_service_year_is_granted_anew_on_the_anniversary(catalogue, people):
    hold(people.pine, "standard", "yearly")
    consume(people.pine, "architecture_consulting", 4)
    with tenancy.organization(people.pine.pk):
        Term.objects.update(ends_on=date(2028, 3, 1))
    assert listed(people.pine, datetime(2027, 2, 28, 12, tzinfo=BEIJING))["architecture_consulting"] == (4, 4, 0)
    assert listed(people.pine, datetime(2027, 3, 1, 0, 0, tzinfo=BEIJING))["architecture_consulting"] == (4, 0, 4)


def test_the_quotas_are_listed_in_three_statements(catalogue, people, django_assert_num_queries):
    hold(people.orbit, "enterprise")
    listed(people.orbit, LATER)
    with tenancy.organization(people.orbit.pk), django_assert_num_queries(3):
        service_quotas.balances(people.orbit, LATER)
