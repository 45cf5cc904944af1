"""The page of a new ticket and the fragments that help while it is written."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.problems import Problem
from supportplans.entitlements import entitlements
from tickets import own_tickets
from tickets.filing import file_ticket
from tickets.filing_fields import LONGEST_BODY, Draft
from tickets.filing_form import FilingForm, chosen_software, draft_from, empty_draft, open_form
from tickets.message_rendering import rendered
from tickets.models import Channel, Ticket
from tickets.promises import promises
from tickets.views.customer import CustomerPage


class NewTicketPage(CustomerPage):
    """`/o/<slug>/tickets/new`: the form; a refusal leaves everything as it was typed."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        draft = empty_draft(request.GET, region=own_tickets.usual_region(self.organization, self.person))
        return self.show(open_form(self.reach, draft, at=clock.now()))

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        draft = draft_from(request.POST, request.POST.getlist("watchers"), request.FILES.getlist("attachments"))
        return self.submit(
            lambda: file_ticket(
                organization=self.organization, by=self.person, draft=draft, channel=Channel.PORTAL, at=clock.now()
            ),
            to=self._filed,
            again=lambda problem: self._refused(draft, problem),
        )

    def _filed(self, ticket: Ticket) -> str:
        messages.success(self.request, _("Your ticket %(number)s is filed.") % {"number": ticket.number})
        return reverse("tickets:ticket", args=[self.organization.slug, ticket.number])

    def _refused(self, draft: Draft, problem: Problem) -> HttpResponseBase:
        form = open_form(self.reach, draft, at=clock.now()).refused(problem)
        return self.show(form, status=problem.status)

    def show(self, form: FilingForm, *, status: int = 200) -> HttpResponseBase:
        """The whole page; a form refused over htmx gets only what changed, so that chosen files stay chosen."""
        only_problems = bool(self.request.headers.get("HX-Request")) and form.problem is not None
        template = "tickets/_filing_problems.html" if only_problems else "tickets/new.html"
        context = {"form": form, "draft": form.draft, "form_key": uuid4(), "is_fragment": only_problems}
        return self.render(template, context, status=status)


class AnswerTimes(CustomerPage):
    """By when an answer would be due if the ticket were sent now: asked again every minute."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        now = clock.now()
        shown = promises(entitlements(self.organization, now), at=now)
        return self.render("tickets/_answer_times.html", {"promises": shown})


class SoftwareHelp(CustomerPage):
    """What is helped with for the third-party software that was chosen."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        held = entitlements(self.organization, clock.now())
        software = chosen_software(held, request.GET.get("software", ""))
        return self.render("tickets/_software_help.html", {"software": software})


class SimilarTickets(CustomerPage):
    """The organization's own open tickets about the same."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        similar = own_tickets.similar_open(self.organization, request.GET.get("subject", ""))
        return self.render("tickets/_similar.html", {"similar": similar})


class Preview(CustomerPage):
    """A message as it will look."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        body = request.POST.get("body", "")[:LONGEST_BODY].strip()
        context: dict[str, Any] = {"html": rendered(body) if body else ""}
        return self.render("tickets/_preview.html", context)
