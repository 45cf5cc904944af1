"""How billing's rows are reached: through their organization, inside its tenant scope."""

from __future__ import annotations

from uuid import UUID

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import Organization
from billing.gateways.bank_transfer import BankTransferGateway
from billing.models import IncomingTransfer, Invoice, Order, Payment, PaymentMethod, Quote, Refund, Settlement
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
        .prefetch_related(Prefetch("payments", queryset=Payment.objects.order_by("-pk")), "credit_notes")
        .order_by("-pk")
    )


def order_named(organization: Organization, number: str) -> Order:
    """Raises NotFound."""
    order = orders_of(organization).filter(number=number).first()
    if order is None:
        raise NotFound
    return order


def payments_of(organization: Organization) -> QuerySet[Payment]:
    """With what was paid, the method, and what went back, newest first."""
    payments = Payment.objects.filter(organization=organization)
    return (
        payments.select_related(
            "order__organization", "order__quote", "order__invoice", "invoice__organization", "method"
        )
        .prefetch_related(
            "invoice__lines", Prefetch("refunds", queryset=Refund.objects.select_related("credit_note").order_by("pk"))
        )
        .order_by("-pk")
    )


def payment_named(organization: Organization, reference: str) -> Payment:
    """Raises NotFound."""
    payment = payments_of(organization).filter(reference=reference).first()
    if payment is None:
        raise NotFound
    return payment


def transfers() -> QuerySet[IncomingTransfer]:
    """Money that arrived at the bank with whose it is, newest first: for billing operators."""
    payment = Payment.objects.filter(reference=OuterRef("payment_reference"))
    slug = Subquery(payment.values("organization__slug")[:1])
    return IncomingTransfer.objects.annotate(organization_slug=slug).order_by("-pk")


def unmatched_transfers() -> QuerySet[IncomingTransfer]:
    """What nobody knows the payment of, newest first."""
    return transfers().filter(payment_reference="")


def transfer_named(transfer_id: int) -> IncomingTransfer:
    """Raises NotFound."""
    transfer = transfers().filter(pk=transfer_id).first()
    if transfer is None:
        raise NotFound
    return transfer


def held_payments() -> QuerySet[Payment]:
    """Payments that a person has to decide about, newest first: for billing operators."""
    held = Payment.objects.filter(status=Payment.Status.HELD, decided_at=None)
    return held.select_related("organization", "order", "invoice").order_by("-pk")


def held_payment_named(reference: str) -> Payment:
    """One that was ever held. Raises NotFound."""
    held = Payment.objects.filter(reference=reference, received__isnull=False)
    payment = held.select_related("organization", "order", "invoice").first()
    if payment is None:
        raise NotFound
    return payment


def refunds_by_hand() -> QuerySet[Refund]:
    """Refunds that billing operators send at the bank, newest first."""
    waiting = Refund.objects.filter(status=Refund.Status.REQUESTED, payment__gateway=BankTransferGateway.code)
    return waiting.select_related("payment", "organization").order_by("-pk")


def refund_named(reference: str) -> Refund:
    """Raises NotFound."""
    refund = Refund.objects.select_related("payment", "organization").filter(reference=reference).first()
    if refund is None:
        raise NotFound
    return refund


def payment_methods_of(organization: Organization) -> QuerySet[PaymentMethod]:
    """The stored methods that are still there, newest first."""
    return PaymentMethod.objects.filter(organization=organization, removed_at=None).order_by("-pk")


def payment_method_named(organization: Organization, method_id: int | str) -> PaymentMethod:
    """Raises NotFound, also for a text that is no id at all."""
    text = str(method_id)
    known = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    method = payment_methods_of(organization).filter(pk=known).first()
    if method is None:
        raise NotFound
    return method


def default_method_of(organization: Organization) -> PaymentMethod | None:
    """The stored method that renewals and settlements are charged to."""
    return payment_methods_of(organization).filter(is_default=True).first()


def invoices_of(organization: Organization) -> QuerySet[Invoice]:
    """With lines and what its pages name, newest first."""
    invoices = Invoice.objects.filter(organization=organization)
    named = invoices.select_related("organization", "order", "credits", "settlement", "refunds_order")
    named = named.select_related("payment__order__organization", "payment__invoice__organization")
    notes = Prefetch("credit_notes", queryset=Invoice.objects.order_by("pk"))
    return named.prefetch_related("lines", "refunds", notes).order_by("-pk")


def unpaid_invoices(organization: Organization) -> QuerySet[Invoice]:
    """What is still to be paid, the one that is due first first."""
    return invoices_of(organization).filter(status=Invoice.Status.OPEN, credits=None).order_by("due_on", "pk")


def standing_payment_of(invoice: Invoice) -> Payment | None:
    """The newest payment of an invoice that is under way, or held for a person."""
    standing = Payment.objects.filter(invoice=invoice, status__in=[Payment.Status.PENDING, Payment.Status.HELD])
    return standing.select_related("method").order_by("-pk").first()


def invoice_named(organization: Organization, number: str) -> Invoice:
    """Raises NotFound."""
    invoice = invoices_of(organization).filter(number=number).first()
    if invoice is None:
        raise NotFound
    return invoice


def settlements_of(organization: Organization) -> QuerySet[Settlement]:
    """With adjustments and documents, the latest month first."""
    settlements = Settlement.objects.filter(organization=organization)
    return settlements.prefetch_related(
        "adjustments", Prefetch("documents", queryset=Invoice.objects.order_by("pk"))
    ).order_by("-pk")
