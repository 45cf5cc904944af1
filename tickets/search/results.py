"""What a search over all tickets shows: where the words stand, in the subject and in what was said (spec page 4.7).

For the staff, in the scope of all tenants. The ticket whose number was typed comes first, the others newest first.
Pieces of texts are given as (text, whether asked for): the door escapes each and marks those that were.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from common import words
from common.words import SAY_NOTHING, Question
from tickets.models import Ticket
from tickets.search import looking

PAGE, LARGEST_PAGE = 25, 100
# Letters around the first word of a message that was asked for.
_BEFORE, _AROUND = 300, 900
# The first message of each ticket that holds one of the terms, cut around it.
_SAID = """
SELECT DISTINCT ON (message.ticket_id) message.ticket_id, message.public,
       substr(message.body, greatest(1, hit.place - %(before)s), %(around)s)
  FROM tickets_message AS message
 CROSS JOIN LATERAL (
    SELECT min(place) AS place FROM (SELECT strpos(lower(message.body), term) FROM unnest(%(terms)s::text[]) AS term)
        AS one(place) WHERE place > 0) AS hit
 WHERE message.ticket_id = ANY(%(tickets)s) AND hit.place IS NOT NULL
 ORDER BY message.ticket_id, message.id
"""
Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Result:
    """A ticket that was found; `excerpt` is [] when only number or subject hold the words."""

    ticket: Ticket
    subject: Pieces
    excerpt: Pieces
    is_note: bool


@dataclass(frozen=True)
class Results:
    """A page of them; `before` is the marker of the next page, None on the last."""

    rows: list[Result]
    before: int | None


def search(text: str, *, before: int | None = None, size: int = PAGE) -> Results:
    """Tickets of every organization and status that hold the words; at most five statements."""
    what = looking.asked(text, with_notes=True)
    ids = looking.found(what, most=size + 1, before=before)
    more = len(ids) > size
    ids = ids[:size]
    marker = ids[-1] if more else None
    named = looking.by_number(text)
    if named is not None and before is None:
        ids = [named, *(pk for pk in ids if pk != named)]
    return Results(_shown(ids, what.question), marker)


def _shown(ids: list[int], asked: Question) -> list[Result]:
    tickets = Ticket.objects.select_related("organization", "reporter", "assignee", "end_customer").in_bulk(ids)
    said = _said(ids, asked)
    rows = []
    for pk in ids:
        if pk in tickets:
            public, piece = said.get(pk, (True, ""))
            excerpt = words.marked(words.excerpt(piece, asked), asked)
            rows.append(Result(tickets[pk], words.marked(tickets[pk].subject, asked), excerpt, not public))
    return rows


def _said(ids: list[int], asked: Question) -> dict[int, tuple[bool, str]]:
    terms = [term for term in asked.terms if term not in SAY_NOTHING] or list(asked.terms)
    if not (ids and terms):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SAID, {"tickets": ids, "terms": terms, "before": _BEFORE, "around": _AROUND})
        return {ticket: (public, piece) for ticket, public, piece in cursor.fetchall()}
