"""Every no to a booking, as classes (spec page 5, section 5.3). Nothing was changed when one is raised."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.problems import Refusal


class NotEntitled(Refusal):
    code = "not_entitled"
    title = _("Your plan does not include this service")
    default_detail = _("Your plan grants nothing of this service now. Compare the plans to see which one does.")


class AccountOverdue(Refusal):
    code = "account_overdue"
    title = _("An invoice is overdue")
    default_detail = _(
        "Your plan is suspended because an invoice is overdue. Pay it and book at once; bookings made before go on."
    )


class RegionNotServed(Refusal):
    """Member `regions`: those of the booking that are not served."""

    code = "region_not_served"
    title = _("This region is not served by support plans")
    default_detail = _("Support plans do not cover this region. Contact sales: they know what can be done there.")


class NoticeTooShort(Refusal):
    """Member `earliest`: the first day that can be booked now."""

    code = "notice_too_short"
    title = _("This is too short notice")


class OutsidePeriod(Refusal):
    """Members `starts_on` and `ends_on`: the first and the last day that can be booked."""

    code = "outside_period"
    title = _("These days lie outside the period of your quota")


class OverlappingBooking(Refusal):
    """Member `booking`: the id of the one that has these days."""

    code = "overlapping_booking"
    title = _("There is a booking of this service on these days")


class QuotaInsufficient(Refusal):
    """Members `remaining` and `requested`, in units of the service."""

    code = "quota_insufficient"
    title = _("Not enough of this service is left")


class BookingNotOpen(Refusal):
    """Member `booking_status`: what it is instead."""

    code = "booking_not_open"
    title = _("This booking cannot be changed any more")


class BookingBegun(Refusal):
    """Member `starts_on`."""

    code = "booking_begun"
    title = _("The first day of this booking has come")
    default_detail = _("Bookings are withdrawn or moved before their first day. Write to our staff about this one.")


class BookingNotBegun(Refusal):
    """Member `starts_on`."""

    code = "booking_not_begun"
    title = _("The first day of this booking has not come yet")
    default_detail = _("A booking starts on its first day.")


class DetailsMissing(Refusal):
    """Member `missing`: the fields of `details` that nobody has said yet."""

    code = "details_missing"
    title = _("The organization has not told everything yet")


class NotReadyYet(Refusal):
    """Member `item`: the code of the preparation."""

    code = "not_ready_yet"
    title = _("This cannot be ready yet")


class NoEvent(Refusal):
    """Member `service`."""

    code = "no_event"
    title = _("Nobody is on duty for this service")
    default_detail = _("Rosters and patrol logs belong to the escort service and to event assurance.")


class DutiesOverlap(Refusal):
    """Member `duty`: {booking, starts_at, ends_at} of the one that is there."""

    code = "duties_overlap"
    title = _("This person is on duty at that time")


class NotOnRoster(Refusal):
    code = "not_on_roster"
    title = _("You are not on the duty roster of this event")
    default_detail = _(
        "Who is on its roster, its service manager, technical service managers and leads write the patrol log. "
        "Ask one of them to put you on the roster."
    )
