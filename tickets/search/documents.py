"""The words of each ticket, kept in the transaction that writes them: whatever is filed or said is found at once.

A document is one row of one tsvector:

- the words of subject, number and public messages as they are;
- those of internal notes behind NOTE, so that a customer's question can never reach them;
- marks that narrow along the same index: OWNER and the organization's id, and the lots that the ticket's id lies
  in. A lot of size `#a` holds 8,192 ids, `#b` 65,536, `#c` 524,288. The newest tickets with a word that a million
  have are found in the newest lots, without looking at the million (tickets_found, migration 0006).

Words, notes' words and marks never meet: words hold letters, digits and hyphens alone (common/words.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Max, OuterRef, Q, Subquery

from common import words
from tickets.models import Message, Ticket, TicketDocument

NOTE, OWNER = "~", "@"
LOTS = (("#a", 13), ("#b", 16), ("#c", 19))
# A tsvector ends at 1 MB; words take up to four bytes a letter and some more for themselves.
LARGEST = 180_000
BATCH = 500

_ADD = """
UPDATE tickets_ticketdocument SET words = words || %(words)s::tsvector, size = size + %(size)s,
       message_id = greatest(message_id, %(message)s)
 WHERE ticket_id = %(ticket)s AND size + %(size)s <= %(largest)s
"""
_STORE = """
INSERT INTO tickets_ticketdocument (ticket_id, organization_id, words, size, message_id)
VALUES (%s, %s, %s::tsvector, %s, %s)
    ON CONFLICT (ticket_id) DO UPDATE SET words = excluded.words, size = excluded.size,
       organization_id = excluded.organization_id, message_id = excluded.message_id
"""


def document(ticket: Ticket, messages: Sequence[Message]) -> TicketDocument:
    """The row of a ticket with all its messages, not yet stored."""
    found = words.words_of(ticket.number, ticket.subject)
    size = _size(found)
    for message in messages:
        more = _words_of(message) - found
        if size + _size(more) > LARGEST:
            more = set(_as_many(more, LARGEST - size))
        found |= more
        size += _size(more)
    return TicketDocument(
        ticket_id=ticket.pk,
        organization_id=ticket.organization_id,
        words=words.vector(found | marks(ticket)),
        size=size,
        message_id=max((message.pk for message in messages), default=0),
    )


def marks(ticket: Ticket) -> set[str]:
    """The organization's mark and those of the lots: @7, #a2, #b0, #c0 for ticket 20,000 of organization 7."""
    return {f"{OWNER}{ticket.organization_id}", *(f"{mark}{ticket.pk >> bits}" for mark, bits in LOTS)}


def add_message(message: Message) -> None:
    """Add the words of a message that was just stored; one statement.

    What no longer fits into a very long conversation is not found; the message itself is none the worse.
    """
    found = _words_of(message)
    values: dict[str, Any] = {
        "words": words.vector(found),
        "size": _size(found),
        "message": message.pk,
        "ticket": message.ticket_id,
        "largest": LARGEST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values)


def rebuild(ticket_ids: Iterable[int]) -> None:
    """Make the documents of these tickets anew from what is stored: after messages moved, or where none was."""
    ids = list(ticket_ids)
    messages: dict[int, list[Message]] = {}
    for message in Message.objects.filter(ticket__in=ids).defer("body_html").order_by("id"):
        messages.setdefault(message.ticket_id, []).append(message)
    rows = []
    for ticket in Ticket.objects.filter(pk__in=ids).only("pk", "number", "subject", "organization_id").order_by("pk"):
        made = document(ticket, messages.get(ticket.pk, []))
        rows.append((made.ticket_id, made.organization_id, made.words, made.size, made.message_id))
    with connection.cursor() as cursor:
        cursor.executemany(_STORE, rows)


def behind(*, below: int | None, most: int = BATCH, everything: bool = False) -> list[int]:
    """Ids of tickets without a document or with a message that it does not hold, newest first, below an id."""
    newest = Message.objects.filter(ticket=OuterRef("pk")).order_by("-id").values("id")[:1]
    held = TicketDocument.objects.filter(ticket=OuterRef("pk")).values("message_id")
    found = Ticket.objects.order_by("-pk")
    if below is not None:
        found = found.filter(pk__lt=below)
    if not everything:
        found = found.annotate(newest=Subquery(newest), held=Subquery(held))
        found = found.filter(Q(held=None) | Q(held__lt=Subquery(newest)))
    return list(found.values_list("pk", flat=True)[:most])


def catch_up(ticket_id: int) -> None:
    """Make the document of a ticket anew when it misses a message, whoever wrote it and by what road."""
    newest = Message.objects.filter(ticket=ticket_id).aggregate(newest=Max("id"))["newest"] or 0
    held = TicketDocument.objects.filter(ticket=ticket_id).values_list("message_id", flat=True).first()
    if held is None or held < newest:
        rebuild([ticket_id])


def _words_of(message: Message) -> set[str]:
    found = words.words_of(message.body)
    if _size(found) > LARGEST:
        found = set(_as_many(found, LARGEST))
    return found if message.public else {NOTE + word for word in found}


def _size(found: Iterable[str]) -> int:
    return sum(len(word) for word in found)


def _as_many(found: Iterable[str], letters: int) -> Iterable[str]:
    """Words in their order as long as they fit."""
    for word in sorted(found):
        letters -= len(word)
        if letters < 0:
            return
        yield word
