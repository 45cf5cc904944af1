"""The first wall around tickets: rows are reached through these getters, which know whose they are."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from accounts.models import Organization, Person
from common.problems import NotFound
from tickets.history import INTERNAL
from tickets.models import Attachment, Message, ResponseTimer, SecretField, Ticket, TicketEvent, TicketWatcher
from tickets.numbering import is_ticket_number
from tickets.search import looking

LARGEST_KEY = 2**63 - 1
_NAMED = ("organization", "reporter", "assignee", "end_customer")


def ticket_of(organization: Organization, number: str) -> Ticket:
    """The organization's ticket; NotFound for any other."""
    return _one(Ticket.objects.filter(organization=organization), number)


def any_ticket(number: str) -> Ticket:
    """A ticket of whatever organization, for the staff; NotFound for a number that does not exist."""
    return _one(Ticket.objects.all(), number)


def _one(tickets: QuerySet[Ticket], number: str) -> Ticket:
    if not is_ticket_number(number):
        raise NotFound
    found = tickets.select_related(*_NAMED).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def locked(ticket: Ticket) -> Ticket:
    """The same ticket with its row locked until the transaction ends, as the row now is.

    People and organization already known stay known. Every action begins here: ticket first, then its timer.
    """
    row = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    for name in ("organization", "reporter"):
        if ticket._state.fields_cache.get(name) is not None:
            setattr(row, name, ticket._state.fields_cache[name])
    return row


def locked_together(one: Ticket, other: Ticket) -> tuple[Ticket, Ticket]:
    """Two tickets of one organization as they now are, locked by ascending id whoever asks in which order."""
    found = Ticket.objects.select_for_update(no_key=True).filter(pk__in=[one.pk, other.pk]).order_by("pk")
    rows = {row.pk: row for row in found}
    for row in rows.values():
        if one._state.fields_cache.get("organization") is not None:
            row.organization = one.organization
    return rows[one.pk], rows[other.pk]


class _Moved(Exception):
    """The ticket was merged: what is to be done is done where the conversation goes on, the ticket with this id."""


def locked_where_it_goes_on(ticket: Ticket) -> Ticket:
    """The ticket, or the one that it was merged into, directly or through others; locked as `locked` does.

    A merged ticket is let go before the next one is taken: merging locks by ascending id, and who held one of the two
    while waiting for the other could wait for ever.
    """
    while True:
        try:
            with transaction.atomic():
                row = locked(ticket)
                if row.merged_into_id is None:
                    return row
                raise _Moved(row.merged_into_id)
        except _Moved as moved:
            ticket = Ticket.objects.select_related("organization", "reporter").get(pk=moved.args[0])


def tickets_of(
    organization: Organization,
    *,
    status: str = "",
    kind: str = "",
    severity: str = "",
    product: str = "",
    q: str = "",
    created_after: datetime | None = None,
    created_before: datetime | None = None,
) -> QuerySet[Ticket]:
    """An organization's tickets, newest first; '' and None do not filter.

    `q` looks for words in number, subject and public messages; the newest looking.LISTED that hold them are listed.
    """
    found = Ticket.objects.filter(organization=organization).select_related(*_NAMED).order_by("-id")
    equal = {"status": status, "kind": kind, "severity": severity, "product": product}
    found = found.filter(**{name: value for name, value in equal.items() if value})
    if created_after is not None:
        found = found.filter(created_at__gte=created_after)
    if created_before is not None:
        found = found.filter(created_at__lt=created_before)
    if q:
        found = found.filter(pk__in=looking.found(looking.asked(q, with_notes=False), most=looking.LISTED))
    return found


def messages_of(ticket: Ticket, *, internal: bool) -> list[Message]:
    """The conversation, oldest first, with authors and attachments; internal notes only when asked for."""
    found = Message.objects.filter(ticket=ticket).select_related("author").order_by("id")
    if not internal:
        found = found.filter(public=True)
    files = Attachment.objects.filter(ticket=ticket).order_by("id")
    return list(found.prefetch_related(Prefetch("attachments", files, to_attr="files")))


def timers_of(ticket: Ticket) -> list[ResponseTimer]:
    """Its response timers, oldest first, with who answered."""
    return list(ResponseTimer.objects.filter(ticket=ticket).select_related("answered_by").order_by("id"))


def history_of(ticket: Ticket, *, internal: bool = True) -> list[TicketEvent]:
    """What happened, in order of when it became true; for organizations without what is the desk's own matter."""
    found = TicketEvent.objects.filter(ticket=ticket).select_related("by").order_by("at", "id")
    return list(found if internal else found.exclude(event__in=INTERNAL))


def timer_events_of(ticket: Ticket) -> list[TicketEvent]:
    """The record of its timers, in the order it was written."""
    found = TicketEvent.objects.filter(ticket=ticket, timer__isnull=False)
    return list(found.select_related("by").order_by("id"))


def watchers_of(ticket: Ticket) -> list[Person]:
    """The people who watch it."""
    return [row.person for row in TicketWatcher.objects.filter(ticket=ticket).select_related("person").order_by("id")]


def attachment_of(ticket: Ticket, key: str, *, internal: bool) -> Attachment:
    """An attachment of the ticket; one of an internal note only for the staff. NotFound else."""
    found = Attachment.objects.filter(ticket=ticket, key=key)
    if not internal:
        found = found.filter(message__public=True)
    row = found.first()
    if row is None:
        raise NotFound
    return row


def secret_of(ticket: Ticket, pk: int) -> SecretField:
    """A secret field of the ticket, deleted or not; NotFound else."""
    row = SecretField.objects.filter(ticket=ticket, pk=pk).first() if pk <= LARGEST_KEY else None
    if row is None:
        raise NotFound
    row.ticket = ticket
    return row


def message_with_files(message: Message) -> Message:
    """The message as `messages_of` gives it."""
    message.files = list(Attachment.objects.filter(message=message).order_by("id"))  # type: ignore[attr-defined]
    return message
