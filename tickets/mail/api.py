"""API of mail that came and waits for a person, `desk/mail…`: thin doors over tickets/mail/parking.py."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import StaffAPIView
from common import clock
from common.api import api_time, listed
from common.api_input import read_given, text_parameter
from common.api_schema import PAGES, list_of
from tickets.api_documents import queue_row
from tickets.filing_fields import Draft
from tickets.mail import access, download, parking
from tickets.models import ParkedMail, ReceivedMail
from tickets.serializers import QueueRowShape, Text, TicketIn, optional_text

STATES = ("waiting", "handled", "ignored")


class AttachMailIn(serializers.Serializer):
    number = Text(help_text="The ticket in which the sender takes part")


class FileMailIn(TicketIn):
    organization = Text(help_text="Short name or caller code")
    reporter = optional_text()


class MailRowShape(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=[*ParkedMail.State.values, *ReceivedMail.Outcome.values])
    sender = serializers.CharField()
    subject = serializers.CharField()
    reason = serializers.CharField(help_text="Why it became no message by itself")
    ticket = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    handled_by = serializers.CharField(allow_null=True)
    handled_at = serializers.DateTimeField(allow_null=True)


class MailFileShape(serializers.Serializer):
    name = serializers.CharField()
    size = serializers.IntegerField()


class MailShape(MailRowShape):
    text = serializers.CharField(help_text="What the sender wrote, without an older mail that is quoted")
    files = MailFileShape(many=True)


def _received(row: ReceivedMail) -> dict[str, Any]:
    return {
        "id": row.pk,
        "state": row.outcome,
        "sender": row.sender,
        "subject": row.subject,
        "reason": row.reason,
        "ticket": row.ticket_number or None,
        "at": api_time(row.at),
        "handled_by": None,
        "handled_at": None,
    }


def _parked(row: ParkedMail) -> dict[str, Any]:
    return _received(row.mail) | {
        "id": row.pk,
        "state": row.state,
        "handled_by": row.handled_by.display_name() if row.handled_by else None,
        "handled_at": api_time(row.handled_at),
    }


def _whole(row: ParkedMail) -> dict[str, Any]:
    letter = parking.letter_of(row)
    files = [{"name": file.name, "size": len(file.content)} for file in letter.files]
    return _parked(row) | {"text": parking.words_of(letter), "files": files}


class MailDoor(StaffAPIView):
    area = "internal_notes"

    def shown(self, mail: int) -> Response:
        return Response(_whole(access.parked(mail)))


class MailsView(MailDoor):
    @extend_schema(
        operation_id="desk_mail_list",
        parameters=[OpenApiParameter("state", str, enum=STATES, default=STATES[0]), *PAGES],
        responses={200: list_of(MailRowShape)},
    )
    def get(self, request: Request) -> Response:
        """Mail that waits for a person, that somebody decided about, or that was ignored; newest first."""
        state = text_parameter(request, "state", STATES) or STATES[0]
        if state == "ignored":
            return listed(self, access.unparked(), _received)
        return listed(self, access.waiting() if state == "waiting" else access.handled(), _parked)


class MailView(MailDoor):
    @extend_schema(operation_id="desk_mail_read", responses=MailShape)
    def get(self, request: Request, mail: int) -> Response:
        """What it says and why it waits."""
        return self.shown(mail)


class MailSourceView(MailDoor):
    @extend_schema(operation_id="desk_mail_source", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, mail: int) -> HttpResponse:
        """The mail as it came, as a download."""
        return download.as_it_came(access.parked(mail))


class AttachMailView(MailDoor):
    @extend_schema(operation_id="desk_mail_attach", request=AttachMailIn, responses=MailShape)
    def post(self, request: Request, mail: int) -> Response:
        """Add it to a ticket as its sender's message; only where the sender takes part in that ticket."""
        parked, number = access.parked(mail), read_given(AttachMailIn, request)["number"]
        parking.attach(parked=parked, number=number.strip().upper(), by=self.person, at=clock.now())
        return self.shown(mail)


class FileMailView(MailDoor):
    @extend_schema(operation_id="desk_mail_file", request=FileMailIn, responses={201: QueueRowShape})
    def post(self, request: Request, mail: int) -> Response:
        """File it as a new ticket, with its files; the checks are those of filing for a caller."""
        at, parked, asked = clock.now(), access.parked(mail), read_given(FileMailIn, request)
        ticket = parking.file_as_ticket(
            parked=parked,
            organization=asked.pop("organization"),
            reporter=asked.pop("reporter", ""),
            draft=Draft(**asked),
            by=self.person,
            at=at,
        )
        return Response(queue_row(ticket, at=at), status=201)


class DiscardMailView(MailDoor):
    @extend_schema(operation_id="desk_mail_discard", request=None, responses=MailShape)
    def post(self, request: Request, mail: int) -> Response:
        """Put it aside; it can be taken back."""
        parking.discard(parked=access.parked(mail), by=self.person, at=clock.now())
        return self.shown(mail)


class TakeBackMailView(MailDoor):
    @extend_schema(operation_id="desk_mail_take_back", request=None, responses=MailShape)
    def post(self, request: Request, mail: int) -> Response:
        """Let a discarded one wait again."""
        parking.take_back(parked=access.parked(mail), by=self.person, at=clock.now())
        return self.shown(mail)
