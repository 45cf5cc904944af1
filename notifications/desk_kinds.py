"""Notices to the desk: steps of escalation, one ticket or many at once, and customers who urge (spec page 4.4)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.kind import Kind

_OPEN_TICKET = _("Open the ticket")
_SEE_TICKETS = _("See these tickets")

DESK_KINDS: dict[str, Kind] = {
    "ticket.step50": Kind(
        _("Half of the time to answer ticket %(number)s of %(organization)s is used; due %(due_at)s: %(subject)s"),
        _("50 %%: ticket %(number)s is due %(due_at)s"),
        _OPEN_TICKET,
        "clock",
    ),
    "ticket.step50_many": Kind(
        _("Half of the time to answer is used on %(count)s tickets."),
        _("50 %%: %(count)s tickets wait for an answer"),
        _SEE_TICKETS,
        "clock",
    ),
    "ticket.step80": Kind(
        _("80 %% of the time to answer ticket %(number)s of %(organization)s is used; due %(due_at)s: %(subject)s"),
        _("80 %%: ticket %(number)s is due %(due_at)s"),
        _OPEN_TICKET,
        "alert-triangle",
    ),
    "ticket.step80_many": Kind(
        _("%(count)s tickets are about to be overdue: 80 %% of the time to answer is used."),
        _("80 %%: %(count)s tickets are about to be overdue"),
        _SEE_TICKETS,
        "alert-triangle",
    ),
    # A step of another ladder than the first catalogue's, before and after the due time.
    "ticket.step_before": Kind(
        _(
            "%(percent)s %% of the time to answer ticket %(number)s of %(organization)s is used; due %(due_at)s: "
            "%(subject)s"
        ),
        _("%(percent)s %%: ticket %(number)s is due %(due_at)s"),
        _OPEN_TICKET,
        "clock",
    ),
    "ticket.step_before_many": Kind(
        _("%(percent)s %% of the time to answer is used on %(count)s tickets."),
        _("%(percent)s %%: %(count)s tickets wait for an answer"),
        _SEE_TICKETS,
        "clock",
    ),
    "ticket.breach": Kind(
        _("Ticket %(number)s of %(organization)s is overdue since %(due_at)s: %(subject)s"),
        _("Overdue: ticket %(number)s of %(organization)s"),
        _OPEN_TICKET,
        "alert-triangle",
    ),
    "ticket.breach_many": Kind(
        _("%(count)s tickets are overdue."),
        _("Overdue: %(count)s tickets"),
        _SEE_TICKETS,
        "alert-triangle",
    ),
    "ticket.step200": Kind(
        _("Ticket %(number)s of %(organization)s waits twice as long as promised, since %(due_at)s: %(subject)s"),
        _("Twice overdue: ticket %(number)s of %(organization)s"),
        _OPEN_TICKET,
        "alert-triangle",
    ),
    "ticket.step200_many": Kind(
        _("%(count)s tickets wait twice as long as promised."),
        _("Twice overdue: %(count)s tickets"),
        _SEE_TICKETS,
        "alert-triangle",
    ),
    "ticket.breach_step": Kind(
        _("Ticket %(number)s of %(organization)s is overdue since %(due_at)s, %(percent)s %% of its time: %(subject)s"),
        _("Overdue at %(percent)s %%: ticket %(number)s of %(organization)s"),
        _OPEN_TICKET,
        "alert-triangle",
    ),
    "ticket.breach_step_many": Kind(
        _("%(count)s tickets are overdue, at %(percent)s %% of their time."),
        _("Overdue at %(percent)s %%: %(count)s tickets"),
        _SEE_TICKETS,
        "alert-triangle",
    ),
    "ticket.rated": Kind(
        _("%(by)s of %(organization)s rated ticket %(number)s with %(score)s of 5: %(subject)s"),
        _("Ticket %(number)s was rated with %(score)s of 5"),
        _OPEN_TICKET,
        "star-filled",
        mailed=False,
    ),
    "ticket.urged": Kind(
        _("%(by)s of %(organization)s urges: ticket %(number)s waits for an answer, due %(due_at)s: %(subject)s"),
        _("Urged: ticket %(number)s of %(organization)s"),
        _OPEN_TICKET,
        "bell",
    ),
}
