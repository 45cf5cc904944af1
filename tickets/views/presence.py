"""`/desk/tickets/<number>/presence`: an open page says that it is, and learns who else looks or writes.

Asked every few seconds by every open ticket, so it reads nothing but who asks: no ticket, no scope of tenants, none
of what a whole page knows.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from accounts.access import staff_reach
from common.problems import NotFound
from tickets.desk import presence
from tickets.numbering import is_ticket_number
from tickets.views.desk_queue import DeskPage


class Presence(DeskPage):
    """POST with `doing` (`reply`, `note` or nothing), or with `leaving`."""

    http_method_names = ("post", "options")
    access = {"POST": "R"}

    def enter(self) -> None:
        staff_reach(self.person, self.area, "R")

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        if not is_ticket_number(number):
            raise NotFound
        if "leaving" in request.POST:
            presence.leave(number=number, by=self.person)
            return HttpResponse(status=204)
        doing = request.POST.get("doing", "")
        found = presence.beat(number=number, by=self.person, doing=doing if doing in presence.DOING else "")
        return HttpResponse(render_to_string("tickets/desk/_presence.html", {"colleagues": found}))
