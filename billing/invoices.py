"""Invoices: issued at fulfilment or settlement, numbered without gaps, tax included (spec page 3, section 3.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from billing import ledger, numbers
from billing.actions.base import Line, Period
from billing.models import Account, Invoice, InvoiceLine, Order, Payment
from billing.quotes import lines_of
from billing.tax import tax_included
from common import audit, money, outbox
from common.beijing import date_of
from common.money import ZERO, Money


def issue(
    *, order: Order, payment: Payment | None, periods: Sequence[Period | None], at: datetime, moved: Money = ZERO
) -> Invoice:
    """The paid invoice of a fulfilled order; the last thing its transaction does, for the number's sake.

    `moved`: by how much the plan's deferred revenue grows with it (billing/recognition.py).
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


@dataclass(frozen=True)
class SettlementBill:
    """What a settlement charges: lines that sum to more than 0.00, each with the period it is for."""

    settlement_id: int
    organization_id: int
    lines: Sequence[Line]
    periods: Sequence[Period | None]

    @property
    def total(self) -> Money:
        return sum((line.amount for line in self.lines), ZERO)


def issue_settlements(bills: Sequence[SettlementBill], *, at: datetime, due_on: date) -> list[Invoice]:
    """The open invoices of many settlements, in their order; under the locks of their organizations.

    A handful of statements however many they are. Takes a block of invoice numbers, so call it as late as possible.
    """
    if not bills:
        return []
    day = date_of(at)
    issued = Invoice.objects.bulk_create(
        Invoice(
            number=number,
            organization_id=bill.organization_id,
            settlement_id=bill.settlement_id,
            status=Invoice.Status.OPEN,
            issued_at=at,
            issued_on=day,
            due_on=due_on,
            total=bill.total,
            tax_included=tax_included(bill.total),
        )
        for number, bill in zip(numbers.block(numbers.INVOICE, day, len(bills)), bills, strict=True)
    )
    InvoiceLine.objects.bulk_create(
        line for invoice, bill in zip(issued, bills, strict=True) for line in _rows(invoice, bill.lines, bill.periods)
    )
    ledger.post([ledger.document_issued(invoice, revenue=Account.USAGE_REVENUE) for invoice in issued])
    facts = [{"total": money.plain(invoice.total), "due_on": due_on.isoformat()} for invoice in issued]
    audit.record_all(
        "invoice.issued",
        [(invoice.organization_id, invoice.number, said) for invoice, said in zip(issued, facts, strict=True)],
    )
    outbox.emit_all(
        [
            (
                "invoice.issued",
                invoice.organization_id,
                said | {"number": invoice.number, "currency": invoice.currency},
                invoice.number,
            )
            for invoice, said in zip(issued, facts, strict=True)
        ]
    )
    return issued


def _rows(document: Invoice, lines: Sequence[Line], periods: Sequence[Period | None]) -> Iterator[InvoiceLine]:
    """A plan's line keeps in `params["term"]` the order that bought its term: what is refunded of a term goes back to
    the invoices that charged for it.
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
