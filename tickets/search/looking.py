"""Looking for tickets by their words, as far as the scope of the request reaches (spec page 4.7).

Found are tickets that hold all the words asked for, the newest first: among a million tickets of a word, the
newest are what is looked for, and ranking them would mean reading them all (docs/decisions.md). What reads like a
ticket's number finds that ticket, which comes first. In the scope of all tenants (the desk) internal notes are
looked through as well; in the scope of an organization they do not exist.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from common import words
from common.words import Question
from tickets.models import Ticket
from tickets.search.documents import NOTE

# Further back than so many a list does not reach by a word; a second word does.
LISTED = 1_000
_FOUND = "SELECT tickets_found(%s::tsquery, %s, %s)"


@dataclass(frozen=True)
class Asked:
    """A question, and whether internal notes may answer it."""

    question: Question
    with_notes: bool

    def tsquery(self, *, wide: bool = False) -> str:
        """In PostgreSQL's language; '' when it asks for nothing."""
        also = NOTE if self.with_notes else ""
        return self.question.wide(also=also) if wide else self.question.exact(also=also)

    def last(self) -> str:
        """The last word alone."""
        return self.question.last(also=NOTE if self.with_notes else "")


def asked(text: str, *, with_notes: bool) -> Asked:
    """What `text` asks for."""
    return Asked(words.question(text), with_notes)


def found(what: Asked, *, most: int, before: int | None = None) -> list[int]:
    """Ids of at most `most` tickets below the id `before`, the newest first.

    When no ticket at all holds the words, and none the last of them, that one may be the beginning of a word. One
    statement, three when nothing is found.
    """
    return found_by(what, most=most, before=before)[0]


def found_by(what: Asked, *, most: int, before: int | None = None) -> tuple[list[int], str]:
    """The same, with the tsquery that found them."""
    query = what.tsquery()
    ids = _ids(query, most, before)
    if ids or (before is not None and _ids(query, 1, None)):
        return ids, query
    wide = what.tsquery(wide=True)
    # All words that begin so are gathered by the index at once, which is dear for a word that many tickets hold.
    if not wide or _ids(what.last(), 1, None):
        return ids, query
    return _ids(wide, most, before), wide


def of_any(question: Question, *, most: int) -> list[int]:
    """Ids of the newest tickets with at least one of the words, in public."""
    return _ids(question.any_of(), most, None)


def by_number(text: str) -> int | None:
    """The id of the ticket of exactly this number; None where there is none in scope."""
    number = text.strip().upper()
    if not number.startswith("T-"):
        return None
    return Ticket.objects.filter(number=number[:20]).values_list("pk", flat=True).first()


def _ids(query: str, most: int, before: int | None) -> list[int]:
    if not query:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [query, most, before])
        return [row[0] for row in cursor.fetchall()]
