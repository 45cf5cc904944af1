"""What billing does when it hears of an outbox event."""

from __future__ import annotations

from billing.buying import auto_renewal, cancellation
from billing.models import Invoice
from billing.settlement import charges as settlement_charges
from billing.settlement import overdue_notices
from billing.usage import loads as usage_loads
from common import clock, outbox
from common.models import OutboxEvent


@outbox.handles("subscription.changed")
def cancel_overtaken_orders(event: OutboxEvent) -> None:
    """An unpaid order whose subscription changed under it is cancelled; twice is once."""
    assert event.organization_id is not None
    cancellation.cancel_overtaken(organization_id=event.organization_id, at=clock.now())


@outbox.handles(usage_loads.TOPIC, slow=True)
def go_on_loading(event: OutboxEvent) -> None:
    """The next slice of an upload; what was committed of it before is not loaded twice."""
    usage_loads.go_on(event.payload["load"])


@outbox.handles("subscription.auto_renew")
def drop_automatic_orders(event: OutboxEvent) -> None:
    """A plan that is not to renew itself any more leaves no order behind that would; twice is once."""
    assert event.organization_id is not None
    if not event.payload["on"]:
        auto_renewal.drop_automatic_orders(organization_id=event.organization_id)


@outbox.handles("invoice.issued")
def tell_of_settlement(event: OutboxEvent) -> None:
    """Owner and billing learn what a settled month comes to; an order's invoice needs no word of its own.

    A charge that is declined is told besides (billing/paying/outcomes.py), whichever of the two comes first.
    """
    invoice = Invoice.objects.select_related("organization", "settlement").get(number=event.payload["number"])
    if invoice.settlement is not None and invoice.status != Invoice.Status.VOID:
        overdue_notices.issued(invoice, is_charged=not invoice.outstanding or settlement_charges.is_charged(invoice))
