"""Addresses of files. Those of the API end on what the number's own path would take too: they come before it."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets.exports import doors

_API, _PAGES = "orgs/<slug:slug>/tickets", "o/<slug:slug>/tickets"

api_patterns: list[URLPattern] = [
    path(f"{_API}.csv", doors.TicketListFileView.as_view(), name="api-tickets-csv"),
    path(f"{_API}/<str:number>.pdf", doors.ConversationFileView.as_view(), name="api-ticket-pdf"),
]
customer_patterns: list[URLPattern] = [
    path(f"{_PAGES}/export.csv", doors.TicketListFile.as_view(), name="list-csv"),
    path(f"{_PAGES}/<str:number>/conversation.pdf", doors.ConversationFile.as_view(), name="conversation-pdf"),
]
