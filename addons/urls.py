"""Pages of the quotas."""

from django.urls import include, path

from addons import views

app_name = "addons"
urlpatterns = [
    path("o/<slug:slug>/quotas", views.QuotasPage.as_view(), name="quotas"),
    path("", include("addons.training.urls")),
]
