"""Staff's part of a booking: confirm or reject, start on its first day, complete with a report (spec page 5.3).

requested → confirmed → in_progress → completed; requested and confirmed → rejected
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from addons import booking_details, booking_news, booking_rules, bookings, completion_reports
from addons.access import bookings_to_begin
from addons.models import Booking
from addons.refusals import BookingNotBegun
from common import tenancy
from common.beijing import date_of, midnight
from common.problems import FieldErrors
from supportplans import versions
from supportplans.entitlements import entitlements

Status = Booking.Status
BATCH = 200


def confirm(
    *,
    booking: Booking,
    at: datetime,
    by: Person,
    details: Mapping[str, Any] | None = None,
    whole_details: bool = False,
) -> Booking:
    """Say that it will be done as booked. `details`: what the organization told meanwhile, kept with the rest.

    Raises FieldErrors for codes that do not exist, BookingNotOpen unless it is requested, RegionNotServed; with
    `whole_details`, as the page asks, DetailsMissing while the organization has not told what the service needs.
    """
    organization, booking = bookings.hold(booking)
    told = dict(details or {})
    bookings.check_codes(versions.current(date_of(at)), told)
    bookings.check_open(booking, Status.REQUESTED)
    booking_rules.check_regions(told.get("regions", ()), entitlements(organization, at))
    booking.details = booking.details | told
    if whole_details:
        booking_details.require_whole(booking.service, booking.details)
    booking.confirmed_at, booking.confirmed_by = at, by
    _advance(booking, Status.CONFIRMED, organization, at, by, ["confirmed_at", "confirmed_by", "details"])
    _tell(booking, "booking.confirmed", organization, at)
    return booking


def reject(*, booking: Booking, reason: str, at: datetime, by: Person) -> Booking:
    """Say that it cannot be done: its days are free and its quota is back. Raises BookingNotOpen once it has begun."""
    organization, booking = bookings.hold(booking)
    bookings.check_open(booking, Status.REQUESTED, Status.CONFIRMED)
    bookings.end(
        booking, Status.REJECTED, organization=organization, reason=reason, entry="booking_rejected", at=at, by=by
    )
    _tell(booking, "booking.rejected", organization, at)
    return booking


def start(*, booking: Booking, at: datetime, by: Person) -> Booking:
    """Begin a confirmed booking on its first day; one that has begun by itself stays as it is.

    Raises BookingNotOpen unless it is confirmed, BookingNotBegun before its first day.
    """
    organization, booking = bookings.hold(booking)
    if booking.status == Status.IN_PROGRESS:
        return booking
    bookings.check_open(booking, Status.CONFIRMED)
    if date_of(at) < booking.starts_on:
        raise BookingNotBegun(starts_on=booking.starts_on.isoformat())
    return _begin(booking, organization, at, by)


def complete(
    *,
    booking: Booking,
    at: datetime,
    by: Person,
    summary: str = "",
    sections: Mapping[str, str] | None = None,
    report: UploadedFile | None = None,
) -> Booking:
    """Close a booking in progress with its report. Raises FieldErrors, BookingNotOpen."""
    organization, booking = bookings.hold(booking)
    completion_reports.check_sections(booking.service, dict(sections or {}))
    if report is not None:
        completion_reports.check_file(report)
    bookings.check_open(booking, Status.IN_PROGRESS)
    if report is not None:
        completion_reports.keep(booking, report)
    booking.completed_at, booking.summary, booking.sections = at, summary, dict(sections or {})
    written = ["completed_at", "summary", "sections", "report_key", "report_name", "report_size"]
    _advance(booking, Status.COMPLETED, organization, at, by, written)
    _tell(booking, "booking.completed", organization, at)
    return booking


def is_undecided_late(booking: Booking, today: date) -> bool:
    """Whether its first day has come and nobody has confirmed or rejected it.

    It still holds its quota, and the organization can no longer withdraw it: staff reject it, or confirm it late.
    """
    return booking.status == Status.REQUESTED and today >= booking.starts_on


def is_report_due(booking: Booking, today: date) -> bool:
    """Whether its last day is over and nobody has completed it."""
    return booking.status == Status.IN_PROGRESS and today > booking.ends_on


def begin_due_bookings(*, at: datetime) -> dict[str, int]:
    """The daily job at midnight: confirmed bookings whose first day has come are in progress from its first instant."""
    begun = 0
    while True:
        with tenancy.everything():
            due = list(bookings_to_begin(date_of(at))[:BATCH])
            for found in due:
                organization, booking = bookings.hold(found)
                if booking.status == Status.CONFIRMED and booking.starts_on <= date_of(at):
                    first_instant = midnight(booking.starts_on)
                    _begin(booking, organization, max(first_instant, booking.confirmed_at or first_instant), None)
        begun += len(due)
        if len(due) < BATCH:
            return {"begun": begun}


def require_reason(reason: str) -> str:
    """A rejection says why. Raises FieldErrors for nothing or more than 500 characters."""
    reason = reason.strip()
    if not 0 < len(reason) <= 500:
        raise FieldErrors({"reason": [_("Say why, in at most 500 characters.")]})
    return reason


def _begin(booking: Booking, organization: Organization, at: datetime, by: Person | None) -> Booking:
    booking.started_at = at
    return _advance(booking, Status.IN_PROGRESS, organization, at, by, ["started_at"])


def _advance(
    booking: Booking, status: str, organization: Organization, at: datetime, by: Person | None, written: list[str]
) -> Booking:
    before = booking_news.facts(booking)
    booking.status = status
    booking.save(update_fields=["status", *written])
    booking_news.announce(booking, status, organization=organization, at=at, by=by, before=before)
    return booking


def _tell(booking: Booking, kind: str, organization: Organization, at: datetime) -> None:
    catalogue = versions.current(date_of(at))
    booking_news.tell_organization(booking, kind, organization=organization, catalogue=catalogue, at=at)
