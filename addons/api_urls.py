"""API paths of the quotas, under /api/v1/."""

from django.urls import path

from addons import api

urlpatterns = [
    path("orgs/<str:slug>/quotas", api.QuotasView.as_view(), name="api-quotas-list"),
    path("orgs/<str:slug>/quotas/<str:code>/entries", api.QuotaEntriesView.as_view(), name="api-quota-entries"),
]
