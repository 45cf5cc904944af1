import re

import pytest

from accounts.models import EndCustomer
from addons.models import QuotaCounter, QuotaEntry
from addons.ticket_quota import QuotaExhausted
from common import tenancy
from common.models import OutboxEvent
from common.problems import FieldErrors, OrganizationDisabled
from supportplans.models import Subscription
from tests.tickets.conftest import NOON, at, events_of, file, fresh, timers_of
from tickets import access
from tickets.models import Message, ResponseTimer, Ticket, TicketEvent, TicketWatcher
from tickets.refusals import AccountOverdue, NotEntitled, RegionNotServed, SeverityNotOffered


def nothing_is_stored() -> bool:
    with tenancy.everything():
        models = (Ticket, Message, ResponseTimer, TicketEvent, TicketWatcher, QuotaCounter, QuotaEntry)
        rows = [model.objects.count() for model in models]
    return rows == [0] * len(models) and not OutboxEvent.objects.filter(topic="ticket.created").exists()


def test_a_filed_ticket_is_stored_whole(plans):
    ticket = file(plans.orbit, plans.outsider, product="rds", category="troubleshooting")
    assert re.fullmatch(r"T-2026-\d{7}", ticket.number)
    row = fresh(ticket)
    assert (row.status, row.tier, row.channel) == ("open", "business", "portal")
    assert (row.reporter, row.assignee) == (plans.outsider, None)
    assert (row.resolution_priority, row.handler_level) == ("high", "expert")
    assert (row.product, row.category, row.region) == ("rds", "troubleshooting", "cn-north-4")
    assert row.created_at == NOON
    assert events_of(row) == ["created", "timer_started"]
    with tenancy.everything():
        (opening,) = access.messages_of(row, internal=True)
    assert (opening.body, opening.side, opening.public) == (
        "One in **twenty** requests fails since this morning.",
        "customer",
        True,
    )
    assert opening.body_html == "<p>One in <strong>twenty</strong> requests fails since this morning.</p>\n"
    assert OutboxEvent.objects.filter(topic="ticket.created", organization_id=plans.orbit.pk).count() == 1


def test_the_first_timer_starts_when_the_ticket_is_filed(plans):
    ticket = file(plans.orbit, plans.outsider, severity="critical_down")
    (timer,) = timers_of(ticket)
    assert (timer.kind, timer.started_at, timer.due_at) == ("first", NOON, at("2026-11-24 12:10"))
    assert (timer.target_minutes, timer.target_working_days, timer.state) == (10, None, "running")
    assert (timer.next_step, timer.next_step_at) == (50, at("2026-11-24 12:05"))
    row = fresh(ticket)
    assert (row.response_due_at, row.response_state, row.sort_due) == (timer.due_at, "running", timer.due_at)


def test_a_basic_tier_owes_acceptance_within_one_working_day(plans):
    ticket = file(plans.acme, plans.member, when=at("2026-11-28 10:00"), severity="critical_down")
    (timer,) = timers_of(ticket)
    assert (timer.target_minutes, timer.target_working_days) == (None, 1)
    assert timer.due_at == at("2026-12-01 00:00")
    # It sorts as guidance without priority.
    assert ticket.queue_rank == 142


def test_a_technical_ticket_takes_a_quota_unit_and_a_business_ticket_none(plans):
    technical = file(plans.pine, plans.partner_member)
    file(plans.pine, plans.partner_member, kind="business", region="")
    with tenancy.organization(plans.pine.pk):
        assert list(QuotaEntry.objects.values_list("ticket_number", "quantity")) == [(technical.number, -1)]


def test_spaces_around_what_was_typed_are_removed(plans):
    ticket = file(plans.orbit, plans.outsider, subject="  a\n b  ", body="  x  ", region=" cn-north-4 ")
    assert (ticket.subject, ticket.region) == ("a b", "cn-north-4")


def test_a_new_end_customer_is_kept_for_the_next_time(plans):
    first = file(plans.pine, plans.partner_member, end_customer="Harbour Foods")
    second = file(plans.pine, plans.partner_member, end_customer="Harbour Foods")
    assert first.end_customer.name == "Harbour Foods"
    assert second.end_customer == first.end_customer


def test_a_customer_has_no_end_customers(plans):
    with pytest.raises(FieldErrors) as refused:
        file(plans.orbit, plans.outsider, end_customer="Harbour Foods")
    assert set(refused.value.errors) == {"end_customer"}


def test_watchers_and_end_customer_belong_to_the_organization(plans):
    with tenancy.organization(plans.pine.pk):
        shop = EndCustomer.objects.create(organization=plans.pine, name="Shop", reference="S-1", created_at=NOON)
    ticket = file(
        plans.pine, plans.partner_member, end_customer="S-1", watchers=["OWNER@pine.example"], tried="Restarted it."
    )
    assert (ticket.end_customer, ticket.tried) == (shop, "Restarted it.")
    with tenancy.everything():
        assert access.watchers_of(ticket) == [plans.partner_owner]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"kind": "other"}, {"kind"}),
        ({"kind": ""}, {"kind"}),
        ({"severity": "urgent"}, {"severity"}),
        ({"subject": "  ", "body": ""}, {"subject", "body"}),
        ({"subject": "\u200b\u202e", "body": "\u2066\n\ufeff"}, {"subject", "body"}),
        ({"subject": "x" * 201}, {"subject"}),
        ({"body": "x" * 20_001}, {"body"}),
        ({"region": ""}, {"region"}),
        ({"region": "mars-1"}, {"region"}),
        ({"product": "xyz"}, {"product"}),
        ({"category": "xyz"}, {"category"}),
        ({"category": "product_fault"}, {"category"}),
        ({"software": "oracle"}, {"software"}),
        ({"end_customer": "1"}, {"end_customer"}),
        ({"end_customer": "9" * 40}, {"end_customer"}),
        ({"watchers": ["owner@pine.example"]}, {"watchers"}),
        ({"tried": "x" * 5_001}, {"tried"}),
    ],
)
def test_fields_are_checked_and_nothing_is_stored(plans, changes, fields):
    with pytest.raises(FieldErrors) as refused:
        file(plans.orbit, plans.outsider, **changes)
    assert set(refused.value.errors) == fields
    assert nothing_is_stored()


