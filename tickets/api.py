"""API of an organization's own tickets (spec page 7): `orgs/{slug}/tickets…`. Thin doors over the actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import SAFE, OrganizationAPIView
from common import clock
from common.api import listed
from common.api_input import read_given, text_parameter
from common.api_parsers import StrictJSONParser, StrictMultiPartParser
from common.api_schema import PAGES, list_of
from common.problems import PermissionDenied
from supportplans import versions
from tickets import access, closing
from tickets.api_documents import CUSTOMER, message_document, ticket_detail, ticket_document
from tickets.api_input import files_of, instant_parameter
from tickets.attachment_download import download
from tickets.conversation import customer_message
from tickets.filing import file_ticket
from tickets.filing_fields import Draft
from tickets.models import Channel, Kind, Status, Ticket
from tickets.serializers import (
    MessageFormIn,
    MessageIn,
    MessageShape,
    TicketDetailShape,
    TicketFormIn,
    TicketIn,
    TicketShape,
)

NARROWING = [
    OpenApiParameter("status", str, enum=Status.values),
    OpenApiParameter("kind", str, enum=Kind.values),
    OpenApiParameter("severity", str),
    OpenApiParameter("product", str),
    OpenApiParameter("q", str),
    OpenApiParameter("created_after", OpenApiTypes.DATETIME),
    OpenApiParameter("created_before", OpenApiTypes.DATETIME),
]
FILTERS = [*NARROWING, *PAGES]


class TicketDoor(OrganizationAPIView):
    """Paths of tickets: the organization's people act here, the staff only read (they act at the desk)."""

    area = "tickets"
    parser_classes = [StrictJSONParser, StrictMultiPartParser]

    def enter(self) -> None:
        super().enter()
        if self.reach.is_staff and self.request.method not in SAFE:
            raise PermissionDenied

    def ticket(self) -> Ticket:
        return access.ticket_of(self.organization, self.kwargs["number"])

    def narrowed(self, request: Request) -> QuerySet[Ticket]:
        """The organization's tickets that the address asks for. Raises FieldErrors."""
        severity, product = text_parameter(request, "severity"), text_parameter(request, "product")
        if severity or product:
            catalogue = versions.current(clock.today())
            text_parameter(request, "severity", catalogue.severity_codes())
            text_parameter(request, "product", catalogue.product_codes())
        return access.tickets_of(
            self.organization,
            status=text_parameter(request, "status", tuple(Status.values)),
            kind=text_parameter(request, "kind", tuple(Kind.values)),
            severity=severity,
            product=product,
            q=text_parameter(request, "q"),
            created_after=instant_parameter(request, "created_after"),
            created_before=instant_parameter(request, "created_before"),
        )


class TicketsView(TicketDoor):
    @extend_schema(operation_id="tickets_list", parameters=FILTERS, responses={200: list_of(TicketShape)})
    def get(self, request: Request, slug: str) -> Response:
        """The organization's tickets, newest first."""
        at = clock.now()
        return listed(self, self.narrowed(request), lambda ticket: ticket_document(ticket, CUSTOMER, at=at))

    @extend_schema(
        operation_id="tickets_create",
        request={"application/json": TicketIn, "multipart/form-data": TicketFormIn},
        responses={201: TicketShape},
    )
    def post(self, request: Request, slug: str) -> Response:
        """File a ticket: see the refusals in the problem's `code`."""
        at = clock.now()
        draft = Draft(**read_given(TicketIn, request), attachments=files_of(request))
        ticket = file_ticket(organization=self.organization, by=self.person, draft=draft, channel=Channel.API, at=at)
        return Response(ticket_document(ticket, CUSTOMER, at=at), status=201)


class TicketView(TicketDoor):
    @extend_schema(operation_id="tickets_retrieve", responses=TicketDetailShape)
    def get(self, request: Request, slug: str, number: str) -> Response:
        """A ticket with its conversation, timers and history."""
        return Response(ticket_detail(self.ticket(), at=clock.now()))


class TicketMessagesView(TicketDoor):
    @extend_schema(
        operation_id="tickets_messages_create",
        request={"application/json": MessageIn, "multipart/form-data": MessageFormIn},
        responses={201: MessageShape},
    )
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Write a message; files come as multipart parts named `attachments`."""
        ticket, at = self.ticket(), clock.now()
        asked = read_given(MessageIn, request)
        message = customer_message(
            ticket=ticket,
            organization=self.organization,
            by=self.person,
            body=asked["body"],
            at=at,
            channel=Channel.API,
            files=files_of(request),
        )
        return Response(message_document(access.message_with_files(message), message.ticket, CUSTOMER), status=201)


class _TicketAction(TicketDoor):
    """A POST without fields that answers with the ticket as it now is."""

    rule: ClassVar[Callable[..., Ticket]]

    def act(self) -> Response:
        at = clock.now()
        type(self).rule(ticket=self.ticket(), organization=self.organization, by=self.person, at=at)
        return Response(ticket_detail(self.ticket(), at=at))


class TicketWithdrawView(_TicketAction):
    rule = staticmethod(closing.withdraw)

    @extend_schema(operation_id="tickets_withdraw", request=None, responses=TicketDetailShape)
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Withdraw it; within 15 minutes and before an answer its reporter gets the quota unit back."""
        return self.act()


class TicketCloseView(_TicketAction):
    rule = staticmethod(closing.close)

    @extend_schema(operation_id="tickets_close", request=None, responses=TicketDetailShape)
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Close it: nothing more is needed."""
        return self.act()


class TicketReopenView(_TicketAction):
    rule = staticmethod(closing.reopen)

    @extend_schema(operation_id="tickets_reopen", request=None, responses=TicketDetailShape)
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Take it up again within 14 days of its end."""
        return self.act()


class TicketAttachmentView(TicketDoor):
    @extend_schema(
        operation_id="tickets_attachments_retrieve", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, slug: str, number: str, key: str) -> Any:
        """A file of a public message."""
        return download(access.attachment_of(self.ticket(), key, internal=False))
