"""The desk hands out work: the next ticket for oneself, and a ticket to who has the fewest."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from common import clock
from common.problems import Problem
from tickets.desk import routing
from tickets.models import Ticket
from tickets.views.desk import TicketAction
from tickets.views.desk_queue import DeskPage


class Next(DeskPage):
    """Claim the most urgent ticket that nobody has and open it."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return self.submit(
            lambda: routing.next_for(by=self.person, at=clock.now()),
            to=lambda ticket: reverse("tickets:desk_ticket", args=[ticket.number]),
            again=self.refused,
        )

    def refused(self, problem: Problem) -> HttpResponseBase:
        """A notice on an open page, else on the queue."""
        if self.request.headers.get("HX-Request"):
            return render(self.request, "_problem.html", {"problem": problem}, status=problem.status)
        messages.info(self.request, f"{problem.title}. {problem.detail}")
        return redirect("tickets:queue")


class LeastLoaded(TicketAction):
    """Give the ticket to who has the fewest among the engineers on duty."""

    def act(self, ticket: Ticket) -> Any:
        return routing.assign_to_least_loaded(ticket=ticket, by=self.person, at=clock.now())
