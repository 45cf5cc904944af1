"""The people on duty for a running event hear of each ticket that belongs to it (spec page 5.3). Runs in the relay."""

from __future__ import annotations

from addons import duty
from addons.models import Booking
from common import outbox
from common.beijing import date_of
from common.models import OutboxEvent
from notifications.notices import notify
from supportplans import versions
from tickets.addresses import desk_path
from tickets.models import Ticket


@outbox.handles("ticket.created")
def tell_the_roster(event: OutboxEvent) -> None:
    """Who is on duty at the moment of filing, and the event's service manager; its key tells nobody twice."""
    named = Ticket.objects.filter(pk=event.payload["ticket"], booking_id__isnull=False)
    ticket = named.select_related("organization").first()
    if ticket is None or ticket.booking_id is None:
        return
    rows = Booking.objects.filter(organization_id=ticket.organization_id, pk=ticket.booking_id)
    booking = rows.select_related("service_manager").first()
    if booking is None or not duty.runs(booking, ticket.created_at):
        return
    name = versions.current(date_of(ticket.created_at)).name_of("entitlements", booking.service)
    notify(
        people=duty.told_of_tickets(booking, ticket.created_at),
        kind="booking.ticket",
        params={
            "number": ticket.number,
            "subject": ticket.subject,
            "severity": ticket.severity,
            "organization": ticket.organization.name,
            "service": {"en": name.en, "zh": name.zh},
        },
        url=desk_path(ticket.number),
        key=f"booking.ticket:{ticket.pk}",
    )
