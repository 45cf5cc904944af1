"""Forms about one ticket that open in a dialog of its page: a GET is the form, a POST does it.

The page has one empty `<dialog id="ticket-dialog">` (static/js/desk_ticket.js). A menu entry asks for the form by
`hx-get` with `hx-target="#ticket-dialog-body"`; the form posts with the same target. What was done answers with the
page's parts, which leaves the dialog empty and closes it; a refusal answers with the form anew, in its place. Without
a script the form is a page of its own.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from accounts.page_doors import errors_of
from common.problems import Problem
from tickets import access
from tickets.models import Ticket
from tickets.views.desk import TicketAction


class TicketDialog(TicketAction):
    """A form about one ticket; `template` is the fragment, `dialog` what it shows, `act` what it does."""

    http_method_names = ("get", "post", "options")
    template: ClassVar[str]

    @abstractmethod
    def dialog(self, ticket: Ticket) -> dict[str, Any]:
        """What the form shows beside the ticket; what was typed is in self.request.POST."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self.form(access.any_ticket(number))

    def form(self, ticket: Ticket, problem: Problem | None = None) -> HttpResponse:
        """The form, with what was refused in it."""
        errors = errors_of(problem) if problem else {}
        shown = {
            "ticket": ticket,
            "problem": problem if not errors else None,
            "errors": errors,
            "form_template": self.template,
        } | self.dialog(ticket)
        template = self.template if self.is_fragment else "tickets/desk/dialog_page.html"
        return self.render(template, shown, status=problem.status if problem else 200)

    def refused(self, problem: Problem) -> HttpResponse:
        return self.form(access.any_ticket(self.kwargs["number"]), problem)
