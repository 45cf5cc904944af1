"""Filing for somebody who called or wrote in a chat: `/desk/tickets/new`.

First the organization is found by its caller code, name or short name; then the form shows what its plan promises.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Reach, Rights, reach, search_organizations
from accounts.roles import Access
from common import clock
from common.problems import Problem
from supportplans.access import calling_from
from supportplans.provisioning_facts import numbers
from tickets.desk import chat_messages, staff_filing
from tickets.drafts import ANSWER
from tickets.filing_fields import Draft
from tickets.filing_form import open_form
from tickets.models import Channel, Kind, Ticket
from tickets.views.desk_queue import DeskPage

FOUND = 8
_TEXTS = (
    *("kind", "severity", "subject", "body", "product", "region", "category", "software", "software_version"),
    *("end_customer", "tried", "booking"),
)


class CallersFound(DeskPage):
    """Organizations that fit what is being typed: a caller code, a registered caller's number, a part of the name."""

    access: ClassVar[dict[str, Access]] = {"GET": "W"}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render("tickets/desk/_callers.html", callers(request.GET.get("q", "")))


def callers(typed: str) -> dict[str, Any]:
    """What the list shows for what was typed."""
    typed = typed.strip()[:100]
    if not typed:
        return {"typed": typed, "organizations": []}
    calling = [each for number in numbers([typed]) if number.lstrip("+").isdigit() for each in calling_from(number)]
    found = [each for each in search_organizations(_compact(typed))[:FOUND] if each not in calling]
    return {"typed": typed, "organizations": [*calling, *found]}


def _compact(typed: str) -> str:
    """Caller codes are read out in groups: "1234 5678" is 12345678."""
    together = "".join(typed.split()).replace("-", "")
    return together if together.isdigit() else typed


class StaffNewTicket(DeskPage):
    """Without `organization` the search, with it the form."""

    access: ClassVar[dict[str, Access]] = {"GET": "W"}

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = request.GET.get("organization", "")
        if not slug:
            return self.render("tickets/desk/caller.html", callers(request.GET.get("q", "")))
        draft = Draft(kind="", severity="", subject=request.GET.get("subject", "")[:200], body="")
        return self.form(reach(self.person, slug), draft)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if not request.POST.get("organization"):
            return self.render("tickets/desk/caller.html", callers(""), status=400)
        reached = reach(self.person, request.POST["organization"])
        draft = _draft(request)
        return self.submit(
            lambda: staff_filing.file_for(
                organization=reached.organization.slug,
                by=self.person,
                draft=draft,
                channel=request.POST.get("channel", ""),
                at=clock.now(),
                reporter=request.POST.get("reporter", ""),
                answered=bool(request.POST.get("answered")),
                transcript=_transcript(request),
                claim=bool(request.POST.get("claim")),
            ),
            to=self._filed,
            again=lambda problem: self.form(reached, draft, problem),
        )

    def _filed(self, ticket: Ticket) -> str:
        messages.success(self.request, _("Ticket %(number)s is filed.") % {"number": ticket.number})
        return reverse("tickets:desk_ticket", args=[ticket.number])

    def form(self, reached: Reach, draft: Draft, problem: Problem | None = None) -> HttpResponse:
        """The form for one organization; a refusal leaves everything as it was typed."""
        form = open_form(reached, draft, at=clock.now())
        if problem is not None:
            form = form.refused(problem)
        context = {
            "form": form,
            "draft": draft,
            "typed": self.request.POST,
            "organization": reached.organization,
            "may": Rights(reached),
            "people": form.colleagues,
            "channels": [(code, Channel(code).label) for code in staff_filing.CHANNELS],
            "kinds": Kind.choices,
            "errors": form.errors,
            "problem": problem,
            "form_key": uuid4(),
            "is_first": problem is None,
        }
        return self.render("tickets/desk/new.html", context, status=problem.status if problem else 200)


def _draft(request: HttpRequest) -> Draft:
    """A business ticket has no region and no software; answers are those to the questions of the chosen category."""
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in _TEXTS}
    mine = f"{ANSWER}{typed['category']}:"
    if typed["kind"] != Kind.TECHNICAL:
        typed |= {"region": "", "software": "", "software_version": ""}
    return Draft(
        **typed,
        answers={name.removeprefix(mine): request.POST[name] for name in request.POST if name.startswith(mine)},
        watchers=tuple(request.POST.getlist("watchers")),
        attachments=tuple(request.FILES.getlist("attachments")),
    )


def _transcript(request: HttpRequest) -> str:
    """What was pasted, or the text of the file that was chosen."""
    pasted = request.POST.get("transcript", "")
    chosen = request.FILES.get("transcript_file")
    if pasted.strip() or chosen is None:
        return pasted
    # One character is at most four bytes; one more tells that there are too many.
    return chosen.read(4 * chat_messages.LONGEST_TRANSCRIPT + 4).decode("utf-8-sig", "replace").replace("\x00", "")
