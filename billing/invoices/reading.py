"""An invoice or credit note as its page, the list and the PDF show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from billing import wording
from billing.buying.line_explanations import explain
from billing.models import Invoice
from common.money import Money


@dataclass(frozen=True)
class LineView:
    """A line in words, with how it was computed; the period it pays for with its last day, where it has one."""

    text: str
    how: str
    amount: Money
    starts_on: date | None
    last_day: date | None


@dataclass(frozen=True)
class InvoiceView:
    """`status`: paid, unpaid, overdue or void; of a credit note issued. Every amount is there, some are 0.00."""

    invoice: Invoice
    title: str
    lines: list[LineView]
    credit_notes: list[Invoice]
    status: str
    today: date

    @property
    def outstanding(self) -> Money:
        return self.invoice.outstanding

    @property
    def net(self) -> Money:
        """The total without the tax inside it."""
        return self.invoice.total - self.invoice.tax_included

    @property
    def is_credit_note(self) -> bool:
        return self.invoice.is_credit_note

    @property
    def kind(self) -> str:
        return _("Credit note") if self.is_credit_note else _("Invoice")

    @property
    def can_pay(self) -> bool:
        return self.status in ("unpaid", "overdue")

    @property
    def days_overdue(self) -> int:
        """Days since the due date; 0 before it."""
        return max((self.today - self.invoice.due_on).days, 0) if self.can_pay else 0


def invoice_view(invoice: Invoice, today: date) -> InvoiceView:
    """Needs the invoice as billing/access.py reads it: lines and credit notes are at hand."""
    return InvoiceView(
        invoice=invoice,
        title=wording.title_of_invoice(invoice),
        lines=invoice_lines(invoice),
        credit_notes=list(invoice.credit_notes.all()),
        status=status_of(invoice, today),
        today=today,
    )


def status_of(invoice: Invoice, today: date) -> str:
    """What the reader is told: an open invoice is unpaid, and overdue from the day after its due date."""
    if invoice.is_credit_note:
        return "issued"
    if invoice.status == Invoice.Status.OPEN and invoice.outstanding > 0:
        return "overdue" if today > invoice.due_on else "unpaid"
    return "paid" if invoice.status == Invoice.Status.OPEN else invoice.status


def invoice_lines(invoice: Invoice) -> list[LineView]:
    """The lines in their order."""
    return [
        LineView(
            text=wording.describe_line(line.code, line.params, line.quantity),
            how=explain(line.code, line.params, line.days, line.of_days),
            amount=line.amount,
            starts_on=line.starts_on,
            last_day=line.ends_on - timedelta(days=1) if line.ends_on else None,
        )
        for line in invoice.lines.all()
    ]
