"""What the codes of spec page 2.7 are called on pages, and the colour they are drawn in.

The code is what is stored and compared; the label is only shown. A code that is not listed here is shown as it
is, in grey, so that a catalogue with a new code still has readable pages.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Look(NamedTuple):
    """A label and a Tabler colour; `level` 0–4 is how many bars a severity shows."""

    label: str | Promise
    colour: str
    level: int = 0


SEVERITIES: dict[str, Look] = {
    "critical_down": Look(_("Core system down"), "red", 5),
    "production_down": Look(_("Production down"), "red", 4),
    "production_impaired": Look(_("Production impaired"), "orange", 3),
    "system_impaired": Look(_("System impaired"), "yellow", 2),
    "guidance": Look(_("Guidance"), "azure", 1),
}

STATUSES: dict[str, Look] = {
    # tickets
    "open": Look(pgettext_lazy("ticket status", "Open"), "blue"),
    "in_progress": Look(_("In progress"), "indigo"),
    "waiting_customer": Look(_("Waiting for you"), "yellow"),
    "resolved": Look(_("Resolved"), "green"),
    "closed": Look(_("Closed"), "secondary"),
    "withdrawn": Look(_("Withdrawn"), "secondary"),
    "merged": Look(_("Merged"), "secondary"),
    # response timers
    "running": Look(_("Answer due"), "blue"),
    "met": Look(_("Answered in time"), "green"),
    "breached": Look(_("Overdue"), "red"),
    "cancelled": Look(_("Cancelled"), "secondary"),
    # bookings
    "requested": Look(_("Requested"), "blue"),
    "confirmed": Look(_("Confirmed"), "green"),
    "completed": Look(_("Completed"), "secondary"),
    "rejected": Look(_("Rejected"), "red"),
    "booking_in_progress": Look(pgettext_lazy("booking status", "In progress"), "indigo"),
    # subscriptions
    "active": Look(_("Active"), "green"),
    "suspended": Look(_("Suspended"), "red"),
    "none": Look(_("No paid plan"), "secondary"),
    # orders, payments and invoices
    "awaiting_payment": Look(_("Awaiting payment"), "yellow"),
    "fulfilled": Look(_("Fulfilled"), "green"),
    "pending": Look(_("Pending"), "yellow"),
    "succeeded": Look(_("Paid"), "green"),
    "declined": Look(_("Declined"), "red"),
    "held": Look(_("Being checked"), "orange"),
    "refunded": Look(_("Refunded"), "secondary"),
    "unpaid": Look(_("Unpaid"), "yellow"),
    "issued": Look(_("Issued"), "blue"),
    "paid": Look(_("Paid"), "green"),
    "overdue": Look(pgettext_lazy("invoice", "Overdue"), "red"),
    "void": Look(pgettext_lazy("invoice", "Void"), "secondary"),
    # requests for fapiao
    "taken_back": Look(_("Taken back"), "secondary"),
    # members
    "invited": Look(_("Invited"), "yellow"),
    "disabled": Look(_("Disabled"), "red"),
}

# Staff wait for the customer; the customer reads "for you".
STAFF_STATUSES: dict[str, Look] = {
    **STATUSES,
    "waiting_customer": Look(_("Waiting for customer"), "yellow"),
}

DEEPEST = 5


def severity_colour(code: str) -> str:
    """The colour of a severity in a picture: the one of its badge."""
    seen = look(SEVERITIES, code)
    return "core-down" if seen.level == DEEPEST else seen.colour


# Tiers by rank, from the free one upwards.
TIER_COLOURS = ("secondary", "azure", "indigo", "purple")
AVATAR_COLOURS = ("blue", "azure", "indigo", "purple", "pink", "orange", "green", "teal")


def look(table: dict[str, Look], code: str) -> Look:
    """The look of a code, or the code itself in grey."""
    return table.get(code) or Look(code.replace("_", " ").capitalize(), "secondary")
