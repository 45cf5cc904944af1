"""What billing does when it hears of an outbox event."""

from __future__ import annotations

from billing import cancellation
from common import clock, outbox
from common.models import OutboxEvent


@outbox.handles("subscription.changed")
def cancel_overtaken_orders(event: OutboxEvent) -> None:
    """An unpaid order whose subscription changed under it is cancelled; twice is once."""
    assert event.organization_id is not None
    cancellation.cancel_overtaken(organization_id=event.organization_id, at=clock.now())
