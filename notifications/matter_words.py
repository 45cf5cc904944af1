"""The matters of notifications/matters.py in words, for the settings page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SUBJECTS: dict[str, str | Promise] = {
    "tickets": _("Tickets"),
    "desk": _("Desk"),
    "service": _("Services"),
    "plan": _("Plan and money"),
    "people": _("People and account"),
}
CHANNELS: dict[str, str | Promise] = {
    "centre": _("In the portal"),
    "email": _("E-mail"),
    "sms": _("Text message"),
}
MATTERS: dict[str, str | Promise] = {
    "ticket_answers": _("Answers to tickets that you filed or watch"),
    "ticket_progress": _("Such a ticket is accepted, resolved, closed or changed"),
    "ticket_waiting": _("We wait for your answer"),
    "desk_messages": _("Messages on your tickets, and tickets given to you"),
    "desk_deadlines": _("An answer is due soon, or a customer urges"),
    "desk_set_up": _("Lines, groups and managers to set up; organizations given to you"),
    "desk_breaches": _("An answer is overdue"),
    "advisories": _("Advisories about incidents, changes and risks"),
    "reports": _("Service reports"),
    "bookings": _("Bookings and trainings"),
    "quotas": _("Quotas that run low, are used up or expire"),
    "plan": _("The plan changes, ends or renews; budgets"),
    "orders": pgettext_lazy("kinds of notifications", "Orders, payments, refunds and fapiao"),
    "money_owed": _("Invoices to pay, declined payments, a plan about to be suspended"),
    "billing_desk": _("Payments, refunds and fapiao that wait for a decision"),
    "members": _("People join your organization"),
    "security": _("Your role and access; addresses for events that were switched off"),
    "other": _("Everything else"),
}
