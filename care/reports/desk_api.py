"""API of the desk's reports: what a technical service manager edits, releases and leaves out. Thin doors."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import organization_named
from accounts.api_doors import StaffAPIView
from care.models import MonthlyReport
from care.reports import access, api_shapes, editing, exclusions, sending
from care.reports.api import PDF, pdf_response
from care.reports.api_shapes import (
    DeskReportShape,
    DeskRowShape,
    ExclusionChange,
    ExclusionShape,
    ForewordChange,
    NewRecommendation,
    RecommendationChange,
    RecommendationOrder,
    RecommendationShape,
)
from common import clock
from common.api import listed
from common.api_input import read, read_given, text_parameter
from common.api_schema import PAGES, list_of
from common.beijing import Month
from common.problems import FieldErrors, NotFound

STATUSES = MonthlyReport.Status.values
FILTERS = [
    OpenApiParameter("status", str, enum=STATUSES),
    OpenApiParameter("month", str, description="Such as 2026-11"),
    OpenApiParameter("organization", str, description="The slug"),
    OpenApiParameter("mine", bool, description="Of organizations whose technical service manager one is"),
]


class DeskReportsView(StaffAPIView):
    area = "reports"

    @extend_schema(
        operation_id="desk_reports_list", parameters=[*FILTERS, *PAGES], responses={200: list_of(DeskRowShape)}
    )
    def get(self, request: Request) -> Response:
        """Everybody's reports, the newest first."""
        rows = access.reports_at_desk(
            status=text_parameter(request, "status", STATUSES),
            month=_month(text_parameter(request, "month")),
            slug=text_parameter(request, "organization"),
            tam=self.person if text_parameter(request, "mine", ("true", "false")) == "true" else None,
        )
        return listed(self, rows, api_shapes.desk_row)


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text) if text else None
    except ValueError as unreadable:
        raise FieldErrors({"month": [_("Give a month such as 2026-11.")]}) from unreadable


class DeskReportDoor(StaffAPIView):
    area = "reports"

    def report(self) -> MonthlyReport:
        return access.any_report(self.kwargs["number"])

    def answer(self, report: MonthlyReport) -> Response:
        return Response(api_shapes.desk_body(access.any_report(report.pk)))


class DeskReportView(DeskReportDoor):
    @extend_schema(operation_id="desk_reports_retrieve", responses=DeskReportShape)
    def get(self, request: Request, number: str) -> Response:
        """A report with its recommendations, also those that are left out."""
        return self.answer(self.report())

    @extend_schema(operation_id="desk_reports_partial_update", request=ForewordChange, responses=DeskReportShape)
    def patch(self, request: Request, number: str) -> Response:
        """Write the foreword. 409 `report_sent` once the report was sent."""
        report = self.report()
        asked = read(ForewordChange, request)
        editing.write_foreword(report=report, foreword=asked["foreword"], at=clock.now(), by=self.person)
        return self.answer(report)


class DeskReportPDFView(DeskReportDoor):
    @extend_schema(operation_id="desk_reports_pdf", responses={(200, PDF): OpenApiTypes.BINARY})
    def get(self, request: Request, number: str) -> HttpResponse:
        """The PDF as it would be sent now, or as it was sent."""
        return pdf_response(self.report())


class DeskReportSendView(DeskReportDoor):
    @extend_schema(operation_id="desk_reports_send", request=None, responses=DeskReportShape)
    def post(self, request: Request, number: str) -> Response:
        """Send it now, before it is due. 409 `report_sent`, `not_reportable`, `report_not_ready`."""
        sent = sending.release(report=self.report(), at=clock.now(), by=self.person)
        return self.answer(sent)


class RecommendationsView(DeskReportDoor):
    @extend_schema(
        operation_id="desk_report_recommendations_create",
        request=NewRecommendation,
        responses={201: RecommendationShape},
    )
    def post(self, request: Request, number: str) -> Response:
        """Add a recommendation of one's own."""
        report = self.report()
        made = editing.add(report=report, text=read(NewRecommendation, request)["text"], at=clock.now(), by=self.person)
        return Response(api_shapes.recommendation_body(made), status=201)


class RecommendationView(DeskReportDoor):
    @extend_schema(
        operation_id="desk_report_recommendations_partial_update",
        request=RecommendationChange,
        responses=RecommendationShape,
    )
    def patch(self, request: Request, number: str, recommendation: str) -> Response:
        """Reword it, leave it out or take it in again."""
        report = self.report()
        row = access.recommendation_of(report, recommendation)
        asked = read_given(RecommendationChange, request)
        changed = editing.edit(report=report, recommendation=row, at=clock.now(), by=self.person, **asked)
        return Response(api_shapes.recommendation_body(changed))

    @extend_schema(operation_id="desk_report_recommendations_destroy", responses={204: None})
    def delete(self, request: Request, number: str, recommendation: str) -> Response:
        """Remove one's own; what a rule found is left out."""
        report = self.report()
        row = access.recommendation_of(report, recommendation)
        editing.remove(report=report, recommendation=row, at=clock.now(), by=self.person)
        return Response(status=204)


class RecommendationOrderView(DeskReportDoor):
    @extend_schema(operation_id="desk_report_order", request=RecommendationOrder, responses=DeskReportShape)
    def post(self, request: Request, number: str) -> Response:
        """Put the recommendations in the order of these ids."""
        report = self.report()
        order = read(RecommendationOrder, request)["recommendations"]
        editing.reorder(report=report, order=order, at=clock.now(), by=self.person)
        return self.answer(report)


class ReportExclusionsView(StaffAPIView):
    area = "reports"

    @extend_schema(
        operation_id="desk_report_exclusions_list", parameters=PAGES, responses={200: list_of(ExclusionShape)}
    )
    def get(self, request: Request) -> Response:
        """The organizations that get no reports, and why."""
        return listed(self, access.exclusions(), api_shapes.exclusion_body)


class ReportExclusionView(StaffAPIView):
    area = "reports"

    @extend_schema(operation_id="desk_report_exclusion_retrieve", responses=ExclusionShape)
    def get(self, request: Request, slug: str) -> Response:
        """Why an organization gets no reports; 404 where it does."""
        found = access.exclusion_of(organization_named(slug))
        if found is None:
            raise NotFound
        return Response(api_shapes.exclusion_body(found))

    @extend_schema(operation_id="desk_report_exclusion_update", request=ExclusionChange, responses=ExclusionShape)
    def put(self, request: Request, slug: str) -> Response:
        """Make no reports from now on; what is not sent yet becomes `not_reportable`, its feeds are deleted."""
        organization = organization_named(slug)
        asked = read(ExclusionChange, request)
        kept = exclusions.exclude(
            organization=organization,
            reason=asked["reason"],
            note=asked.get("note", ""),
            at=clock.now(),
            by=self.person,
        )
        return Response(api_shapes.exclusion_body(kept))

    @extend_schema(operation_id="desk_report_exclusion_destroy", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Make reports again."""
        exclusions.include(organization=organization_named(slug), at=clock.now(), by=self.person)
        return Response(status=204)
