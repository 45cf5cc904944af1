"""The JSON shapes of payments, stored payment methods and bank transfers (spec page 7)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from billing.api_shapes import InvoiceShape, amount_field, invoice_body
from billing.models import IncomingTransfer, Invoice, Payment, PaymentMethod, Refund
from billing.paying import bank_transfers
from billing.paying.payables import page_url
from common.api import api_time
from common.money import plain


class RefundShape(serializers.Serializer):
    reference = serializers.CharField()
    amount = amount_field()
    reason = serializers.CharField()
    status = serializers.ChoiceField(Refund.Status.choices)
    requested_at = serializers.DateTimeField()
    completed_at = serializers.DateTimeField(allow_null=True)


class PaymentShape(serializers.Serializer):
    reference = serializers.CharField()
    gateway = serializers.CharField()
    amount = amount_field()
    currency = serializers.CharField()
    status = serializers.ChoiceField(Payment.Status.choices)
    refunded = amount_field()
    at = serializers.DateTimeField()
    order = serializers.CharField(allow_null=True)
    invoice = serializers.CharField(allow_null=True)
    payment_method = serializers.IntegerField(allow_null=True)
    url = serializers.URLField()
    refunds = RefundShape(many=True)


def payment_body(payment: Payment) -> dict[str, Any]:
    """`at`: when it succeeded, else when it was started. `invoice`: the one it paid, or was started for."""
    return {
        "reference": payment.reference,
        "gateway": payment.gateway,
        "amount": plain(payment.amount),
        "currency": payment.currency,
        "status": payment.status,
        "refunded": plain(payment.refunded),
        "at": api_time(payment.paid_at or payment.created_at),
        "order": payment.order.number if payment.order else None,
        "invoice": invoice_number_of(payment),
        "payment_method": payment.method_id,
        "url": page_url(payment),
        "refunds": [refund_body(refund) for refund in payment.refunds.all()],
    }


def invoice_number_of(payment: Payment) -> str | None:
    """The invoice that a payment was started for, or that its order brought when it was paid."""
    if payment.invoice:
        return payment.invoice.number
    invoice = getattr(payment.order, "invoice", None)
    return invoice.number if invoice and invoice.payment_id == payment.pk else None


def refund_body(refund: Refund) -> dict[str, Any]:
    return {
        "reference": refund.reference,
        "amount": plain(refund.amount),
        "reason": refund.reason,
        "status": refund.status,
        "requested_at": api_time(refund.requested_at),
        "completed_at": api_time(refund.completed_at),
    }


class BankAccountShape(serializers.Serializer):
    holder = serializers.CharField()
    number = serializers.CharField()
    bank = serializers.CharField()


class PaymentDetailShape(PaymentShape):
    """`transfer_to` where it is paid by bank transfer: the account; the payer names `reference` as the purpose."""

    transfer_to = BankAccountShape(allow_null=True)
    payable_until = serializers.DateTimeField(allow_null=True)


def payment_detail(payment: Payment) -> dict[str, Any]:
    """One payment with what its payer needs at their bank."""
    is_transfer = payment.gateway == bank_transfers.GATEWAY
    proforma = bank_transfers.proforma_of(payment) if is_transfer else None
    return payment_body(payment) | {
        "transfer_to": {"holder": proforma.holder, "number": proforma.number, "bank": proforma.bank}
        if proforma
        else None,
        "payable_until": api_time(proforma.payable_until) if proforma else None,
    }


class PaidInvoiceShape(InvoiceShape):
    """The invoice, and the payment that was started for it."""

    reference = serializers.CharField()
    url = serializers.URLField()


def invoice_being_paid(invoice: Invoice, payment: Payment) -> dict[str, Any]:
    """The invoice as it is now; its payment is the one that was started, also named at the top."""
    link = {"reference": payment.reference, "url": page_url(payment), "status": payment.status}
    return invoice_body(invoice) | {"payment": link, "reference": link["reference"], "url": link["url"]}


class PaymentMethodShape(serializers.Serializer):
    """Where the gateway wants its owner to allow it, `id` is null and `url` leads there; the method comes later."""

    id = serializers.IntegerField(allow_null=True)
    gateway = serializers.CharField()
    label = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    default = serializers.BooleanField()
    created_at = serializers.DateTimeField(allow_null=True)
    url = serializers.URLField(allow_null=True)


def payment_method_body(method: PaymentMethod) -> dict[str, Any]:
    """Never the token."""
    return {
        "id": method.pk,
        "gateway": method.gateway,
        "label": method.label,
        "default": method.is_default,
        "created_at": api_time(method.created_at),
        "url": None,
    }


def set_up_body(gateway: str, url: str) -> dict[str, Any]:
    """A method that its owner has to allow first."""
    return {"id": None, "gateway": gateway, "label": None, "default": False, "created_at": None, "url": url}


class TransferShape(serializers.Serializer):
    id = serializers.IntegerField()
    bank_reference = serializers.CharField()
    amount = amount_field()
    currency = serializers.CharField()
    payer = serializers.CharField()
    purpose = serializers.CharField(allow_blank=True)
    received_on = serializers.DateField()
    recorded_at = serializers.DateTimeField()
    payment = serializers.CharField(allow_null=True)
    organization = serializers.CharField(allow_null=True)
    matched_at = serializers.DateTimeField(allow_null=True)


def transfer_body(transfer: IncomingTransfer) -> dict[str, Any]:
    """`payment` and `organization` (its slug) once it is matched; the transfer as billing/access.py reads it."""
    return {
        "id": transfer.pk,
        "bank_reference": transfer.bank_reference,
        "amount": plain(transfer.amount),
        "currency": transfer.currency,
        "payer": transfer.payer,
        "purpose": transfer.purpose,
        "received_on": transfer.received_on.isoformat(),
        "recorded_at": api_time(transfer.recorded_at),
        "payment": transfer.payment_reference or None,
        "organization": transfer.organization_slug,  # type: ignore[attr-defined]
        "matched_at": api_time(transfer.matched_at),
    }


class HeldPaymentShape(serializers.Serializer):
    """What was asked (`amount`, `currency`) and what came (`received`, `received_currency`)."""

    reference = serializers.CharField()
    organization = serializers.CharField()
    gateway = serializers.CharField()
    order = serializers.CharField(allow_null=True)
    invoice = serializers.CharField(allow_null=True)
    amount = amount_field()
    currency = serializers.CharField()
    received = amount_field()
    received_currency = serializers.CharField()
    status = serializers.ChoiceField(Payment.Status.choices)
    paid_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


def held_payment_body(payment: Payment) -> dict[str, Any]:
    """For billing operators."""
    return {
        "reference": payment.reference,
        "organization": payment.organization.slug,
        "gateway": payment.gateway,
        "order": payment.order.number if payment.order else None,
        "invoice": payment.invoice.number if payment.invoice else None,
        "amount": plain(payment.amount),
        "currency": payment.currency,
        "received": plain(payment.received or 0),
        "received_currency": payment.received_currency,
        "status": payment.status,
        "paid_at": api_time(payment.paid_at),
        "decided_at": api_time(payment.decided_at),
    }


class DueRefundShape(RefundShape):
    """A refund that a person sends at the bank: back to whoever paid."""

    payment = serializers.CharField()
    organization = serializers.CharField()


def due_refund_body(refund: Refund) -> dict[str, Any]:
    return refund_body(refund) | {
        "payment": refund.payment.reference,
        "organization": refund.organization.slug,
    }
