"""API doors of operators: organizations, the calendar, everybody's audit trail (spec page 7 'Operators')."""

from __future__ import annotations

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access, api_shapes, joining, organizations
from accounts.api_doors import StaffAPIView
from accounts.api_shapes import (
    AuditShape,
    CalendarChange,
    CalendarShape,
    OperatorOrganization,
    OrganizationShape,
    Reason,
)
from common import calendar_days
from common.api import listed
from common.api_input import read
from common.api_schema import PAGES, list_of
from common.beijing import read_day
from common.problems import NotFound

DAY = OpenApiParameter("day", date, OpenApiParameter.PATH)


class OperatorOrganizationsView(StaffAPIView):
    area = "organizations"
    access = {"GET": "W"}

    @extend_schema(
        operation_id="operator_organizations_list",
        parameters=[OpenApiParameter("q", str, description="Part of the name or address, or a caller code"), *PAGES],
        responses={200: list_of(OrganizationShape)},
    )
    def get(self, request: Request) -> Response:
        """All organizations."""
        rows = access.search_organizations(request.query_params.get("q", "")[:200])
        return listed(self, rows, api_shapes.organization_body)

    @extend_schema(request=OperatorOrganization, responses={201: OrganizationShape})
    def post(self, request: Request) -> Response:
        """A new organization on basic; the owner's account is made where missing."""
        asked = read(OperatorOrganization, request)
        asked["partner_type"] = asked.get("partner_type") or ""
        made = joining.create_for_owner(by=self.person, **asked)
        return Response(api_shapes.organization_body(made), status=201)


class DisableOrganizationView(StaffAPIView):
    area = "organizations"

    @extend_schema(request=Reason, responses={200: OrganizationShape})
    def post(self, request: Request, slug: str) -> Response:
        """It reads and pays from now on, nothing else."""
        reason = read(Reason, request)["reason"]
        organization = access.organization_named(slug)
        disabled = organizations.disable(organization=organization, reason=reason, by=self.person)
        return Response(api_shapes.organization_body(disabled))


class EnableOrganizationView(StaffAPIView):
    area = "organizations"

    @extend_schema(request=Reason, responses={200: OrganizationShape})
    def post(self, request: Request, slug: str) -> Response:
        """It goes on."""
        reason = read(Reason, request)["reason"]
        organization = access.organization_named(slug)
        enabled = organizations.enable(organization=organization, reason=reason, by=self.person)
        return Response(api_shapes.organization_body(enabled))


class CalendarDayView(StaffAPIView):
    area = "catalogue"

    @extend_schema(parameters=[DAY], responses=CalendarShape)
    def get(self, request: Request, day: str) -> Response:
        """Whether a day is worked in mainland China, corrections included."""
        return Response(_day_body(_date(day)))

    @extend_schema(parameters=[DAY], request=CalendarChange, responses=CalendarShape)
    def put(self, request: Request, day: str) -> Response:
        """Correct the official calendar for one day."""
        which = _date(day)
        asked = read(CalendarChange, request)
        calendar_days.correct_day(day=which, is_working=asked["is_working"], note=asked.get("note", ""), by=self.person)
        return Response(_day_body(which))


class OperatorAuditView(StaffAPIView):
    area = "audit"

    @extend_schema(
        operation_id="operator_audit_list",
        parameters=[OpenApiParameter("organization", str, description="Only this organization's (its slug)"), *PAGES],
        responses={200: list_of(AuditShape)},
    )
    def get(self, request: Request) -> Response:
        """Everybody's trail, newest first."""
        slug = request.query_params.get("organization")
        if slug is None:
            return listed(self, access.whole_audit(), api_shapes.audit_body)
        return listed(self, access.audit_of(access.organization_named(slug)), api_shapes.audit_body)


def _date(text: str) -> date:
    try:
        return read_day(text)
    except ValueError:
        raise NotFound from None


def _day_body(day: date) -> dict[str, Any]:
    calendar = calendar_days.calendar()
    correction = calendar_days.correction_of(day)
    return {
        "date": day.isoformat(),
        "is_working": calendar.is_working_day(day),
        "note": correction.note if correction else "",
        "corrected": correction is not None,
        "provisional": not calendar.is_published(day.year),
    }
