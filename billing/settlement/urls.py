"""Addresses of settlements, the forecast and the budget."""

from django.urls import path

from billing.settlement import api as settlement_api
from billing.usage import forecast_api

api = [
    path("orgs/<str:slug>/settlements", settlement_api.SettlementsView.as_view(), name="api-settlements"),
    path("operator/settlements", settlement_api.OperatorSettlementsView.as_view(), name="api-operator-settlements"),
    path("orgs/<str:slug>/forecast", forecast_api.ForecastView.as_view(), name="api-forecast"),
    path("orgs/<str:slug>/budget", forecast_api.BudgetView.as_view(), name="api-budget"),
]
