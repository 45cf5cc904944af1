"""The page of a new ticket and the fragments that help while it is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import clock
from common.problems import Problem
from helpcentre import finding
from supportplans.entitlements import entitlements
from tickets import category_questions, drafts, following_up, own_tickets
from tickets.drafts import Kept
from tickets.filing import file_ticket
from tickets.filing_fields import LONGEST_BODY, Draft
from tickets.filing_form import FilingForm, chosen_software, draft_from, empty_draft, open_form
from tickets.message_rendering import rendered
from tickets.models import Channel, Ticket
from tickets.promises import promises
from tickets.search import similar
from tickets.views.customer import CustomerPage

LONGEST_CODE = 40


class NewTicketPage(CustomerPage):
    """`/o/<slug>/tickets/new`: the form; a refusal leaves everything as it was typed."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        follows = self._follows(request.GET.get("follow_up_of", ""))
        form_of: dict[str, Any] = {"person": self.person, "organization": self.organization, "ticket": follows}
        kept = drafts.kept(**form_of)
        if kept and kept.is_discarded and "discarded" not in request.GET:
            drafts.forget(**form_of)
            kept = None
        if kept and not kept.is_discarded:
            draft = self._restored(kept, follows)
        else:
            region = own_tickets.usual_region(self.organization, self.person)
            draft = empty_draft(request.GET, region=region, follows=follows)
        form = open_form(self.reach, draft, at=clock.now(), follows=follows)
        form.kept = kept
        return self.show(form)

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        draft = draft_from(request.POST, request.FILES.getlist("attachments"))
        return self.submit(
            lambda: self._file(draft), to=self._filed, again=lambda problem: self._refused(draft, problem)
        )

    def _file(self, draft: Draft) -> Ticket:
        ticket = file_ticket(
            organization=self.organization, by=self.person, draft=draft, channel=Channel.PORTAL, at=clock.now()
        )
        drafts.forget(person=self.person, organization=self.organization, ticket=self._follows(draft.follow_up_of))
        return ticket

    def _filed(self, ticket: Ticket) -> str:
        messages.success(self.request, _("Your ticket %(number)s is filed.") % {"number": ticket.number})
        return reverse("tickets:ticket", args=[self.organization.slug, ticket.number])

    def _refused(self, draft: Draft, problem: Problem) -> HttpResponseBase:
        follows = self._follows(draft.follow_up_of)
        form = open_form(self.reach, draft, at=clock.now(), follows=follows).refused(problem)
        return self.show(form, status=problem.status)

    def _follows(self, number: str) -> Ticket | None:
        """The organization's own ticket that a new one follows; None for any other number."""
        return following_up.former(number.strip(), self.organization, {})

    def _restored(self, kept: Kept, follows: Ticket | None) -> Draft:
        typed = QueryDict(mutable=True)
        for name, values in kept.values.items():
            typed.setlist(name, values)
        return replace(draft_from(typed), follow_up_of=follows.number if follows else "")

    def show(self, form: FilingForm, *, status: int = 200) -> HttpResponseBase:
        """The whole page; a form refused over htmx gets only what changed, so that chosen files stay chosen."""
        only_problems = bool(self.request.headers.get("HX-Request")) and form.problem is not None
        template = "tickets/_filing_problems.html" if only_problems else "tickets/new.html"
        context = {"form": form, "draft": form.draft, "form_key": uuid4(), "is_fragment": only_problems}
        return self.render(template, context, status=status)


class Questions(CustomerPage):
    """What a category asks besides, when it is chosen: `category_technical` or `category_business`, or `category`."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        kind = "business" if "category_business" in request.GET else "technical"
        category = (request.GET.get(f"category_{kind}") or request.GET.get("category", ""))[:LONGEST_CODE]
        family = entitlements(self.organization, clock.now()).family.code
        context = {"questions": category_questions.asked(family, category), "category": category, "kind": kind}
        return self.render("tickets/_filing_questions.html", context)


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
    """The organization's own open tickets about the same, and help articles that may answer it at once."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        subject = request.GET.get("subject", "")
        context = {
            "similar": similar.own_open(self.organization, subject),
            "articles": finding.suggest(subject, get_language() or "en", product=request.GET.get("product", "")),
        }
        return self.render("tickets/_similar.html", context)


class Preview(CustomerPage):
    """A message as it will look."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        body = request.POST.get("body", "")[:LONGEST_BODY].strip()
        context: dict[str, Any] = {"html": rendered(body) if body else ""}
        return self.render("tickets/_preview.html", context)
