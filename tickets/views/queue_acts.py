"""Dialogs of one ticket that belong to the queue's side: tags, a chat to keep, a call that was made."""

from __future__ import annotations

from typing import Any

from common import clock
from tickets.desk import callbacks, chat_messages, tagging
from tickets.models import Ticket
from tickets.views.bulk import words_of
from tickets.views.desk_dialogs import TicketDialog


class Tags(TicketDialog):
    """The ticket's tags as one line: what is not in it any more is removed."""

    template = "tickets/desk/_tags.html"

    def dialog(self, ticket: Ticket) -> dict[str, Any]:
        return {
            "typed": self.request.POST.get("add", " ".join(ticket.tags)),
            "in_use": tagging.tags_in_use(limit=50),
            "most": tagging.MOST_TAGS,
        }

    def act(self, ticket: Ticket) -> Any:
        wanted = words_of(self.request.POST.get("add", ""))
        kept = {tagging.normal(tag) for tag in wanted}
        gone = [tag for tag in ticket.tags if tag not in kept]
        return tagging.retag(ticket=ticket, add=wanted, remove=gone, by=self.person, at=clock.now())


class Transcript(TicketDialog):
    """Keep what was said in a chat."""

    template = "tickets/desk/_transcript.html"

    def dialog(self, ticket: Ticket) -> dict[str, Any]:
        return {"typed": self.request.POST.get("transcript", "")}

    def act(self, ticket: Ticket) -> Any:
        text = self.request.POST.get("transcript", "")
        return chat_messages.attach_transcript(ticket=ticket, text=text, by=self.person, at=clock.now())


class Called(TicketDialog):
    """Say that the customer was called back."""

    template = "tickets/desk/_called.html"

    def dialog(self, ticket: Ticket) -> dict[str, Any]:
        return {"callback": callbacks.open_callback(ticket), "typed": self.request.POST.get("outcome", "")}

    def act(self, ticket: Ticket) -> Any:
        outcome = self.request.POST.get("outcome", "")
        return callbacks.record_call(ticket=ticket, outcome=outcome, by=self.person, at=clock.now())
