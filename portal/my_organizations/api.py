"""API doors of the manager's page: the same facts and the same list of the week."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import organization_named
from accounts.api_doors import StaffAPIView
from common import clock
from common.api import listed
from common.api_input import text_parameter
from common.api_schema import PAGES, list_of
from portal.my_organizations import board, whose
from portal.my_organizations.shapes import MyOrganizationShape, my_organization_body
from supportplans import access

MANAGER = OpenApiParameter(
    "manager", str, description="E-mail of a manager or deputy, for leads and administrators; everybody's unless given"
)


class MyOrganizationsView(StaffAPIView):
    area = "internal_notes"

    @extend_schema(
        operation_id="my_organizations_list",
        parameters=[MANAGER, *PAGES],
        responses={200: list_of(MyOrganizationShape)},
    )
    def get(self, request: Request) -> Response:
        """One's own organizations, the last assigned first, each with what to do this week; for leads everybody's."""
        rows = whose.assignments_for(self.person, text_parameter(request, "manager"))
        answer = listed(self, rows, lambda task: task)
        shown = answer.data["results"]
        cards = board.cards([task.organization for task in shown], shown, clock.now())
        answer.data["results"] = [my_organization_body(card) for card in cards]
        return answer


class MyOrganizationView(StaffAPIView):
    area = "internal_notes"

    @extend_schema(operation_id="my_organizations_retrieve", responses={200: MyOrganizationShape})
    def get(self, request: Request, slug: str) -> Response:
        """The same of any organization, with a manager or without."""
        organization = organization_named(slug)
        assignments = list(access.assignments().filter(organization=organization))
        (card,) = board.cards([organization], assignments, clock.now())
        return Response(my_organization_body(card))
