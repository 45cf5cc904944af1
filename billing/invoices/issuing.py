"""Invoices: issued at fulfilment or settlement, numbered without gaps, tax included (spec page 3, section 3.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from billing.actions.base import Line, Period
from billing.buying.quotes import lines_of
from billing.invoices import numbers
from billing.ledger import entries as ledger
from billing.models import Invoice, InvoiceLine, Order, Payment
from billing.pricing.tax import tax_included
from billing.settlement import inserts as settlement_inserts
from billing.settlement.inserts import SettlementBill
from common import audit, money, outbox
from common.beijing import date_of
from common.money import CURRENCY, ZERO, Money


def issue(
    *, order: Order, payment: Payment | None, periods: Sequence[Period | None], at: datetime, moved: Money = ZERO
) -> Invoice:
    """The paid invoice of a fulfilled order; the last thing its transaction does, for the number's sake.

    `moved`: by how much the plan's deferred revenue grows with it (billing/ledger/recognition.py).
    """
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
    lines = lines_of(order.quote)
    add_lines(invoice, lines, periods)
    entries = [ledger.document_issued(invoice, revenue=ledger.revenue_account(codes_of(lines)), moved=moved)]
    if payment is not None:
        entries.append(ledger.invoice_paid(payment, invoice.total, at=at))
    ledger.post(entries)
    announce(invoice, {"order": order.number})
    return invoice


def codes_of(lines: Iterable[Line | InvoiceLine]) -> list[str]:
    """What kinds of lines they are."""
    return [line.code for line in lines]


def add_lines(document: Invoice, lines: Sequence[Line], periods: Sequence[Period | None] | None = None) -> None:
    """Write a new document's lines in their order, each with the period it pays for or gives back."""
    InvoiceLine.objects.bulk_create(_rows(document, lines, periods or [None] * len(lines)))


def announce(document: Invoice, facts: dict[str, Any], *, by: Any = None) -> None:
    """Record and tell that an invoice or a credit note was issued."""
    kind = "credit_note.issued" if document.is_credit_note else "invoice.issued"
    facts = {"total": money.plain(document.total)} | facts
    audit.record(by=by, organization_id=document.organization_id, action=kind, object=document.number, after=facts)
    outbox.emit(
        kind,
        organization_id=document.organization_id,
        payload=facts | {"number": document.number, "currency": document.currency},
        key=document.number,
    )


def issue_settlements(bills: Sequence[SettlementBill], *, at: datetime, due_on: date) -> list[str]:
    """The open invoices of many settlements, in their order; under the locks of their organizations. Their numbers.

    A handful of statements however many they are. Takes a block of invoice numbers, so call it as late as possible.
    """
    if not bills:
        return []
    issued = numbers.block(numbers.INVOICE, date_of(at), len(bills))
    settlement_inserts.insert(bills, issued, at=at, due_on=due_on)
    numbered = list(zip(issued, bills, strict=True))
    ledger.post(
        [ledger.usage_invoiced(bill.organization_id, number, total=bill.total, at=at) for number, bill in numbered]
    )
    facts = [
        (bill.organization_id, number, {"total": money.plain(bill.total), "due_on": due_on.isoformat()})
        for number, bill in numbered
    ]
    audit.record_all("invoice.issued", facts)
    outbox.emit_all(
        [
            ("invoice.issued", organization_id, said | {"number": number, "currency": CURRENCY}, number)
            for organization_id, number, said in facts
        ]
    )
    return issued


def _rows(document: Invoice, lines: Sequence[Line], periods: Sequence[Period | None]) -> Iterator[InvoiceLine]:
    """A plan's line keeps in `params["term"]` the order that bought its term: by it the invoices of plans are told
    from all others when a plan's money goes back (billing/invoices/crediting.py).
    """
    for position, (line, period) in enumerate(zip(lines, periods, strict=True), start=1):
        yield InvoiceLine(
            invoice=document,
            organization_id=document.organization_id,
            position=position,
            code=line.code,
            params=dict(line.params) | ({"term": period.term} if period and period.term else {}),
            quantity=line.quantity,
            days=line.days,
            of_days=line.of_days,
            amount=line.amount,
            starts_on=period.starts_on if period else None,
            ends_on=period.ends_on if period else None,
        )
