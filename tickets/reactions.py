"""What follows from a ticket's events: people are told (spec pages 4.4, 4.6). Runs in the relay, at least once.

Each notice carries a key made of the event, so that a second run tells nobody twice.
"""

from __future__ import annotations

from typing import Any

from accounts.models import Person
from common import outbox
from common.models import OutboxEvent
from notifications.notices import notify
from tickets import access, satisfaction
from tickets.addresses import desk_path, ticket_path
from tickets.models import Message, Status, Ticket

# What the customer is told of besides messages, by the change of a `ticket.updated`.
_CUSTOMER_KINDS = {
    "accepted": "ticket.accepted",
    "waiting": "ticket.waiting",
    "closed": "ticket.closed",
    "out_of_scope": "ticket.out_of_scope",
}


@outbox.handles("ticket.replied")
def tell_of_reply(event: OutboxEvent) -> None:
    """Reporter and watchers learn that the staff answered."""
    message = _message(event)
    _tell_customers(_ticket(event), "ticket.replied", key=f"message:{message.pk}", by=_author(message))


@outbox.handles("ticket.updated")
def tell_of_change(event: OutboxEvent) -> None:
    """The assignee learns of customers' messages and ratings and of tickets given to them, the customer of the rest."""
    ticket, change = _ticket(event), event.payload.get("change", "")
    if event.payload.get("message"):
        message = _message(event)
        if ticket.assignee:
            _tell_staff([ticket.assignee], "ticket.message", ticket, key=f"message:{message.pk}", by=_author(message))
        _tell_customers(
            ticket,
            "ticket.replied_within",
            key=f"message:{message.pk}",
            but=message.author_id,
            by=_author(message),
        )
    elif change == "assigned":
        colleague = Person.objects.filter(pk=event.payload["to"]).first()
        if colleague and colleague.pk != event.payload.get("by"):
            _tell_staff(
                [colleague], "ticket.assigned", ticket, key=f"event:{event.pk}", by=event.payload.get("by_name", "")
            )
    elif change == satisfaction.RATED and ticket.assignee:
        said = {"by": event.payload["by_name"], "score": event.payload["score"]}
        _tell_staff([ticket.assignee], "ticket.rated", ticket, key=f"event:{event.pk}", **said)
    elif change in _CUSTOMER_KINDS and not event.payload.get("by_customer"):
        more = {"scope": event.payload["reason_name"]} if change == "out_of_scope" else {}
        _tell_customers(ticket, _CUSTOMER_KINDS[change], key=f"event:{event.pk}", **more)


@outbox.handles("ticket.resolved")
def tell_of_resolution(event: OutboxEvent) -> None:
    """Reporter and watchers learn that it is resolved; not when it was taken up again meanwhile."""
    ticket = _ticket(event)
    if ticket.status == Status.RESOLVED:
        # The letter with the answer that resolved it says so itself (tickets/mail/outgoing.py).
        is_told = (event.key or "").startswith("message:")
        _tell_customers(ticket, "ticket.resolved", key=f"event:{event.pk}", mailed=not is_told)


@outbox.handles("ticket.quiet")
def remind(event: OutboxEvent) -> None:
    """Reporter and watchers are reminded that we wait for them."""
    ticket = _ticket(event)
    if ticket.status == Status.WAITING_CUSTOMER:
        _tell_customers(ticket, "ticket.reminder", key=f"event:{event.pk}", resolves_on=event.payload["resolves_on"])


def _ticket(event: OutboxEvent) -> Ticket:
    return Ticket.objects.select_related("organization", "reporter", "assignee").get(pk=event.payload["ticket"])


def _message(event: OutboxEvent) -> Message:
    return Message.objects.select_related("author").get(pk=event.payload["message"])


def _author(message: Message) -> str:
    return message.author.display_name() if message.author else ""


def _tell_customers(
    ticket: Ticket, kind: str, *, key: str, but: int | None = None, mailed: bool = True, **params: Any
) -> None:
    """Reporter and watchers except the person `but`, as far as they still belong to the organization."""
    interested = {ticket.reporter_id} | {person.pk for person in access.watchers_of(ticket)}
    interested.discard(but or 0)
    people = Person.objects.filter(
        pk__in=interested, is_active=True, memberships__organization_id=ticket.organization_id
    )
    place = "#rating" if kind == "ticket.resolved" else ""
    url = ticket_path(ticket.organization.slug, ticket.number) + place
    notify(
        people=people,
        kind=kind,
        params=_facts(ticket) | params,
        url=url,
        key=f"{kind}:{key}",
        organization=ticket.organization,
        mailed=mailed,
    )


def _tell_staff(people: list[Person], kind: str, ticket: Ticket, *, key: str, **params: Any) -> None:
    notify(people=people, kind=kind, params=_facts(ticket) | params, url=desk_path(ticket.number), key=f"{kind}:{key}")


def _facts(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "organization": ticket.organization.name,
        "severity": ticket.severity,
    }
