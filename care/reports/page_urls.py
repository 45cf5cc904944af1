"""Paths of the pages of reports, of organizations without them, and of the operators' feeds."""

from django.urls import path

from care.reports.pages import desk_views, exclusion_views, feed_views, own_views

_OWN = "o/<slug:slug>/reports"
_DESK = "desk/reports/<slug:slug>/<str:month>"

patterns = [
    path(_OWN, own_views.ReportsPage.as_view(), name="reports"),
    path(f"{_OWN}/addresses", own_views.Addresses.as_view(), name="report_addresses"),
    # Before the month itself: a month holds no point.
    path(f"{_OWN}/<str:month>.pdf", own_views.ReportPDF.as_view(), name="report_pdf"),
    path(f"{_OWN}/<str:month>/tickets.csv", own_views.ReportTickets.as_view(), name="report_tickets"),
    path(f"{_OWN}/<str:month>", own_views.ReportPage.as_view(), name="report"),
    path("desk/reports", desk_views.DeskReports.as_view(), name="desk_reports"),
    path(f"{_DESK}.pdf", desk_views.DeskReportPDF.as_view(), name="desk_report_pdf"),
    path(_DESK, desk_views.DeskReportPage.as_view(), name="desk_report"),
    path(f"{_DESK}/foreword", desk_views.Foreword.as_view(), name="desk_report_foreword"),
    path(f"{_DESK}/recommendations", desk_views.NewRecommendation.as_view(), name="desk_report_add"),
    path(
        f"{_DESK}/recommendations/<str:recommendation>",
        desk_views.OneRecommendation.as_view(),
        name="desk_report_recommendation",
    ),
    path(f"{_DESK}/again", desk_views.Again.as_view(), name="desk_report_again"),
    path(f"{_DESK}/release", desk_views.Release.as_view(), name="desk_report_release"),
    path("desk/report-exclusions", exclusion_views.Exclusions.as_view(), name="report_exclusions"),
    path(
        "desk/report-exclusions/<slug:slug>/lift",
        exclusion_views.LiftExclusion.as_view(),
        name="report_exclusion_lift",
    ),
    path("desk/feeds", feed_views.FeedsPage.as_view(), name="feeds"),
]
