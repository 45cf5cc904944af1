"""The patrol log of an event: what those on duty saw and did, round the clock, only ever added to (spec page 5.3)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.roles import allows, staff_role_key
from addons import access as bookings_access
from addons import bookings, checklist, duty
from addons.desk import access
from addons.models import Booking, PatrolEntry
from addons.refusals import BookingNotBegun, NotOnRoster
from common.problems import FieldErrors

LONGEST = 5000


def note(*, booking: Booking, body: str, all_well: bool, at: datetime, by: Person) -> PatrolEntry:
    """Write what was seen and done; nothing is ever changed or taken back: what was wrong is corrected by a new entry.

    Raises FieldErrors, NoEvent, BookingNotBegun before the event, BookingNotOpen after it, NotOnRoster for an
    engineer who is not on its roster.
    """
    body = body.strip()
    if not 0 < len(body) <= LONGEST:
        raise FieldErrors({"body": [_("Write 1 to %(longest)s characters.") % {"longest": LONGEST}]})
    duty.require_event(booking)
    booking = bookings_access.hold_booking(booking)
    if booking.status in (Booking.Status.REQUESTED, Booking.Status.CONFIRMED):
        raise BookingNotBegun(_("The patrol log opens when the event begins."), starts_on=booking.starts_on.isoformat())
    bookings.check_open(booking, Booking.Status.IN_PROGRESS)
    if not may_note(booking, by):
        raise NotOnRoster
    entry = PatrolEntry.objects.create(
        booking=booking, organization_id=booking.organization_id, at=at, by=by, body=body, all_well=all_well
    )
    checklist.record(booking, "patrolled", by=by, after={"entry": entry.pk, "all_well": all_well})
    return entry


def may_note(booking: Booking, person: Person) -> bool:
    """Who changes bookings, its service manager, and whoever is on its roster."""
    if allows(staff_role_key(person.staff_role()), "bookings", "W") or person.pk == booking.service_manager_id:
        return True
    return access.is_on_roster(booking, person)
