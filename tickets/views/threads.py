"""The desk's forms that regrade, reclassify, merge, split and link a ticket: dialogs of its page; the customer's
form that asks for another severity."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from common import clock
from supportplans.entitlements import entitlements
from tickets import desk_reading, links, merging, reclassifying, regrading, splitting, surroundings, thread_words
from tickets.models import Kind, Ticket
from tickets.views.customer import TicketDoor
from tickets.views.desk import _id
from tickets.views.desk_dialogs import TicketDialog


class Regrade(TicketDialog):
    """Another severity of those the plan offers, and why; a request of the customer is filled in."""

    area = "regrade"
    template: ClassVar[str] = "tickets/desk/_regrade.html"

    def dialog(self, ticket: Ticket) -> dict[str, Any]:
        held, posted = entitlements(ticket.organization, clock.now()), self.request.POST
        asked = regrading.open_request(ticket)
        return {
            "catalogue": held.catalogue,
            "offered": [code for code in held.severity_codes if code != ticket.severity],
            "asked": asked,
            "severity": posted.get("severity", asked.details["to"] if asked else ""),
            "reasons": [(code, thread_words.REASON_CHOICES[code]) for code in regrading.REASONS],
            "reason": posted.get("reason", "customer_asked" if asked else ""),
            "words": posted.get("words", ""),
        }

    def act(self, ticket: Ticket) -> Any:
        posted = self.request.POST
        reason = posted.get("reason", "") or posted.get("words", "")
        return regrading.regrade(
            ticket=ticket, severity=posted.get("severity", ""), reason=reason, by=self.person, at=clock.now()
        )


class Reclassify(TicketDialog):
    """Technical or business, the other one than it is."""

    area = "regrade"
    template: ClassVar[str] = "tickets/desk/_reclassify.html"

    def dialog(self, ticket: Ticket) -> dict[str, Any]:
        other = Kind.BUSINESS if ticket.kind == Kind.TECHNICAL else Kind.TECHNICAL
        return {"other": other, "reason": self.request.POST.get("reason", "")}

    def act(self, ticket: Ticket) -> Any:
        posted = self.request.POST
        return reclassifying.reclassify(
            ticket=ticket,
            kind=posted.get("kind", ""),
            reason=posted.get("reason", ""),
            by=self.person,
            at=clock.now(),
        )


class Merge(TicketDialog):
    """The number of the ticket that the conversation goes on in."""

    template: ClassVar[str] = "tickets/desk/_merge.html"

    def dialog(self, ticket: Ticket) -> dict[str, Any]:
        return {"into": self.request.POST.get("into", ""), "others": links.candidates(ticket)}

    def act(self, ticket: Ticket) -> Any:
        return merging.merge(ticket=ticket, into=self.request.POST.get("into", ""), by=self.person, at=clock.now())


class Split(TicketDialog):
    """The messages that move, and the subject of the new ticket."""

    template: ClassVar[str] = "tickets/desk/_split.html"

    def dialog(self, ticket: Ticket) -> dict[str, Any]:
        part = desk_reading.conversation(ticket)
        # The message that opened the ticket stays with it.
        messages = part.messages if part.earlier_than else part.messages[1:]
        posted = self.request.POST
        return {"messages": messages, "chosen": self._chosen(), "subject": posted.get("subject", "")}

    def act(self, ticket: Ticket) -> Any:
        subject = self.request.POST.get("subject", "")
        return splitting.split(ticket=ticket, messages=self._chosen(), subject=subject, by=self.person, at=clock.now())

    def _chosen(self) -> list[int]:
        return [found for one in self.request.POST.getlist("messages") if (found := _id(one)) is not None]


class Link(TicketDialog):
    """What another ticket is to this one."""

    template: ClassVar[str] = "tickets/desk/_link.html"

    def dialog(self, ticket: Ticket) -> dict[str, Any]:
        posted = self.request.POST
        return {
            "kinds": [(kind, links.NAMES[kind]) for kind in links.KINDS],
            "kind": posted.get("kind", links.Kind.RELATED),
            "to": posted.get("to", ""),
            "others": links.candidates(ticket),
            "linked": surroundings.around(ticket).links,
        }

    def act(self, ticket: Ticket) -> Any:
        posted = self.request.POST
        return links.link(
            ticket=ticket, kind=posted.get("kind", ""), to=posted.get("to", ""), by=self.person, at=clock.now()
        )


class RequestRegrade(TicketDoor):
    """The customer asks for another severity; a refusal shows the page as it is with the reason on top."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        ticket, posted = self.reading().ticket, request.POST
        return self.submit(
            lambda: regrading.request_regrade(
                ticket=ticket,
                organization=self.organization,
                severity=posted.get("severity", ""),
                reason=posted.get("reason", ""),
                by=self.person,
                at=clock.now(),
            ),
            to=lambda _ticket: self.address(),
            again=lambda problem: self.page(self.reading(), status=problem.status, refusal=self.with_way_out(problem)),
        )
