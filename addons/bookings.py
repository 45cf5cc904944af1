"""Booking a service, moving and withdrawing a booking (spec page 5, section 5.3). Staff's part: booking_progress.py.

Every action holds the organization's row, as changes of its plan do: what a quota grants, what is taken of it and
which days are free stay true until the booking is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from addons import access, booking_news, booking_rules, service_quotas
from addons.booking_rules import Facts, Taken
from addons.models import Booking
from addons.notice import OCCASION
from addons.refusals import BookingBegun, BookingNotOpen
from common.beijing import date_of
from common.calendar_days import calendar
from common.problems import FieldErrors, OrganizationDisabled
from supportplans.catalogue import Catalogue, Entitlement
from supportplans.entitlements import Entitlements, entitlements
from supportplans.locks import hold_plan

Status = Booking.Status
# Stands as a booking's reason; addons/wording.py says it.
PLAN_ENDED = "plan_ended"


@dataclass(frozen=True)
class Wish:
    """What is asked for. `days` may be left out for an occasion, which has one."""

    service: str
    starts_on: date
    contact: str
    description: str
    days: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    acknowledge_binding: bool = False


def book(*, organization: Organization, wish: Wish, at: datetime, by: Person) -> Booking:
    """Book the days and take them from the quota at once; in the caller's transaction and tenant scope.

    Raises FieldErrors, then the first refusal of booking_rules.py; then nothing is written. A service that binds the
    plan is booked with or without the acknowledgement: the page asks for it, and it is kept.
    """
    organization = hold_plan(organization)
    held = entitlements(organization, at)
    service = service_of(held, wish.service)
    check_codes(held.catalogue, wish.details)
    facts = facts_of(organization, held, service, at)
    days = _days(service, wish.days)
    booked = booking_rules.check(service, wish.starts_on, days, wish.details.get("regions", ()), facts)
    assert facts.balance is not None
    booking = Booking.objects.create(
        organization=organization,
        service=service.code,
        unit=service.unit or "",
        starts_on=booked.starts_on,
        ends_on=booked.ends_on,
        days=booked.days,
        period_start=facts.balance.period.starts_on,
        short_notice=booked.short_notice,
        acknowledged_binding=wish.acknowledge_binding,
        contact=wish.contact,
        description=wish.description,
        details=dict(wish.details),
        requested_by=by,
        created_at=at,
    )
    service_quotas.take(booking=booking, of=facts.balance, quantity=booked.quantity, reason="booked", at=at, by=by)
    booking_news.announce(booking, "requested", organization=organization, at=at, by=by)
    _tell_staff(booking, "booking.requested", organization, held, at)
    return booking


def reschedule(*, booking: Booking, starts_on: date, days: int, at: datetime, by: Person) -> Booking:
    """Move a booking before its first day: all checks anew, its own old days left out.

    Only the difference in days is taken or given back. Staff confirm the new days again. Raises OrganizationDisabled,
    BookingNotOpen, BookingBegun, and what `book` raises.
    """
    organization, booking = hold(booking)
    held = entitlements(organization, at)
    service = service_of(held, booking.service)
    booking_rules.check_days(service, starts_on, days, calendar())
    _check_own(organization, booking, at)
    own = booking_rules.units(service, booking.days)
    facts = facts_of(organization, held, service, at, own=own, moving=booking)
    moved = booking_rules.check(service, starts_on, days, booking.details.get("regions", ()), facts)
    assert facts.balance is not None
    before = booking_news.facts(booking)
    booking.starts_on, booking.ends_on, booking.days = moved.starts_on, moved.ends_on, moved.days
    booking.short_notice, booking.status = moved.short_notice, Status.REQUESTED
    booking.confirmed_at = booking.confirmed_by = None
    booking.save(
        update_fields=["starts_on", "ends_on", "days", "short_notice", "status", "confirmed_at", "confirmed_by"]
    )
    more = moved.quantity - own
    if more > 0:
        service_quotas.take(booking=booking, of=facts.balance, quantity=more, reason="booking_moved", at=at, by=by)
    elif more < 0:
        service_quotas.give_back(booking=booking, quantity=-more, reason="booking_moved", at=at, by=by)
    booking_news.announce(booking, "moved", organization=organization, at=at, by=by, before=before)
    _tell_staff(booking, "booking.moved", organization, held, at)
    return booking


def withdraw(*, booking: Booking, at: datetime, by: Person) -> Booking:
    """Withdraw a booking before its first day: its days are free and its quota is back.

    Raises OrganizationDisabled, BookingNotOpen, BookingBegun.
    """
    organization, booking = hold(booking)
    _check_own(organization, booking, at)
    end(booking, Status.WITHDRAWN, organization=organization, reason="", entry="booking_withdrawn", at=at, by=by)
    _tell_staff(booking, "booking.withdrawn", organization, entitlements(organization, at), at)
    return booking


def withdraw_for_plan_change(
    *, organization: Organization, last_paid_day: date, at: datetime, by: Person | None
) -> list[Booking]:
    """Withdraw what plan_binding.bookings_ended_by lists, and tell the organization and staff.

    Called by the action that changes the plan, in its transaction. What has begun gives nothing back.
    """
    organization = hold_plan(organization)
    held = entitlements(organization, at)
    ended = list(access.open_after(organization, last_paid_day).select_for_update(no_key=True, of=("self",)))
    for booking in ended:
        end(booking, Status.WITHDRAWN, organization=organization, reason=PLAN_ENDED, entry=PLAN_ENDED, at=at, by=by)
        booking_news.tell_organization(
            booking, "booking.ended_by_plan", organization=organization, catalogue=held.catalogue, at=at
        )
        _tell_staff(booking, "booking.ended_by_plan", organization, held, at)
    return ended


def end(
    booking: Booking,
    status: str,
    *,
    organization: Organization,
    reason: str,
    entry: str,
    at: datetime,
    by: Person | None,
) -> None:
    """Reject or withdraw a booking that is held locked, and give its quota back unless it is in progress."""
    before = booking_news.facts(booking)
    had_begun = booking.status == Status.IN_PROGRESS
    booking.status, booking.ended_at, booking.reason = status, at, reason
    booking.save(update_fields=["status", "ended_at", "reason"])
    if not had_begun:
        service_quotas.give_back(booking=booking, quantity=units_of(booking), reason=entry, at=at, by=by)
    booking_news.announce(booking, status, organization=organization, at=at, by=by, before=before)


def units_of(booking: Booking) -> int:
    """How much of its quota a booking holds while it is not rejected or withdrawn."""
    return 1 if booking.unit == OCCASION else booking.days


def check_open(booking: Booking, *allowed: str) -> None:
    """Raises BookingNotOpen unless its status is one of `allowed`."""
    if booking.status not in allowed:
        label = booking.get_status_display()
        raise BookingNotOpen(_("Its state: %(status)s.") % {"status": label}, booking_status=booking.status)


def hold(booking: Booking) -> tuple[Organization, Booking]:
    """The organization and the booking, locked in this order, as they are now."""
    organization = hold_plan(booking.organization)
    return organization, access.hold_booking(booking)


def _check_own(organization: Organization, booking: Booking, at: datetime) -> None:
    """The organization moves and withdraws a booking before its first day, while it is open."""
    if organization.is_disabled:
        raise OrganizationDisabled
    begun = booking.status == Status.IN_PROGRESS
    if not begun:
        check_open(booking, Status.REQUESTED, Status.CONFIRMED)
    if begun or date_of(at) >= booking.starts_on:
        raise BookingBegun(starts_on=booking.starts_on.isoformat())


def service_of(held: Entitlements, code: str) -> Entitlement:
    """The service with this code, whether the plan grants it or not. Raises FieldErrors."""
    for service in service_quotas.services_of(held.catalogue):
        if service.code == code:
            return service
    raise FieldErrors({"service": [_("There is no such service to book.")]})


def _days(service: Entitlement, days: int | None) -> int:
    if days is not None:
        return days
    return 1 if service.unit == OCCASION else 0


def check_codes(catalogue: Catalogue, details: Mapping[str, Any]) -> None:
    """Raises FieldErrors for regions and products that the catalogue does not know."""
    errors = {}
    for name, known in (("regions", catalogue.region_codes()), ("products", catalogue.product_codes())):
        unknown = [code for code in details.get(name, ()) if code not in known]
        if unknown:
            errors[f"details.{name}"] = [_("Not known: %(codes)s.") % {"codes": ", ".join(unknown)}]
    if errors:
        raise FieldErrors(errors)


def facts_of(
    organization: Organization,
    held: Entitlements,
    service: Entitlement,
    at: datetime,
    *,
    own: int = 0,
    moving: Booking | None = None,
) -> Facts:
    """What a booking of the service is checked against at `at`; an action reads it under the organization's lock.

    `moving`: the booking that is moved, which holds `own` units; its days do not stand against itself.
    """
    others = access.holding_days(organization, service.code)
    if moving is not None:
        others = others.exclude(pk=moving.pk)
    return Facts(
        today=date_of(at),
        calendar=calendar(),
        is_disabled=organization.is_disabled,
        held=held,
        balance=service_quotas.balance(organization, service.code, at, held),
        paid_until=access.paid_until(organization, at, held),
        taken=[Taken(*row) for row in others.values_list("pk", "starts_on", "ends_on")],
        own=own,
    )


def _tell_staff(booking: Booking, kind: str, organization: Organization, held: Entitlements, at: datetime) -> None:
    booking_news.tell_staff(booking, kind, organization=organization, catalogue=held.catalogue, at=at)
