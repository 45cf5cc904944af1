"""What the staff prepare and do for bookings, as the API reads and says it (spec page 7)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from addons import capacity_plan, checklist, preparation
from addons.booking_shapes import DeskBookingShape, desk_body
from addons.capacity import Load
from addons.checklist import Item
from addons.desk import access
from addons.models import Booking, BookingDuty, PatrolEntry, ServiceCapacity
from common.api import api_time

TASKS = BookingDuty.Task.choices


class TeamIn(serializers.Serializer):
    """What is not sent stays."""

    service_manager = serializers.EmailField(
        required=False, allow_null=True, help_text="A colleague's; null: nobody yet."
    )
    im_group = serializers.CharField(max_length=200, required=False, allow_blank=True)


class TickIn(serializers.Serializer):
    done = serializers.BooleanField(required=False, default=True)
    note = serializers.CharField(max_length=checklist.LONGEST_NOTE, required=False, allow_blank=True)


class DutyIn(serializers.Serializer):
    person = serializers.EmailField()
    task = serializers.ChoiceField(TASKS, required=False, default=BookingDuty.Task.PATROL.value)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class PatrolIn(serializers.Serializer):
    body = serializers.CharField(max_length=5000)
    all_well = serializers.BooleanField(required=False, default=True)


class CapacityIn(serializers.Serializer):
    capacity = serializers.IntegerField(min_value=0, max_value=capacity_plan.LARGEST)
    note = serializers.CharField(max_length=capacity_plan.LONGEST_NOTE, required=False, allow_blank=True, default="")


class PreparationShape(serializers.Serializer):
    code = serializers.ChoiceField(preparation.CODES)
    ready = serializers.BooleanField(help_text="Ticked, and nothing is lacking.")
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = serializers.CharField(allow_null=True)
    note = serializers.CharField()
    lacks = serializers.CharField(allow_null=True, help_text="What the portal sees not to be so.")


class DutyShape(serializers.Serializer):
    id = serializers.IntegerField()
    person = serializers.EmailField()
    name = serializers.CharField()
    task = serializers.ChoiceField(TASKS)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class WholeBookingShape(DeskBookingShape):
    """A booking with its preparation and its roster."""

    service_manager = serializers.EmailField(allow_null=True)
    im_group = serializers.CharField()
    preparation = PreparationShape(many=True)
    duties = DutyShape(many=True)


class PatrolShape(serializers.Serializer):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    body = serializers.CharField()
    all_well = serializers.BooleanField()


class CapacityShape(serializers.Serializer):
    service = serializers.CharField()
    day = serializers.DateField(allow_null=True, help_text="null: every other day.")
    capacity = serializers.IntegerField()
    note = serializers.CharField()


class LoadShape(serializers.Serializer):
    service = serializers.CharField()
    day = serializers.DateField()
    used = serializers.IntegerField()
    capacity = serializers.IntegerField(allow_null=True, help_text="null: no limit is set.")
    over = serializers.BooleanField()


def whole_body(booking: Booking) -> dict[str, Any]:
    """A booking of access.whole_booking."""
    manager = booking.service_manager
    return desk_body(booking) | {
        "service_manager": manager.email if manager else None,
        "im_group": booking.im_group,
        "preparation": [preparation_body(item) for item in checklist.checklist(booking)],
        "duties": [duty_body(row) for row in access.duties_of([booking.pk]).get(booking.pk, [])],
    }


def preparation_body(item: Item) -> dict[str, Any]:
    row = item.row if item.is_ticked else None
    return {
        "code": item.code,
        "ready": item.is_ready,
        "done_at": api_time(row.done_at) if row else None,
        "done_by": row.done_by.display_name() if row and row.done_by else None,
        "note": item.note,
        "lacks": item.lacks or None,
    }


def duty_body(row: BookingDuty) -> dict[str, Any]:
    return {
        "id": row.pk,
        "person": row.person.email,
        "name": row.person.display_name(),
        "task": row.task,
        "starts_at": api_time(row.starts_at),
        "ends_at": api_time(row.ends_at),
    }


def patrol_body(entry: PatrolEntry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "at": api_time(entry.at),
        "by": entry.by.display_name(),
        "body": entry.body,
        "all_well": entry.all_well,
    }


def capacity_body(row: ServiceCapacity) -> dict[str, Any]:
    day = row.day.isoformat() if row.day else None
    return {"service": row.service, "day": day, "capacity": row.capacity, "note": row.note}


def load_body(load: Load) -> dict[str, Any]:
    return {
        "service": load.service,
        "day": load.day.isoformat(),
        "used": load.used,
        "capacity": load.capacity,
        "over": load.is_over,
    }
