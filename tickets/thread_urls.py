"""Addresses of what regroups tickets and explains their timers: API and pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets import threads_api as api
from tickets import what_if_api
from tickets.views import threads, what_if

_OWN = "orgs/<slug:slug>/tickets/<str:number>"
_DESK = "desk/tickets/<str:number>"

api_patterns: list[URLPattern] = [
    path(f"{_OWN}/request-regrade", api.RequestRegradeView.as_view(), name="api-ticket-request-regrade"),
    path(f"{_OWN}/timers/explain", api.ExplainView.as_view(), name="api-ticket-timers-explain"),
    path(f"{_DESK}/timers/explain", api.DeskExplainView.as_view(), name="api-desk-ticket-timers-explain"),
    path(f"{_DESK}/regrade", api.RegradeView.as_view(), name="api-desk-ticket-regrade"),
    path(f"{_DESK}/reclassify", api.ReclassifyView.as_view(), name="api-desk-ticket-reclassify"),
    path(f"{_DESK}/merge", api.MergeView.as_view(), name="api-desk-ticket-merge"),
    path(f"{_DESK}/split", api.SplitView.as_view(), name="api-desk-ticket-split"),
    path(f"{_DESK}/link", api.LinkView.as_view(), name="api-desk-ticket-link"),
    path("operator/what-if/day", what_if_api.WhatIfDayView.as_view(), name="api-operator-what-if-day"),
    path("operator/what-if/target", what_if_api.WhatIfTargetView.as_view(), name="api-operator-what-if-target"),
]

desk_patterns: list[URLPattern] = [
    path(f"{_DESK}/regrade", threads.Regrade.as_view(), name="regrade"),
    path(f"{_DESK}/reclassify", threads.Reclassify.as_view(), name="reclassify"),
    path(f"{_DESK}/merge", threads.Merge.as_view(), name="merge"),
    path(f"{_DESK}/split", threads.Split.as_view(), name="split"),
    path(f"{_DESK}/link", threads.Link.as_view(), name="link"),
    path("desk/what-if", what_if.WhatIfPage.as_view(), name="what_if"),
]

customer_patterns: list[URLPattern] = [
    path(
        "o/<slug:slug>/tickets/<str:number>/request-regrade",
        threads.RequestRegrade.as_view(),
        name="request-regrade",
    ),
]
