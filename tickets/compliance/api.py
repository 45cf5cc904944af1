"""API of compliance figures (spec page 7): the desk's, and an organization's own."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access as accounts
from accounts.api_doors import OrganizationAPIView, StaffAPIView
from accounts.models import Organization
from common import clock
from common.api_input import text_parameter
from common.api_schema import list_of
from tickets.compliance import period
from tickets.compliance.figures import KEYS, Figures, compliance


class ComplianceRowShape(serializers.Serializer):
    """How many answers of one kind were owed and came in time."""

    key = serializers.CharField()
    timer = serializers.ChoiceField(choices=["first", "next"])
    due = serializers.IntegerField()
    met = serializers.IntegerField()
    breached = serializers.IntegerField()
    rate = serializers.CharField(help_text='Share that was met: "0.9500"')
    median_minutes = serializers.FloatField(allow_null=True)
    p90_minutes = serializers.FloatField(allow_null=True)


_PERIOD = [
    OpenApiParameter("from", str, description="First day; the first of the month of `to` unless given"),
    OpenApiParameter("to", str, description="Last day, included; today unless given"),
    OpenApiParameter("by", str, enum=tuple(KEYS), default=period.DEFAULT_BY),
]


def _row(row: Figures) -> dict[str, Any]:
    return {
        "key": row.key,
        "timer": row.timer,
        "due": row.due,
        "met": row.met,
        "breached": row.breached,
        "rate": str(row.rate),
        "median_minutes": None if row.median_minutes is None else float(row.median_minutes),
        "p90_minutes": None if row.p90_minutes is None else float(row.p90_minutes),
    }


def _answer(request: Request, organization: Organization | None) -> Response:
    at = clock.now()
    asked = period.asked(request.query_params, today=clock.today())
    rows = compliance(since=asked.since, until=asked.until, by=asked.by, at=at, organization=organization)
    return Response({"results": [_row(row) for row in rows], "next": None, "previous": None})


class DeskComplianceView(StaffAPIView):
    area = "desk_settings"

    @extend_schema(
        operation_id="desk_compliance_list",
        parameters=[*_PERIOD, OpenApiParameter("organization", str, description="The slug of one; all unless given")],
        responses={200: list_of(ComplianceRowShape)},
    )
    def get(self, request: Request) -> Response:
        """First and next response compliance of timers that started in the period, by one breakdown."""
        slug = text_parameter(request, "organization")
        return _answer(request, accounts.organization_named(slug) if slug else None)


class OwnComplianceView(OrganizationAPIView):
    area = "tickets"

    @extend_schema(
        operation_id="orgs_compliance_list", parameters=_PERIOD, responses={200: list_of(ComplianceRowShape)}
    )
    def get(self, request: Request, slug: str) -> Response:
        """How well the organization was answered; partners ask `by=end_customer`."""
        return _answer(request, self.organization)
