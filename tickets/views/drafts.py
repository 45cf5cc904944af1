"""Drafts of the customer's forms: kept while one types, put away, brought back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.page_doors import check_texts
from common import clock, idempotency
from common.problems import FieldErrors
from tickets import access, drafts, following_up
from tickets.models import Ticket
from tickets.views.customer import CustomerPage


class DraftDoor(CustomerPage):
    """The draft of a new ticket (of a follow-up with `follow_up_of`), or of a message on a ticket."""

    http_method_names = ["post"]

    def ticket(self) -> Ticket | None:
        if "number" in self.kwargs:
            return access.ticket_of(self.organization, self.kwargs["number"])
        return following_up.former(self.request.POST.get("follow_up_of", ""), self.organization, {})

    def form_address(self, ticket: Ticket | None) -> str:
        slug = self.organization.slug
        if ticket is None:
            return reverse("tickets:new", args=[slug])
        if "number" in self.kwargs:
            return reverse("tickets:ticket", args=[slug, ticket.number])
        return following_up.address(slug, ticket.number)


class SaveDraft(DraftDoor):
    """Keeps what is typed; what was sent meanwhile is no draft any more."""

    def post(self, request: HttpRequest, slug: str, number: str = "") -> HttpResponseBase:
        try:
            check_texts(request.POST)
        except FieldErrors:
            return HttpResponse(status=204)
        key = request.POST.get("idempotency_key", "")
        if not (key and idempotency.is_answered(person_id=self.person.pk, key=key)):
            drafts.save(
                person=self.person,
                organization=self.organization,
                ticket=self.ticket(),
                typed=dict(request.POST.lists()),
                at=clock.now(),
            )
        return HttpResponse(status=204)


class DiscardDraft(DraftDoor):
    """Puts it away and shows the form empty, with a way back."""

    def post(self, request: HttpRequest, slug: str, number: str = "") -> HttpResponseBase:
        ticket = self.ticket()
        drafts.discard(person=self.person, organization=self.organization, ticket=ticket, at=clock.now())
        address = self.form_address(ticket)
        return self.go(f"{address}{'&' if '?' in address else '?'}discarded=1")


class UndoDiscard(DraftDoor):
    """Brings it back."""

    def post(self, request: HttpRequest, slug: str, number: str = "") -> HttpResponseBase:
        ticket = self.ticket()
        drafts.undo(person=self.person, organization=self.organization, ticket=ticket)
        messages.success(request, _("Your draft is back."))
        return self.go(self.form_address(ticket))
