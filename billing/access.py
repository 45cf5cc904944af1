"""How billing's rows are reached: through their organization, inside its tenant scope."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organization
from billing.models import Invoice, Order, Payment, Quote
from common.problems import NotFound


def quote_named(organization: Organization, quote_id: UUID | str) -> Quote:
    """Raises NotFound, also for a text that is no id at all."""
    try:
        known = UUID(str(quote_id))
    except ValueError:
        known = None
    quote = Quote.objects.filter(organization=organization, pk=known).first() if known else None
    if quote is None:
        raise NotFound(_("There is no such quote. Make one first."))
    return quote


def orders_of(organization: Organization) -> QuerySet[Order]:
    """With what an order is shown by, newest first."""
    return (
        Order.objects.filter(organization=organization)
        .select_related("organization", "quote", "invoice", "placed_by")
        .prefetch_related(Prefetch("payments", queryset=Payment.objects.order_by("-pk")))
        .order_by("-pk")
    )


def order_named(organization: Organization, number: str) -> Order:
    """Raises NotFound."""
    order = orders_of(organization).filter(number=number).first()
    if order is None:
        raise NotFound
    return order


def payments_of(organization: Organization) -> QuerySet[Payment]:
    """With order and invoice, newest first."""
    payments = Payment.objects.filter(organization=organization)
    return payments.select_related("order", "order__quote", "order__invoice").order_by("-pk")


def invoices_of(organization: Organization) -> QuerySet[Invoice]:
    """With lines and what its pages name, newest first."""
    invoices = Invoice.objects.filter(organization=organization)
    named = invoices.select_related("organization", "order", "payment", "credits", "settlement", "refunds_order")
    notes = Prefetch("credit_notes", queryset=Invoice.objects.order_by("pk"))
    return named.prefetch_related("lines", notes).order_by("-pk")


def invoice_named(organization: Organization, number: str) -> Invoice:
    """Raises NotFound."""
    invoice = invoices_of(organization).filter(number=number).first()
    if invoice is None:
        raise NotFound
    return invoice
