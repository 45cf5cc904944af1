"""`/o/<slug>/compliance`: how well the organization itself was answered (spec page 4.5 'Customers')."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from common import clock
from common.problems import NotFound
from supportplans import versions
from tickets.compliance import tables
from tickets.views import compliance_pages
from tickets.views.compliance_pages import Shown
from tickets.views.customer import CustomerPage

TWELVE_MONTHS = 3


class OwnDoor(CustomerPage):
    """What both addresses know."""

    @property
    def shown(self) -> Shown:
        return Shown.of(self.request, TWELVE_MONTHS)

    @property
    def breakdowns(self) -> tuple[str, ...]:
        """In the order of the page; partners serve customers of their own."""
        return ("month", "severity", "product", *(("end_customer",) if self.organization.kind == "partner" else ()))


class OwnCompliancePage(OwnDoor):
    """The page."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        shown = self.shown
        context = {
            "shown": shown,
            "summary": compliance_pages.summary(shown, self.organization),
            "cards": [compliance_pages.card(by, shown, self.organization) for by in self.breakdowns],
        }
        return self.render("tickets/compliance.html", context, status=400 if shown.errors else 200)


class OwnComplianceExport(OwnDoor):
    """The numbers behind a picture as CSV."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        shown, by = self.shown, request.GET.get("by", "month")
        if by not in self.breakdowns:
            raise NotFound
        found = compliance_pages.rows(by, shown, self.organization)
        table = tables.compliance(by, found, versions.current(clock.today()))
        return compliance_pages.saved(by, shown, table)
