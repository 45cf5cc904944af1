"""What reports do when they hear of an outbox event."""

from __future__ import annotations

from care.reports import planning, sending
from common import clock, outbox
from common.models import OutboxEvent


@outbox.handles("subscription.changed")
def plan_report(event: OutboxEvent) -> None:
    """Whoever gets a plan with the report finds the running month's report scheduled at once; twice is once."""
    assert event.organization_id is not None
    planning.plan_organization(event.organization_id, at=clock.now())


@outbox.handles(sending.MAIL_TOPIC, slow=True)
def deliver_report(event: OutboxEvent) -> None:
    """The mail with a report to one address; what has left does not leave again."""
    sending.deliver(event.payload["mail"], at=clock.now())
