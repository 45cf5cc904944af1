from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import tenancy
from common.beijing import midnight
from supportplans.models import Subscription
from supportplans.standing import standing
from tests.supportplans.conftest import START, queue_business

A_MOMENT = timedelta(microseconds=1)


def held(organization, at):
    with tenancy.organization(organization.pk):
        return standing(organization, at)


def test_without_a_paid_plan_everyone_is_on_the_free_tier_of_their_family(people, catalogue):
    for organization, family in ((people.acme, "customer"), (people.pine, "partner"), (people.isvsoft, "partner")):
        now = held(organization, START)
        assert (now.family.code, now.tier.code, now.status, now.term) == (family, "basic", "none", None)
        assert (now.auto_renew, now.anchor_day) == (False, None)


def test_a_paid_plan_is_held_from_the_instant_it_begins(people, subscribe):
    subscribe(people.acme, "business", "yearly")
    assert held(people.acme, START - A_MOMENT).tier.code == "basic"
    now = held(people.acme, START)
    assert (now.tier.code, now.status, now.term.cycle) == ("business", "active", "yearly")
    assert (now.term.starts_on, now.term.ends_on, now.term.bounds.days) == (date(2026, 3, 1), date(2027, 3, 1), 365)
    assert (now.anchor_day, now.paid_since) == (1, date(2026, 3, 1))


def test_a_term_ends_at_midnight_in_beijing_by_the_date_itself(people, subscribe):
    subscribe(people.acme, "developer")
    midnight_in_beijing = datetime(2026, 3, 31, 16, tzinfo=UTC)
    assert held(people.acme, midnight_in_beijing - A_MOMENT).tier.code == "developer"
    assert held(people.acme, midnight_in_beijing).tier.code == "basic"
    assert held(people.acme, midnight_in_beijing).status == "none"


def test_a_queued_term_takes_over_at_the_end_of_the_running_one(people, subscribe):
    queue_business(subscribe(people.acme, "developer"))
    turn = midnight(date(2026, 4, 1))
    assert held(people.acme, turn - A_MOMENT).tier.code == "developer"
    assert held(people.acme, turn).tier.code == "business"


def test_a_plan_whose_invoice_is_long_overdue_is_suspended(people, subscribe):
    subscribe(people.acme, "developer")
    with tenancy.organization(people.acme.pk):
        Subscription.objects.update(suspended_at=START)
    assert held(people.acme, START).status == "suspended"
    lapsed = held(people.acme, midnight(date(2026, 4, 1)))
    assert (lapsed.status, lapsed.is_suspended) == ("none", True)


@pytest.mark.parametrize("tier", [None, "business"])
def test_the_answer_takes_one_query(people, subscribe, tier):
    if tier:
        subscribe(people.acme, tier)
    held(people.acme, START)
    with (
        tenancy.organization(people.acme.pk),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        standing(people.acme, START)
    assert len(queries) == 1


def test_another_organizations_scope_shows_nothing_of_it(people, subscribe):
    subscribe(people.acme, "business")
    with tenancy.organization(people.orbit.pk):
        assert standing(people.acme, START).tier.code == "basic"
