"""Tickets that speak of the same, whatever their organization and however they ended: what helped there may help here.

The newest tickets with one of the subject's words are found by the search; those that share most of its words come
first, of the same product before others.
"""

from __future__ import annotations

from common import words
from tickets.models import Ticket
from tickets.search import looking

SHOWN = 5
LOOKED_THROUGH = 100
# Half of the words that say something, and never one alone of several.
SHARE = 0.5


def similar_to(ticket: Ticket) -> list[Ticket]:
    """The nearest ones, at most five, in the scope of all tenants; two statements."""
    asked = words.question(ticket.subject)
    ids = looking.of_any(asked, most=LOOKED_THROUGH) if asked else []
    wanted = set(asked.words)
    near: list[tuple[float, Ticket]] = []
    for other in Ticket.objects.filter(pk__in=ids).exclude(pk=ticket.pk).select_related("organization"):
        shared = len(wanted & words.words_of(other.subject)) / len(wanted)
        if shared >= SHARE:
            near.append((shared + (0.25 if ticket.product and other.product == ticket.product else 0), other))
    near.sort(key=lambda each: (-each[0], -each[1].pk))
    return [other for _shared, other in near[:SHOWN]]
