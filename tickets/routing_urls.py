"""Addresses of routing, rosters and urging: API and pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets import routing_api as api
from tickets.views import roster, routing, urging

api_patterns: list[URLPattern] = [
    path("orgs/<slug:slug>/tickets/<str:number>/urge", api.TicketUrgeView.as_view(), name="api-ticket-urge"),
    path("desk/next", api.NextView.as_view(), name="api-desk-next"),
    path("desk/roster/shifts", api.ShiftsView.as_view(), name="api-desk-shifts"),
    path("desk/roster/shifts/<int:number>", api.ShiftView.as_view(), name="api-desk-shift"),
    path("desk/roster/copy-week", api.CopyWeekView.as_view(), name="api-desk-roster-copy"),
    path("desk/handovers", api.HandoversView.as_view(), name="api-desk-handovers"),
]
customer_patterns: list[URLPattern] = [
    path("o/<slug:slug>/tickets/<str:number>/urge", urging.Urge.as_view(), name="urge"),
]
desk_patterns: list[URLPattern] = [
    path("desk/next", routing.Next.as_view(), name="next"),
    path("desk/tickets/<str:number>/assign-to-least-loaded", routing.LeastLoaded.as_view(), name="least_loaded"),
    path("desk/roster", roster.RosterPage.as_view(), name="roster"),
    path("desk/roster/copy", roster.CopyWeek.as_view(), name="roster_copy"),
    path("desk/roster/shifts/<int:number>", roster.ShiftPage.as_view(), name="shift"),
    path("desk/roster/shifts/<int:number>/delete", roster.DeleteShift.as_view(), name="shift_delete"),
    path("desk/roster/handovers", roster.LeaveHandover.as_view(), name="handover"),
]
