"""The duty roster of an event: who patrols when, and who is the expert of the war room (spec page 5, section 5.3).

A duty lies inside the days of the booking and takes at most a day. One person is on duty once at a time, whatever the
booking. Whoever comes onto the roster or leaves it is told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.access import staff_with_role
from accounts.models import Person
from addons import access as bookings_access
from addons import booking_news, bookings, checklist, duty_cover, preparation
from addons.desk import access
from addons.event_targets import RUNNING
from addons.models import Booking, BookingDuty
from addons.refusals import DutiesOverlap, NoEvent
from common import clock, readings
from common.api import api_time
from common.beijing import date_of
from common.problems import FieldErrors
from supportplans import versions

LONGEST = timedelta(hours=24)
TASKS = BookingDuty.Task
_BOTH_TASKS = {
    TASKS.PATROL: gettext_lazy("patrol"),
    TASKS.WAR_ROOM: gettext_lazy("expert of the war room"),
}


def add(
    *, booking: Booking, person: str, task: str, starts_at: datetime, ends_at: datetime, at: datetime, by: Person
) -> BookingDuty:
    """Put the colleague with the e-mail `person` on the roster.

    Raises FieldErrors, NoEvent for a service without duty, BookingNotOpen once it is over, DutiesOverlap.
    """
    require_event(booking)
    someone = access.worker(person)
    _check(booking, someone, task, starts_at, ends_at)
    assert someone is not None
    booking = bookings_access.hold_booking(booking)
    bookings.check_open(booking, *checklist.OPEN)
    _check_free(someone, starts_at, ends_at)
    row = BookingDuty.objects.create(
        booking=booking,
        organization_id=booking.organization_id,
        person=someone,
        task=task,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    checklist.record(booking, "duty_added", by=by, after=_facts(row))
    _tell(booking, row, "booking.duty", at=at)
    return row


def remove(*, booking: Booking, duty: BookingDuty, at: datetime, by: Person) -> None:
    """Take a duty from the roster. Raises BookingNotOpen once the booking is over, NotFound when it is gone."""
    booking = bookings_access.hold_booking(booking)
    bookings.check_open(booking, *checklist.OPEN)
    duty = access.duty_in(booking, str(duty.pk))
    checklist.record(booking, "duty_removed", by=by, before=_facts(duty), after={})
    _tell(booking, duty, "booking.off_duty", at=at)
    duty.delete()


def require_event(booking: Booking) -> None:
    """Raises NoEvent for a service that nobody is on duty for."""
    if not preparation.is_event(booking.service):
        raise NoEvent(service=booking.service)


def runs(booking: Booking, at: datetime) -> bool:
    """Whether people are on duty for it at `at`: an event that is confirmed or in progress, on one of its days."""
    return (
        preparation.is_event(booking.service)
        and booking.status in RUNNING
        and booking.starts_on <= date_of(at) <= booking.ends_on
    )


def told_of_tickets(booking: Booking, at: datetime) -> list[Person]:
    """Who hears of a ticket of the running event: who is on duty at `at` and the service manager; without any of
    them the leads.
    """
    manager = booking.service_manager
    people = {person.pk: person for person in access.on_duty(booking, at)}
    if manager is not None and manager.is_active:
        people[manager.pk] = manager
    return list(people.values()) or staff_with_role("lead")


def proposed(booking: Booking, holes: list[duty_cover.Span]) -> duty_cover.Span:
    """The next eight hours that nobody covers; the first of the event where all are."""
    starts_at, ends_at = holes[0] if holes else duty_cover.span_of(booking.starts_on, booking.ends_on)
    return starts_at, min(ends_at, starts_at + timedelta(hours=8))


def _check(booking: Booking, someone: Person | None, task: str, starts_at: datetime, ends_at: datetime) -> None:
    errors: dict[str, list[str]] = {}
    if someone is None:
        errors["person"] = [_("Name a colleague who works on the desk.")]
    if task not in TASKS.values:
        errors["task"] = [_("This is not one of: %(codes)s.") % {"codes": ", ".join(TASKS.values)}]
    first, end = duty_cover.span_of(booking.starts_on, booking.ends_on)
    if starts_at >= ends_at:
        errors["ends_at"] = [_("The duty ends after it begins.")]
    elif ends_at - starts_at > LONGEST:
        errors["ends_at"] = [_("A duty takes at most 24 hours. Write two.")]
    elif starts_at < first or ends_at > end:
        errors["starts_at"] = [
            _("The event runs from %(from)s to %(until)s: the duty lies inside.")
            % {"from": readings.moment(first), "until": readings.moment(end)}
        ]
    if errors:
        raise FieldErrors(errors)


def _check_free(person: Person, starts_at: datetime, ends_at: datetime) -> None:
    other = access.overlapping_duty(person, starts_at, ends_at)
    if other is None:
        return
    raise DutiesOverlap(
        _("%(name)s is on duty for %(organization)s from %(from)s to %(until)s. Choose another time or another person.")
        % {
            "name": person.display_name(),
            "organization": other.booking.organization.name,
            "from": readings.moment(other.starts_at),
            "until": readings.moment(other.ends_at),
        },
        duty={
            "booking": other.booking_id,
            "starts_at": api_time(other.starts_at),
            "ends_at": api_time(other.ends_at),
        },
    )


def _facts(row: BookingDuty) -> dict[str, Any]:
    return {
        "person": row.person.email,
        "name": row.person.display_name(),
        "task": row.task,
        "starts_at": api_time(row.starts_at),
        "ends_at": api_time(row.ends_at),
    }


def _tell(booking: Booking, row: BookingDuty, kind: str, *, at: datetime) -> None:
    """Whose duty ended already is told nothing."""
    if row.ends_at <= clock.now():
        return
    booking_news.tell_people(
        booking,
        kind,
        [row.person],
        organization=booking.organization,
        catalogue=versions.current(date_of(at)),
        key=f"{row.pk}:{at.isoformat()}",
        task=in_both_languages(_BOTH_TASKS[TASKS(row.task)]),
        starts_at=api_time(row.starts_at),
        ends_at=api_time(row.ends_at),
    )


def in_both_languages(words: Any) -> dict[str, str]:
    """A lazy text as a notice stores it, to be read in either language."""
    found = {}
    for code, language in (("en", "en"), ("zh", "zh-hans")):
        with override(language):
            found[code] = str(words)
    return found
