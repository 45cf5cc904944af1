"""The JSON shapes of billing (spec page 7): one function per thing, and the serializer that documents it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from billing import wording
from billing.buying import cancellation
from billing.models import Invoice, InvoiceLine, Order, Payment, Quote
from billing.paying.payables import page_url
from common import clock
from common.api import api_time
from common.beijing import Month
from common.money import ZERO, Money, plain


def amount_field(**options: Any) -> serializers.DecimalField:
    """Money: text with two decimals."""
    return serializers.DecimalField(max_digits=14, decimal_places=2, **options)


class LineShape(serializers.Serializer):
    code = serializers.CharField()
    description = serializers.CharField()
    quantity = serializers.IntegerField()
    days = serializers.IntegerField(allow_null=True)
    of_days = serializers.IntegerField(allow_null=True)
    amount = amount_field()


class EffectShape(serializers.Serializer):
    """`code` says what, further members depend on it."""

    code = serializers.CharField()
    description = serializers.CharField()


class QuoteShape(serializers.Serializer):
    id = serializers.UUIDField()
    action = serializers.CharField()
    tier = serializers.CharField(allow_null=True)
    cycle = serializers.CharField(allow_null=True)
    quantity = serializers.IntegerField(allow_null=True)
    at = serializers.ChoiceField(choices=["now", "renewal"])
    lines = LineShape(many=True)
    total = amount_field()
    currency = serializers.CharField()
    effective = serializers.CharField()
    expires_at = serializers.DateTimeField()
    effects = EffectShape(many=True)


def quote_body(quote: Quote) -> dict[str, Any]:
    """What would be charged, line by line, and what else would happen."""
    return {
        "id": str(quote.pk),
        "action": quote.action,
        "tier": quote.tier or None,
        "cycle": quote.cycle or None,
        "quantity": quote.quantity,
        "at": quote.at,
        "lines": [_quoted_line(line) for line in quote.lines],
        "total": plain(quote.total),
        "currency": quote.currency,
        "effective": quote.effective,
        "expires_at": api_time(quote.expires_at),
        "effects": [effect | {"description": wording.describe_effect(effect)} for effect in quote.effects],
    }


def _quoted_line(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": line["code"],
        "description": wording.describe_line(line["code"], line["params"], line["quantity"]),
        "quantity": line["quantity"],
        "days": line["days"],
        "of_days": line["of_days"],
        "amount": line["amount"],
    }


class PaymentLinkShape(serializers.Serializer):
    reference = serializers.CharField()
    url = serializers.URLField()
    status = serializers.ChoiceField(Payment.Status.choices)


def payment_link(payment: Payment | None) -> dict[str, Any] | None:
    """Where a payment is made."""
    if payment is None:
        return None
    return {"reference": payment.reference, "url": page_url(payment), "status": payment.status}


class OrderShape(serializers.Serializer):
    number = serializers.CharField()
    action = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(Order.Status.choices)
    total = amount_field()
    currency = serializers.CharField()
    quote = serializers.UUIDField()
    invoice = serializers.CharField(allow_null=True)
    payment = PaymentLinkShape(allow_null=True)
    placed_at = serializers.DateTimeField()
    pay_until = serializers.DateTimeField()
    fulfilled_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField(allow_null=True)
    terms_version = serializers.CharField()


def document_of(order: Order) -> Invoice | None:
    """The order's invoice; of one that gave money back, the credit note that explains it: the first."""
    invoice = getattr(order, "invoice", None)
    return invoice or min(order.credit_notes.all(), key=lambda note: note.pk, default=None)


def order_body(order: Order) -> dict[str, Any]:
    """The order as it is now, with its latest payment."""
    status = cancellation.status_at(order, clock.now())
    has_expired = status != order.status
    document = document_of(order)
    return {
        "number": order.number,
        "action": order.action,
        "description": wording.title_of(order.quote),
        "status": status,
        "total": plain(order.total),
        "currency": order.currency,
        "quote": str(order.quote_id),
        "invoice": document.number if document else None,
        "payment": payment_link(max(order.payments.all(), key=lambda payment: payment.pk, default=None)),
        "placed_at": api_time(order.placed_at),
        "pay_until": api_time(order.pay_until),
        "fulfilled_at": api_time(order.fulfilled_at),
        "cancelled_at": api_time(order.pay_until if has_expired else order.cancelled_at),
        "cancel_reason": (Order.CancelReason.EXPIRED if has_expired else order.cancel_reason) or None,
        "terms_version": order.terms_version,
    }


class PaidOrderShape(OrderShape):
    """The order, and the payment that waits for it, also named at the top."""

    reference = serializers.CharField()
    url = serializers.URLField()


def order_being_paid(order: Order) -> dict[str, Any]:
    """The order as it is now; the payment that was started stands in `payment` and at the top."""
    body = order_body(order)
    return body | {"reference": body["payment"]["reference"], "url": body["payment"]["url"]}


class PeriodShape(serializers.Serializer):
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class InvoiceLineShape(LineShape):
    period = PeriodShape(allow_null=True)


class InvoiceShape(serializers.Serializer):
    number = serializers.CharField()
    status = serializers.ChoiceField(Invoice.Status.choices)
    issued_on = serializers.DateField()
    due_on = serializers.DateField()
    lines = InvoiceLineShape(many=True)
    total = amount_field()
    tax_included = amount_field()
    paid = amount_field()
    credited = amount_field()
    refunded = amount_field()
    outstanding = amount_field()
    currency = serializers.CharField()
    credits = serializers.CharField(allow_null=True)
    order = serializers.CharField(allow_null=True)
    settlement = serializers.CharField(allow_null=True)
    payment = PaymentLinkShape(allow_null=True)


def invoice_body(invoice: Invoice) -> dict[str, Any]:
    """An invoice, or a credit note: then `credits` names its invoice, and total, tax and what was paid are negative.

    `paid`: what payments brought; of a credit note, what of it went back to the payer. `order`: what was ordered, or
    the order that gave it back. `settlement`: the month that was settled.
    """
    order = invoice.order or invoice.refunds_order
    return {
        "number": invoice.number,
        "status": invoice.status,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "lines": [_invoiced_line(line) for line in invoice.lines.all()],
        "total": plain(invoice.total),
        "tax_included": plain(invoice.tax_included),
        "paid": plain(paid_of(invoice)),
        "credited": plain(invoice.credited),
        "refunded": plain(invoice.refunded),
        "outstanding": plain(invoice.outstanding),
        "currency": invoice.currency,
        "credits": invoice.credits.number if invoice.credits else None,
        "order": order.number if order else None,
        "settlement": str(Month.of(invoice.settlement.month)) if invoice.settlement else None,
        "payment": payment_link(invoice.payment),
    }


def paid_of(document: Invoice) -> Money:
    """What payments brought to an invoice; of a credit note, negative, what went back to the payer."""
    if not document.is_credit_note:
        return document.paid
    return -sum((refund.amount for refund in document.refunds.all()), ZERO)


def _invoiced_line(line: InvoiceLine) -> dict[str, Any]:
    has_period = line.starts_on is not None and line.ends_on is not None
    return {
        "code": line.code,
        "description": wording.describe_line(line.code, line.params, line.quantity),
        "quantity": line.quantity,
        "days": line.days,
        "of_days": line.of_days,
        "amount": plain(line.amount),
        "period": {"starts_on": line.starts_on, "ends_on": line.ends_on} if has_period else None,
    }
