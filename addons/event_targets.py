"""Tickets of a running event are answered faster (spec page 4.3): which bookings run, and the target they give.

A booking of a service with the catalogue's flag `priority_during_event` runs while it is confirmed or in progress,
from 00:00 Beijing of its first to 24:00 of its last day. Technical tickets that belong to it, of severity
`production_impaired` or worse, then have the target min(own, 10 minutes); both numbers are catalogue data.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from accounts.models import Organization
from addons import access, preparation
from addons.models import Booking
from common.beijing import date_of
from common.problems import NotFound
from supportplans.catalogue import Catalogue
from supportplans.entitlements import Entitlements

RUNNING = (Booking.Status.CONFIRMED, Booking.Status.IN_PROGRESS)
# How long after its last day a booking is looked at again: a job that came late finds what has ended meanwhile.
LOOKED_BACK = timedelta(days=35)


def own_booking(organization: Organization, number: str) -> Booking | None:
    """The organization's own booking with this id; None for anything else."""
    try:
        return access.booking_of(organization, number)
    except NotFound:
        return None


def is_running(booking: Booking, catalogue: Catalogue, *, at: datetime) -> bool:
    """Whether its event runs at `at`, so that its tickets go first."""
    return (
        booking.status in RUNNING
        and booking.starts_on <= date_of(at) <= booking.ends_on
        and booking.service in priority_services(catalogue)
    )


def running_event(*, organization_id: int, booking_id: int | None, catalogue: Catalogue, at: datetime) -> bool:
    """Whether the booking that a ticket belongs to runs at `at`; no statement for a ticket without one."""
    if booking_id is None:
        return False
    booking = Booking.objects.filter(organization_id=organization_id, pk=booking_id).first()
    return booking is not None and is_running(booking, catalogue, at=at)


def event_minutes(severity: str, catalogue: Catalogue) -> int | None:
    """The target in minutes that a running event gives a technical ticket of this severity; None below the least."""
    priority = catalogue.event_priority
    codes = catalogue.severity_codes()
    return priority.target_minutes if codes.index(severity) <= codes.index(priority.from_severity) else None


def priority_services(catalogue: Catalogue) -> frozenset[str]:
    """Codes of the services whose bookings give their tickets this priority."""
    return frozenset(one.code for one in catalogue.entitlements if one.priority_during_event)


def events_to_come(organization: Organization, held: Entitlements, *, at: datetime) -> list[Booking]:
    """Its bookings with people on duty, who hear of each ticket, that run or are to come.

    No statement for a plan that has no such service.
    """
    services = [code for code in preparation.EVENTS if held.allows(code)]
    if not services:
        return []
    rows = access.bookings_of(organization).filter(status__in=RUNNING, service__in=services, ends_on__gte=date_of(at))
    return list(rows.order_by("starts_on", "pk"))


def events_around(day: date, catalogue: Catalogue) -> list[Booking]:
    """Bookings of such services that run on `day` or ended shortly before, of every organization; scope of jobs."""
    rows = Booking.objects.filter(
        service__in=priority_services(catalogue), starts_on__lte=day, ends_on__gte=day - LOOKED_BACK
    )
    return list(rows.order_by("organization_id", "pk"))
