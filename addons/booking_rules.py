"""Whether a booking may be made, or moved (spec page 5, section 5.3): mistakes in fields first, then the refusals in
their order. No row is read or written here; addons/bookings.py brings the facts, read under the organization's lock.

Worked examples, which also stand in tests/addons/test_booking_rules.py. On Wednesday 2026-09-30, with 3 working days'
notice, consulting can begin on 2026-10-10 at the earliest. Escort asked for less than 10 working days ahead is taken
and marked as short notice. Of 4 days with 3 used, 2 more are refused: remaining 1, requested 2; moving a booking of 2
of those 3 to 3 days takes one more, which is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from addons import notice
from addons.refusals import (
    AccountOverdue,
    NotEntitled,
    NoticeTooShort,
    OutsidePeriod,
    OverlappingBooking,
    RegionNotServed,
)
from addons.service_quotas import ServiceBalance, insufficient
from common import readings
from common.problems import FieldErrors, OrganizationDisabled
from common.working_days import WorkingCalendar
from supportplans.catalogue import Entitlement
from supportplans.entitlements import Entitlements

FIRST_YEAR = 2000


@dataclass(frozen=True)
class Taken:
    """Days (inclusive) that another booking of the same service holds."""

    booking: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Facts:
    """What is true at the moment of asking.

    `paid_until`: the first day that is neither in the running nor in the queued term. `own`: the units that the
    booking which is being moved holds already, 0 for a new one; `taken` leaves its days out.
    """

    today: date
    calendar: WorkingCalendar
    is_disabled: bool
    held: Entitlements
    balance: ServiceBalance | None
    paid_until: date | None
    taken: Sequence[Taken] = ()
    own: int = 0


@dataclass(frozen=True)
class Days:
    """What a booking takes: its last day, `quantity` units of the quota, and whether staff have little time."""

    starts_on: date
    ends_on: date
    days: int
    quantity: int
    short_notice: bool


def units(service: Entitlement, days: int) -> int:
    """How much of the quota so many days take."""
    return 1 if service.unit == notice.OCCASION else days


def check_days(service: Entitlement, starts_on: date, days: int, calendar: WorkingCalendar) -> None:
    """Raises FieldErrors where these can be no days of the service; where it must be a working day, with the next."""
    errors: dict[str, list[str]] = {}
    if days < 1:
        errors["days"] = [_("Book a whole number of days, at least one.")]
    elif service.unit == notice.OCCASION and days != 1:
        errors["days"] = [_("This service is booked by the occasion: one day.")]
    if not FIRST_YEAR <= starts_on.year <= notice.LAST_YEAR:
        errors["starts_on"] = [_("Choose a day of the years %(first)s to %(last)s.")
                               % {"first": FIRST_YEAR, "last": notice.LAST_YEAR}]  # fmt: skip
    elif not notice.may_start_on(calendar, service.unit or "", starts_on):
        following = notice.next_start(calendar, service.unit or "", starts_on)
        errors["starts_on"] = [
            _("This service starts on a working day. The next one is %(day)s.") % {"day": following.isoformat()}
        ]
    if errors:
        raise FieldErrors(errors)


def check(service: Entitlement, starts_on: date, days: int, regions: Sequence[str], facts: Facts) -> Days:
    """The days of the booking, or the first refusal that stands against it."""
    check_days(service, starts_on, days, facts.calendar)
    if facts.is_disabled:
        raise OrganizationDisabled
    balance = _entitled(facts)
    if facts.held.suspended:
        raise AccountOverdue
    check_regions(regions, facts.held)
    short_notice = _check_notice(service, starts_on, facts)
    last = notice.last_day(facts.calendar, service.unit or "", starts_on, days)
    _check_period(balance, starts_on, last, facts)
    _check_overlap(starts_on, last, facts)
    quantity = units(service, days)
    if quantity - facts.own > balance.remaining:
        raise insufficient(balance, quantity, own=facts.own)
    return Days(starts_on, last, days, quantity, short_notice)


def check_regions(regions: Sequence[str], held: Entitlements) -> None:
    """Raises RegionNotServed for regions that the plan's family excludes."""
    excluded = [region for region in regions if region in held.excluded_regions]
    if excluded:
        raise RegionNotServed(regions=excluded, action_url=settings.CONTACT_SALES_URL, action_label=_("Contact sales"))


def earliest(service: Entitlement, today: date, calendar: WorkingCalendar) -> date:
    """The first day that can be booked today without being short of notice."""
    return notice.earliest_first_day(calendar, today, service.notice_working_days or 0)


def _entitled(facts: Facts) -> ServiceBalance:
    balance = facts.balance
    if balance is None or (balance.granted == 0 and facts.own == 0):
        raise NotEntitled(action_url=reverse("supportplans:plans"), action_label=_("Compare plans"))
    return balance


def _check_notice(service: Entitlement, starts_on: date, facts: Facts) -> bool:
    """Whether it is short notice where that is advice; where it binds, a refusal. The past is refused always."""
    first = earliest(service, facts.today, facts.calendar)
    if starts_on >= first:
        return False
    if not service.notice_is_binding and starts_on >= facts.today:
        return True
    first = first if service.notice_is_binding else facts.today
    raise NoticeTooShort(
        _("The earliest first day that can be booked now is %(day)s.") % {"day": readings.day(first)},
        earliest=first.isoformat(),
    )


def _check_period(balance: ServiceBalance, starts_on: date, last: date, facts: Facts) -> None:
    period = balance.period
    until = min(period.ends_on, facts.paid_until or period.ends_on)
    if period.holds(starts_on, last) and last < until:
        return
    bookable = until - timedelta(days=1)
    raise OutsidePeriod(
        _("Your quota can be used from %(first)s to %(last)s: the whole booking must lie inside.")
        % {"first": readings.day(period.starts_on), "last": readings.day(bookable)},
        starts_on=period.starts_on.isoformat(),
        ends_on=bookable.isoformat(),
    )


def _check_overlap(starts_on: date, last: date, facts: Facts) -> None:
    for other in facts.taken:
        if other.starts_on <= last and other.ends_on >= starts_on:
            raise OverlappingBooking(
                _("This service is booked from %(first)s to %(last)s. Move that booking, or choose other days.")
                % {"first": readings.day(other.starts_on), "last": readings.day(other.ends_on)},
                booking=other.booking,
            )
