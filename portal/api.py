"""The portal's own API paths: the test clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import StaffAPIView
from common import clock
from common.api import api_time
from common.beijing import BEIJING
from common.problems import FieldErrors, NotFound
from portal.clock_travel import travel

NOW = inline_serializer("Clock", {"now": serializers.DateTimeField()})
FARTHEST = datetime(2100, 1, 1, tzinfo=BEIJING)


class ClockView(StaffAPIView):
    """`operator/clock`: exists in demo and test only."""

    area = "feeds_and_clock"
    access = {"GET": "W"}
    atomic = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if not clock.is_test_clock():
            raise NotFound
        super().initial(request, *args, **kwargs)

    @extend_schema(responses={200: NOW})
    def get(self, request: Request) -> Response:
        return Response({"now": api_time(clock.now())})

    @extend_schema(request=NOW, responses={200: NOW})
    def put(self, request: Request) -> Response:
        return Response({"now": api_time(travel(_instant(request.data)))})


def _instant(data: Any) -> datetime:
    text = data.get("now") if isinstance(data, dict) else None
    try:
        instant = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise FieldErrors({"now": [_("Give an ISO instant with an offset, such as 2026-11-01T09:00:00+08:00.")]})
    try:
        in_range = instant <= FARTHEST
    except OverflowError:
        in_range = False
    if not in_range:
        raise FieldErrors({"now": [_("The clock goes no farther than the year 2100.")]})
    return instant
