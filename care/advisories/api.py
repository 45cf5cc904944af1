"""API of advisories as organizations have them, and the public status (spec page 7). Thin doors over the actions."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import SAFE, OrganizationAPIView
from care.advisories import access, acknowledging, asking, result_files, status_page
from care.advisories.bodies import own_body, own_text
from care.advisories.shapes import AskFormIn, AskIn, OwnAdvisoryShape, OwnAdvisoryTextShape, StatusShape
from care.models import Advisory, AdvisoryReceipt
from common import clock
from common.api import PortalAPIView, listed
from common.api_input import read_given, text_parameter
from common.api_parsers import StrictJSONParser, StrictMultiPartParser
from common.api_schema import PAGES, list_of
from common.problems import PermissionDenied
from tickets.api_documents import CUSTOMER, ticket_document
from tickets.api_input import files_of
from tickets.models import Channel
from tickets.serializers import TicketShape

KINDS = OpenApiParameter("kind", str, enum=Advisory.Kind.values)
SEVERITIES = OpenApiParameter("severity", str, enum=Advisory.Severity.values)


class AdvisoryDoor(OrganizationAPIView):
    """The organization's people acknowledge and ask; the staff only read."""

    area = "reports"

    def enter(self) -> None:
        super().enter()
        if self.reach.is_staff and self.request.method not in SAFE:
            raise PermissionDenied

    def receipt(self) -> AdvisoryReceipt:
        return access.receipt_of(self.organization, self.kwargs["number"])

    def shown(self) -> Response:
        receipt = self.receipt()
        advisory = receipt.advisory
        return Response(
            own_text(
                receipt,
                self.organization.slug,
                updates=list(access.updates_of(advisory)),
                tickets=access.tickets_about(self.organization, advisory),
                task=access.task_for(self.organization, advisory),
            )
        )


class AdvisoriesView(AdvisoryDoor):
    @extend_schema(
        operation_id="advisories_list",
        parameters=[
            KINDS,
            SEVERITIES,
            OpenApiParameter("running", str, enum=["true", "false"], description="What is not closed, or what is"),
            *PAGES,
        ],
        responses={200: list_of(OwnAdvisoryShape)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What reached the organization, newest first."""
        running = text_parameter(request, "running", ("true", "false"))
        rows = access.received(
            self.organization,
            kind=text_parameter(request, "kind", tuple(Advisory.Kind.values)),
            severity=text_parameter(request, "severity", tuple(Advisory.Severity.values)),
            running={"true": True, "false": False}.get(running),
        )
        return listed(self, rows, lambda receipt: own_body(receipt, slug))


class AdvisoryView(AdvisoryDoor):
    @extend_schema(operation_id="advisories_retrieve", responses=OwnAdvisoryTextShape)
    def get(self, request: Request, slug: str, number: str) -> Response:
        """One of them with its texts and updates, the organization's tickets about it, and what its TAM does."""
        return self.shown()


class AcknowledgeView(AdvisoryDoor):
    @extend_schema(operation_id="advisories_acknowledge", request=None, responses=OwnAdvisoryTextShape)
    def post(self, request: Request, slug: str, number: str) -> Response:
        """It was read; who said so first stays."""
        acknowledging.acknowledge(receipt=self.receipt(), by=self.person, at=clock.now())
        return self.shown()


class AskView(AdvisoryDoor):
    parser_classes = [StrictJSONParser, StrictMultiPartParser]

    @extend_schema(
        operation_id="advisories_ask",
        request={"application/json": AskIn, "multipart/form-data": AskFormIn},
        responses={201: TicketShape},
    )
    def post(self, request: Request, slug: str, number: str) -> Response:
        """File a ticket about it: `body` is needed, the rest is proposed. The refusals are those of tickets."""
        at, receipt = clock.now(), self.receipt()
        ticket = asking.ask(
            receipt=receipt,
            by=self.person,
            at=at,
            channel=Channel.API,
            fields=read_given(AskIn, request),
            attachments=files_of(request),
        )
        return Response(ticket_document(ticket, CUSTOMER, at=at), status=201)


class ResultView(AdvisoryDoor):
    @extend_schema(operation_id="advisories_result", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, slug: str, number: str) -> Any:
        """The file of the TAM's result; 404 where there is none."""
        return result_files.download(access.task_for(self.organization, self.receipt().advisory))


class StatusView(PortalAPIView):
    public = True

    @extend_schema(operation_id="status", responses=StatusShape)
    def get(self, request: Request) -> Response:
        """Incidents that run, changes that are planned, and what was in the last 90 days; up to 15 seconds old."""
        return Response(status_page.status(clock.now()))
