"""What happened to a ticket: rows that are only ever added (spec pages 4.3 'explain', 7 'history row')."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Person
from tickets.models import ResponseTimer, Ticket, TicketEvent

# What organizations do not see of their tickets' history: the desk's own order.
INTERNAL = ("tagged",)


def entry(
    ticket: Ticket,
    event: str,
    *,
    at: datetime,
    by: Person | None,
    timer: ResponseTimer | None = None,
    details: dict[str, Any] | None = None,
) -> TicketEvent:
    """An unsaved row; `by` None is the portal itself. `details` is JSON."""
    return TicketEvent(
        ticket_id=ticket.pk,
        organization_id=ticket.organization_id,
        timer_id=timer.pk if timer else None,
        at=at,
        by=by,
        event=event,
        details=details or {},
    )


def write(*entries: TicketEvent) -> None:
    """Store rows of one or more tickets in one statement."""
    TicketEvent.objects.bulk_create(entries)
