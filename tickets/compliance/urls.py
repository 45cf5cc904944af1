"""Addresses of compliance figures."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets.compliance import api, lead_api
from tickets.views import lead, own_compliance

api_patterns: list[URLPattern] = [
    path("desk/compliance", api.DeskComplianceView.as_view(), name="api-desk-compliance"),
    path("desk/now", lead_api.DeskNowView.as_view(), name="api-desk-now"),
    path("desk/satisfaction", lead_api.DeskSatisfactionView.as_view(), name="api-desk-satisfaction"),
    path("orgs/<slug:slug>/compliance", api.OwnComplianceView.as_view(), name="api-compliance"),
]
customer_patterns: list[URLPattern] = [
    path("o/<slug:slug>/compliance", own_compliance.OwnCompliancePage.as_view(), name="compliance"),
    path("o/<slug:slug>/compliance/export", own_compliance.OwnComplianceExport.as_view(), name="compliance_export"),
]
desk_patterns: list[URLPattern] = [
    path("desk/lead", lead.LeadPage.as_view(), name="lead"),
    path("desk/lead/now", lead.LeadNow.as_view(), name="lead_now"),
    path("desk/lead/figures", lead.LeadFigures.as_view(), name="lead_figures"),
    path("desk/lead/export", lead.LeadExport.as_view(), name="lead_export"),
]
