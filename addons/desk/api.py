"""API of what the staff prepare and do for bookings: `desk/bookings/{id}/…`, `desk/booking-capacity`. Thin doors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import StaffAPIView
from addons import capacity_plan, checklist, patrol
from addons import duty as roster
from addons.booking_api import DeskDoor
from addons.desk import access
from addons.desk.shapes import (
    CapacityIn,
    CapacityShape,
    DutyIn,
    DutyShape,
    LoadShape,
    PatrolIn,
    PatrolShape,
    TickIn,
    WholeBookingShape,
    capacity_body,
    duty_body,
    load_body,
    patrol_body,
)
from addons.models import Booking
from common import clock
from common.api import listed, whole_list
from common.api_input import day_parameter, read
from common.api_schema import PAGES, list_of
from common.beijing import date_of
from common.problems import FieldErrors, NotFound

MOST_DAYS = 366


class TickView(DeskDoor):
    @extend_schema(operation_id="desk_bookings_prepare", request=TickIn, responses={200: WholeBookingShape})
    def put(self, request: Request, number: str, code: str) -> Response:
        """Say that an item of the preparation is ready, or with `done` false that it is not."""
        asked = read(TickIn, request)
        return self.act(_ticked, code=code, done=asked["done"], note=asked.get("note"))


class DutiesView(DeskDoor):
    @extend_schema(operation_id="desk_bookings_duties_add", request=DutyIn, responses={201: DutyShape})
    def post(self, request: Request, number: str) -> Response:
        """Put a colleague on the roster; times lie inside the days of the booking."""
        asked = read(DutyIn, request)
        row = roster.add(booking=self.booking(), at=clock.now(), by=self.person, **asked)
        return Response(duty_body(row), status=201)


class DutyView(DeskDoor):
    @extend_schema(operation_id="desk_bookings_duties_remove", responses={204: None})
    def delete(self, request: Request, number: str, duty: str) -> Response:
        """Take a duty from the roster."""
        booking = self.booking()
        row = access.duty_in(booking, duty)
        roster.remove(booking=booking, duty=row, at=clock.now(), by=self.person)
        return Response(status=204)


class PatrolView(DeskDoor):
    """The patrol log is the desk's: whoever is on the roster writes it."""

    area = "internal_notes"

    @extend_schema(operation_id="desk_bookings_patrol_list", parameters=PAGES, responses={200: list_of(PatrolShape)})
    def get(self, request: Request, number: str) -> Response:
        return listed(self, access.patrol_of(self.booking()), patrol_body)

    @extend_schema(operation_id="desk_bookings_patrol_write", request=PatrolIn, responses={201: PatrolShape})
    def post(self, request: Request, number: str) -> Response:
        """What was seen and done; entries are never changed."""
        asked = read(PatrolIn, request)
        entry = patrol.note(booking=self.booking(), at=clock.now(), by=self.person, **asked)
        return Response(patrol_body(entry), status=201)


class LoadsView(DeskDoor):
    @extend_schema(
        operation_id="desk_booking_loads",
        parameters=[
            OpenApiParameter("from", date, description="today unless given"),
            OpenApiParameter("to", date, description="27 days later unless given; at most a year"),
        ],
        responses={200: list_of(LoadShape)},
    )
    def get(self, request: Request) -> Response:
        """How much of the capacity of each service each day uses."""
        at = clock.now()
        first = day_parameter(request, "from") or date_of(at)
        last = day_parameter(request, "to") or first + timedelta(days=27)
        if not first <= last < first + timedelta(days=MOST_DAYS):
            raise FieldErrors({"to": [_("Choose at most a year, and its end after its beginning.")]})
        return whole_list([load_body(load) for days in capacity_plan.loads(at, first, last).values() for load in days])


class CapacityDoor(StaffAPIView):
    area = "desk_settings"


class CapacitiesView(CapacityDoor):
    @extend_schema(operation_id="desk_booking_capacity_list", responses={200: list_of(CapacityShape)})
    def get(self, request: Request) -> Response:
        """The standard of each service, and the exceptions of today and days to come."""
        rows = [row for row in access.capacities() if row.day is None]
        return whole_list([capacity_body(row) for row in [*rows, *access.exceptions_from(date_of(clock.now()))]])


class CapacityView(CapacityDoor):
    @extend_schema(operation_id="desk_booking_capacity_set", request=CapacityIn, responses={200: CapacityShape})
    def put(self, request: Request, service: str) -> Response:
        """How many bookings of the service can be served on a day."""
        return _set(self, read(CapacityIn, request), service)

    @extend_schema(operation_id="desk_booking_capacity_drop", responses={204: None})
    def delete(self, request: Request, service: str) -> Response:
        """No limit any more."""
        capacity_plan.drop(service=service, by=self.person)
        return Response(status=204)


class CapacityDayView(CapacityDoor):
    @extend_schema(operation_id="desk_booking_capacity_day_set", request=CapacityIn, responses={200: CapacityShape})
    def put(self, request: Request, service: str, day: str) -> Response:
        """Another capacity for one day."""
        return _set(self, read(CapacityIn, request), service, access.named_day(day))

    @extend_schema(operation_id="desk_booking_capacity_day_drop", responses={204: None})
    def delete(self, request: Request, service: str, day: str) -> Response:
        """The day has the standard again."""
        capacity_plan.drop(service=service, day=access.named_day(day), by=self.person)
        return Response(status=204)


def _ticked(*, booking: Booking, **fields: Any) -> Booking:
    checklist.tick(booking=booking, **fields)
    return booking


def _set(door: CapacityDoor, asked: dict[str, Any], service: str, day: date | None = None) -> Response:
    at = clock.now()
    if service not in capacity_plan.services(at):
        raise NotFound
    row = capacity_plan.set_capacity(
        service=service, day=day, places=asked["capacity"], note=asked["note"], at=at, by=door.person
    )
    return Response(capacity_body(row))
