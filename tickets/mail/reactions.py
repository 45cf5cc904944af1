"""Letters that follow from a ticket's events. Runs in the relay, at least once."""

from __future__ import annotations

from accounts.models import Person
from common import outbox
from common.models import OutboxEvent
from tickets.mail import outgoing
from tickets.models import Message, Side, Ticket

REFUSED_TOPIC = "ticket.mail_refused"


@outbox.handles("ticket.replied")
@outbox.handles("ticket.updated")
def address_message(event: OutboxEvent) -> None:
    """Somebody wrote in public: its readers get letters."""
    if not event.payload.get("message"):
        return
    message = Message.objects.select_related("ticket").filter(pk=event.payload["message"], public=True).first()
    if message is not None:
        outgoing.address_readers(message)


@outbox.handles("ticket.created")
def address_opening(event: OutboxEvent) -> None:
    """Who watches a new ticket, or had it filed by others, gets what it says."""
    opening = Message.objects.select_related("ticket").filter(ticket_id=event.payload["ticket"], public=True)
    message = opening.order_by("id").first()
    if message is not None and message.side == Side.CUSTOMER:
        outgoing.address_readers(message)


@outbox.handles(outgoing.TOPIC, slow=True)
def send_letter(event: OutboxEvent) -> None:
    """One letter to one reader."""
    outgoing.send_copy(event.payload["message"], event.payload["person"])


@outbox.handles(REFUSED_TOPIC, slow=True)
def send_refusal(event: OutboxEvent) -> None:
    """What to do instead, to who wrote to a ticket that takes no more messages."""
    ticket = Ticket.objects.select_related("organization").get(pk=event.payload["ticket"])
    person = Person.objects.filter(pk=event.payload["person"], is_active=True).first()
    if person is not None:
        outgoing.send_refusal(
            person=person,
            ticket=ticket,
            organization=ticket.organization,
            reason=event.payload["reason"],
            answers=event.payload["answers"],
        )
