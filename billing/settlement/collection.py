"""Money that comes for an open invoice: it is paid, and what is too much goes back (spec page 3, section 3.7)."""

from __future__ import annotations

from datetime import datetime

from billing.invoices import refunds
from billing.ledger import entries as ledger
from billing.models import Invoice, Payment
from billing.settlement import suspension
from common import audit, live, money, outbox


def invoice_paid(invoice: Invoice, payment: Payment, at: datetime) -> None:
    """Let a payment that came pay its invoice; both are locked, under the organization's lock.

    More than what is still to be paid (the invoice was paid otherwise, or credited meanwhile) is refunded. A payment
    lifts a suspension at once.
    """
    amount = min(invoice.outstanding, refunds.refundable(payment))
    excess = refunds.refundable(payment) - amount
    if amount > 0:
        invoice.paid += amount
        invoice.payment = payment
        if invoice.outstanding == 0:
            invoice.status = Invoice.Status.PAID
        invoice.save(update_fields=["paid", "payment", "status"])
        ledger.post([ledger.invoice_paid(payment, amount, at=at)])
        _tell(invoice, payment, amount)
    if excess > 0:
        refunds.request_refund(payment=payment, amount=excess, reason="invoice_overpaid", at=at)
    suspension.align(invoice.organization, at)


def _tell(invoice: Invoice, payment: Payment, amount: money.Money) -> None:
    facts = {"amount": money.plain(amount), "payment": payment.reference}
    audit.record(
        by=None, organization_id=invoice.organization_id, action="invoice.paid", object=invoice.number, after=facts
    )
    outbox.emit(
        "invoice.paid",
        organization_id=invoice.organization_id,
        payload=facts | {"number": invoice.number, "currency": invoice.currency, "status": invoice.status},
        key=f"{invoice.number}-{payment.reference}",
    )
    live.publish(f"org:{invoice.organization_id}", "invoice-changed", invoice=invoice.number)
