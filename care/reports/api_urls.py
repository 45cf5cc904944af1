"""API paths of reports and their feeds."""

from django.urls import path

from care.reports import api, desk_api

_OWN = "orgs/<str:slug>/reports"
_DESK = "desk/reports/<str:number>"

urlpatterns = [
    path(_OWN, api.ReportsView.as_view(), name="api-reports"),
    # Before the month itself: a month holds no point.
    path(f"{_OWN}/<str:month>.pdf", api.ReportPDFView.as_view(), name="api-report-pdf"),
    path(f"{_OWN}/<str:month>/tickets.csv", api.ReportTicketsView.as_view(), name="api-report-tickets"),
    path(f"{_OWN}/<str:month>", api.ReportView.as_view(), name="api-report"),
    path("orgs/<str:slug>/report-addresses", api.ReportAddressesView.as_view(), name="api-report-addresses"),
    path("operator/feeds/<str:kind>", api.FeedsView.as_view(), name="api-operator-feeds"),
    path("desk/reports", desk_api.DeskReportsView.as_view(), name="api-desk-reports"),
    path(f"{_DESK}.pdf", desk_api.DeskReportPDFView.as_view(), name="api-desk-report-pdf"),
    path(f"{_DESK}/send", desk_api.DeskReportSendView.as_view(), name="api-desk-report-send"),
    path(f"{_DESK}/order", desk_api.RecommendationOrderView.as_view(), name="api-desk-report-order"),
    path(
        f"{_DESK}/recommendations",
        desk_api.RecommendationsView.as_view(),
        name="api-desk-report-recommendations",
    ),
    path(
        f"{_DESK}/recommendations/<str:recommendation>",
        desk_api.RecommendationView.as_view(),
        name="api-desk-report-recommendation",
    ),
    path(_DESK, desk_api.DeskReportView.as_view(), name="api-desk-report"),
    path("desk/report-exclusions", desk_api.ReportExclusionsView.as_view(), name="api-desk-report-exclusions"),
    path(
        "desk/report-exclusions/<str:slug>",
        desk_api.ReportExclusionView.as_view(),
        name="api-desk-report-exclusion",
    ),
]
