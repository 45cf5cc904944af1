"""The desk's page of one ticket, `/desk/tickets/<number>`: its conversation, its clock, and what staff do with it.

Each POST calls one function of tickets/handling.py or tickets/conversation.py. An open page is answered with its
parts anew, a refusal among them, so that nothing that was typed or scrolled is lost; without htmx the page is
loaded again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator

from accounts.roles import Access
from common import clock
from common.problems import Problem
from supportplans import versions
from tickets import access, conversation, desk_reading, handling, regrading, surroundings
from tickets.attachment_download import download
from tickets.desk import canned_replies, presence
from tickets.filing_fields import LONGEST_BODY
from tickets.message_rendering import rendered
from tickets.models import Ticket
from tickets.status_changes import RESOLVED_AFTER
from tickets.views.desk_queue import DeskPage

# Digits of the largest id.
LONGEST_ID = len(str(2**63 - 1))


def _id(asked: str) -> int | None:
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < LONGEST_ID else None


# Its dialog shows PDFs in a frame of this site (attachment_preview.py).
@method_decorator(csp_update({"frame-src": [SELF]}), name="dispatch")
class DeskTicketPage(DeskPage):
    """The whole page; `parts` is the same without its frame."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        ticket = access.any_ticket(number)
        return self.render("tickets/desk/ticket.html", self.reading(ticket))

    def parts(self, number: str, problem: Problem | None = None) -> HttpResponse:
        """What an open page puts in its places after an action; `problem` says why nothing was done."""
        shown = self.reading(access.any_ticket(number)) | {"problem": problem, "answered": True}
        return self.render("tickets/desk/_ticket_parts.html", shown, status=problem.status if problem else 200)

    def reading(self, ticket: Ticket) -> dict[str, Any]:
        """Everything the page shows at first sight; six statements at any length."""
        catalogue = versions.current(clock.today())
        owed = desk_reading.owed_answers(ticket, at=clock.now())
        near = surroundings.around(ticket)
        return {
            "ticket": ticket,
            "catalogue": catalogue,
            "tier": desk_reading.tier_of(ticket, catalogue),
            "category": desk_reading.category_of(ticket, catalogue),
            "part": desk_reading.conversation(ticket),
            "owed": owed,
            "watchers": near.watchers,
            "secrets": near.secrets,
            "answers": desk_reading.answers_of(ticket, catalogue),
            "asked": regrading.open_request(ticket) if ticket.is_active else None,
            "can_accept": owed.can_be_accepted,
            "resolves_at": ticket.waiting_since + RESOLVED_AFTER if ticket.waiting_since else None,
            "live_channels": [f"ticket:{ticket.pk}", f"desk-ticket:{ticket.pk}", presence.channel(ticket.number)],
        }


class DeskTicketParts(DeskTicketPage):
    """The parts of an open page that may have changed."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self.render("tickets/desk/_ticket_parts.html", self.reading(access.any_ticket(number)))


class EarlierMessages(DeskPage):
    """The messages before the ones that a page shows."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        ticket = access.any_ticket(number)
        part = desk_reading.conversation(ticket, before=_id(request.GET.get("before", "")))
        return self.render("tickets/desk/_earlier.html", {"ticket": ticket, "part": part})


