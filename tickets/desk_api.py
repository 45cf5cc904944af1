"""API of the support desk (spec page 7): `desk/queue` and `desk/tickets/{number}…`. Thin doors over the actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.api_doors import StaffAPIView
from common import clock
from common.api_input import read_given, text_parameter
from common.api_parsers import StrictJSONParser, StrictMultiPartParser
from common.api_schema import PAGES, list_of
from common.beijing import date_of
from supportplans import versions
from tickets import access, conversation, handling, queue, queue_codes
from tickets.api_documents import desk_detail, queue_row
from tickets.api_input import files_of, size_parameter
from tickets.attachment_download import download
from tickets.desk import routing
from tickets.models import Channel, Ticket
from tickets.serializers import (
    AssignIn,
    DeskTicketShape,
    MessageFormIn,
    MessageIn,
    QueueRowShape,
    ReplyFormIn,
    ReplyIn,
)

_FILTERS = ("product", "tier", "organization", "channel", "level", "severity", "kind", "tag", "tam", "q")
PARAMETERS = [
    OpenApiParameter("view", str, enum=queue.VIEWS, default="all"),
    *(OpenApiParameter(name, str) for name in _FILTERS),
    *PAGES,
]


class QueueView(StaffAPIView):
    area = "internal_notes"

    @extend_schema(operation_id="desk_queue_list", parameters=PARAMETERS, responses={200: list_of(QueueRowShape)})
    def get(self, request: Request) -> Response:
        """One page of a view of the queue, the most urgent first."""
        at = clock.now()
        filters = queue.Filters(**{name: text_parameter(request, name) for name in _FILTERS})
        queue_codes.check(filters, versions.current(date_of(at)))
        found = queue.page(
            view=text_parameter(request, "view", queue.VIEWS) or "all",
            person=self.person,
            at=at,
            filters=filters,
            marker=request.query_params.get("cursor", ""),
            size=size_parameter(request, queue.PAGE_SIZE, queue.LARGEST_PAGE),
        )
        return Response(
            {
                "results": [
                    queue_row(ticket, at=at, callback=ticket.callback)  # type: ignore[attr-defined]
                    for ticket in found.tickets
                ],
                "next": self._address(found.next),
                "previous": self._address(found.previous),
            }
        )

    def _address(self, marker: str | None) -> str | None:
        return marker and replace_query_param(self.request.build_absolute_uri(), "cursor", marker)


class DeskTicketDoor(StaffAPIView):
    """Paths of one ticket, of whatever organization."""

    area = "internal_notes"
    parser_classes = [StrictJSONParser, StrictMultiPartParser]

    def ticket(self) -> Ticket:
        return access.any_ticket(self.kwargs["number"])

    def shown(self) -> Response:
        return Response(desk_detail(self.ticket(), at=clock.now()))


class DeskTicketView(DeskTicketDoor):
    @extend_schema(operation_id="desk_tickets_retrieve", responses=DeskTicketShape)
    def get(self, request: Request, number: str) -> Response:
        """A ticket with its conversation, internal notes, timers and history."""
        return self.shown()


class _DeskAction(DeskTicketDoor):
    """A POST without fields that answers with the ticket as it now is."""

    rule: ClassVar[Callable[..., Ticket]]

    def act(self) -> Response:
        type(self).rule(ticket=self.ticket(), by=self.person, at=clock.now())
        return self.shown()


class ClaimView(_DeskAction):
    rule = staticmethod(handling.claim)

    @extend_schema(operation_id="desk_tickets_claim", request=None, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Take it; 409 `already_claimed` names who has it."""
        return self.act()


class ReleaseView(_DeskAction):
    rule = staticmethod(handling.release)

    @extend_schema(operation_id="desk_tickets_release", request=None, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Put it back into the queue."""
        return self.act()


class AcceptView(_DeskAction):
    rule = staticmethod(handling.accept)

    @extend_schema(operation_id="desk_tickets_accept", request=None, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Accept a ticket of a tier that promises acceptance."""
        return self.act()


class WaitView(_DeskAction):
    rule = staticmethod(handling.wait)

    @extend_schema(operation_id="desk_tickets_wait", request=None, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Wait for the customer; 409 `answer_owed` while the customer waits for us."""
        return self.act()


class ResolveView(_DeskAction):
    rule = staticmethod(handling.resolve)

    @extend_schema(operation_id="desk_tickets_resolve", request=None, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Resolve it; 409 `answer_owed` while the customer waits for us."""
        return self.act()


class AssignView(DeskTicketDoor):
    @extend_schema(operation_id="desk_tickets_assign", request=AssignIn, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Give it to a colleague; without `to` the desk chooses the least loaded engineer on duty."""
        ticket, asked = self.ticket(), read_given(AssignIn, request)
        if asked.get("to"):
            handling.assign(ticket=ticket, to=asked["to"], by=self.person, at=clock.now())
        else:
            routing.assign_to_least_loaded(ticket=ticket, by=self.person, at=clock.now())
        return self.shown()


class ReplyView(DeskTicketDoor):
    @extend_schema(
        operation_id="desk_tickets_reply",
        request={"application/json": ReplyIn, "multipart/form-data": ReplyFormIn},
        responses=DeskTicketShape,
    )
    def post(self, request: Request, number: str) -> Response:
        """Answer in public; `then` may wait for the customer or resolve."""
        ticket, asked = self.ticket(), read_given(ReplyIn, request)
        conversation.staff_reply(
            ticket=ticket,
            by=self.person,
            body=asked["body"],
            then=asked.get("then"),
            at=clock.now(),
            channel=Channel.API,
            files=files_of(request),
        )
        return self.shown()


class NoteView(DeskTicketDoor):
    @extend_schema(
        operation_id="desk_tickets_note",
        request={"application/json": MessageIn, "multipart/form-data": MessageFormIn},
        responses=DeskTicketShape,
    )
    def post(self, request: Request, number: str) -> Response:
        """Write an internal note."""
        ticket, asked = self.ticket(), read_given(MessageIn, request)
        conversation.note(ticket=ticket, by=self.person, body=asked["body"], at=clock.now(), files=files_of(request))
        return self.shown()


class DeskAttachmentView(DeskTicketDoor):
    @extend_schema(
        operation_id="desk_tickets_attachments_retrieve",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, number: str, key: str) -> Any:
        """A file of any message."""
        return download(access.attachment_of(self.ticket(), key, internal=True))