def test_a_business_ticket_needs_no_region(plans):
    assert file(plans.orbit, plans.outsider, kind="business", region="").region == ""


def test_a_disabled_organization_files_nothing(plans):
    plans.orbit.disabled_at = NOON
    with pytest.raises(OrganizationDisabled):
        file(plans.orbit, plans.outsider)
    assert nothing_is_stored()


def test_a_suspended_plan_takes_business_tickets_only(plans):
    with tenancy.organization(plans.orbit.pk):
        Subscription.objects.filter(organization=plans.orbit).update(suspended_at=NOON)
    with pytest.raises(AccountOverdue) as refused:
        file(plans.orbit, plans.outsider)
    assert (refused.value.code, refused.value.status) == ("account_overdue", 409)
    assert refused.value.action_url == "/o/orbit/invoices"
    assert nothing_is_stored()
    assert file(plans.orbit, plans.outsider, kind="business").status == "open"


@pytest.mark.parametrize("who", ["isvsoft", "pine_on_basic"])
def test_partner_basic_includes_no_technical_tickets(people, catalogue, who):
    organization = people.isvsoft if who == "isvsoft" else people.pine
    with pytest.raises(NotEntitled) as refused:
        file(organization, people.vendor_owner)
    assert refused.value.code == "not_entitled"
    assert refused.value.action_url == "/plans"
    assert nothing_is_stored()
    assert file(organization, people.vendor_owner, kind="business").tier == "basic"


@pytest.mark.parametrize("asked", [{"software": "mysql"}, {"category": "third_party_software"}])
@pytest.mark.parametrize("slug", ["acme", "pine"])
def test_third_party_software_is_not_for_customer_basic_nor_for_partners(plans, asked, slug):
    with pytest.raises(NotEntitled):
        file(getattr(plans, slug), plans.member, **asked)
    assert nothing_is_stored()


def test_third_party_software_is_helped_with_on_paid_customer_tiers(plans):
    ticket = file(plans.orbit, plans.outsider, software="mysql", software_version="5.7")
    assert (ticket.category, ticket.software, ticket.software_version) == ("third_party_software", "mysql", "5.7")


@pytest.mark.parametrize("region", ["eu-paris", "na-atlanta"])
def test_excluded_regions_are_refused_to_customers_only(plans, region, settings):
    with pytest.raises(RegionNotServed) as refused:
        file(plans.orbit, plans.outsider, region=region)
    assert refused.value.action_url == settings.CONTACT_SALES_URL
    assert nothing_is_stored()
    assert file(plans.orbit, plans.outsider, region=region, kind="business").region == region
    assert file(plans.pine, plans.partner_member, region=region).region == region


def test_a_severity_outside_the_tier_is_refused_with_those_offered(plans):
    with pytest.raises(SeverityNotOffered) as refused:
        file(plans.pine, plans.partner_member, severity="critical_down")
    assert refused.value.members["offered"] == [
        "production_down",
        "production_impaired",
        "system_impaired",
        "guidance",
    ]
    assert nothing_is_stored()


def test_the_31st_technical_ticket_of_a_month_is_refused_with_a_way_out(plans):
    for _ in range(30):
        file(plans.pine, plans.partner_member)
    with pytest.raises(QuotaExhausted) as refused:
        file(plans.pine, plans.partner_member)
    members = refused.value.members
    assert (members["used"], members["allowance"], members["pack_price"]) == (30, 30, "1000.00")
    assert members["resets_at"] == "2026-12-01T00:00:00+08:00"
    assert refused.value.action_url
    with tenancy.organization(plans.pine.pk):
        assert Ticket.objects.count() == 30
        assert QuotaEntry.objects.count() == 30
    # The month begins by itself.
    assert file(plans.pine, plans.partner_member, when=at("2026-12-01 00:00")).status == "open"


def test_refusals_come_in_their_order(plans):
    """Each is raised although all that follow it apply as well."""
    organization, by = plans.acme, plans.member
    wrong = {"software": "mysql", "region": "eu-paris", "severity": "critical_down"}
    organization.disabled_at = NOON
    with pytest.raises(FieldErrors):
        file(organization, by, **(wrong | {"subject": ""}))
    with pytest.raises(OrganizationDisabled):
        file(organization, by, **wrong)
    organization.disabled_at = None
    with pytest.raises(NotEntitled):
        file(organization, by, **wrong)
    with pytest.raises(RegionNotServed):
        file(organization, by, **(wrong | {"software": ""}))
    assert nothing_is_stored()


def test_another_organization_does_not_see_it(plans):
    ticket = file(plans.orbit, plans.outsider)
    with tenancy.organization(plans.pine.pk):
        assert not Ticket.objects.filter(pk=ticket.pk).exists()
        assert not Message.objects.exists()
        assert not TicketEvent.objects.exists()
        assert not ResponseTimer.objects.exists()


def test_a_ticket_about_third_party_software_names_it(plans):
    with pytest.raises(FieldErrors) as refused:
        file(plans.orbit, plans.outsider, category="third_party_software")
    assert refused.value.errors == {"software": ["Choose the software that the ticket is about."]}
    assert nothing_is_stored()
