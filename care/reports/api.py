"""API of an organization's reports, and of the feeds they are made from (spec page 7). Thin doors."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import organization_named
from accounts.api_doors import OrganizationAPIView, StaffAPIView
from care.models import MonthlyReport
from care.reports import access, addresses, api_shapes, archive, feed_wording, feeds, reading
from care.reports.api_shapes import (
    AddressesChange,
    AddressesShape,
    FeedFields,
    FeedShape,
    MonthlyReportListShape,
    MonthlyReportShape,
)
from care.reports.feed_fields import KINDS
from care.reports.refusals import ReportComingSoon
from common import clock, spreadsheets
from common.api import NewestFirst
from common.api_input import read
from common.api_schema import PAGES
from common.beijing import Month
from common.problems import FieldErrors, NotFound
from supportplans import versions
from tickets.exports import ticket_list

PDF, CSV = "application/pdf", "text/csv"


class Archive(NewestFirst):
    """A year a page: each report has its sections with it."""

    page_size = 12
    ordering = "-month"


class ReportsView(OrganizationAPIView):
    area = "reports"

    @extend_schema(operation_id="reports_list", parameters=PAGES, responses={200: MonthlyReportListShape})
    def get(self, request: Request, slug: str) -> Response:
        """The reports, newest first, and whether the plan includes them; what is collected for them and why."""
        paginator = Archive()
        page = paginator.paginate_queryset(access.reports_of(self.organization), request, view=self) or []
        standing = access.standing_of(self.organization, clock.now())
        return Response(
            {
                "results": [api_shapes.report_body(report, self.reach) for report in page],
                "next": paginator.get_next_link(),
                "previous": paginator.get_previous_link(),
                "availability": standing.availability,
                "explanation": _explanation(standing),
                "collected": [api_shapes.collected_body(each) for each in feed_wording.collected()],
            }
        )


def _explanation(standing: access.Standing) -> str | None:
    if standing.availability == "coming_soon":
        return str(ReportComingSoon.default_detail)
    if standing.availability == "not_included":
        return _("The plan of this organization has no monthly service report.")
    if standing.availability == "not_reportable" and standing.exclusion is not None:
        return reading.why_not(MonthlyReport(status="not_reportable", reason=standing.exclusion.reason))
    return None


class ReportDoor(OrganizationAPIView):
    area = "reports"

    def report(self) -> MonthlyReport:
        """The month's report, which may be read now. Raises NotFound, NotReportable, ReportNotReady."""
        found = access.report_of(self.organization, self.kwargs["month"])
        reading.require_readable(found, self.reach)
        return found


class ReportView(OrganizationAPIView):
    area = "reports"

    @extend_schema(operation_id="reports_retrieve", responses=MonthlyReportShape)
    def get(self, request: Request, slug: str, month: str) -> Response:
        """The report of a month; `sections` is empty until it is sent."""
        found = access.report_of(self.organization, month)
        return Response(api_shapes.report_body(found, self.reach))


class ReportPDFView(ReportDoor):
    @extend_schema(operation_id="reports_pdf", responses={(200, PDF): OpenApiTypes.BINARY})
    def get(self, request: Request, slug: str, month: str) -> HttpResponse:
        """The report as PDF. 409 `report_not_ready` until it is sent, `not_reportable` where there is none."""
        return pdf_response(self.report())


class ReportTicketsView(ReportDoor):
    @extend_schema(operation_id="reports_tickets_csv", responses={(200, CSV): OpenApiTypes.STR})
    def get(self, request: Request, slug: str, month: str) -> HttpResponseBase:
        """Every ticket that was filed on the report's days, as CSV: the list in the report shows the newest."""
        return tickets_response(self.report())


def pdf_response(report: MonthlyReport) -> HttpResponse:
    """A report's PDF, shown by the browser and saved under its name."""
    response = HttpResponse(archive.pdf_of(report), content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="{archive.filename(report)}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def tickets_response(report: MonthlyReport) -> HttpResponseBase:
    """Every ticket that was filed on a report's days, as CSV, inside the scope of its organization."""
    organization, at = report.organization, clock.now()
    catalogue = versions.current(clock.today())
    rows = access.tickets_of_report(report)
    parts = ticket_list.parts(rows, organization, catalogue, for_people=False, at=at)
    name = f"tickets-{organization.slug}-{Month.of(report.month)}.csv"
    return spreadsheets.stream(name, ticket_list.header(for_people=False), parts)


class ReportAddressesView(OrganizationAPIView):
    area = "reports"
    access = {"PUT": "R"}

    def enter(self) -> None:
        super().enter()
        if self.request.method == "PUT":
            self.reach.require("members", "W")

    @extend_schema(operation_id="report_addresses_retrieve", responses=AddressesShape)
    def get(self, request: Request, slug: str) -> Response:
        """Where the reports go."""
        return Response(_addresses(self.organization.registered_email, self.organization.report_addresses))

    @extend_schema(operation_id="report_addresses_update", request=AddressesChange, responses=AddressesShape)
    def put(self, request: Request, slug: str) -> Response:
        """List the addresses beside the registered mailbox: owners."""
        asked = read(AddressesChange, request)
        changed = addresses.choose_addresses(
            organization=self.organization, addresses=asked["addresses"], by=self.person
        )
        return Response(_addresses(changed.registered_email, changed.report_addresses))


def _addresses(registered: str, further: list[str]) -> dict[str, object]:
    return {"registered_email": registered, "addresses": further}


class FeedsView(StaffAPIView):
    area = "feeds_and_clock"

    @extend_schema(
        operation_id="operator_feeds_create",
        parameters=[OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=list(KINDS))],
        request=FeedFields,
        responses={200: FeedShape, 201: FeedShape},
    )
    def post(self, request: Request, kind: str) -> Response:
        """Keep a feed: 201 for the first of its organization, month and kind, 200 where it replaces that one."""
        if kind not in KINDS:
            raise NotFound
        asked = read(FeedFields, request)
        month = _month(asked["month"])
        try:
            organization = organization_named(asked["organization"].strip())
        except NotFound as unknown:
            raise FieldErrors({"organization": [_("There is no such organization.")]}) from unknown
        items, ignored = feeds.checked_items(kind, asked["items"])
        feed, made = feeds.take_feed(
            organization=organization, month=month, kind=kind, items=items, at=clock.now(), by=self.person
        )
        return Response(api_shapes.feed_body(feed, organization.slug, ignored), status=201 if made else 200)


def _month(text: str) -> Month:
    try:
        return Month.parse(text.strip())
    except ValueError as unreadable:
        raise FieldErrors({"month": [_("Give a month such as 2026-11.")]}) from unreadable
