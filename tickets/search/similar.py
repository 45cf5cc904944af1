"""Tickets that speak of the same (spec pages 4.1 and 4.5): of an organization's own open ones while the next is
written, of everybody's on the desk's ticket page.

Near is who shares the most letters of telling words, those of the subject counted twice. Looked at are the newest
LOOKED_AT tickets with one of the words: of a million tickets about slowness the newest tell the most.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from accounts.models import Organization
from common import words
from common.words import Question
from tickets.models import ACTIVE, Ticket
from tickets.search import looking

SHOWN = 3
LOOKED_AT = 200
# One word of five letters, or three pairs of Chinese signs, speak of the same.
NEAR = 5
LONGEST_TEXT = 200

_NEAREST = """
SELECT id FROM (
    SELECT ticket.id,
           (SELECT sum(length(clue)) FROM unnest(%(clues)s::text[]) AS clue
             WHERE clue = ANY(tsvector_to_array(document.words)))
           + coalesce((SELECT sum(length(clue)) FROM unnest(%(clues)s::text[]) AS clue
                        WHERE strpos(lower(ticket.subject), clue) > 0), 0) AS letters
      FROM tickets_ticket AS ticket JOIN tickets_ticketdocument AS document ON document.ticket_id = ticket.id
     WHERE ticket.id = ANY(%(ids)s) AND (%(statuses)s::text[] IS NULL OR ticket.status = ANY(%(statuses)s))
   ) AS near
 WHERE letters >= %(near)s ORDER BY letters DESC, id DESC LIMIT %(most)s
"""


def own_open(organization: Organization, text: str, *, most: int = SHOWN) -> list[Ticket]:
    """The organization's tickets on the desk about the same as `text`, the nearest first; in its scope."""
    return [ticket for ticket in _nearest(text, ACTIVE, most) if ticket.organization_id == organization.pk]


def to_ticket(ticket: Ticket, *, most: int = 2 * SHOWN) -> list[Ticket]:
    """Tickets of whatever organization and status about the same as this one, for the staff; with organizations."""
    return _nearest(ticket.subject, None, most, but=ticket.pk)


def _nearest(text: str, statuses: Sequence[str] | None, most: int, *, but: int | None = None) -> list[Ticket]:
    asked = words.question(text[:LONGEST_TEXT])
    clues = [word for word in asked.words if len(word) > 1 and word not in words.SAY_NOTHING]
    if not clues:
        return []
    ids = [pk for pk in looking.of_any(Question(tuple(clues), ()), most=LOOKED_AT) if pk != but]
    if not ids:
        return []
    values = {
        "clues": clues,
        "ids": ids,
        "statuses": statuses and [str(status) for status in statuses],
        "near": NEAR,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, values)
        nearest = [row[0] for row in cursor.fetchall()]
    tickets = Ticket.objects.select_related("organization", "assignee").in_bulk(nearest)
    return [tickets[pk] for pk in nearest if pk in tickets]
