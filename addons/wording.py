"""The ledger's movements, and why a booking ended, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from addons.models import Booking, QuotaEntry

REASONS: dict[str, Promise] = {
    "ticket_filed": _("Technical ticket filed"),
    "reclassified": _("Reclassified by our staff"),
    "withdrawn": _("Ticket withdrawn, its unit given back"),
    "merged": _("Ticket merged, its unit given back"),
    "pack_bought": _("Ticket pack bought"),
    "month_ended": _("The month ended: what was left of the packs lapsed"),
    "booked": _("Booked"),
    "booking_moved": _("Booking moved: its days changed"),
    "booking_withdrawn": _("Booking withdrawn, its days given back"),
    "booking_rejected": _("Booking rejected, its days given back"),
    "plan_ended": _("Booking ended with the plan, its days given back"),
}
BOOKING_REASONS: dict[str, Promise] = {"plan_ended": _("The plan ended before its last day.")}


def describe(entry: QuotaEntry) -> str:
    """Why the quota moved."""
    return str(REASONS.get(entry.reason, entry.get_kind_display()))


def booking_reason(booking: Booking) -> str:
    """Why a booking was rejected or withdrawn; '' where nobody said."""
    return str(BOOKING_REASONS.get(booking.reason, booking.reason))
