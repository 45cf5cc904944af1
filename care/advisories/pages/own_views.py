"""The message centre of an organization: what it was told, one advisory with what follows from it, and asking."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.page_doors import SAFE, OrganizationPage, errors_of
from care.advisories import access, acknowledging, asking, message_centre, result_files
from care.advisories.pages.asking_form import AskForm, ask_form
from care.models import Advisory, AdvisoryReceipt
from common import clock
from common.keyset import page_of
from common.problems import PermissionDenied, Problem
from tickets.models import Channel, Ticket

SHOWN = {
    "": gettext_lazy("All"),
    "waiting": gettext_lazy("To acknowledge"),
    "running": pgettext_lazy("advisory", "Running"),
    "closed": pgettext_lazy("advisory", "Closed"),
}


class AdvisoriesDoor(OrganizationPage):
    """The organization's people acknowledge and ask; the staff only read."""

    area = "reports"

    def enter(self) -> None:
        super().enter()
        if self.reach.is_staff and self.request.method not in SAFE:
            raise PermissionDenied

    def receipt(self) -> AdvisoryReceipt:
        return message_centre.receipt_named(self.organization, self.kwargs["number"])

    @property
    def may_answer(self) -> bool:
        return access.may_answer(self.reach) and not self.organization.is_disabled

    def address(self, receipt: AdvisoryReceipt) -> str:
        return reverse("care:advisory", args=[self.organization.slug, receipt.advisory_id])


class AdvisoriesPage(AdvisoriesDoor):
    """`/o/<slug>/advisories?kind=platform_change&show=waiting`."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        kind = request.GET.get("kind", "")
        kind = kind if kind in Advisory.Kind.values else ""
        show = request.GET.get("show", "")
        show = show if show in SHOWN else ""
        rows = message_centre.centre(self.organization, kind=kind, show=show)
        page = page_of(rows, before=request.GET.get("before"))
        context = {
            "receipts": page.rows,
            "older": f"{page.older}&kind={kind}&show={show}" if page.older else None,
            "unread": message_centre.unread(self.organization, self.person, page.rows),
            "kinds": Advisory.Kind.choices,
            "kind": kind,
            "shown": SHOWN.items(),
            "show": show,
            "live_channels": [f"org:{self.organization.pk}"],
        }
        return self.render("care/advisories.html", context)


class WaitingCount(AdvisoriesDoor):
    """How many wait for acknowledgement: a fragment for the navigation."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.render("care/_waiting_count.html", {"count": message_centre.waiting_count(self.organization)})


class AdvisoryPage(AdvisoriesDoor):
    """`/o/<slug>/advisories/<id or number>`."""

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponse:
        receipt = self.receipt()
        message_centre.opened(receipt, by=self.person)
        return self.page(receipt)

    def page(
        self, receipt: AdvisoryReceipt, *, form: AskForm | None = None, problem: Problem | None = None
    ) -> HttpResponse:
        advisory = receipt.advisory
        context: dict[str, Any] = {
            "receipt": receipt,
            "advisory": advisory,
            "updates": list(access.updates_of(advisory)),
            "task": access.task_for(self.organization, advisory),
            "tickets": [row.ticket for row in access.tickets_about(self.organization, advisory)],
            "sees_tickets": self.reach.may("tickets", "R"),
            "may_answer": self.may_answer,
            "form": form or (ask_form(self.reach, advisory, at=clock.now()) if self.may_answer else None),
            "is_asking": form is not None,
            "problem": problem if problem is not None and not errors_of(problem) else None,
            "errors": errors_of(problem) if problem is not None else {},
            "live_channels": [f"org:{self.organization.pk}"],
        }
        return self.render("care/advisory.html", context, status=problem.status if problem else 200)


class Acknowledge(AdvisoryPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        receipt = self.receipt()

        def to(done: AdvisoryReceipt) -> str:
            messages.success(self.request, _("Acknowledged. Your colleagues see that you have read it."))
            return self.address(done)

        return self.submit(
            lambda: acknowledging.acknowledge(receipt=receipt, by=self.person, at=clock.now()),
            to=to,
            again=lambda problem: self.page(receipt, problem=problem),
        )


class Ask(AdvisoryPage):
    """Files a ticket that is linked to the advisory; a refusal keeps what was typed."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        receipt = self.receipt()
        form = ask_form(self.reach, receipt.advisory, at=clock.now(), posted=request.POST)

        def file() -> Ticket:
            return asking.ask(
                receipt=receipt,
                by=self.person,
                at=clock.now(),
                channel=Channel.PORTAL,
                fields=form.fields,
                attachments=request.FILES.getlist("attachments"),
            )

        def to(ticket: Ticket) -> str:
            messages.success(self.request, _("Your ticket %(number)s is filed.") % {"number": ticket.number})
            return reverse("tickets:ticket", args=[self.organization.slug, ticket.number])

        return self.submit(file, to=to, again=lambda problem: self.page(receipt, form=form, problem=problem))


class ResultFile(AdvisoriesDoor):
    """The file of the TAM's result."""

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        return result_files.download(access.task_for(self.organization, self.receipt().advisory))
