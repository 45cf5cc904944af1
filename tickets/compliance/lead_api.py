"""API of the rest of the lead's page: what lies on the desk now, who has it, and ratings (spec page 4.5)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import StaffAPIView
from common import clock
from common.api import whole_list
from common.api_schema import list_of
from supportplans import versions
from tickets import handling
from tickets.compliance import desk_now, period
from tickets.compliance.desk_now import Lying
from tickets.compliance.ratings import SCORES, Ratings, ratings
from tickets.desk.duty import duty_at
from tickets.serializers import ColleagueShape


class LyingShape(serializers.Serializer):
    open = serializers.IntegerField()
    unanswered = serializers.IntegerField()
    at_risk = serializers.IntegerField()
    overdue = serializers.IntegerField()


class SeverityLyingShape(LyingShape):
    severity = serializers.CharField()


class AgeShape(serializers.Serializer):
    from_days = serializers.IntegerField()
    to_days = serializers.IntegerField(allow_null=True, help_text="null: and older")
    open = serializers.IntegerField()


class EngineerLoadShape(serializers.Serializer):
    person = ColleagueShape(allow_null=True, help_text="null: what nobody has")
    on_duty = serializers.BooleanField()
    open = serializers.IntegerField()
    in_progress = serializers.IntegerField()
    waiting = serializers.IntegerField()
    overdue = serializers.IntegerField()


class DeskNowShape(LyingShape):
    by_severity = SeverityLyingShape(many=True)
    by_age = AgeShape(many=True)
    load = EngineerLoadShape(many=True)


class RatingRowShape(serializers.Serializer):
    month = serializers.CharField(allow_null=True, help_text="null: the whole period")
    ratings = serializers.IntegerField()
    average = serializers.CharField(allow_null=True, help_text='From 1 to 5: "4.25"')
    scores = serializers.DictField(child=serializers.IntegerField(), help_text="How often each was given")


def _lying(lying: Lying) -> dict[str, int]:
    return {
        "open": lying.open,
        "unanswered": lying.unanswered,
        "at_risk": lying.at_risk,
        "overdue": lying.overdue,
    }


def _ages(by_age: list[dict[str, int]]) -> list[dict[str, Any]]:
    edges = [0, *(age.days for age in desk_now.AGES), None]
    return [
        {"from_days": first, "to_days": last, "open": sum(counts.values())}
        for first, last, counts in zip(edges[:-1], edges[1:], by_age, strict=True)
    ]


def _load(row: desk_now.Load) -> dict[str, Any]:
    person = handling.named(row.person) if row.person else None
    counts = {name: getattr(row, name) for name in ("open", "in_progress", "waiting", "overdue")}
    return {"person": person, "on_duty": row.on_duty, **counts}


def _rated(month: str | None, rated: Ratings) -> dict[str, Any]:
    return {
        "month": month,
        "ratings": rated.total,
        "average": None if rated.average is None else str(rated.average),
        "scores": {str(score): rated.counts.get(score, 0) for score in SCORES},
    }


class DeskNowView(StaffAPIView):
    area = "desk_settings"

    @extend_schema(operation_id="desk_now_read", responses=DeskNowShape)
    def get(self, request: Request) -> Response:
        """Open tickets by severity and age, and what each engineer has; the most loaded first."""
        at, known = clock.now(), versions.current(clock.today()).severity_codes()
        lying = desk_now.on_desk(at)
        severities = desk_now.severities_of(lying, known)
        return Response(
            _lying(lying.total)
            | {
                "by_severity": [
                    {"severity": code} | _lying(lying.by_severity.get(code, Lying())) for code in severities
                ],
                "by_age": _ages(lying.by_age),
                "load": [_load(row) for row in desk_now.load(duty_at(at), at)],
            }
        )


class DeskSatisfactionView(StaffAPIView):
    area = "desk_settings"

    @extend_schema(
        operation_id="desk_satisfaction_list",
        parameters=[OpenApiParameter("from", str), OpenApiParameter("to", str)],
        responses={200: list_of(RatingRowShape)},
    )
    def get(self, request: Request) -> Response:
        """Ratings by the month in which they were given, and of the whole period; this month unless asked."""
        asked = period.asked(request.query_params, today=clock.today())
        rated = ratings(earliest=asked.since, since=asked.since, until=asked.until)
        rows = [_rated(month, one) for month, one in rated.months.items()]
        return whole_list([*rows, _rated(None, rated.period)])
