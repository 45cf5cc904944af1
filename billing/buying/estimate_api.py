"""API door of the price calculator (spec page 7): open to everyone."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.buying.estimate_questions import FIELDS, read
from billing.pricing.price_estimate import PriceEstimate, estimate
from common import clock
from common.api import PortalAPIView
from common.money import plain
from supportplans import versions
from supportplans.catalogue import CYCLES

AMOUNT = "An amount of yuan with two decimals."


class QuestionFields(serializers.Serializer):
    family = serializers.CharField(help_text="A family of the catalogue.")
    tier = serializers.CharField(help_text="A tier of that family.")
    cycle = serializers.ChoiceField(choices=CYCLES)
    monthly_usage = serializers.CharField(help_text="Cloud usage of a month: yuan, 0 or more, at most two decimals.")


class EstimateBracketShape(serializers.Serializer):
    """A bracket and what of the usage falls into it; `to` is null for the last one."""

    to = serializers.CharField(allow_null=True)
    rate = serializers.CharField()
    usage = serializers.CharField()
    fee = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field]:
        # `from` is a word of Python.
        return {"from": serializers.CharField(), **super().get_fields()}


class EstimateShape(serializers.Serializer):
    """A month's cost: `incremental` is what the gross usage fee exceeds the included amount by."""

    base = serializers.CharField(help_text=AMOUNT)
    included = serializers.CharField(help_text=AMOUNT)
    gross_usage_fee = serializers.CharField(help_text=AMOUNT)
    incremental = serializers.CharField(help_text=AMOUNT)
    monthly_total = serializers.CharField(help_text=AMOUNT)
    currency = serializers.CharField()
    brackets = EstimateBracketShape(many=True)


class PriceEstimateView(PortalAPIView):
    public = True

    @extend_schema(operation_id="price_estimate", parameters=[QuestionFields], responses={200: EstimateShape}, auth=[])
    def get(self, request: Request) -> Response:
        """What a tier would cost a month at some cloud usage, by the catalogue that applies today."""
        catalogue = versions.current(clock.today())
        question = read(catalogue, {name: request.query_params.get(name, "") for name in FIELDS})
        found = estimate(question.tier, question.cycle, question.monthly_usage)
        return Response(estimate_body(found, catalogue.currency))


def estimate_body(found: PriceEstimate, currency: str) -> dict[str, Any]:
    """As the API writes it."""
    return {
        "base": plain(found.base),
        "included": plain(found.included),
        "gross_usage_fee": plain(found.gross_usage_fee),
        "incremental": plain(found.incremental),
        "monthly_total": plain(found.monthly_total),
        "currency": currency,
        "brackets": [
            {
                "from": plain(row.from_amount),
                "to": None if row.to_amount is None else plain(row.to_amount),
                "rate": str(row.rate),
                "usage": plain(row.usage),
                "fee": plain(row.fee),
            }
            for row in found.brackets
        ],
    }
