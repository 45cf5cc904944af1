"""API of settlements: an organization's own, and the operators' run (spec page 7). Thin doors: parse, call, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import OrganizationAPIView, StaffAPIView
from billing import access
from billing.api_shapes import amount_field
from billing.models import Settlement
from billing.settlement import months as settlement
from common import clock
from common.api import listed
from common.api_input import read
from common.api_schema import PAGES, list_of
from common.beijing import Month
from common.money import CURRENCY, plain
from common.problems import FieldErrors

AMOUNTS = ("usage", "gross", "included", "incremental")


class SegmentShape(serializers.Serializer):
    tier = serializers.CharField()
    catalogue_version = serializers.CharField()
    days = serializers.IntegerField()
    usage = amount_field()
    gross = amount_field()
    included = amount_field()
    incremental = amount_field()


class AdjustmentShape(serializers.Serializer):
    month = serializers.CharField()
    amount = amount_field()


class SettlementShape(serializers.Serializer):
    month = serializers.CharField()
    segments = SegmentShape(many=True)
    adjustments = AdjustmentShape(many=True)
    total = amount_field()
    currency = serializers.CharField()
    invoice = serializers.CharField(allow_null=True)


def settlement_body(settled: Settlement) -> dict[str, Any]:
    """`invoice`: where the total is negative, the first of its credit notes; null where it comes to nothing."""
    documents = list(settled.documents.all())
    return {
        "month": str(Month.of(settled.month)),
        "segments": settled.segments,
        "adjustments": [
            {"month": str(Month.of(adjustment.month)), "amount": plain(adjustment.amount)}
            for adjustment in settled.adjustments.all()
        ],
        "total": plain(settled.total),
        "currency": CURRENCY,
        "invoice": documents[0].number if documents else None,
    }


class SettlementsView(OrganizationAPIView):
    area = "usage"

    @extend_schema(operation_id="settlements_list", parameters=PAGES, responses={200: list_of(SettlementShape)})
    def get(self, request: Request, slug: str) -> Response:
        return listed(self, access.settlements_of(self.organization), settlement_body)


class MonthFields(serializers.Serializer):
    month = serializers.CharField(max_length=10, help_text="A month that is over, such as 2026-11")


class RunShape(serializers.Serializer):
    month = serializers.CharField()
    settled = serializers.IntegerField()
    already_settled = serializers.IntegerField()


class NotAnsweredYet(Exception):
    """The key has no answer."""


class OperatorSettlementsView(StaffAPIView):
    """`operator/settlements`: a run commits batch by batch, with an Idempotency-Key too.

    As one transaction it would hold every organization's account until its end. So the key's answer is looked for
    first and kept last; a twin that runs at the same time settles nothing twice and gets the same answer.
    """

    area = "orders"
    atomic = False

    def _answer_once(self, request: Request, person_id: int, key: str, handler: Callable[..., Response]) -> Response:
        def none_yet(*_args: Any, **_kwargs: Any) -> Response:
            raise NotAnsweredYet

        try:
            with transaction.atomic():
                return super()._answer_once(request, person_id, key, none_yet)
        except NotAnsweredYet:
            answer = handler(request, *self.args, **self.kwargs)
        with transaction.atomic():
            return super()._answer_once(request, person_id, key, lambda *_args, **_kwargs: answer)

    @extend_schema(operation_id="operator_settlements_create", request=MonthFields, responses={200: RunShape})
    def post(self, request: Request) -> Response:
        month = _month(read(MonthFields, request)["month"])
        settled, already = settlement.settle(month, at=clock.now(), by=self.person)
        return Response({"month": str(month), "settled": settled, "already_settled": already})


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as unreadable:
        raise FieldErrors({"month": [_("Give a month such as 2026-11.")]}) from unreadable
