"""The notices about bookings of value-added services: a part of the table in notifications/kinds.py."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.kind import Kind

_OPEN_BOOKING = _("See the bookings")

BOOKING_KINDS: dict[str, Kind] = {
    # bookings, to the organization's people
    "booking.confirmed": Kind(
        _("%(service)s for %(organization)s from %(starts_on)s to %(ends_on)s is confirmed."),
        _("%(service)s from %(starts_on)s is confirmed"),
        _OPEN_BOOKING,
        "check",
    ),
    "booking.rejected": Kind(
        _("%(service)s for %(organization)s from %(starts_on)s to %(ends_on)s cannot be done: %(reason)s"),
        _("%(service)s from %(starts_on)s cannot be done"),
        _OPEN_BOOKING,
        "alert-triangle",
    ),
    "booking.completed": Kind(
        _("%(service)s for %(organization)s from %(starts_on)s to %(ends_on)s is completed: read the report."),
        _("%(service)s from %(starts_on)s is completed"),
        _OPEN_BOOKING,
        "circle-check",
    ),
    # bookings, to both sides
    "booking.reminder": Kind(
        _("%(service)s for %(organization)s begins on %(starts_on)s."),
        _("%(service)s for %(organization)s begins on %(starts_on)s"),
        _OPEN_BOOKING,
        "clock",
    ),
    "booking.ended_by_plan": Kind(
        _("%(service)s for %(organization)s from %(starts_on)s to %(ends_on)s is withdrawn: the plan ended before."),
        _("%(service)s from %(starts_on)s ended with the plan"),
        _OPEN_BOOKING,
        "alert-triangle",
    ),
    # bookings, to staff
    "booking.requested": Kind(
        _("%(organization)s booked %(service)s from %(starts_on)s to %(ends_on)s. Confirm or reject it."),
        _("%(organization)s booked %(service)s from %(starts_on)s"),
        _OPEN_BOOKING,
        "bell",
    ),
    "booking.moved": Kind(
        _("%(organization)s moved %(service)s to %(starts_on)s until %(ends_on)s. Confirm or reject it."),
        _("%(organization)s moved %(service)s to %(starts_on)s"),
        _OPEN_BOOKING,
        "bell",
    ),
    "booking.withdrawn": Kind(
        _("%(organization)s withdrew %(service)s from %(starts_on)s to %(ends_on)s."),
        _("%(organization)s withdrew %(service)s from %(starts_on)s"),
        _OPEN_BOOKING,
        "bell",
    ),
    "booking.unprepared": Kind(
        _("%(service)s for %(organization)s begins on %(starts_on)s, and these are not ready: %(items)s."),
        _("Not ready: %(service)s for %(organization)s on %(starts_on)s"),
        _OPEN_BOOKING,
        "alert-triangle",
    ),
    "booking.manager": Kind(
        _("You are the service manager of %(service)s for %(organization)s from %(starts_on)s to %(ends_on)s."),
        _("You are the service manager of %(service)s for %(organization)s"),
        _OPEN_BOOKING,
        "bell",
    ),
    "booking.duty": Kind(
        _("You are on duty for %(service)s of %(organization)s from %(starts_at)s to %(ends_at)s: %(task)s."),
        _("You are on duty for %(organization)s from %(starts_at)s"),
        _OPEN_BOOKING,
        "calendar-event",
    ),
    "booking.off_duty": Kind(
        _("You are no longer on duty for %(service)s of %(organization)s from %(starts_at)s to %(ends_at)s."),
        _("No longer on duty for %(organization)s from %(starts_at)s"),
        _OPEN_BOOKING,
        "calendar-event",
    ),
    "booking.ticket": Kind(
        _("%(organization)s filed %(number)s (%(severity)s) while %(service)s runs: %(subject)s"),
        _("Ticket of the event of %(organization)s: %(number)s %(subject)s"),
        _("Open the ticket"),
        "alert-triangle",
    ),
}
