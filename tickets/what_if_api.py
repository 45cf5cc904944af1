"""API of what another calendar or target would do: `operator/what-if/…`. Nothing is changed by asking."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import StaffAPIView
from accounts.roles import Access
from common import clock
from common.api import api_time
from common.api_input import text_parameter
from supportplans import versions
from tickets import what_if
from tickets.what_if import Preview


class WhatIfMoveShape(serializers.Serializer):
    ticket = serializers.CharField()
    organization = serializers.CharField()
    due_before = serializers.DateTimeField()
    due_after = serializers.DateTimeField()


class WhatIfShape(serializers.Serializer):
    later = serializers.IntegerField()
    earlier = serializers.IntegerField()
    same = serializers.IntegerField()
    overdue = serializers.IntegerField(help_text="Of the earlier ones, those due before now")
    moves = WhatIfMoveShape(many=True, help_text="The first of them")


def _document(preview: Preview) -> dict[str, Any]:
    return {
        "later": preview.later,
        "earlier": preview.earlier,
        "same": preview.same,
        "overdue": preview.overdue,
        "moves": [
            {
                "ticket": move.timer.ticket.number,
                "organization": move.timer.ticket.organization.slug,
                "due_before": api_time(move.timer.due_at),
                "due_after": api_time(move.due),
            }
            for move in preview.shown
        ],
    }


class WhatIfDoor(StaffAPIView):
    area = "catalogue"
    access: ClassVar[dict[str, Access]] = {"GET": "W"}


class WhatIfDayView(WhatIfDoor):
    @extend_schema(
        operation_id="operator_what_if_day",
        parameters=[
            OpenApiParameter("day", OpenApiTypes.DATE, required=True),
            OpenApiParameter("is_working", bool, default=False),
        ],
        responses=WhatIfShape,
    )
    def get(self, request: Request) -> Response:
        """Which answers would be due at another time if the day were worked, or not."""
        day = what_if.day_of(text_parameter(request, "day"))
        is_working = text_parameter(request, "is_working", ("true", "false")) == "true"
        return Response(_document(what_if.of_correction(day, is_working=is_working, at=clock.now())))


class WhatIfTargetView(WhatIfDoor):
    @extend_schema(
        operation_id="operator_what_if_target",
        parameters=[
            *(OpenApiParameter(name, str, required=True) for name in ("family", "tier", "severity")),
            OpenApiParameter("minutes", int, required=True),
        ],
        responses=WhatIfShape,
    )
    def get(self, request: Request) -> Response:
        """When running answers would be due if their target were so many minutes."""
        family, tier, severity = (text_parameter(request, name) for name in ("family", "tier", "severity"))
        minutes = what_if.minutes_of(text_parameter(request, "minutes"))
        catalogue = versions.current(clock.today())
        found = what_if.of_target(family, tier, severity, minutes, catalogue=catalogue, at=clock.now())
        return Response(_document(found))
