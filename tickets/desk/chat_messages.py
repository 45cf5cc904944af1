"""What was said in a chat, kept on a ticket as read-only messages (spec page 4.5 'IM transcripts').

Such messages answer nothing and start nothing: a chat happened elsewhere, before it was attached.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Person
from common.beijing import date_of
from common.problems import FieldErrors
from tickets import access, history, status_changes
from tickets.desk.transcripts import Turn, turns_of
from tickets.filing_fields import LONGEST_BODY
from tickets.message_rendering import rendered
from tickets.models import Channel, Message, Side, Ticket, TicketEvent
from tickets.search import documents

LONGEST_TRANSCRIPT = 200_000
MOST_TURNS = 500
_MARKS = re.compile(r"([\\`*_{}\[\]()#+.!|<>~-])")


def read(text: str, *, at: datetime, errors: dict[str, list[str]]) -> list[Turn]:
    """The turns of a transcript; what cannot be taken is said in `errors["transcript"]`."""
    if len(text) > LONGEST_TRANSCRIPT:
        errors["transcript"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_TRANSCRIPT}]
        return []
    turns = turns_of(text, today=date_of(at))
    if len(turns) > MOST_TURNS:
        errors["transcript"] = [_("Use at most %(most)s messages of a chat.") % {"most": MOST_TURNS}]
    elif any(len(turn.text) > LONGEST_BODY for turn in turns):
        sentence = _("One message of the chat is longer than %(longest)s characters.")
        errors["transcript"] = [sentence % {"longest": LONGEST_BODY}]
    return turns


def attach_transcript(*, ticket: Ticket, text: str, by: Person, at: datetime) -> Ticket:
    """Add a chat to a ticket on the desk. Raises FieldErrors, or TicketNotOpen."""
    errors: dict[str, list[str]] = {}
    turns = read(text, at=at, errors=errors)
    if not turns and not errors:
        errors["transcript"] = [_("Fill this in.")]
    if errors:
        raise FieldErrors(errors)
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    entry = keep(ticket, turns, by=by, at=at)
    if entry is not None:
        status_changes.announce(ticket, "ticket.updated", key=f"event:{entry.pk}", change="transcript")
    return ticket


def keep(ticket: Ticket, turns: list[Turn], *, by: Person, at: datetime) -> TicketEvent | None:
    """Store the turns as messages in their order, and a line of history; None when there are none.

    Who speaks is looked up by name or e-mail among the organization's people and the staff; whoever is not found
    speaks for the customer, under the name that the chat gives.
    """
    if not turns:
        return None
    known = _speakers({turn.speaker for turn in turns}, ticket)
    messages = []
    for place, turn in enumerate(turns, start=1):
        author, side = known.get(turn.speaker.casefold(), (None, Side.CUSTOMER))
        body = turn.text
        if author is None and turn.speaker:
            name = _MARKS.sub(r"\\\1", turn.speaker)
            body = f"**{name}**\n\n{body}"
        # The opening message is told apart by its instant: no other carries the same.
        said_at = turn.at if turn.at is not None and turn.at < at else at
        messages.append(_message(ticket, author, side, body, said_at + timedelta(microseconds=place)))
    Message.objects.bulk_create(messages)
    documents.rebuild([ticket.pk])
    entry = history.entry(ticket, "transcript_added", at=at, by=by, details={"messages": len(messages)})
    history.write(entry)
    return entry


def _speakers(names: Iterable[str], ticket: Ticket) -> dict[str, tuple[Person, str]]:
    """Who is meant by each name, in small letters; a name that two people bear is nobody's."""
    named = Q()
    for name in filter(None, names):
        named |= Q(name__iexact=name) | Q(email__iexact=name)
    if not named:
        return {}
    theirs = Person.objects.filter(named, memberships__organization_id=ticket.organization_id)
    found: dict[str, list[tuple[Person, str]]] = {}
    for people, side in ((theirs, Side.CUSTOMER), (Person.objects.staff().filter(named), Side.STAFF)):
        for person in people:
            for name in {person.name.casefold(), person.email.casefold()}:
                found.setdefault(name, []).append((person, side))
    return {name: those[0] for name, those in found.items() if len(those) == 1}


def _message(ticket: Ticket, author: Person | None, side: str, body: str, at: datetime) -> Message:
    return Message(
        ticket=ticket,
        organization_id=ticket.organization_id,
        author=author,
        side=side,
        body=body,
        body_html=rendered(body),
        public=True,
        channel=Channel.IM,
        at=at,
    )
