"""An organization's reports: the archive by month, one report with its PDF and tickets, and where reports go."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organization
from accounts.page_doors import OrganizationPage, errors_of
from care.models import MonthlyReport
from care.reports import access, addresses, feed_wording, reading
from care.reports.api import pdf_response, tickets_response
from common import clock
from common.problems import Problem


class ReportsDoor(OrganizationPage):
    area = "reports"

    def report(self) -> MonthlyReport:
        return access.report_of(self.organization, self.kwargs["month"])

    def readable(self) -> MonthlyReport:
        """The month's report, which may be read now. Raises NotFound, NotReportable, ReportNotReady."""
        found = self.report()
        reading.require_readable(found, self.reach)
        return found


class ReportsPage(ReportsDoor):
    """`/o/<slug>/reports`: the archive, whether the plan includes reports, where they go, what is collected."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.page()

    def page(self, problem: Problem | None = None) -> HttpResponse:
        context = {
            "reports": list(access.reports_of(self.organization).defer("sections")),
            "standing": access.standing_of(self.organization, clock.now()),
            "further": self.organization.report_addresses,
            "may_choose": self.reach.may("members", "W") and not self.organization.is_disabled,
            "collected": feed_wording.collected(),
            "privacy": feed_wording.privacy(),
            "problem": problem if problem is not None and not errors_of(problem) else None,
            "errors": errors_of(problem) if problem is not None else {},
            "typed": self.request.POST if problem is not None else {},
        }
        return self.render("care/reports.html", context, status=problem.status if problem else 200)


class Addresses(ReportsPage):
    """POST `do=add|remove` with `address`: owners say where reports go beside the registered mailbox."""

    http_method_names = ["post"]
    access = {"POST": "R"}

    def enter(self) -> None:
        super().enter()
        self.reach.require("members", "W")

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        removes = request.POST.get("do") == "remove"
        change = addresses.remove_address if removes else addresses.add_address
        address = request.POST.get("address", "")

        def to(_changed: Organization) -> str:
            messages.success(request, _("The address is removed.") if removes else _("The address is added."))
            return f"{reverse('care:reports', args=[slug])}#addresses"

        return self.submit(
            lambda: change(organization=self.organization, address=address, by=self.person), to=to, again=self.page
        )


class ReportPage(ReportsDoor):
    """`/o/<slug>/reports/<2026-11>`: the report, or why it is not there (yet)."""

    def get(self, request: HttpRequest, slug: str, month: str) -> HttpResponse:
        report = self.report()
        is_readable = reading.may_read(report, self.reach)
        context = {
            "report": report,
            "title": reading.title_of(report.month),
            "view": reading.view_of(report) if is_readable else None,
            "why_not": reading.why_not(report),
        }
        return self.render("care/report.html", context)


class ReportPDF(ReportsDoor):
    def get(self, request: HttpRequest, slug: str, month: str) -> HttpResponse:
        return pdf_response(self.readable())


class ReportTickets(ReportsDoor):
    """Every ticket that was filed on the report's days, as CSV."""

    def get(self, request: HttpRequest, slug: str, month: str) -> HttpResponseBase:
        return tickets_response(self.readable())
