"""API paths."""

from django.urls import include, path

urlpatterns = [
    path("", include("care.advisories.api_urls")),
    path("", include("care.reports.api_urls")),
]
