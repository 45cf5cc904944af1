"""API of usage: the operators' feed and what an organization used (spec page 7). Thin doors: parse, call, answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import OrganizationAPIView, StaffAPIView
from billing.usage import loads as usage_loads
from billing.usage.bodies import PARSERS, UsageBody
from billing.usage.days import ProductDay, UsageOfMonth, usage_of_month
from billing.usage.lines import UnreadableFile
from billing.usage.loading import Outcome, TooManyRejects
from billing.usage.records import CATEGORIES, LONGEST_SLUG, LONGEST_TEXT, ON_DEMAND, PREPAID
from billing.usage.wording import file_sentence, record_sentence
from common import clock
from common.api_schema import PROBLEM
from common.beijing import Month
from common.money import CURRENCY, plain
from common.problems import FieldErrors

MOST_REJECTS = 100_000
MONTH = OpenApiParameter("month", str, description="Such as 2026-11; the running month unless given")


def _amount() -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=14, decimal_places=2)


class UsageRecordFields(serializers.Serializer):
    """For the document alone: billing/usage/records.py reads them."""

    record_id = serializers.CharField(max_length=LONGEST_TEXT)
    organization = serializers.CharField(max_length=LONGEST_SLUG, help_text="The slug")
    product = serializers.CharField(max_length=LONGEST_TEXT)
    category = serializers.ChoiceField(sorted(CATEGORIES))
    charge_mode = serializers.ChoiceField([ON_DEMAND, PREPAID])
    payment_form = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    list_amount = _amount()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The first day that is not included; the next day for on_demand")


class RejectedRecordShape(serializers.Serializer):
    index = serializers.IntegerField()
    record_id = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class UsageOutcomeShape(serializers.Serializer):
    accepted = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    rejected = RejectedRecordShape(many=True)


def outcome_body(outcome: Outcome) -> dict[str, Any]:
    """What became of a batch; each rejected record with its place in it and the reason."""
    return {
        "accepted": outcome.accepted,
        "duplicates": outcome.duplicates,
        "rejected": [
            {
                "index": reject.position,
                "record_id": reject.record_id,
                "code": reject.code,
                "detail": record_sentence(reject.code, reject.params),
            }
            for reject in outcome.rejected
        ],
    }


class OperatorUsageView(StaffAPIView):
    area = "feeds_and_clock"
    parser_classes = PARSERS
    takes_object = False

    @extend_schema(
        operation_id="operator_usage_create",
        request={
            "application/json": UsageRecordFields(many=True),
            "application/x-ndjson": {"type": "string", "description": "One record a line"},
        },
        responses={200: UsageOutcomeShape, (413, "application/problem+json"): PROBLEM},
    )
    def post(self, request: Request) -> Response:
        """Load a batch of usage. Good records are stored, the others named; the same batch again changes nothing."""
        body = request.data
        if not isinstance(body, UsageBody):  # nothing was sent
            raise _unreadable(UnreadableFile("is_no_list"))
        try:
            outcome = usage_loads.store_batch(
                readings=body.readings(),
                source=_("API"),
                total_bytes=body.size,
                most_rejects=MOST_REJECTS,
                at=clock.now(),
                by=self.person,
            )
        except UnreadableFile as problem:
            raise _unreadable(problem) from problem
        except TooManyRejects as problem:
            raise _unreadable(UnreadableFile("too_many_rejects", most=MOST_REJECTS)) from problem
        return Response(outcome_body(outcome))


def _unreadable(problem: UnreadableFile) -> FieldErrors:
    return FieldErrors({"body": [file_sentence(problem)]})


class UsageDayShape(serializers.Serializer):
    day = serializers.DateField()
    product = serializers.CharField()
    counted = _amount()
    not_counted = _amount()


class UsageTotalsShape(serializers.Serializer):
    counted = _amount()
    not_counted = _amount()


class UsageMonthShape(serializers.Serializer):
    month = serializers.CharField()
    currency = serializers.CharField()
    totals = UsageTotalsShape()
    results = UsageDayShape(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


def usage_body(usage: UsageOfMonth) -> dict[str, Any]:
    """A whole month in one list, the newest day first."""
    return {
        "month": str(usage.month),
        "currency": CURRENCY,
        "totals": _amounts(usage.counted, usage.not_counted),
        "results": [_day_body(row) for row in sorted(usage.days, key=lambda row: -row.day.toordinal())],
        "next": None,
        "previous": None,
    }


def _day_body(row: ProductDay) -> dict[str, Any]:
    return {"day": row.day.isoformat(), "product": row.product} | _amounts(row.counted, row.not_counted)


def _amounts(counted: Decimal, not_counted: Decimal) -> dict[str, str]:
    return {"counted": plain(counted), "not_counted": plain(not_counted)}


class UsageView(OrganizationAPIView):
    area = "usage"

    @extend_schema(operation_id="usage_list", parameters=[MONTH], responses={200: UsageMonthShape})
    def get(self, request: Request, slug: str) -> Response:
        """Cloud usage of a month by day and product: what counts towards the incremental fee, and what does not."""
        text = request.query_params.get("month", "")
        try:
            month = Month.parse(text) if text else Month.of(clock.today())
        except ValueError:
            raise FieldErrors({"month": [_("Give a month such as 2026-11.")]}) from None
        return Response(usage_body(usage_of_month(self.organization, month)))
