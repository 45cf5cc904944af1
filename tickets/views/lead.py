"""The lead's page, `/desk/lead`: what lies on the desk now, who has it, how well answers were kept to (spec 4.5)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from common import clock
from common.problems import NotFound
from supportplans import versions
from tickets.compliance import desk_now, pictures, tables
from tickets.compliance.figures import ALL
from tickets.compliance.ratings import ratings
from tickets.compliance.tables import Table
from tickets.desk.duty import duty_at
from tickets.views import compliance_pages
from tickets.views.compliance_pages import Shown
from tickets.views.desk_queue import DeskPage

# In the order of the page.
BREAKDOWNS = ("month", "tier", "severity", "product")
THIS_MONTH = 0


class LeadDoor(DeskPage):
    """For whoever may read the settings of the desk."""

    area = "desk_settings"

    @property
    def shown(self) -> Shown:
        return Shown.of(self.request, THIS_MONTH)

    def now(self) -> dict[str, Any]:
        """What changes by the minute; three statements."""
        at = clock.now()
        catalogue = versions.current(clock.today())
        lying = desk_now.on_desk(at)
        loads = desk_now.load(duty_at(at), at)
        return {
            "lying": lying,
            "severities": pictures.severities(lying, catalogue),
            "backlog": pictures.backlog(lying, catalogue),
            "loads": loads,
            "load_chart": pictures.load(loads),
        }


class LeadPage(LeadDoor):
    """The page; figures of the period are asked for by it one by one, so that the desk's present is there at once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        shown = self.shown
        context = {"shown": shown, "now": self.now(), "breakdowns": BREAKDOWNS}
        return self.render("tickets/desk/lead.html", context, status=400 if shown.errors else 200)


class LeadNow(LeadDoor):
    """The present, for a page that is open."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render("tickets/desk/_lead_now.html", {"now": self.now(), "shown": self.shown})


class LeadFigures(LeadDoor):
    """One breakdown of the period, its summary (`by=all`) or its ratings (`by=satisfaction`)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        shown, by = self.shown, request.GET.get("by", "month")
        if by == ALL:
            return self.render("tickets/_compliance_summary.html", {"summary": compliance_pages.summary(shown)})
        if by == "satisfaction":
            return self.render("tickets/desk/_satisfaction.html", {"shown": shown} | self.satisfaction(shown))
        if by not in BREAKDOWNS:
            raise NotFound
        export = f"{reverse('tickets:lead_export')}?by={by}&{shown.query}"
        context = {"card": compliance_pages.card(by, shown), "export_url": export}
        return self.render("tickets/_compliance_card.html", context)

    def satisfaction(self, shown: Shown) -> dict[str, Any]:
        rated = ratings(earliest=shown.earliest, since=shown.since, until=shown.until)
        months = pictures.months_until(shown.until)
        return {
            "rated": rated,
            "scores": pictures.scores(rated),
            "trend": pictures.satisfaction_trend(rated, months),
        }


class LeadExport(LeadDoor):
    """`/desk/lead/export?by=…`: the numbers behind a picture as CSV."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        shown, by = self.shown, request.GET.get("by", "month")
        return compliance_pages.saved(by, shown, self.table(by, shown))

    def table(self, by: str, shown: Shown) -> Table:
        at, catalogue = clock.now(), versions.current(clock.today())
        if by == "load":
            return tables.load(desk_now.load(duty_at(at), at))
        if by == "open":
            return tables.open_now(desk_now.on_desk(at), catalogue)
        if by == "backlog":
            return tables.backlog(desk_now.on_desk(at), catalogue)
        if by == "satisfaction":
            return tables.satisfaction(ratings(earliest=shown.earliest, since=shown.since, until=shown.until))
        if by not in pictures.HEADS:
            raise NotFound
        return tables.compliance(by, compliance_pages.rows(by, shown), catalogue)
