"""Invoices: issued at fulfilment, numbered without gaps, tax included (spec page 3, section 3.8)."""

from __future__ import annotations

from datetime import datetime

from billing import numbers
from billing.actions.base import Period
from billing.models import Invoice, InvoiceLine, Order, Payment
from billing.quotes import lines_of
from billing.tax import tax_included
from common import audit, money, outbox
from common.beijing import date_of


def issue(*, order: Order, payment: Payment | None, periods: list[Period | None], at: datetime) -> Invoice:
    """The paid invoice of a fulfilled order; the last thing its transaction does, for the number's sake."""
    day = date_of(at)
    invoice = Invoice.objects.create(
        number=numbers.next_in_series(numbers.INVOICE, day),
        organization_id=order.organization_id,
        order=order,
        payment=payment,
        status=Invoice.Status.PAID,
        issued_at=at,
        issued_on=day,
        due_on=day,
        total=order.total,
        tax_included=tax_included(order.total),
        paid=order.total,
        currency=order.currency,
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            organization_id=order.organization_id,
            position=position,
            code=line.code,
            params=dict(line.params),
            quantity=line.quantity,
            days=line.days,
            of_days=line.of_days,
            amount=line.amount,
            starts_on=period.starts_on if period else None,
            ends_on=period.ends_on if period else None,
        )
        for position, (line, period) in enumerate(zip(lines_of(order.quote), periods, strict=True), start=1)
    )
    facts = {"total": money.plain(invoice.total), "order": order.number}
    audit.record(
        by=None,
        organization_id=order.organization_id,
        action="invoice.issued",
        object=invoice.number,
        after=facts,
    )
    outbox.emit(
        "invoice.issued",
        organization_id=order.organization_id,
        payload=facts | {"number": invoice.number, "currency": invoice.currency},
        key=invoice.number,
    )
    return invoice
