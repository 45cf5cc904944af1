"""An organization's own open tickets that speak of the same as one that is being written (spec page 4.1).

Near is who shares the most letters of telling words, those of the subject counted twice. Looked at are its
newest LOOKED_AT tickets with one of the words.
"""

from __future__ import annotations

from typing import Any

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
     WHERE ticket.id = ANY(%(ids)s) AND ticket.organization_id = %(organization)s
       AND ticket.status = ANY(%(statuses)s)
   ) AS near
 WHERE letters >= %(near)s ORDER BY letters DESC, id DESC LIMIT %(most)s
"""


def own_open(organization: Organization, text: str, *, most: int = SHOWN) -> list[Ticket]:
    """The organization's tickets on the desk about the same as `text`, the nearest first; in its scope."""
    asked = words.question(text[:LONGEST_TEXT])
    clues = [word for word in asked.words if len(word) > 1 and word not in words.SAY_NOTHING]
    if not clues:
        return []
    ids = looking.of_any(Question(tuple(clues), ()), most=LOOKED_AT)
    if not ids:
        return []
    values: dict[str, Any] = {
        "clues": clues,
        "ids": ids,
        "statuses": [str(status) for status in ACTIVE],
        "organization": organization.pk,
        "near": NEAR,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, values)
        nearest = [row[0] for row in cursor.fetchall()]
    tickets = Ticket.objects.in_bulk(nearest)
    return [tickets[pk] for pk in nearest if pk in tickets]
