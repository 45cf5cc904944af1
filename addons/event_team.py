"""Who answers for a booking, and the IM group in which people talk (spec page 5, section 5.3; any tier)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from addons import access as bookings_access
from addons import booking_news, bookings, checklist
from addons.desk import access
from addons.models import Booking
from common.beijing import date_of
from common.problems import FieldErrors
from supportplans import versions

LONGEST_GROUP = 200


def name_team(*, booking: Booking, service_manager: str, im_group: str, at: datetime, by: Person) -> Booking:
    """Name the service manager (a colleague's e-mail, '' for nobody yet) and the IM group; the new manager is told.

    Raises FieldErrors, BookingNotOpen once the booking is over.
    """
    errors: dict[str, list[Any]] = {}
    manager, known = access.worker(service_manager), booking.service_manager
    if manager is None and known is not None and known.email == service_manager.strip().lower():
        manager = known
    if service_manager.strip() and manager is None:
        errors["service_manager"] = [_("Name a colleague who works on the desk.")]
    group = im_group.strip()
    if len(group) > LONGEST_GROUP:
        errors["im_group"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_GROUP}]
    if errors:
        raise FieldErrors(errors)
    booking = bookings_access.hold_booking(booking)
    bookings.check_open(booking, *checklist.OPEN)
    before, was = _facts(booking), booking.service_manager_id
    booking.service_manager, booking.im_group = manager, group
    booking.save(update_fields=["service_manager", "im_group"])
    if before != _facts(booking):
        checklist.record(booking, "team_named", by=by, before=before, after=_facts(booking))
    if manager is not None and manager.pk not in (was, by.pk):
        booking_news.tell_people(
            booking,
            "booking.manager",
            [manager],
            organization=booking.organization,
            catalogue=versions.current(date_of(at)),
            key=at.isoformat(),
        )
    return booking


def _facts(booking: Booking) -> dict[str, Any]:
    manager = booking.service_manager
    return {
        "service_manager": manager.email if manager else None,
        "name": manager.display_name() if manager else "",
        "im_group": booking.im_group,
    }
