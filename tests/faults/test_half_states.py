"""kill -9 after every SQL statement, and after every commit, of filing with files and of paying (page 9.2)."""

from __future__ import annotations

import signal
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.tokens import create_token
from addons.models import QuotaCounter, QuotaEntry
from billing.models import GatewayNotification, Invoice, Order, Payment, Refund, SandboxReport
from billing.paying import reconciliation, sandbox_desk
from common import clock, tenancy
from common.models import AuditEntry, IdempotencyRecord, OutboxEvent
from supportplans import versions
from supportplans.models import ProvisioningTask, Subscription, Term
from supportplans.publishing import load_files
from supportplans.subscriptions import start_subscription
from tests import cast
from tests.billing.conftest import now, order, payment_of
from tests.faults.conftest import until_it_gets_through
from tests.tickets.conftest import FIELDS, NOON, at
from tickets.attachments import stored_name
from tickets.models import Attachment, Message, ResponseTimer, Ticket, TicketEvent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

FILES = [["trace.log", "ERROR 0x17\n"], ["notes.txt", "since nine o'clock\n"]]


@pytest.fixture
def people(transactional_db):
    load_files()
    people = cast.gather()
    since = at("2026-11-01 10:00")
    with tenancy.organization(people.pine.pk), clock.at(since):
        start_subscription(
            organization=people.pine, tier="standard", cycle="yearly", at=since, order_number="O-1", by=None
        )
    yield people
    versions.forget()


def token_of(person) -> str:
    with clock.at(NOON):
        return create_token(person=person, name="test", scope="write", by=person)[1]


def filed() -> dict[str, int]:
    """Everything that filing writes."""
    models = (Ticket, Message, ResponseTimer, TicketEvent, Attachment, QuotaEntry, OutboxEvent, IdempotencyRecord)
    with tenancy.everything():
        rows = {model.__name__: model.objects.count() for model in models}
        return rows | {"used": sum(QuotaCounter.objects.values_list("used", flat=True))}


WHOLE = {
    "Ticket": 1,
    "Message": 1,
    "ResponseTimer": 1,
    "TicketEvent": 2,
    "Attachment": 2,
    "QuotaEntry": 1,
    "OutboxEvent": 1,
    "IdempotencyRecord": 1,
    "used": 1,
}


def test_filing_with_files_is_whole_or_not_at_all_and_a_repeat_completes_it(people, dying):
    token = token_of(people.partner_member)
    body = FIELDS | {"attachments": FILES}
    endings = []

    def attempt(statement: int) -> int | None:
        before, key = filed(), f"key-{statement}"
        ended, status = dying(statement, "/api/v1/orgs/pine/tickets", token, key, body)
        grown = {name: count - before[name] for name, count in filed().items()}
        assert ended in (0, signal.SIGKILL)
        assert grown in (dict.fromkeys(WHOLE, 0), WHOLE), f"half a ticket after statement {statement}: {grown}"
        endings.append(grown["Ticket"])
        # The client was told nothing, and asks again with the same key.
        assert dying(0, "/api/v1/orgs/pine/tickets", token, key, body) == (0, 201)
        assert {name: count - before[name] for name, count in filed().items()} == WHOLE
        return status

    until_it_gets_through(attempt, at_least=15)
    assert endings[0] == 0
    assert endings[-2:] == [1, 1], "killed after the commit: the ticket is there, and the repeat was told its number"
    with tenancy.everything():
        for row in Attachment.objects.all():
            with default_storage.open(stored_name(row)) as kept:
                assert [row.name, kept.read().decode()] in FILES


def test_paying_for_a_plan_is_never_half_done_and_always_completed(people, dying):
    """The payment is one transaction, the gateway's decision and its report are their own: the job finds them."""

    def attempt(statement: int) -> int | None:
        buyer = cast.organization(f"buyer-{statement}")
        owner = cast.person(f"owner@buyer-{statement}.example", buyer, "owner")
        placed = order(buyer, owner, "subscribe", tier="business", cycle="yearly", when=NOON)
        reference = payment_of(placed).reference
        address, paying = f"/sandbox/payments/{reference}", {"outcome": "succeeded"}
        ended, status = dying(statement, address, "", "", paying)
        assert ended in (0, signal.SIGKILL)
        assert effects(buyer) in (NOTHING, PAID), f"half a purchase after statement {statement}"
        # What the payer decided is found by the job; a decision that was not kept is made again.
        SandboxReport.objects.update(made_at=clock.real_now() - timedelta(minutes=1))
        later = NOON + timedelta(minutes=5)
        with clock.at(later), pytest.MonkeyPatch.context() as patch:
            patch.setattr(sandbox_desk, "_call", sandbox_desk._hand_over)
            reconciliation.reconcile(at=later)
        if now(placed).status != "fulfilled":
            assert dying(0, address, "", "", paying) == (0, 200)
        assert effects(buyer) == PAID
        assert now(placed).status == "fulfilled"
        return status

    until_it_gets_through(attempt, at_least=25)
    assert not GatewayNotification.objects.filter(processed_at=None).exists()


NOTHING = {
    "orders": ["awaiting_payment"],
    "payments": ["pending"],
    "terms": 0,
    "subscriptions": 0,
    "invoices": 0,
    "refunds": 0,
    "provisioning": 0,
    "audit": ["order.created", "payment.started"],
    "events": [],
}
PAID = {
    "orders": ["fulfilled"],
    "payments": ["succeeded"],
    "terms": 1,
    "subscriptions": 1,
    "invoices": 1,
    "refunds": 0,
    "provisioning": 2,
    "audit": [
        "invoice.issued",
        "order.created",
        "order.fulfilled",
        "payment.started",
        "payment.succeeded",
        "provisioning.opened",
        "provisioning.opened",
        "subscription.started",
    ],
    "events": ["invoice.issued", "notice.email", "payment.succeeded", "subscription.changed"],
}


def effects(buyer) -> dict[str, Any]:
    """Everything that a purchase changes, as the buyer's organization sees it."""
    with tenancy.everything():
        return {
            "orders": list(Order.objects.filter(organization=buyer).values_list("status", flat=True)),
            "payments": list(Payment.objects.filter(organization=buyer).values_list("status", flat=True)),
            "terms": Term.objects.filter(organization=buyer).count(),
            "subscriptions": Subscription.objects.filter(organization=buyer).count(),
            "invoices": Invoice.objects.filter(organization=buyer).count(),
            "refunds": Refund.objects.filter(organization=buyer).count(),
            "provisioning": ProvisioningTask.objects.filter(organization=buyer).count(),
            "audit": sorted(AuditEntry.objects.filter(organization_id=buyer.pk).values_list("action", flat=True)),
            "events": sorted(OutboxEvent.objects.filter(organization_id=buyer.pk).values_list("topic", flat=True)),
        }
