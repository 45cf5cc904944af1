"""Everything under /api/v1/: each app brings its own paths."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView

from portal.api import ClockView
from portal.my_organizations.api import MyOrganizationsView, MyOrganizationView
from portal.problem_views import api_not_found
from portal.views import ApiDocsView

urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("docs/", ApiDocsView.as_view(), name="api-docs"),
    path("desk/my-organizations", MyOrganizationsView.as_view(), name="api-my-organizations"),
    path("desk/my-organizations/<slug:slug>", MyOrganizationView.as_view(), name="api-my-organization"),
    path("operator/clock", ClockView.as_view(), name="api-clock"),
    path("", include("accounts.api_urls")),
    path("", include("supportplans.api_urls")),
    path("", include("addons.api_urls")),
    path("", include("helpcentre.api_urls")),
    path("", include("tickets.api_urls")),
    path("", include("billing.api_urls")),
    path("", include("notifications.api_urls")),
    path("", include("care.api_urls")),
    re_path(r"^.*$", api_not_found),
]
