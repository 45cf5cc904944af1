"""Draws the next place in the sequence of tickets and turns it into a number (tickets/numbering.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from common.beijing import date_of
from tickets.numbering import ticket_number

# Everything a new ticket needs an identity for, in one statement.
_DRAW = """
SELECT nextval('tickets_ticket_id_seq'), nextval('tickets_message_id_seq'), nextval('tickets_responsetimer_id_seq'),
       (SELECT key FROM tickets_numberingkey WHERE id = 1)
"""
# Two first filings at once: the second waits for the first and keeps its key.
_MAKE_KEY = """
INSERT INTO tickets_numberingkey (id, key)
VALUES (1, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) ON CONFLICT (id) DO NOTHING
"""


@dataclass(frozen=True)
class Identity:
    """The keys of a ticket that is about to be stored, its opening message and its first timer."""

    number: str
    ticket_id: int
    message_id: int
    timer_id: int


def draw(*, at: datetime) -> Identity:
    """The identity of a ticket filed at `at`. A number drawn and not used is not drawn again."""
    with connection.cursor() as cursor:
        cursor.execute(_DRAW)
        row = cursor.fetchone()
        if row[3] is None:
            cursor.execute(_MAKE_KEY)
            cursor.execute(_DRAW)
            row = cursor.fetchone()
    ticket_id, message_id, timer_id, key = row
    return Identity(ticket_number(date_of(at).year, ticket_id, bytes(key)), ticket_id, message_id, timer_id)
