"""Invoices and credit notes as they stand in the books, without the sales behind them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import Organization
from billing.models import Invoice, InvoiceLine
from billing.pricing.tax import tax_included
from common import tenancy
from common.beijing import BEIJING

ISSUED = datetime(2026, 11, 22, 12, tzinfo=BEIJING)
CHANGE = {"tier": {"en": "Enterprise", "zh": "企业级"}, "price": "1200000.00"}
FEE = {"tier": {"en": "Business", "zh": "商业级"}, "cycle": "yearly"}
NOVEMBER = (date(2026, 11, 1), date(2026, 12, 1))


def line(amount: str, code: str = "base_fee", params: dict[str, Any] | None = None, **fields: Any) -> InvoiceLine:
    return InvoiceLine(code=code, params=params or FEE, amount=Decimal(amount), quantity=1, **fields)


def put(organization: Organization, *lines: InvoiceLine, number: str = "INV-2026-000001", **fields: Any) -> Invoice:
    """A document with its lines; paid in full on the day it was issued, unless the fields say otherwise."""
    total = sum((each.amount for each in lines), Decimal("0.00"))
    is_open = fields.get("status") == "open"
    with tenancy.everything():
        invoice = Invoice.objects.create(
            **{
                "number": number,
                "organization": organization,
                "status": "paid",
                "issued_at": ISSUED,
                "issued_on": ISSUED.date(),
                "due_on": ISSUED.date(),
                "total": total,
                "tax_included": tax_included(total),
                "paid": 0 if is_open or total < 0 else total,
                "currency": "CNY",
            }
            | fields
        )
        for position, each in enumerate(lines, start=1):
            each.invoice, each.organization, each.position = invoice, organization, position
        InvoiceLine.objects.bulk_create(lines)
    return invoice


def credit(invoice: Invoice, amount: str, number: str = "CN-2026-000001", code: str = "credit_part") -> Invoice:
    """A credit note of a paid invoice, whose money went back."""
    worth = Decimal(amount)
    with tenancy.everything():
        Invoice.objects.filter(pk=invoice.pk).update(credited=worth, refunded=worth)
        invoice.refresh_from_db()
    return put(invoice.organization, line(f"-{amount}", code, {}), number=number, credits=invoice)
