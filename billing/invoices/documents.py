"""Invoices and credit notes as PDF, in the reader's language (spec page 3, section 3.8)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.models import Organization
from billing.invoices.reading import InvoiceView, LineView, invoice_view
from billing.models import Invoice
from common import money, readings
from common.money import Money
from common.typesetting import typeset

TEMPLATE = Path(__file__).resolve().parent / "invoice.typ"


def invoice_pdf(invoice: Invoice, today: date) -> bytes:
    """The document as a PDF; needs the invoice as billing/access.py reads it."""
    return typeset(TEMPLATE, printed(invoice_view(invoice, today)), made_at=invoice.issued_at)


def printed(view: InvoiceView) -> dict[str, Any]:
    """What invoice.typ prints: texts and amounts ready to be read, nothing that it must decide."""
    invoice, seller = view.invoice, settings.SELLER
    return {
        "language": "zh" if (get_language() or "").startswith("zh") else "en",
        "brand": _(settings.BRAND_NAME),
        "title": f"{view.kind} {invoice.number}",
        "kind": view.kind,
        "seller_title": pgettext("on an invoice", "Seller"),
        "seller": [
            seller["name"],
            seller["address"],
            _("Taxpayer number: %(number)s") % {"number": seller["taxpayer_number"]},
            seller["email"],
        ],
        "buyer_title": pgettext("on an invoice", "Customer"),
        "buyer": _buyer(invoice.organization),
        "facts": _facts(view),
        "columns": [_("Line"), _("Period"), _("Amount")],
        "lines": [_line(line) for line in view.lines],
        "sums": _sums(view),
        "notes": _notes(view),
        "footer": f"{seller['name']} · {invoice.number}",
        # Translators: at the foot of a PDF; leave {page} and {pages} as they are.
        "page_pattern": _("Page {page} of {pages}"),
    }


def _buyer(organization: Organization) -> list[str]:
    return [organization.name, organization.registered_email]


def _facts(view: InvoiceView) -> list[tuple[str, str]]:
    invoice = view.invoice
    facts = [(_("Number"), invoice.number), (_("Issued"), readings.day(invoice.issued_on))]
    if view.can_pay:
        facts.append((_("Due"), readings.day(invoice.due_on)))
    if invoice.credits is not None:
        facts.append((_("Credits"), invoice.credits.number))
    order = invoice.order or invoice.refunds_order
    if order is not None:
        facts.append((_("Order"), order.number))
    facts.append((_("Currency"), invoice.currency))
    return facts


def _line(line: LineView) -> dict[str, Any]:
    days = sorted({day for day in (line.starts_on, line.last_day) if day})
    return {
        "text": line.text,
        "how": line.how,
        "period": [readings.day(day) for day in days],
        "amount": money.shown(line.amount),
    }


def _sums(view: InvoiceView) -> list[dict[str, Any]]:
    invoice = view.invoice
    sums = [
        _sum(_("Net amount"), view.net),
        _sum(_("6 % VAT"), invoice.tax_included),
        _sum(_("Total, VAT included"), invoice.total, strong=True),
    ]
    if view.is_credit_note:
        return sums
    for note in view.credit_notes:
        sums.append(_sum(_("Credited by %(number)s") % {"number": note.number}, note.total))
    if invoice.paid:
        sums.append(_sum(_("Paid"), -invoice.paid))
    if invoice.refunded:
        sums.append(_sum(_("Refunded"), invoice.refunded))
    if view.can_pay or len(sums) > 3:
        sums.append(_sum(_("To pay"), view.outstanding, strong=view.can_pay))
    return sums


def _sum(name: str, amount: Money, *, strong: bool = False) -> dict[str, Any]:
    return {"name": name, "amount": money.shown(amount), "strong": strong}


def _notes(view: InvoiceView) -> list[str]:
    invoice = view.invoice
    notes = []
    if invoice.credits is not None:
        notes.append(
            _(
                "This credit note credits invoice %(number)s of %(day)s in whole or in part. "
                "What was paid of it goes back to the payment it came from."
            )
            % {"number": invoice.credits.number, "day": readings.day(invoice.credits.issued_on)}
        )
    elif view.can_pay:
        notes.append(
            _("Please pay by %(day)s, on the page of this invoice in the portal.")
            % {"day": readings.day(invoice.due_on)}
        )
    elif view.status == "paid" and invoice.payment is not None:
        notes.append(_("Paid by payment %(reference)s.") % {"reference": invoice.payment.reference})
    notes.append(_("Days are days in Beijing; both days of a period are counted."))
    if not view.is_credit_note:
        notes.append(_("This invoice is no fapiao. Ask for one on its page in the portal once it is paid."))
    return notes
