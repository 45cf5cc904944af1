"""Addresses of compliance figures."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets.compliance import api

api_patterns: list[URLPattern] = [
    path("desk/compliance", api.DeskComplianceView.as_view(), name="api-desk-compliance"),
    path("orgs/<slug:slug>/compliance", api.OwnComplianceView.as_view(), name="api-compliance"),
]
