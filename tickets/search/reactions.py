"""The safety net under search: whatever road a message came by, its ticket's words follow within seconds.

The actions write the words themselves; an event of a ticket that finds them behind makes them anew. Runs in the relay.
"""

from __future__ import annotations

from common import outbox
from common.models import OutboxEvent
from tickets.search import documents


@outbox.handles("ticket.created")
@outbox.handles("ticket.replied")
@outbox.handles("ticket.updated")
def follow(event: OutboxEvent) -> None:
    """The ticket's document holds its newest message."""
    documents.catch_up(event.payload["ticket"])
