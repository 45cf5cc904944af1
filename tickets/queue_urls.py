"""Addresses of the queue's side of the desk: filing for callers, tags, call-backs, bulk actions, saved views."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets import desk_bulk_api as bulk
from tickets import desk_filing_api as filing

TICKET = "desk/tickets/<str:number>"

api_patterns: list[URLPattern] = [
    path("desk/tickets", filing.DeskTicketsView.as_view(), name="api-desk-tickets"),
    path("desk/tags", filing.TagListView.as_view(), name="api-desk-tags"),
    path(f"{TICKET}/tags", filing.TagsView.as_view(), name="api-desk-ticket-tags"),
    path(f"{TICKET}/transcript", filing.TranscriptView.as_view(), name="api-desk-ticket-transcript"),
    path(f"{TICKET}/called", filing.CalledView.as_view(), name="api-desk-ticket-called"),
    path("desk/bulk", bulk.BulkActionsView.as_view(), name="api-desk-bulk"),
    path("desk/bulk/<int:number>", bulk.BulkActionView.as_view(), name="api-desk-bulk-action"),
    path("desk/bulk/<int:number>/stop", bulk.BulkStopView.as_view(), name="api-desk-bulk-stop"),
    path("desk/views", bulk.SavedViewsView.as_view(), name="api-desk-views"),
    path("desk/views/<int:number>", bulk.SavedViewView.as_view(), name="api-desk-view"),
]
