"""Events of acme, and what is delivered of them."""

from __future__ import annotations

from datetime import UTC, datetime

from common import clock, outbox, tenancy
from notifications.models import Delivery
from notifications.outbound import sending

HOOKS = "/api/v1/orgs/acme/webhooks"
START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def happen(organization, topic="quota.low", **payload) -> None:
    """Emit an event and let the relay hand it on."""
    said = {"code": "technical_tickets", "month": "2026-11", "used": 24, "allowance": 30} | payload
    with tenancy.everything():
        outbox.emit(topic, organization_id=organization.pk, payload=said)
    outbox.relay()


def deliver(at=None) -> int:
    at = at or clock.now()
    with clock.at(at):
        return sending.deliver_due(at=at)["requests"]


def deliveries() -> list[Delivery]:
    with tenancy.everything():
        return list(Delivery.objects.order_by("pk"))
