"""One organization's money moves one step at a time.

Order of locks, everywhere: organization, subscription, order, payment, counters, number series last. Everything that
changes orders or payments begins here, so that a notification, a cancellation and a newer order cannot cross.
"""

from __future__ import annotations

from accounts.models import Organization
from billing.models import Invoice, Order, Payment


def hold_account(organization_id: int) -> Organization:
    """Lock the organization for the rest of the transaction.

    FOR NO KEY UPDATE: rows that merely refer to the organization (tickets, messages) can still be written.
    """
    return Organization.objects.select_for_update(no_key=True).get(pk=organization_id)


def hold_open_orders(organization_id: int) -> list[Order]:
    """The organization's unfulfilled orders, locked, ordered by primary key; under `hold_account`."""
    orders = Order.objects.select_for_update(no_key=True, of=("self",)).select_related("quote")
    return list(orders.filter(organization_id=organization_id, status=Order.Status.AWAITING_PAYMENT).order_by("pk"))


def hold_order(order_id: int) -> Order:
    """One order, locked, as it is now; under `hold_account`."""
    return Order.objects.select_for_update(no_key=True, of=("self",)).select_related("quote").get(pk=order_id)


def hold_invoice(invoice_id: int) -> Invoice:
    """One invoice, locked, as it is now; under `hold_account`."""
    invoices = Invoice.objects.select_for_update(no_key=True, of=("self",))
    return invoices.select_related("organization").get(pk=invoice_id)


def hold_invoices(invoice_ids: list[int]) -> list[Invoice]:
    """Invoices, locked, as they are now, ordered by primary key; under `hold_account`."""
    return list(Invoice.objects.select_for_update(no_key=True).filter(pk__in=invoice_ids).order_by("pk"))


def hold_payment(payment_id: int) -> Payment:
    """One payment, locked, as it is now; under `hold_account`."""
    return Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
