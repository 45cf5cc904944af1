"""API of bookings (spec page 7): an organization's own, and all of them for staff. Thin doors over the actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import OrganizationAPIView, StaffAPIView
from addons import access, booking_progress, bookings, event_team
from addons.booking_shapes import (
    BookingIn,
    BookingShape,
    CompleteFormIn,
    CompleteIn,
    ConfirmIn,
    DeskBookingShape,
    NoFields,
    RejectIn,
    RescheduleIn,
    booking_body,
    desk_body,
)
from addons.completion_reports import download
from addons.desk.access import whole_booking
from addons.desk.shapes import TeamIn, WholeBookingShape, whole_body
from addons.models import Booking
from common import clock
from common.api import listed
from common.api_input import read
from common.api_parsers import StrictJSONParser, StrictMultiPartParser
from common.api_schema import PAGES, list_of
from common.problems import FieldErrors

FILTERS = [
    OpenApiParameter("status", str, enum=Booking.Status.values),
    OpenApiParameter("service", str),
]
PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}


class BookingsDoor(OrganizationAPIView):
    area = "bookings"

    def booking(self) -> Booking:
        return access.booking_of(self.organization, self.kwargs["number"])

    def shown(self, booking: Booking, status: int = 200) -> Response:
        found = access.booking_of(self.organization, str(booking.pk))
        return Response(booking_body(found, self.organization.slug), status=status)


class BookingsView(BookingsDoor):
    @extend_schema(operation_id="bookings_list", parameters=[*FILTERS, *PAGES], responses={200: list_of(BookingShape)})
    def get(self, request: Request, slug: str) -> Response:
        rows = access.filtered(access.bookings_of(self.organization), **_filters(request))
        return listed(self, rows, lambda booking: booking_body(booking, slug))

    @extend_schema(operation_id="bookings_create", request=BookingIn, responses={201: BookingShape})
    def post(self, request: Request, slug: str) -> Response:
        """Book; the days are taken from the quota at once."""
        fields = read(BookingIn, request)
        fields["details"] = fields.get("details") or {}
        wish = bookings.Wish(**fields)
        booking = bookings.book(organization=self.organization, wish=wish, at=clock.now(), by=self.person)
        return self.shown(booking, status=201)


class BookingView(BookingsDoor):
    @extend_schema(operation_id="bookings_retrieve", responses={200: BookingShape})
    def get(self, request: Request, slug: str, number: str) -> Response:
        return self.shown(self.booking())


class WithdrawView(BookingsDoor):
    @extend_schema(operation_id="bookings_withdraw", request=NoFields, responses={200: BookingShape})
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Before the first day: the quota is given back."""
        return self.shown(bookings.withdraw(booking=self.booking(), at=clock.now(), by=self.person))


class RescheduleView(BookingsDoor):
    @extend_schema(operation_id="bookings_reschedule", request=RescheduleIn, responses={200: BookingShape})
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Before the first day: all checks anew; only the difference in days is taken or given back."""
        booking, fields = self.booking(), read(RescheduleIn, request)
        moved = bookings.reschedule(
            booking=booking,
            starts_on=fields["starts_on"],
            days=fields.get("days", booking.days),
            at=clock.now(),
            by=self.person,
        )
        return self.shown(moved)


class BookingReportView(BookingsDoor):
    @extend_schema(operation_id="bookings_report", responses=PDF)
    def get(self, request: Request, slug: str, number: str) -> FileResponse:
        """The completion report; 404 where there is none."""
        return download(self.booking())


class DeskDoor(StaffAPIView):
    area = "bookings"

    def booking(self) -> Booking:
        return access.any_booking(self.kwargs["number"])

    def act(self, action: Callable[..., Booking], **fields: Any) -> Response:
        booking = action(booking=self.booking(), at=clock.now(), by=self.person, **fields)
        return Response(whole_body(whole_booking(str(booking.pk))))


class DeskBookingsView(DeskDoor):
    @extend_schema(
        operation_id="desk_bookings_list",
        parameters=[*FILTERS, OpenApiParameter("organization", str), *PAGES],
        responses={200: list_of(DeskBookingShape)},
    )
    def get(self, request: Request) -> Response:
        slug = request.query_params.get("organization", "")
        rows = access.filtered(access.all_bookings(), organization=slug, **_filters(request))
        return listed(self, rows, desk_body)


class DeskBookingView(DeskDoor):
    @extend_schema(operation_id="desk_bookings_retrieve", responses={200: WholeBookingShape})
    def get(self, request: Request, number: str) -> Response:
        return Response(whole_body(whole_booking(number)))

    @extend_schema(operation_id="desk_bookings_team", request=TeamIn, responses={200: WholeBookingShape})
    def patch(self, request: Request, number: str) -> Response:
        """Name the service manager and the IM group; what is not sent stays."""
        booking, asked = whole_booking(number), read(TeamIn, request)
        manager = asked.get("service_manager", booking.service_manager.email if booking.service_manager else None)
        team = {"service_manager": manager or "", "im_group": asked.get("im_group", booking.im_group)}
        return self.act(event_team.name_team, **team)


class ConfirmView(DeskDoor):
    @extend_schema(operation_id="desk_bookings_confirm", request=ConfirmIn, responses={200: WholeBookingShape})
    def post(self, request: Request, number: str) -> Response:
        """`details`: what the organization told meanwhile. `missing_details` says what is still to be asked."""
        return self.act(booking_progress.confirm, details=read(ConfirmIn, request).get("details"))


class RejectView(DeskDoor):
    @extend_schema(operation_id="desk_bookings_reject", request=RejectIn, responses={200: WholeBookingShape})
    def post(self, request: Request, number: str) -> Response:
        """The quota is given back."""
        return self.act(booking_progress.reject, reason=read(RejectIn, request)["reason"])


class StartView(DeskDoor):
    @extend_schema(operation_id="desk_bookings_start", request=NoFields, responses={200: WholeBookingShape})
    def post(self, request: Request, number: str) -> Response:
        """On its first day; a confirmed booking also begins by itself."""
        return self.act(booking_progress.start)


class CompleteView(DeskDoor):
    parser_classes = [StrictJSONParser, StrictMultiPartParser]

    @extend_schema(
        operation_id="desk_bookings_complete",
        request={"application/json": CompleteIn, "multipart/form-data": CompleteFormIn},
        responses={200: WholeBookingShape},
    )
    def post(self, request: Request, number: str) -> Response:
        """With a summary, the sections of the service's report, and the report as a PDF."""
        return self.act(booking_progress.complete, **read(CompleteFormIn, request))


class DeskReportView(DeskDoor):
    @extend_schema(operation_id="desk_bookings_report", responses=PDF)
    def get(self, request: Request, number: str) -> FileResponse:
        """The completion report; 404 where there is none."""
        return download(self.booking())


def _filters(request: Request) -> dict[str, str]:
    status = request.query_params.get("status", "")
    if status and status not in Booking.Status.values:
        known = ", ".join(Booking.Status.values)
        raise FieldErrors({"status": [_("This is not one of: %(codes)s.") % {"codes": known}]})
    return {"status": status, "service": request.query_params.get("service", "")}
