"""Reminders on days 3 and 7 after the due date, the suspension on day 15, each told once (spec page 3.7)."""

from datetime import date, timedelta

import pytest

from billing.models import Invoice
from billing.settlement import dunning
from common import clock, tenancy
from common.models import AuditEntry, OutboxEvent
from notifications.kinds import text_of
from notifications.models import Notification
from tests.billing.conftest import catalogue  # noqa: F401
from tests.billing.months import DECEMBER, beijing, documents, hold, load, settle, used

DUE = date(2026, 12, 11)


@pytest.fixture
def acme(catalogue, people):
    """The invoice of November was due on 11 December."""
    hold(people.acme, "business", "2026-11-01T00:00")
    load(used(people.acme, "20000.00", date(2026, 11, 3)))
    settle()
    return people.acme


def remind(days: int) -> int:
    """The job, so many days after the due date."""
    at = beijing(f"{DUE + timedelta(days=days)}T09:00")
    with clock.at(at):
        return dunning.remind(at=at)["told"]


def told(kind: str = "") -> list[str]:
    """Notices of the owner, oldest first."""
    with tenancy.everything():
        notices = Notification.objects.filter(person__email="owner@acme.example", kind__startswith=kind)
        return list(notices.order_by("pk").values_list("kind", flat=True))


def events(topic: str) -> list[str]:
    return list(OutboxEvent.objects.filter(topic=topic).order_by("pk").values_list("key", flat=True))


def test_day_by_day_each_step_is_told_on_its_day(acme):
    story = {days: remind(days) for days in range(-2, 20)}
    assert [days for days, count in story.items() if count] == [1, 3, 7, 15]
    assert told() == ["invoice.reminder", "invoice.reminder", "plan.suspended"]
    assert events("invoice.overdue") == ["INV-2026-000001"]
    assert [event.payload["change"] for event in OutboxEvent.objects.filter(topic="subscription.changed")] == [
        "suspended"
    ]
    with tenancy.everything():
        assert AuditEntry.objects.filter(action="subscription.suspended", object="acme").count() == 1


def test_owner_and_billing_are_told_and_nobody_else(acme, people):
    remind(3)
    with tenancy.everything():
        notices = Notification.objects.filter(kind="invoice.reminder").select_related("person").order_by("person_id")
        assert [notice.person for notice in notices] == [people.owner, people.billing]
        assert notices[0].url == "/o/acme/invoices/INV-2026-000001"
        text = text_of(notices[0].kind, notices[0].params)
    assert text.startswith("Invoice INV-2026-000001 of Acme was due on ")
    assert "¥1,300.00 are still to be paid" in text


def test_after_downtime_only_the_latest_step_that_is_still_true_is_told(acme):
    assert remind(9) == 1
    assert (told(), events("invoice.overdue")) == (["invoice.reminder"], ["INV-2026-000001"])
    assert remind(10) == 0
    assert remind(40) == 1
    assert told() == ["invoice.reminder", "plan.suspended"]


def test_a_second_run_on_the_same_day_tells_nothing(acme):
    remind(7)
    assert (remind(7), len(told())) == (0, 1)


def test_a_paid_invoice_is_left_alone(acme):
    with tenancy.everything():
        Invoice.objects.update(status="paid", paid=1300)
    assert (remind(3), remind(15), told()) == (0, 0, [])


def test_the_invoice_of_the_next_month_has_steps_of_its_own(acme):
    remind(15)
    load(used(acme, "20000.00", date(2026, 12, 3)))
    settle(DECEMBER)
    # 11 January is 31 days after 11 December.
    assert [days for days in (16, 31, 32, 33, 34, 37, 38, 45, 46, 47) if remind(days)] == [32, 34, 38, 46]
    assert events("invoice.overdue") == [document.number for document in documents(acme)]
    with tenancy.everything():
        assert AuditEntry.objects.filter(action="subscription.suspended").count() == 1


def test_many_are_told_in_batches(catalogue, people, monkeypatch):
    monkeypatch.setattr(dunning, "BATCH", 1)
    for organization in (people.acme, people.orbit):
        hold(organization, "business", "2026-11-01T00:00")
        load(used(organization, "20000.00", date(2026, 11, 3)))
    settle()
    assert remind(3) == 2
