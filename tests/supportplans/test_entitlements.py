import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import tenancy
from supportplans.entitlements import Target, entitlements
from tests.supportplans.conftest import START


def asked(organization):
    with tenancy.organization(organization.pk):
        return entitlements(organization, START)


def test_a_customer_on_the_free_tier_is_accepted_within_a_working_day(people, catalogue):
    plan = asked(people.acme)
    assert plan.accepts_only
    assert plan.target_for("critical_down") == plan.target_for("guidance") == Target(minutes=None, working_days=1)
    assert plan.sorts_as("critical_down") == "guidance"
    assert len(plan.severity_codes) == 5
    assert (plan.technical_included, plan.monthly_quota, plan.metered) == (True, None, False)
    assert not plan.allows("third_party_software")
    assert plan.excluded_regions == ("eu-paris", "na-atlanta")
    assert plan.term is None


def test_a_partner_on_the_free_tier_has_no_technical_tickets(people, catalogue):
    for organization in (people.pine, people.isvsoft):
        plan = asked(organization)
        assert (plan.technical_included, plan.monthly_quota, plan.metered) == (False, 0, False)


def test_a_standard_partner_has_thirty_technical_tickets_a_month(people, subscribe):
    subscribe(people.pine, "standard")
    plan = asked(people.pine)
    assert (plan.technical_included, plan.monthly_quota, plan.metered) == (True, 30, True)
    assert (plan.resolution_priority, plan.handler_level) == ("normal", "engineer")
    assert plan.excluded_regions == ()
    assert not plan.allows("third_party_software")


def test_a_premium_partner_is_unlimited_and_its_report_is_not_delivered_yet(people, subscribe):
    subscribe(people.pine, "premium")
    plan = asked(people.pine)
    assert (plan.technical_included, plan.monthly_quota, plan.metered) == (True, None, False)
    assert plan.allows("tam")
    assert not plan.allows("monthly_report")
    assert plan.tier.entitlement("monthly_report").coming_soon


@pytest.mark.parametrize(
    ("severity", "minutes"),
    [
        ("critical_down", 10),
        ("production_down", 30),
        ("production_impaired", 180),
        ("system_impaired", 480),
        ("guidance", 960),
    ],
)
def test_an_enterprise_customer_is_answered_by_the_table(people, subscribe, severity, minutes):
    subscribe(people.acme, "enterprise")
    plan = asked(people.acme)
    assert plan.target_for(severity) == Target(minutes=minutes, working_days=None)
    assert plan.sorts_as(severity) == severity
    assert not plan.accepts_only


def test_a_severity_that_is_not_offered_takes_the_target_of_the_most_urgent_offered_one(people, subscribe):
    subscribe(people.acme, "developer")
    plan = asked(people.acme)
    assert not plan.offers("critical_down")
    assert plan.target_for("critical_down") == Target(minutes=30, working_days=None)


def test_all_of_it_takes_one_query(people, subscribe):
    subscribe(people.acme, "business")
    asked(people.acme)
    with tenancy.organization(people.acme.pk), CaptureQueriesContext(connection) as queries:
        plan = entitlements(people.acme, START)
        assert plan.allows("enterprise_line")
        assert plan.target_for("guidance").minutes == 960
        assert plan.entitlement("escort_basic").quota == 1
        assert not plan.suspended
    assert len(queries) == 1
