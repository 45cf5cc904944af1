"""Tickets of a running event stand first in the queue (spec page 4.5): kept when a booking begins, changes or ends.

A ticket's place is a column under an index (tickets/queue_order.py), so something must move it: every change of a
booking, and midnight, at which bookings begin and end by the date alone.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from addons import event_targets
from addons.models import Booking
from common import clock, live, outbox, tenancy
from common.beijing import date_of
from common.models import OutboxEvent
from supportplans import versions
from tickets.queue_order import FIRST_RANK

# Rows in the order in which every action locks them.
_PLACE = """
WITH found AS (
    SELECT id FROM tickets_ticket
     WHERE organization_id = %(organization)s AND booking_id = %(booking)s
       AND (queue_rank < %(first)s) <> %(running)s
     ORDER BY id FOR NO KEY UPDATE
)
UPDATE tickets_ticket AS ticket
   SET queue_rank = ticket.queue_rank %% %(first)s + CASE WHEN %(running)s THEN 0 ELSE %(first)s END
  FROM found WHERE ticket.id = found.id AND (ticket.queue_rank < %(first)s) <> %(running)s
"""


@outbox.handles("booking.updated")
def follow_booking(event: OutboxEvent) -> None:
    """A booking was confirmed, moved, completed, withdrawn…: its tickets take the place that follows."""
    booking = Booking.objects.filter(pk=event.payload["booking"]).first()
    if booking is not None:
        place_tickets(booking, at=clock.now())


def place_tickets(booking: Booking, *, at: datetime) -> int:
    """Put the tickets of the booking where they belong at `at`; returns how many moved. Inside its tenant scope."""
    running = event_targets.is_running(booking, versions.current(date_of(at)), at=at)
    values = {
        "organization": booking.organization_id,
        "booking": booking.pk,
        "running": running,
        "first": FIRST_RANK,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, values)
        moved = cursor.rowcount
    if moved:
        live.publish("desk", "queue-changed")
    return moved


def place_tickets_of_events(*, at: datetime) -> dict[str, int]:
    """The job of midnight: tickets of events that begin today go first, those of events that ended go back."""
    moved = 0
    with tenancy.everything():
        around = event_targets.events_around(date_of(at), versions.current(date_of(at)))
    for booking in around:
        with tenancy.everything():
            moved += place_tickets(booking, at=at)
    return {"moved": moved}
