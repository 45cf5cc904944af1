"""Bookings as the API reads and says them (spec page 7)."""

from __future__ import annotations

import json
from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.utils import html

from addons import wording
from addons.booking_details import EVENT_KINDS, missing
from addons.models import Booking
from common.api import api_time

LISTS = ("regions", "products")
WORDS = ("expected_load", "peak_times", "venue", "facilities")


@extend_schema_field(OpenApiTypes.STR)
class Words(serializers.CharField):
    """Free text; a list of texts, which some send for peak times or facilities, is read as one."""

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, list) and data and all(isinstance(each, str) for each in data):
            data = ", ".join(data)
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.INT)
class Days(serializers.IntegerField):
    """A whole number; a text is none, though it may look like one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str | bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Sections(serializers.DictField):
    """{section: text}; in a form, beside the file, the same as JSON text, or one field `sections.<section>` each."""

    def get_value(self, dictionary: Any) -> Any:
        text = dictionary.get(self.field_name) if html.is_html_input(dictionary) else None
        if text is None:
            return super().get_value(dictionary)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text


class DetailsIn(serializers.Serializer):
    event_kind = serializers.ChoiceField(tuple(EVENT_KINDS), required=False, allow_null=True)
    expected_load = Words(max_length=2000, required=False, allow_null=True, allow_blank=True)
    peak_times = Words(max_length=2000, required=False, allow_null=True, allow_blank=True)
    regions = serializers.ListField(child=serializers.CharField(max_length=40), max_length=20, required=False)
    products = serializers.ListField(child=serializers.CharField(max_length=40), max_length=50, required=False)
    venue = Words(max_length=2000, required=False, allow_null=True, allow_blank=True)
    facilities = Words(max_length=2000, required=False, allow_null=True, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Only what was said is kept."""
        return {name: value for name, value in attrs.items() if value}


class BookingIn(serializers.Serializer):
    service = serializers.CharField(max_length=40)
    starts_on = serializers.DateField()
    days = Days(required=False, help_text="May be left out for an occasion, which has one.")
    contact = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=10_000)
    details = DetailsIn(required=False, allow_null=True)
    acknowledge_binding = serializers.BooleanField(required=False, default=False)


class RescheduleIn(serializers.Serializer):
    starts_on = serializers.DateField()
    days = Days(required=False, help_text="As many as before where it is left out.")


class ConfirmIn(serializers.Serializer):
    details = DetailsIn(required=False, allow_null=True)


class RejectIn(serializers.Serializer):
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class CompleteIn(serializers.Serializer):
    summary = serializers.CharField(max_length=20_000, required=False, allow_blank=True, default="")
    sections = Sections(child=serializers.CharField(max_length=20_000, allow_blank=True), required=False, default=dict)


class CompleteFormIn(CompleteIn):
    """The same as a form, with the report's PDF."""

    report = serializers.FileField(required=False)


class NoFields(serializers.Serializer):
    """An action that needs no fields takes `{}` or no body."""


class DetailsShape(serializers.Serializer):
    event_kind = serializers.ChoiceField(tuple(EVENT_KINDS), allow_null=True)
    expected_load = serializers.CharField(allow_null=True)
    peak_times = serializers.CharField(allow_null=True)
    regions = serializers.ListField(child=serializers.CharField())
    products = serializers.ListField(child=serializers.CharField())
    venue = serializers.CharField(allow_null=True)
    facilities = serializers.CharField(allow_null=True)


class ReportShape(serializers.Serializer):
    name = serializers.CharField()
    size = serializers.IntegerField()
    url = serializers.CharField()


class BookingShape(serializers.Serializer):
    id = serializers.IntegerField()
    service = serializers.CharField()
    unit = serializers.CharField()
    status = serializers.ChoiceField(Booking.Status.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last day.")
    days = serializers.IntegerField()
    short_notice = serializers.BooleanField()
    acknowledged_binding = serializers.BooleanField()
    contact = serializers.CharField()
    description = serializers.CharField()
    details = DetailsShape()
    created_at = serializers.DateTimeField()
    requested_by = serializers.CharField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    summary = serializers.CharField(allow_null=True)
    sections = serializers.DictField(child=serializers.CharField())
    report = ReportShape(allow_null=True)


class DeskBookingShape(BookingShape):
    organization = serializers.CharField()
    organization_name = serializers.CharField()
    missing_details = serializers.ListField(
        child=serializers.CharField(), help_text="What the service asks for and nobody has said yet."
    )


def booking_body(booking: Booking, slug: str) -> dict[str, Any]:
    """A booking as its organization, whose address is `slug`, sees it."""
    return _body(booking, reverse("api-booking-report", args=[slug, booking.pk]))


def desk_body(booking: Booking) -> dict[str, Any]:
    """A booking as staff see it."""
    return _body(booking, reverse("api-desk-booking-report", args=[booking.pk])) | {
        "organization": booking.organization.slug,
        "organization_name": booking.organization.name,
        "missing_details": missing(booking.service, booking.details),
    }


def _body(booking: Booking, report_url: str) -> dict[str, Any]:
    known = booking.details
    report = {"name": booking.report_name, "size": booking.report_size, "url": report_url}
    return {
        "id": booking.pk,
        "service": booking.service,
        "unit": booking.unit,
        "status": booking.status,
        "starts_on": booking.starts_on.isoformat(),
        "ends_on": booking.ends_on.isoformat(),
        "days": booking.days,
        "short_notice": booking.short_notice,
        "acknowledged_binding": booking.acknowledged_binding,
        "contact": booking.contact,
        "description": booking.description,
        "details": {name: known.get(name) for name in ("event_kind", *WORDS)}
        | {name: known.get(name, []) for name in LISTS},
        "created_at": api_time(booking.created_at),
        "requested_by": booking.requested_by.display_name(),
        "confirmed_at": api_time(booking.confirmed_at),
        "started_at": api_time(booking.started_at),
        "completed_at": api_time(booking.completed_at),
        "reason": wording.booking_reason(booking) or None,
        "summary": booking.summary or None,
        "sections": booking.sections,
        "report": report if booking.report_key else None,
    }