class History(DeskPage):
    """What happened to the ticket, or with `?timer=` to one of its response timers: asked for when unfolded."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        ticket = access.any_ticket(number)
        lines = desk_reading.history(
            ticket, versions.current(clock.today()), timer_id=_id(request.GET.get("timer", ""))
        )
        return self.render("tickets/desk/_history_lines.html", {"ticket": ticket, "lines": lines})


class Assignees(DeskPage):
    """Who may be given the ticket: asked for when the menu opens."""

    access: ClassVar[dict[str, Access]] = {"GET": "W"}

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        shown = {"ticket": access.any_ticket(number), "colleagues": desk_reading.colleagues()}
        return self.render("tickets/desk/_assignees.html", shown)


class TicketAction(DeskTicketPage, ABC):
    """A POST about one ticket; `act` is what it does."""

    access: ClassVar[dict[str, Access]] = {"GET": "W"}
    http_method_names: Sequence[str] = ("post", "options")

    @abstractmethod
    def act(self, ticket: Ticket) -> Any:
        """Call the rule; what it returns is not shown, the page is read anew."""

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        ticket = access.any_ticket(number)
        return self.submit(
            lambda: self.act(ticket),
            to=lambda _done: reverse("tickets:desk_ticket", args=[number]),
            again=self.refused,
        )

    def go(self, url: str) -> HttpResponse:
        """An open page gets its parts, the queue asks for its rows, a browser without htmx is sent on."""
        if self.from_queue:
            response = HttpResponse(status=204)
            response["HX-Trigger"] = "desk:claimed"
            return response
        if self.is_fragment:
            return self.parts(self.kwargs["number"])
        return super().go(url)

    def refused(self, problem: Problem) -> HttpResponse:
        """The sentence in its place: a notice in the queue, above the conversation on the ticket's page."""
        if self.from_queue:
            response = render(self.request, "_problem.html", {"problem": problem}, status=problem.status)
            response["HX-Trigger"] = "desk:claimed"
            return response
        if self.is_fragment:
            return self.parts(self.kwargs["number"], problem)
        shown = self.reading(access.any_ticket(self.kwargs["number"]))
        return self.render("tickets/desk/ticket.html", shown | {"problem": problem}, status=problem.status)

    @property
    def is_fragment(self) -> bool:
        return bool(self.request.headers.get("HX-Request"))

    @property
    def from_queue(self) -> bool:
        return self.is_fragment and self.request.POST.get("from") == "queue"


def _door(action: Callable[..., Any]) -> type[TicketAction]:
    """A door for an action that needs nothing but the ticket."""

    class Door(TicketAction):
        def act(self, ticket: Ticket) -> Any:
            return action(ticket=ticket, by=self.person, at=clock.now())

    Door.__doc__ = action.__doc__
    return Door


Claim = _door(handling.claim)
Release = _door(handling.release)
Accept = _door(handling.accept)


class Assign(TicketAction):
    """Give it to the colleague chosen in the menu."""

    def act(self, ticket: Ticket) -> Any:
        return handling.assign(ticket=ticket, to=self.request.POST.get("to", ""), by=self.person, at=clock.now())


class Reply(TicketAction):
    """Send a public reply; with `claim`, also take the ticket. Without a text only its state changes."""

    def act(self, ticket: Ticket) -> Any:
        posted, at = self.request.POST, clock.now()
        body, then, files = posted.get("body", ""), posted.get("then", ""), self.request.FILES.getlist("attachments")
        if posted.get("claim"):
            handling.claim(ticket=ticket, by=self.person, at=at)
        without_text = {conversation.WAIT: handling.wait, conversation.RESOLVE: handling.resolve}.get(then)
        if without_text and not body.strip() and not files:
            return without_text(ticket=ticket, by=self.person, at=at)
        used = [number for number in map(_id, posted.getlist("canned")) if number is not None]
        canned_replies.count_use(numbers=used, by=self.person)
        return conversation.staff_reply(ticket=ticket, by=self.person, body=body, then=then, at=at, files=files)


class Note(TicketAction):
    """Write an internal note."""

    def act(self, ticket: Ticket) -> Any:
        files = self.request.FILES.getlist("attachments")
        body = self.request.POST.get("body", "")
        return conversation.note(ticket=ticket, by=self.person, body=body, at=clock.now(), files=files)


class Preview(DeskPage):
    """Markdown as it will be read."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponse:
        body = request.POST.get("body", "")[:LONGEST_BODY].strip()
        return self.render("tickets/desk/_preview.html", {"html": rendered(body)})


class DeskAttachment(DeskPage):
    """A file of any message, notes included."""

    def get(self, request: HttpRequest, number: str, key: str) -> HttpResponseBase:
        return download(access.attachment_of(access.any_ticket(number), key, internal=True))
