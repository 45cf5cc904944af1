"""A plan is suspended from 00:00 of `due_on` + 15 days until its settlement invoice is paid (spec page 3.7)."""

from datetime import date, timedelta

import pytest

from billing.models import Payment
from billing.paying import payments
from billing.settlement import suspension
from common import clock, tenancy
from common.models import AuditEntry, OutboxEvent
from notifications.models import Notification
from supportplans.entitlements import entitlements
from supportplans.models import Subscription
from supportplans.standing import standing
from tests.billing.conftest import catalogue, notify  # noqa: F401
from tests.billing.months import DECEMBER, beijing, documents, hold, load, settle, used
from tickets.filing import file_ticket
from tickets.filing_fields import Draft
from tickets.refusals import AccountOverdue

# Settled on 1 December, due on the 11th, suspended from the 26th.
SUSPENDED = beijing("2026-12-26T00:00")
SECOND = timedelta(seconds=1)


@pytest.fixture
def acme(catalogue, people):
    hold(people.acme, "business", "2026-11-01T00:00")
    load(used(people.acme, "20000.00", date(2026, 11, 3)))
    settle()
    return people.acme


def overdue(organization, when) -> bool:
    with tenancy.organization(organization.pk):
        return suspension.is_overdue(organization, when)


def status(organization, when) -> str:
    with tenancy.organization(organization.pk):
        return standing(organization, when).status


def pay(organization, by, when, django_capture_on_commit_callbacks) -> None:
    """The owner pays the oldest open invoice on the gateway's page."""
    invoice = next(document for document in documents(organization) if document.status == "open")
    with tenancy.organization(organization.pk), clock.at(when):
        payment = payments.pay_invoice(invoice=invoice, at=when, by=by)
    with django_capture_on_commit_callbacks(execute=True):
        notify(payment, at=when)


def file(organization, by, kind: str, when):
    draft = Draft(kind=kind, severity="guidance", subject="A question", body="How?", region="none")
    with tenancy.organization(organization.pk), clock.at(when):
        return file_ticket(organization=organization, by=by, draft=draft, channel="portal", at=when)


def test_an_invoice_is_overdue_from_the_day_after_it_was_due(acme):
    assert not overdue(acme, beijing("2026-12-11T23:59"))
    assert overdue(acme, beijing("2026-12-12T00:00"))


def test_the_plan_is_suspended_from_the_first_instant_of_the_15th_day(acme):
    assert status(acme, SUSPENDED - SECOND) == "active"
    assert status(acme, SUSPENDED) == "suspended"


def test_technical_tickets_are_refused_and_business_tickets_go_on(acme, people):
    file(acme, people.owner, "technical", SUSPENDED - SECOND)
    with pytest.raises(AccountOverdue) as refused:
        file(acme, people.owner, "technical", SUSPENDED)
    assert refused.value.code == "account_overdue"
    assert file(acme, people.owner, "business", SUSPENDED).kind == "business"


def test_payment_restores_it_at_once(acme, people, django_capture_on_commit_callbacks):
    later = beijing("2027-01-20T10:00")
    assert status(acme, later) == "suspended"
    pay(acme, people.owner, later, django_capture_on_commit_callbacks)
    assert (status(acme, later), overdue(acme, later)) == ("active", False)
    file(acme, people.owner, "technical", later)
    with tenancy.everything():
        assert AuditEntry.objects.filter(action="subscription.restored", object="acme").count() == 1
        told = Notification.objects.filter(kind="plan.restored").order_by("person_id")
        assert [notice.person for notice in told] == [people.owner, people.billing]
    restored = [event.payload["change"] for event in OutboxEvent.objects.filter(topic="subscription.changed")]
    assert restored == ["restored"]


def test_payment_in_time_is_told_to_nobody_as_a_restoration(acme, people, django_capture_on_commit_callbacks):
    pay(acme, people.owner, beijing("2026-12-20T10:00"), django_capture_on_commit_callbacks)
    assert status(acme, SUSPENDED) == "active"
    with tenancy.everything():
        assert Subscription.objects.get(organization=acme).suspended_at is None
        assert not Notification.objects.filter(kind="plan.restored").exists()


def test_of_two_unpaid_invoices_the_older_one_counts_until_it_is_paid(acme, people, django_capture_on_commit_callbacks):
    load(used(acme, "20000.00", date(2026, 12, 3)))
    settle(DECEMBER)
    on_the_3rd = beijing("2027-01-03T10:00")
    assert status(acme, on_the_3rd) == "suspended"
    pay(acme, people.owner, on_the_3rd, django_capture_on_commit_callbacks)
    assert status(acme, on_the_3rd) == "active"
    # Due on 11 January.
    assert status(acme, beijing("2027-01-26T00:00")) == "suspended"
    assert not overdue(acme, on_the_3rd)


def test_an_invoice_that_a_correction_credits_whole_lifts_it(acme):
    load(used(acme, "-20000.00", date(2026, 11, 3)))
    assert status(acme, beijing("2026-12-31T10:00")) == "suspended"
    settle(DECEMBER)
    assert status(acme, beijing("2027-01-01T02:00")) == "active"


def test_who_has_left_is_suspended_too_and_has_no_technical_tickets_anyhow(catalogue, people):
    hold(people.orbit, "business", "2026-11-01T00:00", left="2026-11-20T10:00")
    load(used(people.orbit, "20000.00", date(2026, 11, 3)))
    settle()
    with tenancy.organization(people.orbit.pk):
        held = entitlements(people.orbit, SUSPENDED)
    assert (held.suspended, held.standing.status) == (True, "none")


def test_a_pending_payment_restores_nothing(acme, people):
    with tenancy.organization(acme.pk), clock.at(SUSPENDED):
        payments.pay_invoice(invoice=documents(acme)[0], at=SUSPENDED, by=people.owner)
    with tenancy.everything():
        assert Payment.objects.get().status == "pending"
    assert status(acme, SUSPENDED) == "suspended"
