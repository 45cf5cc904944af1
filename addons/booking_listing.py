"""An organization's year of bookings: the planner, what is left of each service, and the same as a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from accounts.models import Organization
from addons import access, booking_rules, booking_year, notice, service_quotas
from addons.booking_progress import is_undecided_late
from addons.booking_year import Booked, Run, YearPicture
from addons.models import Booking
from addons.service_allowance import QuotaPeriod
from addons.service_quotas import ServiceBalance
from common.beijing import Month, add_months, date_of
from common.calendar_days import calendar
from supportplans.catalogue import Entitlement
from supportplans.catalogue_names import name_for_reader
from supportplans.document_reading import Text
from supportplans.entitlements import Entitlements, entitlements

# Colours of bars: services beyond them share the last one.
LANES = 4
MOST_LISTED = 200
_ONE = timedelta(days=1)


@dataclass(frozen=True)
class ServiceLine:
    """A service of the plan beside the planner; `balance` None: only old bookings of it are left.

    `earliest`: the first day that is not short of notice today.
    """

    service: Entitlement
    balance: ServiceBalance | None
    lane: int
    earliest: date

    @property
    def can_be_booked(self) -> bool:
        return self.balance is not None and self.balance.remaining > 0

    @property
    def last_day(self) -> date | None:
        return self.balance.period.ends_on - _ONE if self.balance else None


@dataclass(frozen=True)
class BookingLine:
    """A booking with the name of its service and the lane in which it is drawn."""

    booking: Booking
    name: Text
    lane: int
    is_undecided_late: bool


@dataclass(frozen=True)
class Year:
    """The days [first, end) of the planner. `earlier`, `later`: the months from which its neighbours begin.

    `pocket`: the same planner for phones. `paid_to`: the last paid day, where a quota would reach further; bookings
    lie inside.
    """

    picture: YearPicture
    pocket: YearPicture
    services: list[ServiceLine]
    bookings: list[BookingLine]
    holidays: list[Run]
    make_up_days: list[Run]
    earlier: Month | None
    later: Month | None
    is_now: bool
    paid_to: date | None

    @property
    def last(self) -> date:
        return self.picture.end - _ONE


def year_of(organization: Organization, at: datetime, start: Month | None = None) -> Year:
    """The service year or term of `at`, or the twelve months from `start`; inside the tenant scope."""
    held, today, days = entitlements(organization, at), date_of(at), calendar()
    balances = service_quotas.balances(organization, at, held)
    period = _window(held, balances, today) if start is None else _twelve_months(start)
    rows = list(access.bookings_in(organization, period.starts_on, period.ends_on - _ONE)[:MOST_LISTED])
    services = _services(held, balances, rows, today)
    lane_of = {line.service.code: line.lane for line in services}
    bars = [
        Booked(
            row.pk,
            f"{name_for_reader(held.catalogue, 'entitlements', row.service)} · {row.get_status_display()}",
            lane_of.get(row.service, LANES - 1),
            row.status,
            row.starts_on,
            row.ends_on,
        )
        for row in rows
        if row.status in access.HOLDING
    ]
    lanes = 1 + max([bar.lane for bar in bars], default=0)
    first = Month.of(period.starts_on)
    drawn = partial(
        booking_year.picture, period.starts_on, period.ends_on, today=today, calendar=days, bookings=bars, lanes=lanes
    )
    return Year(
        picture=drawn(),
        pocket=drawn(sheet_of=booking_year.PocketSheet),
        services=[line for line in services if line.balance is not None],
        bookings=[
            BookingLine(
                row,
                held.catalogue.name_of("entitlements", row.service),
                lane_of.get(row.service, LANES - 1),
                is_undecided_late(row, today),
            )
            for row in rows
        ],
        holidays=booking_year.days_of_kind("holiday", period.starts_on, period.ends_on, days),
        make_up_days=booking_year.days_of_kind("make_up", period.starts_on, period.ends_on, days),
        earlier=_moved(first, -12),
        later=_moved(first, 12),
        is_now=start is None,
        paid_to=_paid_to(access.paid_until(organization, at, held), balances),
    )


def _window(held: Entitlements, balances: Iterable[ServiceBalance], today: date) -> QuotaPeriod:
    """The longest period that grants something now; else the term, shown as a year; else twelve months from now."""
    periods = [each.period for each in balances]
    if held.term is not None:
        periods.append(QuotaPeriod(held.term.starts_on, held.term.ends_on))
    if not periods:
        return _twelve_months(Month.of(today))
    longest = max(periods, key=lambda period: (period.ends_on - period.starts_on, period.starts_on))
    a_year_on = add_months(longest.starts_on.day, longest.starts_on, 12)
    return QuotaPeriod(longest.starts_on, max(longest.ends_on, a_year_on))


def _paid_to(until: date | None, balances: Iterable[ServiceBalance]) -> date | None:
    reaches_further = until is not None and any(each.granted and each.period.ends_on > until for each in balances)
    return until - _ONE if until is not None and reaches_further else None


def _twelve_months(first: Month) -> QuotaPeriod:
    return QuotaPeriod(first.first_day, add_months(1, first.first_day, 12))


def _services(
    held: Entitlements, balances: Iterable[ServiceBalance], rows: Iterable[Booking], today: date
) -> list[ServiceLine]:
    """The services of the plan, and those of which a booking is drawn, each with its lane."""
    of = {each.code: each for each in balances}
    drawn = {row.service for row in rows}
    days = calendar()
    shown = [each for each in service_quotas.services_of(held.catalogue) if each.code in of or each.code in drawn]
    return [
        ServiceLine(
            service=each,
            balance=of.get(each.code),
            lane=min(lane, LANES - 1),
            earliest=notice.next_start(days, each.unit or "", booking_rules.earliest(each, today, days)),
        )
        for lane, each in enumerate(shown)
    ]


def _moved(month: Month, by: int) -> Month | None:
    """The month `by` months later, within the years that can be booked."""
    moved = Month.of(add_months(1, month.first_day, by))
    return moved if booking_rules.FIRST_YEAR <= moved.year < notice.LAST_YEAR else None
