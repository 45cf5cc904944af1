"""What webhooks and IM groups say of tickets: what the organization's own people see, and nothing of the desk's.

Fields are the API's (spec page 7). Notes, tags, routing and the like are not told; neither are changes that no
customer sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.models import Organization
from common import clock
from common.api import api_time
from common.models import OutboxEvent
from notifications.models import Endpoint
from notifications.outbound.events import Happening, describes, splits
from tickets import access
from tickets.api_documents import CUSTOMER, message_document, ticket_document
from tickets.models import Message, ResponseTimer, Ticket

# Changes that show on the customer's own page; every other one stays at the desk.
PUBLIC_CHANGES = {
    *("claimed", "assigned", "released", "accepted", "waiting", "in_progress", "closed", "withdrawn", "reopened"),
    *("regraded", "reclassified", "merged", "merged_in", "split", "split_off", "out_of_scope"),
}


@splits("ticket.breached")
def each_breach(event: OutboxEvent) -> Iterator[Happening]:
    """The sweep tells of many timers at once: those of organizations that listen, one by one."""
    listening = Endpoint.objects.filter(off=Endpoint.Off.NOT).values("organization_id")
    late = ResponseTimer.objects.filter(pk__in=event.payload["timers"], organization_id__in=listening)
    for timer in late.order_by("pk").only("id", "ticket_id", "organization_id", "breached_at"):
        payload = {"ticket": timer.ticket_id, "breached_at": api_time(timer.breached_at)}
        yield Happening(timer.organization_id, payload, key=str(timer.pk))


@describes("ticket.created", "ticket.replied", "ticket.updated", "ticket.breached", "ticket.resolved")
def describe(happening: Happening, organization: Organization) -> dict[str, Any] | None:
    """The ticket as the API writes it, with the message or the change; None for what customers do not see."""
    ticket = _ticket(happening.payload["ticket"])
    if ticket is None:
        return None
    said = ticket_document(ticket, CUSTOMER, at=clock.now())
    message, change = happening.payload.get("message"), happening.payload.get("change", "")
    if message is not None:
        shown = _message(ticket, message)
        if shown is None:
            return None
        said["message"] = shown
    elif change:
        if change not in PUBLIC_CHANGES:
            return None
        said["change"] = change
    if "breached_at" in happening.payload:
        said["breached_at"] = happening.payload["breached_at"]
    return said


def _ticket(number: int) -> Ticket | None:
    rows = Ticket.objects.select_related("organization", "reporter", "assignee", "end_customer")
    return rows.filter(pk=number).first()


def _message(ticket: Ticket, number: int) -> dict[str, Any] | None:
    message = Message.objects.select_related("author").filter(pk=number, public=True).first()
    return message_document(access.message_with_files(message), ticket, CUSTOMER) if message else None
