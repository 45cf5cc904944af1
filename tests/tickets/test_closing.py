import pytest

from addons.models import QuotaCounter, QuotaEntry
from common import tenancy
from common.problems import OrganizationDisabled
from tests.tickets.conftest import NOON, at, events_of, file, fresh, history_of, own, reply, timers_of
from tickets import closing
from tickets.refusals import FollowUpNeeded, NotFinished, TicketNotOpen


@pytest.fixture
def ticket(plans):
    """Of a metered partner: its unit is taken."""
    return file(plans.pine, plans.partner_member)


def used(organization) -> int:
    with tenancy.organization(organization.pk):
        counter = QuotaCounter.objects.get()
        assert -counter.used == sum(QuotaEntry.objects.values_list("quantity", flat=True))
        return counter.used


def test_its_reporter_withdraws_within_15_minutes_and_gets_the_unit_back(plans, ticket):
    assert used(plans.pine) == 1
    own(closing.withdraw, ticket, plans.partner_member, at("2026-11-24 12:15:00"))
    row = fresh(ticket)
    assert (row.status, row.sort_due.year) == ("withdrawn", 9000)
    (timer,) = timers_of(ticket)
    assert (timer.state, timer.ended_at, timer.breached_at) == ("cancelled", at("2026-11-24 12:15"), None)
    assert used(plans.pine) == 0
    assert history_of(ticket)[-1].details["quota_returned"] is True


def test_the_unit_goes_back_to_the_month_it_was_taken_from(plans):
    late = file(plans.pine, plans.partner_member, when=at("2026-11-30 23:55"))
    own(closing.withdraw, late, plans.partner_member, at("2026-12-01 00:05"))
    with tenancy.organization(plans.pine.pk):
        (counter,) = QuotaCounter.objects.all()
        assert (str(counter.period_start), counter.used) == ("2026-11-01", 0)


@pytest.mark.parametrize("who", ["late", "another", "answered"])
def test_else_the_unit_stays_used(plans, ticket, who):
    by, when = plans.partner_member, at("2026-11-24 12:10")
    if who == "late":
        when = at("2026-11-24 12:15:01")
    elif who == "another":
        by = plans.partner_owner
    else:
        reply(ticket, plans.engineer, at("2026-11-24 12:05"))
    own(closing.withdraw, ticket, by, when)
    assert fresh(ticket).status == "withdrawn"
    assert used(plans.pine) == 1
    assert history_of(ticket)[-1].details["quota_returned"] is False


def test_a_business_ticket_has_no_unit_to_give_back(plans):
    business = file(plans.pine, plans.partner_member, kind="business", region="")
    own(closing.withdraw, business, plans.partner_member, NOON)
    assert history_of(business)[-1].details["quota_returned"] is False


@pytest.mark.parametrize("action", [closing.withdraw, closing.close])
def test_after_the_due_time_the_breach_is_recorded(plans, ticket, action):
    own(action, ticket, plans.partner_member, at("2026-11-24 15:00:00"))
    (timer,) = timers_of(ticket)
    assert (timer.state, timer.breached_at) == ("cancelled", at("2026-11-24 15:00"))
    assert fresh(ticket).response_state == "cancelled"
    assert "escalated" in events_of(ticket)


def test_a_withdrawn_ticket_is_not_withdrawn_twice(plans, ticket):
    own(closing.withdraw, ticket, plans.partner_member, NOON)
    with pytest.raises(TicketNotOpen):
        own(closing.withdraw, ticket, plans.partner_member, NOON)
    with pytest.raises(TicketNotOpen):
        own(closing.reopen, ticket, plans.partner_member, NOON)
    with pytest.raises(TicketNotOpen):
        own(closing.close, ticket, plans.partner_member, NOON)
    assert used(plans.pine) == 0


def test_the_customer_closes_at_any_time(plans, ticket):
    own(closing.close, ticket, plans.partner_member, at("2026-11-24 12:20"))
    row = fresh(ticket)
    assert (row.status, row.closed_at) == ("closed", at("2026-11-24 12:20"))
    assert timers_of(ticket)[0].state == "cancelled"
    assert used(plans.pine) == 1


def test_reopening_starts_a_next_timer(plans, ticket):
    own(closing.close, ticket, plans.partner_member, at("2026-11-24 12:20"))
    own(closing.reopen, ticket, plans.partner_member, at("2026-12-08 12:20"))
    row = fresh(ticket)
    assert (row.status, row.closed_at, row.resolved_at) == ("in_progress", None, None)
    first, following = timers_of(ticket)
    assert (first.state, following.kind, following.due_at) == ("cancelled", "next", at("2026-12-08 15:20"))


def test_a_resolved_ticket_can_be_closed_and_reopened(plans, ticket):
    reply(ticket, plans.engineer, at("2026-11-24 12:10"), then="resolve")
    own(closing.close, ticket, plans.partner_member, at("2026-11-25 12:00"))
    assert fresh(ticket).status == "closed"
    with pytest.raises(FollowUpNeeded):
        own(closing.reopen, ticket, plans.partner_member, at("2026-12-08 12:10:01"))
    own(closing.reopen, ticket, plans.partner_member, at("2026-12-08 12:10"))
    assert fresh(ticket).status == "in_progress"


def test_what_is_not_finished_is_not_reopened(plans, ticket):
    with pytest.raises(NotFinished):
        own(closing.reopen, ticket, plans.partner_member, NOON)
    assert len(timers_of(ticket)) == 1


@pytest.mark.parametrize("action", [closing.withdraw, closing.close, closing.reopen])
def test_a_disabled_organization_changes_nothing(plans, ticket, action):
    plans.pine.disabled_at = NOON
    plans.pine.save()
    with pytest.raises(OrganizationDisabled):
        own(action, ticket, plans.partner_member, NOON)
    assert fresh(ticket).status == "open"
