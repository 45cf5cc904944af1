"""API of routing, rosters and urging: `desk/next`, `desk/roster…`, `orgs/{slug}/tickets/{number}/urge`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import StaffAPIView
from common import clock
from common.api import api_time, listed
from common.api_input import read_given
from common.api_schema import PAGES, list_of
from tickets import access, handling, urging
from tickets.api import TicketDoor
from tickets.api_documents import desk_detail, ticket_detail
from tickets.api_input import instant_parameter
from tickets.desk import rosters, routing
from tickets.models import Handover, Shift
from tickets.serializers import ColleagueShape, DeskTicketShape, Text, TicketDetailShape, optional_text


class ShiftChangeIn(serializers.Serializer):
    person = Text(required=False, help_text="E-mail of an engineer, TAM or lead")
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False)
    note = optional_text()


class ShiftIn(ShiftChangeIn):
    person = Text(help_text="E-mail of an engineer, TAM or lead")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class ShiftShape(serializers.Serializer):
    id = serializers.IntegerField()
    person = ColleagueShape()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    note = serializers.CharField()


class CopyWeekIn(serializers.Serializer):
    week = serializers.DateField(help_text="Any day of the week that is filled")


class CopiedShape(serializers.Serializer):
    copied = serializers.IntegerField()


class HandoverIn(serializers.Serializer):
    body = Text()


class HandoverShape(serializers.Serializer):
    id = serializers.IntegerField()
    by = ColleagueShape()
    at = serializers.DateTimeField()
    body = serializers.CharField()


class TicketUrgeView(TicketDoor):
    @extend_schema(operation_id="tickets_urge", request=None, responses=TicketDetailShape)
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Urge for the answer that is owed, once per half target; 409 `urged_already` says `possible_at`."""
        at = clock.now()
        urging.urge(ticket=self.ticket(), organization=self.organization, by=self.person, at=at)
        return Response(ticket_detail(self.ticket(), at=at))


class NextView(StaffAPIView):
    area = "tickets"

    @extend_schema(operation_id="desk_next", request=None, responses=DeskTicketShape)
    def post(self, request: Request) -> Response:
        """Claim the most urgent ticket that nobody has and one is qualified for; 409 `nothing_to_do` without one."""
        at = clock.now()
        ticket = routing.next_for(by=self.person, at=at)
        return Response(desk_detail(access.any_ticket(ticket.number), at=at))


def shift_document(row: Shift) -> dict[str, Any]:
    return {
        "id": row.pk,
        "person": handling.named(row.person),
        "starts_at": api_time(row.starts_at),
        "ends_at": api_time(row.ends_at),
        "note": row.note,
    }


def _handover_document(row: Handover) -> dict[str, Any]:
    by = handling.named(row.by)
    return {"id": row.pk, "by": by, "at": api_time(row.at), "body": row.body}


class RosterDoor(StaffAPIView):
    area = "desk_settings"


class ShiftsView(RosterDoor):
    @extend_schema(
        operation_id="desk_roster_shifts_list",
        parameters=[
            OpenApiParameter("from", OpenApiTypes.DATETIME, description="Default: now"),
            OpenApiParameter("to", OpenApiTypes.DATETIME, description="Default: without end"),
            *PAGES,
        ],
        responses={200: list_of(ShiftShape)},
    )
    def get(self, request: Request) -> Response:
        """Shifts that are not over, or those between two instants; newest first."""
        start = instant_parameter(request, "from") or clock.now()
        return listed(self, rosters.shifts_until(start, instant_parameter(request, "to")), shift_document)

    @extend_schema(operation_id="desk_roster_shifts_create", request=ShiftIn, responses={201: ShiftShape})
    def post(self, request: Request) -> Response:
        """Add a shift; 409 `shift_overlaps` where the person has one at that time."""
        return Response(shift_document(rosters.add(**read_given(ShiftIn, request), by=self.person)), status=201)


class ShiftView(RosterDoor):
    @extend_schema(operation_id="desk_roster_shifts_change", request=ShiftChangeIn, responses=ShiftShape)
    def patch(self, request: Request, number: int) -> Response:
        """Move it to other times or another person; a field that is left out stays."""
        row = rosters.shift(number)
        kept: dict[str, Any] = {"person": row.person.email, "starts_at": row.starts_at, "ends_at": row.ends_at}
        return Response(
            shift_document(rosters.move(row=row, **kept | read_given(ShiftChangeIn, request), by=self.person))
        )

    @extend_schema(operation_id="desk_roster_shifts_delete", responses={204: None})
    def delete(self, request: Request, number: int) -> Response:
        """Delete it."""
        rosters.remove(row=rosters.shift(number), by=self.person)
        return Response(status=204)


class CopyWeekView(RosterDoor):
    @extend_schema(operation_id="desk_roster_copy_week", request=CopyWeekIn, responses=CopiedShape)
    def post(self, request: Request) -> Response:
        """Repeat the shifts of the week before in the week of a day, where they fit."""
        monday = rosters.monday_of(read_given(CopyWeekIn, request)["week"])
        return Response({"copied": rosters.copy_week(monday=monday, by=self.person)})


class HandoversView(StaffAPIView):
    area = "internal_notes"

    @extend_schema(operation_id="desk_handovers_list", parameters=PAGES, responses={200: list_of(HandoverShape)})
    def get(self, request: Request) -> Response:
        """What earlier shifts left to the next, newest first."""
        return listed(self, rosters.handovers(), _handover_document)

    @extend_schema(operation_id="desk_handovers_create", request=HandoverIn, responses={201: HandoverShape})
    def post(self, request: Request) -> Response:
        """Leave a note to the next shift."""
        row = rosters.hand_over(body=read_given(HandoverIn, request)["body"], by=self.person, at=clock.now())
        return Response(_handover_document(row), status=201)
