"""Notices about tickets that are regraded or go on in another one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.kind import Kind

_OPEN_TICKET = _("Open the ticket")

THREAD_KINDS: dict[str, Kind] = {
    # to staff
    "ticket.regrade_requested": Kind(
        _("%(by)s of %(organization)s asks for the severity “%(severity)s” on ticket %(number)s: %(reason)s"),
        _("Another severity is asked for on ticket %(number)s"),
        _OPEN_TICKET,
        "alert-triangle",
    ),
    # to the organization's people
    "ticket.regraded": Kind(
        _("Your ticket %(number)s has the severity “%(severity)s” now: %(subject)s"),
        _("Ticket %(number)s has another severity"),
        _OPEN_TICKET,
        "alert-triangle",
        mailed=False,
    ),
    "ticket.merged": Kind(
        _("Your ticket %(number)s was merged into %(into)s, where the conversation goes on: %(subject)s"),
        _("Ticket %(number)s goes on in %(into)s"),
        _OPEN_TICKET,
        "message",
    ),
}
