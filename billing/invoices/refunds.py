"""Refunds: back to the payment they came from, never more than it brought (spec page 3, section 3.3).

Requested in the transaction that decides; sent to the gateway after its commit, and again by the reconciliation job
until the gateway has taken it. The refund's reference makes a repeated sending harmless.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F

from accounts.models import Person
from billing import gateways, locks, money_notices
from billing.gateways.interface import PaidCharge
from billing.invoices import numbers
from billing.ledger import entries as ledger
from billing.models import Invoice, Payment, Refund
from billing.paying.payables import Payable
from common import audit, clock, money, outbox, tenancy
from common.money import Money

log = structlog.get_logger(__name__)
REFUNDABLE = (Payment.Status.SUCCEEDED, Payment.Status.HELD)


def request_refund(
    *, payment: Payment, amount: Money, reason: str, at: datetime, credit_note: Invoice | None = None
) -> Refund:
    """Owe the payer `amount` of a locked payment: because of a credit note, or of money that paid for nothing.

    Raises ValueError beyond what the payment brought, however many ask at once; the database refuses it too.
    """
    if payment.status not in REFUNDABLE or amount <= 0 or not _take_back(payment, amount):
        raise ValueError(f"{payment.reference}: {amount} cannot be refunded")
    refund = Refund.objects.create(
        reference=numbers.refund_reference(),
        organization_id=payment.organization_id,
        payment=payment,
        amount=amount,
        credit_note=credit_note,
        reason=reason,
        requested_at=at,
    )
    ledger.refunded(refund, payment, at=at)
    _record(refund, "refund.requested")
    transaction.on_commit(lambda: send(refund.pk), robust=True)
    return refund


def refundable(payment: Payment) -> Money:
    """What the payment brought and has not given back."""
    return ledger.came(payment) - payment.refunded


def _take_back(payment: Payment, amount: Money) -> bool:
    """Compare and set in one statement: of two that refund at once, the second sees what the first has taken."""
    row = Payment.objects.filter(pk=payment.pk, refunded__lte=ledger.came(payment) - amount)
    if not row.update(refunded=F("refunded") + amount):
        return False
    payment.refunded += amount
    return True


def send(refund_id: int) -> None:
    """Have the gateway send a requested refund, then write it down; opens its own transactions, may run twice.

    No lock is held while the gateway is asked: its answer may take seconds. A refund that a person sends (bank
    transfer) is left to them.
    """
    with tenancy.everything():
        refund = Refund.objects.select_related("payment").get(pk=refund_id)
    payment = refund.payment
    gateway = gateways.gateway_named(payment.gateway)
    if refund.status == Refund.Status.COMPLETED or not gateway.offer().refunds_itself:
        return
    paid = PaidCharge(payment.reference, payment.gateway_id, ledger.came(payment), _currency(payment))
    gateway.refund(paid=paid, refund_reference=refund.reference, amount=refund.amount)
    complete(refund_id)


def complete(refund_id: int, *, by: Person | None = None) -> Refund:
    """Write down that a refund was sent; opens its own transaction, twice is once."""
    with tenancy.everything():
        refund = Refund.objects.get(pk=refund_id)
        locks.hold_account(refund.organization_id)
        payment = locks.hold_payment(refund.payment_id)
        refund = Refund.objects.select_for_update(no_key=True).get(pk=refund_id)
        if refund.status != Refund.Status.COMPLETED:
            _complete(refund, payment, by)
        return refund


def _currency(payment: Payment) -> str:
    return payment.received_currency or payment.currency


def _complete(refund: Refund, payment: Payment, by: Person | None) -> None:
    refund.status = Refund.Status.COMPLETED
    refund.completed_at = clock.now()
    refund.save(update_fields=["status", "completed_at"])
    if not refundable(payment) and not payment.refunds.exclude(status=Refund.Status.COMPLETED).exists():
        payment.status = Payment.Status.REFUNDED
        payment.save(update_fields=["status"])
    _record(refund, "refund.completed", by)
    outbox.emit(
        "refund.completed",
        organization_id=refund.organization_id,
        payload={
            "reference": refund.reference,
            "payment": payment.reference,
            "amount": money.plain(refund.amount),
            "reason": refund.reason,
        },
        key=refund.reference,
    )
    Payable.of(payment).publish_change()
    money_notices.refunded(refund, payment)


def _record(refund: Refund, action: str, by: Person | None = None) -> None:
    audit.record(
        by=by,
        organization_id=refund.organization_id,
        action=action,
        object=refund.reference,
        after={"payment_id": refund.payment_id, "amount": money.plain(refund.amount), "reason": refund.reason},
    )
