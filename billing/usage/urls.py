"""Addresses of cloud usage: the operators' feed, its pages, and what an organization used."""

from django.urls import path

from billing.usage import api as usage_api
from billing.usage import views as usage_views

pages = [
    path("desk/billing/usage-loads", usage_views.UsageLoadsPage.as_view(), name="usage-loads"),
    path("desk/billing/usage-loads/<int:number>", usage_views.UsageLoadPage.as_view(), name="usage-load"),
    path(
        "desk/billing/usage-loads/<int:number>/rejects.csv",
        usage_views.UsageRejectsFile.as_view(),
        name="usage-rejects",
    ),
]
api = [
    path("operator/usage", usage_api.OperatorUsageView.as_view(), name="api-operator-usage"),
    path("orgs/<str:slug>/usage", usage_api.UsageView.as_view(), name="api-usage"),
]
