"""What addresses of payments name: a stored method, transfers that are awaited, arrived, and to be sent back."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Organization, Person
from billing.models import Invoice, Order, Payment, Refund, Settlement
from billing.paying import bank_transfers, payments
from billing.paying import methods as payment_methods
from billing.paying.bank_transfers import Arrived
from billing.paying.leaving import by_own_page
from billing.paying.payables import Payable
from billing.paying.ways_to_pay import Choice, choose
from common.beijing import Month, date_of

TRANSFER = Choice(gateway="bank_transfer")


def things(acme: Organization, owner: Person, operator: Person, now: datetime) -> dict[str, Any]:
    """Path parts and what fills them; inside a scope that sees everything."""
    method = payment_methods.add(organization=acme, gateway="sandbox", is_default=True, at=now, by=owner)
    order, invoice = _unpaid_order(acme, now), _open_invoice(acme, now)
    way = choose(acme, TRANSFER, action="subscribe", amount=order.total)
    awaited = payments.start_payment(Payable(order=order), way=way, at=now, by=owner)
    payments.pay_invoice(invoice=invoice, at=now, by=owner, pay_with=TRANSFER)
    transfer = bank_transfers.record(
        arrived=Arrived("BANK-1", Decimal("1.00"), "CNY", "Somebody", "no reference", date_of(now)), at=now, by=operator
    )
    settled = _settled(acme, now)
    return {
        "settlements/{month}": f"settlements/{settled}",
        # A choice that the page is asked for: the address carries no payment.
        "transfers/{number}/match": f"transfers/{transfer.pk}/match?payment={awaited.reference}",
        "payment-methods/{number}": f"payment-methods/{method.pk}",
        "orders/{number}/proforma": f"orders/{order.number}/proforma",
        "invoices/{number}/proforma": f"invoices/{invoice.number}/proforma",
        "transfers/{number}": f"transfers/{transfer.pk}",
        "held-payments/{reference}": f"held-payments/{_held(acme, invoice, now).reference}",
        "transfer-refunds/{reference}": f"transfer-refunds/{_refund_of(awaited, now).reference}",
        "leaving/{signed}": by_own_page("https://gateway.example/page").removeprefix("/payments/"),
    }


def _unpaid_order(acme: Organization, now: datetime) -> Order:
    paid = Order.objects.select_related("quote").get(organization=acme)
    quote = paid.quote
    quote.pk, quote._state.adding = None, True
    quote.save()
    return Order.objects.create(
        number="O-2026-PR0F0RMA00",
        organization=acme,
        quote=quote,
        action="subscribe",
        total=paid.total,
        terms_version=paid.terms_version,
        placed_at=now,
        pay_until=now + timedelta(days=10),
    )


def _open_invoice(acme: Organization, now: datetime) -> Invoice:
    return Invoice.objects.create(
        number="INV-2026-990001",
        organization=acme,
        status="open",
        issued_at=now,
        issued_on=date_of(now),
        due_on=date_of(now),
        total=Decimal("106.00"),
        tax_included=Decimal("6.00"),
    )


def _held(acme: Organization, invoice: Invoice, now: datetime) -> Payment:
    return Payment.objects.create(
        reference="P-HELD",
        organization=acme,
        invoice=invoice,
        gateway="sandbox",
        amount=Decimal("106.00"),
        status="held",
        received=Decimal("110.00"),
        received_currency="CNY",
        created_at=now,
        paid_at=now,
    )


def _settled(acme: Organization, now: datetime) -> Month:
    month = Month.of_instant(now).previous()
    Settlement.objects.create(
        organization=acme, month=month.first_day, settled_at=now, segments=[], incremental=0, total=0
    )
    return month


def _refund_of(payment: Payment, now: datetime) -> Refund:
    return Refund.objects.create(
        reference="R-SAMPLE",
        organization=payment.organization,
        payment=payment,
        amount=payment.amount,
        reason="paid_twice",
        requested_at=now,
    )
