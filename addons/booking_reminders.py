"""Both sides are reminded of a booking 3 working days and 1 day before it begins (spec page 5, section 5.3).

Where the preparation is not done, its service manager and the leads are warned with the same steps. After downtime,
or for a booking made late, only the step that is true on the day is told; each step once per first day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from accounts.access import staff_with_role
from addons import booking_news, checklist
from addons.access import bookings_to_come
from addons.models import Booking
from common import tenancy
from common.beijing import date_of
from common.calendar_days import calendar
from common.working_days import WorkingCalendar
from supportplans import versions

WORKING_DAYS_BEFORE = 3
# No holiday is longer: bookings further off have no step yet.
LOOKED_AHEAD = timedelta(days=30)
BATCH = 200


def remind(*, at: datetime) -> dict[str, int]:
    """The daily job; returns for how many bookings a step is true (told before or now)."""
    today, known = date_of(at), calendar()
    reminded, after = 0, 0
    while True:
        with tenancy.everything():
            coming = list(bookings_to_come(today, today + LOOKED_AHEAD).filter(pk__gt=after).order_by("pk")[:BATCH])
            for booking in coming:
                step = step_of(booking.starts_on, today, known)
                if step:
                    _tell(booking, step, at)
                    reminded += 1
        if len(coming) < BATCH:
            return {"reminded": reminded}
        after = coming[-1].pk


def step_of(starts_on: date, today: date, known: WorkingCalendar) -> str:
    """ "day" on the day before, "days" from the third working day before on, "" earlier and once it has begun."""
    if today >= starts_on:
        return ""
    if today == starts_on - timedelta(days=1):
        return "day"
    return "days" if known.working_days_between(today, starts_on) <= WORKING_DAYS_BEFORE else ""


def _tell(booking: Booking, step: str, at: datetime) -> None:
    organization, catalogue = booking.organization, versions.current(date_of(at))
    key = f"{step}:{booking.starts_on}"
    for tell in (booking_news.tell_organization, booking_news.tell_staff):
        tell(booking, "booking.reminder", organization=organization, catalogue=catalogue, at=at, key=key)
    left = checklist.open_items(checklist.checklist(booking))
    if left:
        named = [booking.service_manager] if booking.service_manager else []
        booking_news.tell_people(
            booking,
            "booking.unprepared",
            [*named, *staff_with_role("lead")],
            organization=organization,
            catalogue=catalogue,
            key=key,
            items=checklist.names_of(left),
        )
