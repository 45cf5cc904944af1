"""API of the spending forecast and the budget. Thin doors: parse, call one function, answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import OrganizationAPIView
from billing.api_shapes import amount_field
from billing.usage import budgets
from billing.usage.forecast import MonthForecast, forecast_of
from common import clock
from common.api_input import read
from common.money import CURRENCY, Money, plain


class ForecastShape(serializers.Serializer):
    month = serializers.CharField()
    so_far = amount_field()
    expected = amount_field()
    usage_so_far = amount_field()
    expected_usage = amount_field()
    currency = serializers.CharField()
    budget = amount_field(allow_null=True)
    budget_percent = serializers.IntegerField(allow_null=True)
    expected_percent = serializers.IntegerField(allow_null=True)


def forecast_body(found: MonthForecast) -> dict[str, Any]:
    """The incremental fee of the running month, and how much of the budget it takes, in percent."""
    return {
        "month": str(found.month),
        "so_far": plain(found.figures.so_far),
        "expected": plain(found.figures.expected),
        "usage_so_far": plain(found.figures.usage_so_far),
        "expected_usage": plain(found.figures.expected_usage),
        "currency": CURRENCY,
        "budget": None if found.budget is None else plain(found.budget),
        "budget_percent": found.percent,
        "expected_percent": found.expected_percent,
    }


class ForecastView(OrganizationAPIView):
    area = "usage"

    @extend_schema(operation_id="forecast_retrieve", responses={200: ForecastShape})
    def get(self, request: Request, slug: str) -> Response:
        return Response(forecast_body(forecast_of(self.organization, clock.now())))


class BudgetShape(serializers.Serializer):
    amount = amount_field(allow_null=True)
    currency = serializers.CharField(read_only=True)


class BudgetView(OrganizationAPIView):
    """`orgs/{slug}/budget`: whoever may buy may say how much is to be spent."""

    area = "orders"

    @extend_schema(operation_id="budget_retrieve", responses={200: BudgetShape})
    def get(self, request: Request, slug: str) -> Response:
        return Response(_body(budgets.budget_of(self.organization)))

    @extend_schema(operation_id="budget_update", request=BudgetShape, responses={200: BudgetShape})
    def put(self, request: Request, slug: str) -> Response:
        amount = budgets.set_budget(
            organization=self.organization, amount=read(BudgetShape, request)["amount"], by=self.person
        )
        return Response(_body(amount))


def _body(amount: Money | None) -> dict[str, Any]:
    return {"amount": None if amount is None else plain(amount), "currency": CURRENCY}
