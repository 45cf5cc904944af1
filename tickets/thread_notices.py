"""Who hears that a ticket is regraded, should be, or goes on in another one. Runs in the relay, at least once."""

from __future__ import annotations

from typing import Any

from accounts.access import staff_with_role
from accounts.models import Person
from common import outbox
from common.models import OutboxEvent
from notifications.notices import notify
from tickets import access, merging, regrading
from tickets.addresses import desk_path, ticket_path
from tickets.models import Ticket


@outbox.handles("ticket.updated")
def tell_of_thread(event: OutboxEvent) -> None:
    """The desk learns what a customer asks for, the customer what became of the ticket."""
    change = event.payload.get("change", "")
    if change not in (regrading.REQUESTED, regrading.REGRADED, merging.MERGED):
        return
    ticket = Ticket.objects.select_related("organization", "assignee").get(pk=event.payload["ticket"])
    facts = {
        "number": ticket.number,
        "subject": ticket.subject,
        "organization": ticket.organization.name,
        "severity": event.payload.get("to", ticket.severity),
    }
    if change == regrading.REQUESTED:
        by = Person.objects.get(pk=event.payload["by"]).display_name()
        people = [ticket.assignee] if ticket.assignee else staff_with_role("lead")
        kind, params = "ticket.regrade_requested", facts | {"by": by, "reason": event.payload["reason"]}
        notify(people=people, kind=kind, params=params, url=desk_path(ticket.number), key=f"{kind}:event:{event.pk}")
    elif change == regrading.REGRADED:
        _tell_customers(ticket, "ticket.regraded", facts, event)
    else:
        _tell_customers(ticket, "ticket.merged", facts | {"into": event.payload["into"]}, event)


def _tell_customers(ticket: Ticket, kind: str, params: dict[str, Any], event: OutboxEvent) -> None:
    interested = {ticket.reporter_id} | {person.pk for person in access.watchers_of(ticket)}
    people = Person.objects.filter(
        pk__in=interested, is_active=True, memberships__organization_id=ticket.organization_id
    )
    number = params.get("into", ticket.number)
    notify(
        people=people,
        kind=kind,
        params=params,
        url=ticket_path(ticket.organization.slug, number),
        key=f"{kind}:event:{event.pk}",
        organization=ticket.organization,
    )
