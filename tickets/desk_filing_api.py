"""API of what the desk adds: filing for a caller, chats, tags, call-backs (spec pages 4.5, 7). Thin doors."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import StaffAPIView
from common import clock
from common.api_input import read_given, text_parameter
from common.api_parsers import StrictJSONParser, StrictMultiPartParser
from tickets.api_documents import queue_row
from tickets.api_input import files_of
from tickets.desk import callbacks, chat_messages, staff_filing, tagging
from tickets.desk_api import DeskTicketDoor
from tickets.filing_fields import Draft
from tickets.serializers import BinaryFile, DeskTicketShape, QueueRowShape, Text, TicketIn, optional_text

OWN_FIELDS = ("organization", "channel", "reporter", "answered", "transcript", "claim")


class StaffTicketIn(TicketIn):
    organization = Text()
    channel = serializers.ChoiceField(staff_filing.CHANNELS)
    reporter = optional_text()
    answered = serializers.BooleanField(required=False)
    transcript = optional_text()
    claim = serializers.BooleanField(required=False)


class StaffTicketFormIn(StaffTicketIn):
    attachments = serializers.ListField(child=BinaryFile(), required=False)


class TagsIn(serializers.Serializer):
    add = serializers.ListField(child=Text(), required=False, max_length=tagging.MOST_TAGS)
    remove = serializers.ListField(child=Text(), required=False, max_length=tagging.MOST_TAGS)


class TranscriptIn(serializers.Serializer):
    transcript = Text()


class CalledIn(serializers.Serializer):
    outcome = optional_text()


class TagShape(serializers.Serializer):
    results = serializers.ListField(child=serializers.CharField())


class DeskTicketsView(StaffAPIView):
    area = "internal_notes"
    parser_classes = [StrictJSONParser, StrictMultiPartParser]

    @extend_schema(
        operation_id="desk_tickets_create",
        request={"application/json": StaffTicketIn, "multipart/form-data": StaffTicketFormIn},
        responses={201: QueueRowShape},
    )
    def post(self, request: Request) -> Response:
        """File a ticket for somebody who called (`phone`) or wrote in a chat (`im`).

        `reporter` is the e-mail of a person of the organization, by default the owner who has been there longest.
        `answered: true` records that the call itself was the first answer: no timer starts.
        """
        at = clock.now()
        asked = read_given(StaffTicketIn, request)
        own = {name: asked.pop(name) for name in OWN_FIELDS if name in asked}
        ticket = staff_filing.file_for(
            **own, draft=Draft(**asked, attachments=files_of(request)), by=self.person, at=at
        )
        return Response(queue_row(ticket, at=at), status=201)


class TagsView(DeskTicketDoor):
    @extend_schema(operation_id="desk_tickets_tags", request=TagsIn, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Add and remove tags."""
        ticket, asked = self.ticket(), read_given(TagsIn, request)
        tagging.retag(
            ticket=ticket, add=asked.get("add", ()), remove=asked.get("remove", ()), by=self.person, at=clock.now()
        )
        return self.shown()


class TranscriptView(DeskTicketDoor):
    @extend_schema(operation_id="desk_tickets_transcript", request=TranscriptIn, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Keep what was said in a chat as read-only messages."""
        ticket, asked = self.ticket(), read_given(TranscriptIn, request)
        chat_messages.attach_transcript(ticket=ticket, text=asked["transcript"], by=self.person, at=clock.now())
        return self.shown()


class CalledView(DeskTicketDoor):
    @extend_schema(operation_id="desk_tickets_called", request=CalledIn, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """The customer was called back; 409 `no_callback_requested` when nobody waits for a call."""
        ticket, asked = self.ticket(), read_given(CalledIn, request)
        callbacks.record_call(ticket=ticket, outcome=asked.get("outcome", ""), by=self.person, at=clock.now())
        return self.shown()


class TagListView(StaffAPIView):
    area = "internal_notes"

    @extend_schema(operation_id="desk_tags_list", parameters=[OpenApiParameter("q", str)], responses=TagShape)
    def get(self, request: Request) -> Response:
        """Tags in use that begin with `q`, by name."""
        return Response({"results": tagging.tags_in_use(text_parameter(request, "q"), limit=100)})
