"""An organization's own tickets: the list, a ticket's page and what can be done there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.page_doors import OrganizationPage, errors_of
from common import clock
from common.problems import PermissionDenied, Problem
from supportplans import versions
from tickets import access, closing, drafts, following_up, own_tickets
from tickets.attachment_download import download
from tickets.conversation import customer_message
from tickets.customer_ticket import CustomerTicket
from tickets.models import Kind, Message, Status, Ticket
from tickets.refusals import FollowUpNeeded, TicketNotOpen

SAFE = ("GET", "HEAD", "OPTIONS")
Action = Callable[..., Ticket]


class CustomerPage(OrganizationPage):
    """A page of the organization's own people. Staff may look, to see what a customer sees, and act on the desk."""

    area = "tickets"

    def enter(self) -> None:
        super().enter()
        writes = self.request.method not in SAFE or self.access.get("GET") == "W"
        if self.reach.is_staff and writes:
            raise PermissionDenied(_("This page is for the organization's own people: work on the desk instead."))

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks for a part of the page."""
        return bool(self.request.headers.get("HX-Request")) and not self.request.headers.get("HX-Boosted")


class TicketListPage(CustomerPage):
    """`/o/<slug>/tickets`: newest first, narrowed by filters, more on request."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        catalogue = versions.current(clock.today())
        filters = own_tickets.filters_from(
            request.GET, severities=catalogue.severity_codes(), products=catalogue.product_codes()
        )
        before, until = _marker(request, "before"), _marker(request, "until")
        page = own_tickets.listed(self.organization, filters, before=before, until=until)
        asked, rows = filters.as_query(), {"part": "rows"}
        bounds = {"before": before, "until": until or page.next_before}
        context: dict[str, Any] = {
            "page": page,
            "filters": filters,
            "catalogue": catalogue,
            "query": urlencode(asked),
            "same": urlencode(asked | rows | {name: str(pk) for name, pk in bounds.items() if pk}),
            "more": urlencode(asked | rows | {"before": str(page.next_before)}) if page.next_before else "",
        }
        context |= {"tabs": self._tabs(asked), "is_fragment": self.is_fragment}
        if self.is_fragment:
            if request.GET.get("part") == "rows":
                return self.render("tickets/_rows.html", context)
            response = self.render("tickets/_list.html", context)
            response["HX-Replace-Url"] = f"{request.path}?{context['query']}" if asked else request.path
            return response
        context |= {"statuses": Status, "kinds": Kind.choices}
        context |= {"may_file": self.reach.may("tickets", "W") and not self.reach.is_staff}
        return self.render("tickets/list.html", context | {"live_channels": [f"org:{self.organization.pk}"]})

    def _tabs(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        names = {
            "": _("All"),
            "active": pgettext("tickets", "Open"),
            "waiting": _("Waiting for you"),
            "finished": pgettext("tickets", "Done"),
        }
        others = {name: value for name, value in asked.items() if name != "status"}
        return [
            {"name": name, "code": code, "query": urlencode(others | ({"status": code} if code else {})),
             "active": asked.get("status", "") == code}
            for code, name in names.items()
        ]  # fmt: skip


def _marker(request: HttpRequest, name: str) -> int | None:
    """The key of a row in the address; None where it is no number that a key can be."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


class TicketDoor(CustomerPage):
    """Everything under `/o/<slug>/tickets/<number>`."""

    def reading(self) -> CustomerTicket:
        """The ticket of the address; NotFound for another organization's."""
        return CustomerTicket(self.reach, self.kwargs["number"], at=clock.now())

    def address(self) -> str:
        return reverse("tickets:ticket", args=[self.organization.slug, self.kwargs["number"]])

    def follow_up_address(self) -> str:
        """The form of a new ticket that follows this one."""
        return following_up.address(self.organization.slug, self.kwargs["number"])

    def with_way_out(self, problem: Problem) -> Problem:
        """What is over for good leads to a follow-up ticket."""
        if isinstance(problem, (FollowUpNeeded, TicketNotOpen)) and not problem.action_url:
            problem.action_url, problem.action_label = self.follow_up_address(), _("File a follow-up ticket")
        return problem

    def forget_draft(self, ticket: Ticket) -> None:
        """What was begun here is sent, or put away for good."""
        drafts.forget(person=self.person, organization=self.organization, ticket=ticket)

    def page(self, reading: CustomerTicket, *, status: int = 200, **more: Any) -> HttpResponseBase:
        """The whole page, with what its reader has begun to write."""
        kept = reading.draft
        if kept and kept.is_discarded and "discarded" not in self.request.GET:
            self.forget_draft(reading.ticket)
            kept = None
        context = {
            "draft": kept,
            "typed": kept.first("body") if kept and not kept.is_discarded else "",
            "reading": reading,
            "ticket": reading.ticket,
            "conversation": reading.messages(),
            "form_key": uuid4(),
            "follow_up_url": self.follow_up_address(),
            "live_channels": [f"ticket:{reading.ticket.pk}"],
        }
        return self.render("tickets/ticket.html", context | more, status=status)


class TicketPage(TicketDoor):
    """The page itself."""

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        return self.page(self.reading())


class TicketState(TicketDoor):
    """What changes besides the conversation: status, answer due, actions, details, history."""

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        reading = self.reading()
        context = {"reading": reading, "ticket": reading.ticket, "is_fragment": True}
        context |= {"follow_up_url": self.follow_up_address()}
        return self.render("tickets/_state.html", context)


class Messages(TicketDoor):
    """New messages since the last one the page shows; a POST adds one."""

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        reading = self.reading()
        known = _marker(request, "after") or 0
        context = {
            "reading": reading,
            "ticket": reading.ticket,
            "conversation": reading.messages(after=known),
            "last_known": known,
        }
        return self.render("tickets/_conversation.html", context)

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        reading = self.reading()
        body, files = request.POST.get("body", ""), request.FILES.getlist("attachments")
        done = self.submit(
            lambda: self._say(reading.ticket, body, files),
            to=self._said,
            again=lambda problem: self._refused(problem, body),
        )
        return self._fresh_reply() if self.is_fragment and done.status_code == 204 else done

    def _say(self, ticket: Ticket, body: str, files: list[UploadedFile]) -> Message:
        message = customer_message(
            ticket=ticket, organization=self.organization, by=self.person, body=body, at=clock.now(), files=files
        )
        self.forget_draft(ticket)
        return message

    def _said(self, message: Message) -> str:
        # A merged ticket's conversation goes on elsewhere.
        number = message.ticket.number
        return f"{reverse('tickets:ticket', args=[self.organization.slug, number])}#message-{message.pk}"

    def _fresh_reply(self) -> HttpResponseBase:
        """An empty reply box; the conversation hears that there is something new."""
        reading = self.reading()
        context = {"reading": reading, "ticket": reading.ticket, "form_key": uuid4()}
        response = self.render("tickets/_reply.html", context)
        response["HX-Trigger"] = "ticket-said"
        return response

    def _refused(self, problem: Problem, body: str) -> HttpResponseBase:
        more = {"problem": self.with_way_out(problem), "errors": errors_of(problem), "typed": body, "form_key": uuid4()}
        if not self.is_fragment:
            return self.page(self.reading(), status=problem.status, **more)
        response = self.render("tickets/_reply_problems.html", more, status=problem.status)
        response["HX-Retarget"] = "#reply-problems"
        response["HX-Reswap"] = "innerHTML"
        return response


class TicketAction(TicketDoor):
    """Withdraw, close or reopen; a refusal shows the page as it is now with the reason on top."""

    http_method_names = ["post"]
    action: ClassVar[str] = ""
    ACTIONS: ClassVar[dict[str, Action]] = {
        "withdraw": closing.withdraw,
        "close": closing.close,
        "reopen": closing.reopen,
    }

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        ticket = self.reading().ticket
        act = self.ACTIONS[self.action]
        return self.submit(
            lambda: act(ticket=ticket, organization=self.organization, by=self.person, at=clock.now()),
            to=lambda _ticket: self.address(),
            again=lambda problem: self.page(self.reading(), status=problem.status, refusal=self.with_way_out(problem)),
        )


class AttachmentFile(TicketDoor):
    """A file of the conversation."""

    def get(self, request: HttpRequest, slug: str, number: str, key: str) -> HttpResponseBase:
        return download(access.attachment_of(self.reading().ticket, key, internal=False))
