"""Payments whose sum was not what was asked are held for a person (spec page 3, section 3.8): who decides here.

Enough, in the right currency, may be accepted: what was asked pays, the rest goes back. Anything else is sent back as
it came.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from accounts.models import Person
from billing import locks
from billing.invoices import refunds
from billing.ledger import entries as ledger
from billing.models import Payment
from billing.paying import outcomes as settling
from billing.paying.payables import Payable
from common import audit, money
from common.problems import Refusal


class PaymentNotHeld(Refusal):
    code = "payment_not_held"
    title = gettext_lazy("This payment is not held")
    default_detail = gettext_lazy("Somebody has decided about it already, or it was never held.")


class TooLittleCame(Refusal):
    code = "too_little_came"
    title = gettext_lazy("What came is not enough")
    default_detail = gettext_lazy("It does not cover what was asked, or is in another currency. Send it back.")


def waits(payment: Payment) -> bool:
    """Whether a person still has to decide about it."""
    return payment.status == Payment.Status.HELD and payment.decided_at is None


def may_be_accepted(payment: Payment) -> bool:
    """Whether what came covers what was asked, in its currency."""
    return ledger.came(payment) >= payment.amount and payment.received_currency == payment.currency


def accept(*, payment: Payment, at: datetime, by: Person, reason: str = "") -> Payment:
    """Let it pay what it was asked for, and send back the rest. Raises PaymentNotHeld or TooLittleCame.

    In the caller's transaction. Where nothing waits for the money any more, all of it goes back. `reason` is kept in
    the audit trail.
    """
    organization = locks.hold_account(payment.organization_id)
    payment = _held(payment)
    came = ledger.came(payment)
    if not may_be_accepted(payment):
        raise TooLittleCame
    _decide(payment, Payment.Status.SUCCEEDED, at, by, reason)
    if came > payment.amount:
        refunds.request_refund(payment=payment, amount=came - payment.amount, reason="paid_too_much", at=at)
    settling.apply(organization=organization, payment=payment, at=at)
    return payment


def send_back(*, payment: Payment, at: datetime, by: Person, reason: str = "") -> Payment:
    """Refund all that came, in its own currency; what was to be paid can be paid again. Raises PaymentNotHeld.

    In the caller's transaction; the gateway is asked after its commit, and the payment is refunded once it has sent it.
    A payment that brought nothing is declined: there is nothing to send.
    """
    locks.hold_account(payment.organization_id)
    payment = _held(payment)
    came = ledger.came(payment)
    _decide(payment, Payment.Status.HELD if came else Payment.Status.DECLINED, at, by, reason)
    if came:
        refunds.request_refund(payment=payment, amount=came, reason="amount_mismatch", at=at)
    Payable.of(payment).publish_change()
    return payment


def _held(payment: Payment) -> Payment:
    payment = locks.hold_payment(payment.pk)
    if not waits(payment):
        raise PaymentNotHeld
    return payment


def _decide(payment: Payment, status: str, at: datetime, by: Person, reason: str) -> None:
    payment.status = status
    payment.decided_by = by
    payment.decided_at = at
    payment.save(update_fields=["status", "decided_by", "decided_at"])
    audit.record(
        by=by,
        organization_id=payment.organization_id,
        action="payment.decided",
        object=payment.reference,
        after={
            "decision": "accepted" if status == Payment.Status.SUCCEEDED else "sent_back",
            "received": money.plain(ledger.came(payment)),
            "currency": payment.received_currency,
            "reason": reason,
        },
    )
