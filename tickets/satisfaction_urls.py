"""API paths of what a customer says beside the conversation: a rating, a wish to be called."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets import satisfaction_api as api

_TICKET = "orgs/<slug:slug>/tickets/<str:number>"

api_patterns: list[URLPattern] = [
    path(f"{_TICKET}/satisfaction", api.TicketSatisfactionView.as_view(), name="api-ticket-satisfaction"),
    path(f"{_TICKET}/callback", api.TicketCallbackView.as_view(), name="api-ticket-callback"),
    path(f"{_TICKET}/callback/withdraw", api.TicketCallbackWithdrawView.as_view(), name="api-ticket-callback-withdraw"),
]
