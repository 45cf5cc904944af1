"""API paths."""

from django.urls import path

from supportplans import api

urlpatterns = [
    path("catalogue", api.CatalogueView.as_view(), name="api-catalogue"),
    path("orgs/<slug:slug>/subscription", api.SubscriptionView.as_view(), name="api-subscription"),
    path("desk/orgs/<slug:slug>/overrides", api.OverridesView.as_view(), name="api-overrides"),
    path("operator/catalogue", api.OperatorCatalogueView.as_view(), name="api-operator-catalogue"),
]
