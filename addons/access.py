"""How quotas and bookings are reached: through their organization, inside its tenant scope; by staff, through any."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import QuerySet

from accounts.models import Organization
from addons.models import Booking, QuotaEntry
from addons.service_quotas import services_of
from addons.ticket_quota import TECHNICAL_TICKETS
from common.beijing import date_of
from common.problems import NotFound
from common.rows import by_id
from supportplans import access as plans
from supportplans import versions
from supportplans.entitlements import Entitlements

Status = Booking.Status
# What is still to come or running; and what holds its days and its quota.
OPEN = (Status.REQUESTED, Status.CONFIRMED, Status.IN_PROGRESS)
HOLDING = (*OPEN, Status.COMPLETED)


def entries_of(organization: Organization, code: str, at: datetime) -> QuerySet[QuotaEntry]:
    """Every movement of one quota, newest first. Raises NotFound for a quota that does not exist."""
    known = {service.code for service in services_of(versions.current(date_of(at)))} | {TECHNICAL_TICKETS}
    rows = QuotaEntry.objects.filter(organization=organization, code=code)
    if code not in known and not rows.exists():
        raise NotFound
    return rows.select_related("by", "booking").order_by("-pk")


def bookings_of(organization: Organization) -> QuerySet[Booking]:
    """The organization's bookings, newest first."""
    rows = Booking.objects.filter(organization=organization).select_related("requested_by", "service_manager")
    return rows.order_by("-pk")


def booking_of(organization: Organization, number: str) -> Booking:
    """One of them by its id; raises NotFound."""
    return by_id(bookings_of(organization), number)


def bookings_in(organization: Organization, first: date, last: date) -> QuerySet[Booking]:
    """Those of every state that touch the days `first` to `last`, the earliest first."""
    return bookings_of(organization).filter(starts_on__lte=last, ends_on__gte=first).order_by("starts_on", "pk")


def all_bookings() -> QuerySet[Booking]:
    """Bookings of every organization, newest first; in the scope of staff."""
    return Booking.objects.select_related("organization", "requested_by").order_by("-pk")


def filtered(
    rows: QuerySet[Booking], *, status: str = "", service: str = "", organization: str = ""
) -> QuerySet[Booking]:
    """Those of one status, service or organization (its slug); "" leaves that open."""
    wanted = {"status": status, "service": service, "organization__slug": organization}
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def open_bookings_of_many(organization_ids: Collection[int]) -> QuerySet[Booking]:
    """Their bookings to come or running, the earliest first; in the scope of staff."""
    rows = all_bookings().filter(organization_id__in=list(organization_ids), status__in=OPEN)
    return rows.order_by("starts_on", "pk")


def any_booking(number: str) -> Booking:
    """One of them by its id; raises NotFound."""
    return by_id(all_bookings(), number)


def holding_days(organization: Organization, service: str) -> QuerySet[Booking]:
    """The bookings of a service that hold their days against others."""
    return Booking.objects.filter(organization=organization, service=service, status__in=HOLDING)


def open_after(organization: Organization, last_paid_day: date) -> QuerySet[Booking]:
    """Open bookings that reach beyond `last_paid_day`, the earliest first."""
    rows = Booking.objects.filter(organization=organization, status__in=OPEN, ends_on__gt=last_paid_day)
    return rows.select_related("requested_by").order_by("starts_on", "pk")


def bookings_to_begin(day: date) -> QuerySet[Booking]:
    """Confirmed bookings whose first day has come by `day`, of every organization; in the scope of jobs."""
    rows = Booking.objects.filter(status=Status.CONFIRMED, starts_on__lte=day)
    return rows.select_related("organization").order_by("organization_id", "pk")


def bookings_to_come(after: date, until: date) -> QuerySet[Booking]:
    """Bookings that begin in (after, until], of every organization; in the scope of jobs."""
    rows = Booking.objects.filter(
        status__in=(Status.REQUESTED, Status.CONFIRMED), starts_on__gt=after, starts_on__lte=until
    )
    return rows.select_related("organization")


def hold_booking(booking: Booking) -> Booking:
    """The booking, locked, as it is now; under the organization's lock."""
    return Booking.objects.select_for_update(no_key=True).get(pk=booking.pk)


def paid_until(organization: Organization, at: datetime, held: Entitlements) -> date | None:
    """The first day that is neither in the term of `at` nor in a queued one; None on the free tier."""
    if held.term is None:
        return None
    queued = plans.queued_term(organization, at)
    return queued.ends_on if queued else held.term.ends_on
