"""The capacity that leads set: a standard per service and exceptions by day (spec page 5.3). The sums: capacity.py."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from addons import capacity, service_quotas
from addons.capacity import Load, Plan, Stay
from addons.desk import access
from addons.models import Booking, ServiceCapacity
from common import audit, live
from common.beijing import date_of
from common.calendar_days import calendar
from common.problems import FieldErrors, NotFound
from supportplans import versions

LARGEST = 999
LONGEST_NOTE = 200
LAST_YEAR = 2100


def services(at: datetime) -> list[str]:
    """The codes of the services that can be booked, in the catalogue's order."""
    return [service.code for service in service_quotas.services_of(versions.current(date_of(at)))]


def plan() -> Plan:
    """What is set now; one statement."""
    standard: dict[str, int] = {}
    exceptions: dict[tuple[str, date], int] = {}
    for row in access.capacities():
        if row.day is None:
            standard[row.service] = row.capacity
        else:
            exceptions[row.service, row.day] = row.capacity
    return Plan(standard, exceptions)


def loads(at: datetime, first: date, last: date) -> dict[str, list[Load]]:
    """{service: its loads, one a day}; services that are booked in these days though no longer offered come last."""
    stays = [_stay(booking) for booking in access.stays_between(first, last)]
    codes = dict.fromkeys([*services(at), *sorted({stay.service for stay in stays})])
    return capacity.loads(codes, stays, plan(), calendar(), first, last)


def days_over(booking: Booking) -> list[Load]:
    """The days of a booking, which counts itself, on which there are more bookings of its service than capacity."""
    stays = [_stay(other) for other in access.stays_between(booking.starts_on, booking.ends_on)]
    days = capacity.loads([booking.service], stays, plan(), calendar(), booking.starts_on, booking.ends_on)
    own = set(capacity.days_taken(_stay(booking), calendar(), booking.starts_on, booking.ends_on))
    return [load for load in days[booking.service] if load.is_over and load.day in own]


def set_capacity(
    *, service: str, day: date | None = None, places: int, note: str = "", at: datetime, by: Person
) -> ServiceCapacity:
    """Set the standard of a service, or with `day` an exception; 0 means that none can be served.

    Raises FieldErrors: an unknown service, fewer than 0 or more than 999 places, a day that is over or beyond 2100,
    a note that is too long.
    """
    errors: dict[str, list[Any]] = {}
    if service not in services(at):
        errors["service"] = [_("There is no such service to book.")]
    if not 0 <= places <= LARGEST:
        errors["capacity"] = [_("Enter a whole number from 0 to %(largest)s.") % {"largest": LARGEST}]
    if day is not None and not (date_of(at) <= day and day.year <= LAST_YEAR):
        errors["day"] = [_("Choose today or a day to come.")]
    if len(note) > LONGEST_NOTE:
        errors["note"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_NOTE}]
    if errors:
        raise FieldErrors(errors)
    before = access.capacity_of(service, day)
    facts = _facts(before) if before else None
    row, _made = ServiceCapacity.objects.update_or_create(
        service=service, day=day, defaults={"capacity": places, "note": note.strip()}
    )
    if facts != _facts(row):
        _record("capacity.set", row, by=by, before=facts, after=_facts(row))
    return row


def drop(*, service: str, day: date | None = None, by: Person) -> None:
    """Take an exception away: its day has the standard again; or the standard: no limit. Raises NotFound."""
    row = access.capacity_of(service, day)
    if row is None:
        raise NotFound
    _record("capacity.dropped", row, by=by, before=_facts(row), after=None)
    row.delete()


def _stay(booking: Booking) -> Stay:
    return Stay(booking.service, booking.unit, booking.starts_on, booking.ends_on)


def _facts(row: ServiceCapacity) -> dict[str, Any]:
    return {"capacity": row.capacity, "note": row.note}


def _record(
    action: str, row: ServiceCapacity, *, by: Person, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    name = f"{row.service} {row.day.isoformat() if row.day else 'standard'}"
    audit.record(by=by, organization_id=None, action=action, object=name, before=before, after=after)
    live.publish("desk", "booking-changed")
