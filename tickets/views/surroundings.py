"""Secret fields and watchers on a ticket's pages, the customer's and the desk's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.access import memberships_of
from accounts.page_doors import StaffPage, errors_of
from common import clock
from common.problems import Problem
from tickets import access, secrets, surroundings, watching
from tickets.models import SecretField, Ticket
from tickets.secrets import Given
from tickets.views.customer import TicketDoor

T = TypeVar("T")


class AsideDoor(TicketDoor):
    """What changes the page's side: over htmx the side comes back, a refusal goes into the form that asked."""

    def change(self, act: Callable[[Ticket], T]) -> HttpResponseBase:
        ticket = self.reading().ticket
        done = self.submit(lambda: act(ticket), to=lambda _result: self.address(), again=self._refused)
        if not (self.is_fragment and done.status_code == 204):
            return done
        reading = self.reading()
        return self.render("tickets/_aside.html", {"reading": reading, "ticket": reading.ticket, "out_of_band": True})

    def _refused(self, problem: Problem) -> HttpResponseBase:
        if self.is_fragment:
            more = {"problem": problem, "errors": errors_of(problem)}
            return self.render("tickets/_problem_summary.html", more, status=problem.status)
        return self.page(self.reading(), status=problem.status, refusal=self.with_way_out(problem))


class Secrets(AsideDoor):
    """Gives one more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        secret = Given(request.POST.get("secret_label", ""), request.POST.get("secret_value", ""))
        return self.change(
            lambda ticket: secrets.give(
                ticket=ticket, organization=self.organization, secret=secret, by=self.person, at=clock.now()
            )
        )


class SecretDeleted(AsideDoor):
    """Takes one back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str, secret: int) -> HttpResponseBase:
        return self.change(
            lambda ticket: secrets.delete(secret=access.secret_of(ticket, secret), by=self.person, at=clock.now())
        )


class Watchers(AsideDoor):
    """The colleagues who could be kept informed; a POST adds people, oneself included."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        reading = self.reading()
        watching_now = {watcher.email for watcher in reading.near.watchers}
        members = [membership.person for membership in memberships_of(self.organization)]
        others = [one for one in members if one.is_active and one.email not in watching_now]
        others = [one for one in others if one.pk != reading.ticket.reporter_id]
        return self.render("tickets/_watchers_choice.html", {"colleagues": others, "ticket": reading.ticket})

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        emails = request.POST.getlist("watchers")
        return self.change(
            lambda ticket: watching.watch(
                ticket=ticket, organization=self.organization, emails=emails, by=self.person, at=clock.now()
            )
        )


class WatcherRemoved(AsideDoor):
    """Informs somebody no more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        email = request.POST.get("email", "")
        return self.change(
            lambda ticket: watching.unwatch(
                ticket=ticket, organization=self.organization, email=email, by=self.person, at=clock.now()
            )
        )


class DeskSecrets(StaffPage):
    """The ticket's secret fields for the desk, masked."""

    area = "internal_notes"

    def ticket(self) -> Ticket:
        return access.any_ticket(self.kwargs["number"])

    def secret(self) -> SecretField:
        return access.secret_of(self.ticket(), self.kwargs["secret"])

    def get(self, request: HttpRequest, number: str) -> HttpResponseBase:
        return self.shown()

    def shown(self, *, status: int = 200, **more: Any) -> HttpResponseBase:
        """The list as it now is."""
        ticket = self.ticket()
        context = {"ticket": ticket, "secrets": surroundings.around(ticket).secrets}
        response = self.render("tickets/desk/_secrets.html", context | more, status=status)
        response["Cache-Control"] = "no-store"
        return response

    def address(self) -> str:
        return reverse("tickets:desk_ticket", args=[self.kwargs["number"]])


class Reveal(DeskSecrets):
    """Shows one value, once asked; the look is recorded. No key: what was answered is not kept for a repeat."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str, secret: int) -> HttpResponseBase:
        row = self.secret()
        try:
            value = secrets.reveal(secret=row, by=self.person, at=clock.now())
        except Problem as problem:
            if problem.status != 409:
                raise
            return self.shown(status=409, problem=problem)
        return self.shown(revealed=row.pk, value=value)


class DeskSecretDeleted(DeskSecrets):
    """Deletes one that the work needs no more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str, secret: int) -> HttpResponseBase:
        row = self.secret()
        done = self.submit(
            lambda: secrets.delete(secret=row, by=self.person, at=clock.now()),
            to=lambda _nothing: self.address(),
            again=lambda problem: self.shown(status=problem.status, problem=problem),
        )
        return self.shown() if done.status_code == 204 else done
