"""What a gateway's word does to a payment (spec page 3, sections 3.3 and 3.8).

Under the lock of the organization. Money that came is never lost: it fulfils its order, goes back in full, or is held
for a person; each once, in whatever order the messages come.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from accounts.models import Organization
from billing import locks, money_notices
from billing.actions import ACTIONS
from billing.actions.base import Situation
from billing.buying import cancellation, fulfilment
from billing.buying.quotes import wish_of
from billing.gateways.interface import Event
from billing.invoices import refunds
from billing.ledger import entries as ledger
from billing.models import GatewayNotification, Order, Payment
from billing.paying.payables import Payable
from billing.settlement import collection
from common import audit, money, outbox
from common.problems import Refusal

log = structlog.get_logger(__name__)
Outcome = GatewayNotification.Outcome
# A declined payment can still succeed: the payer tries again on the gateway's page.
OPEN = (Payment.Status.PENDING, Payment.Status.DECLINED)


def settle(*, organization: Organization, payment_id: int, event: Event, at: datetime) -> str:
    """Apply a verified event; the caller holds the organization's lock. Returns the notification's outcome."""
    payment = locks.hold_payment(payment_id)
    if payment.status not in OPEN:
        _note_second_charge(payment, event)
        return Outcome.IGNORED
    if event.outcome == "declined":
        return _declined(payment, at)
    if event.amount != payment.amount or event.currency != payment.currency:
        return _hold(payment, event, at)
    _succeeded(payment, event, at)
    apply(organization=organization, payment=payment, at=at)
    return Outcome.SUCCEEDED


def apply(*, organization: Organization, payment: Payment, at: datetime) -> None:
    """Let a locked payment that came pay what it is for, or go back; the caller holds the organization's lock."""
    if payment.order_id is None:
        _pay_invoice(payment, at)
    else:
        _pay_order(organization, locks.hold_order(payment.order_id), payment, at)


def settle_left_over(*, organization: Organization, payment_id: int, at: datetime) -> None:
    """Bring a paid payment whose order was left open to its end; the caller holds the organization's lock."""
    payment = locks.hold_payment(payment_id)
    if payment.status == Payment.Status.SUCCEEDED and payment.order_id is not None:
        order = locks.hold_order(payment.order_id)
        if order.status == Order.Status.AWAITING_PAYMENT:
            _fulfil_or_refund(organization, order, payment, at)


def decline(*, payment_id: int, at: datetime) -> None:
    """Nobody will collect this payment any more; the caller holds the organization's lock."""
    payment = locks.hold_payment(payment_id)
    if payment.status == Payment.Status.PENDING:
        _declined(payment, at)


def _pay_invoice(payment: Payment, at: datetime) -> None:
    assert payment.invoice_id is not None
    collection.invoice_paid(locks.hold_invoice(payment.invoice_id), payment, at)


def _pay_order(organization: Organization, order: Order, payment: Payment, at: datetime) -> None:
    if order.status == Order.Status.FULFILLED:
        refunds.request_refund(payment=payment, amount=payment.amount, reason="paid_twice", at=at)
    else:
        _fulfil_or_refund(organization, order, payment, at)


def _fulfil_or_refund(organization: Organization, order: Order, payment: Payment, at: datetime) -> None:
    if order.status == Order.Status.CANCELLED or cancellation.expire_if_due(order, at):
        refunds.request_refund(payment=payment, amount=payment.amount, reason="order_cancelled", at=at)
        return
    situation = Situation.of(organization, at)
    action = ACTIONS[order.action]
    reason = ""
    if action.changes_subscription and situation.fingerprint != order.quote.fingerprint:
        reason = Order.CancelReason.PLAN_CHANGED
    else:
        try:
            action.check(wish_of(order.quote), situation)
        except Refusal as refusal:
            log.info("order.not_possible", order=order.number, because=refusal.code)
            reason = Order.CancelReason.NOT_POSSIBLE
    if reason:
        cancellation.cancel(order, reason=reason, at=at, by=None)
        refunds.request_refund(payment=payment, amount=payment.amount, reason=reason, at=at)
    else:
        fulfilment.fulfil(order=order, payment=payment, situation=situation)


def _succeeded(payment: Payment, event: Event, at: datetime) -> None:
    payment.status = Payment.Status.SUCCEEDED
    payment.paid_at = event.occurred_at
    payment.gateway_id = event.gateway_id
    payment.query_at = None
    payment.save(update_fields=["status", "paid_at", "gateway_id", "query_at"])
    ledger.payment_received(payment, at=at)
    _record(payment, "payment.succeeded")
    outbox.emit(
        "payment.succeeded",
        organization_id=payment.organization_id,
        payload={
            "reference": payment.reference,
            "amount": money.plain(payment.amount),
            "currency": payment.currency,
            "occurred_at": event.occurred_at.isoformat(),
        },
        key=payment.reference,
    )


def _declined(payment: Payment, at: datetime) -> str:
    if payment.status == Payment.Status.DECLINED:
        return Outcome.IGNORED
    payment.status = Payment.Status.DECLINED
    payment.query_at = None
    payment.save(update_fields=["status", "query_at"])
    _record(payment, "payment.declined")
    payable = Payable.of(payment)
    payable.publish_change()
    if payable.is_payable(at):
        money_notices.payment_declined(payable, payment)
    return Outcome.DECLINED


def _hold(payment: Payment, event: Event, at: datetime) -> str:
    """What came is kept as it came: the ledger books it, a person decides about it."""
    payment.status = Payment.Status.HELD
    said, expected = f"{event.amount} {event.currency}", f"{payment.amount} {payment.currency}"
    payment.held_reason = f"reported {said}, expected {expected}"[:200]
    payment.received = money.round_fen(event.amount)
    payment.received_currency = event.currency[:3]
    payment.paid_at = event.occurred_at
    payment.gateway_id = event.gateway_id
    payment.query_at = None
    payment.save(
        update_fields=[
            "status", "held_reason", "received", "received_currency", "paid_at", "gateway_id", "query_at"
        ]
    )  # fmt: skip
    ledger.payment_received(payment, at=at)
    _record(payment, "payment.held")
    log.error("payment.held", reference=payment.reference, because=payment.held_reason)
    payable = Payable.of(payment)
    payable.publish_change()
    money_notices.payment_held(payable, payment)
    return Outcome.HELD


def _note_second_charge(payment: Payment, event: Event) -> None:
    """A gateway that collected one reference twice: nobody but a person can mend that."""
    known = payment.gateway_id
    if event.outcome == "succeeded" and known and event.gateway_id and known != event.gateway_id:
        log.error("payment.collected_twice", reference=payment.reference, gateway_ids=[known, event.gateway_id])


def _record(payment: Payment, action: str) -> None:
    facts = {"for": Payable.of(payment).number, "amount": money.plain(payment.amount), "currency": payment.currency}
    if payment.held_reason:
        facts["reason"] = payment.held_reason
    audit.record(by=None, organization_id=payment.organization_id, action=action, object=payment.reference, after=facts)
