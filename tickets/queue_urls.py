"""Addresses of the queue's side of the desk: filing for callers, tags, call-backs, bulk actions, saved views."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets import desk_bulk_api as bulk
from tickets import desk_filing_api as filing
from tickets.views import bulk as bulk_pages
from tickets.views import desk_queue, queue_acts, saved_views, staff_filing

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

page_patterns: list[URLPattern] = [
    path("desk/tickets/new", staff_filing.StaffNewTicket.as_view(), name="desk_new"),
    path("desk/callers", staff_filing.CallersFound.as_view(), name="callers"),
    path("desk/tag-options", desk_queue.TagOptions.as_view(), name="tag_options"),
    path("desk/manager-options", desk_queue.ManagerOptions.as_view(), name="manager_options"),
    path("desk/bulk/new", bulk_pages.NewBulkAction.as_view(), name="bulk_new"),
    path("desk/bulk/<int:number>", bulk_pages.BulkActionPage.as_view(), name="bulk"),
    path("desk/bulk/<int:number>/progress", bulk_pages.BulkProgress.as_view(), name="bulk_progress"),
    path("desk/bulk/<int:number>/stop", bulk_pages.StopBulkAction.as_view(), name="bulk_stop"),
    path("desk/views", saved_views.SavedViewsPage.as_view(), name="saved_views"),
    path("desk/views/restore", saved_views.RestoreSavedView.as_view(), name="saved_view_restore"),
    path("desk/views/<int:number>", saved_views.ChangeSavedView.as_view(), name="saved_view"),
    path("desk/views/<int:number>/delete", saved_views.DeleteSavedView.as_view(), name="saved_view_delete"),
    path(f"{TICKET}/tags", queue_acts.Tags.as_view(), name="tags"),
    path(f"{TICKET}/transcript", queue_acts.Transcript.as_view(), name="transcript"),
    path(f"{TICKET}/called", queue_acts.Called.as_view(), name="called"),
]
