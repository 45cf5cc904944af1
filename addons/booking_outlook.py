"""What a booking would be before it is made or moved: its days, what it takes, what stands against it, and which days
are open (spec page 5.3).

Nothing is decided here: every answer is that of booking_rules.check with the facts of this moment, asked day by day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from accounts.models import Organization
from addons import booking_rules, booking_year, bookings, notice, plan_binding
from addons.booking_rules import Days, Facts
from addons.booking_year import Run
from addons.models import Booking
from addons.refusals import NoticeTooShort, OutsidePeriod, OverlappingBooking, QuotaInsufficient
from addons.service_allowance import Account
from addons.service_quotas import ServiceBalance
from common.problems import FieldErrors, Problem
from supportplans.catalogue import Entitlement
from supportplans.entitlements import entitlements

# Refusals that another first day may lift.
OF_THE_DAY = (FieldErrors, NoticeTooShort, OutsidePeriod, OverlappingBooking)
CLOSED: tuple[tuple[type[Problem], str], ...] = (
    (FieldErrors, "rest"),
    (NoticeTooShort, "notice"),
    (OutsidePeriod, "period"),
    (OverlappingBooking, "taken"),
)
_ONE = timedelta(days=1)


@dataclass(frozen=True)
class DayMark:
    """A day to choose from. `closed`: why it cannot be the first day ("": it can); `part`: what it is of the days
    chosen: first, counted, skipped or "".
    """

    day: date
    kind: str
    closed: str
    short_notice: bool
    part: str

    @property
    def is_open(self) -> bool:
        return not self.closed


@dataclass(frozen=True)
class Outlook:
    """The answers for one service. `starts_on` None: no day is chosen yet; `days` None: no number that can be booked.

    `own`: the units that the booking holds which is being moved, 0 for a new one.
    """

    service: Entitlement
    facts: Facts
    binds: bool
    starts_on: date | None
    days: int | None
    regions: tuple[str, ...]

    @property
    def own(self) -> int:
        return self.facts.own

    @property
    def balance(self) -> ServiceBalance | None:
        return self.facts.balance

    @cached_property
    def by_notice(self) -> date:
        """The first day that is not short of notice and on which the service may start."""
        first = booking_rules.earliest(self.service, self.facts.today, self.facts.calendar)
        return notice.next_start(self.facts.calendar, self.service.unit or "", first)

    @cached_property
    def earliest(self) -> date | None:
        """The first day on which all days asked for can begin; where the notice is advice, rather one that heeds it.

        What is left of the quota does not matter here. None: there is none in this period, or no day would help.
        """
        end = self.balance.period.ends_on if self.balance else self.by_notice
        days = [*booking_year.days_between(self.by_notice, end)]
        if not self.service.notice_is_binding:
            days += booking_year.days_between(self.facts.today, min(self.by_notice, end))
        for day in days:
            found = self._against(day)
            if found is None or isinstance(found, QuotaInsufficient):
                return day
            if not isinstance(found, OF_THE_DAY):
                return None
        return None

    @cached_property
    def problem(self) -> Problem | None:
        """What stands against the days chosen; before a day is chosen, what stands against every day."""
        return self._against(self.starts_on or self.earliest or self.by_notice, self.days, self.regions)

    @cached_property
    def booked(self) -> Days | None:
        """The days as they would be booked; None while none are chosen or something stands against them."""
        if self.starts_on is None or self.days is None or self.problem is not None:
            return None
        return booking_rules.check(self.service, self.starts_on, self.days, self.regions, self.facts)

    @property
    def more(self) -> int:
        """Units that it takes now: below 0 it gives back."""
        return self.booked.quantity - self.own if self.booked else 0

    @property
    def gives_back(self) -> int:
        return max(-self.more, 0)

    @property
    def after(self) -> Account | None:
        """The quota as the booking would leave it."""
        if self.booked is None or self.balance is None:
            return None
        return Account(self.balance.granted, self.balance.used + self.more)

    @property
    def not_counted(self) -> list[Run]:
        """Days between the first and the last that are not worked and so do not count."""
        return [] if self.service.unit != notice.WORKING_DAY else self._inside(("weekend", "holiday"))

    @property
    def make_up_days(self) -> list[Run]:
        """Weekend days between the first and the last that are worked."""
        return self._inside(("make_up",))

    @property
    def next_start(self) -> date | None:
        """Where the chosen day is none to start on: the next one that is."""
        if self.starts_on is None or not booking_rules.FIRST_YEAR <= self.starts_on.year <= notice.LAST_YEAR:
            return None
        following = notice.next_start(self.facts.calendar, self.service.unit or "", self.starts_on)
        return following if following != self.starts_on else None

    def mark(self, day: date) -> DayMark:
        """How a day is drawn in the calendar to choose from."""
        closed, short_notice = self._closed(day)
        kind = booking_year.kind_of(day, self.facts.calendar)
        return DayMark(day, kind, closed, short_notice, self._part(day, kind))

    def _closed(self, day: date) -> tuple[str, bool]:
        if day < self.facts.today:
            return "past", False
        try:
            days = booking_rules.check(self.service, day, self._days, (), self.facts)
        except OF_THE_DAY as problem:
            return next(name for kind, name in CLOSED if isinstance(problem, kind)), False
        except Problem:
            return "", False
        return "", days.short_notice

    @property
    def _days(self) -> int:
        return self.days if self.days is not None and self.days >= 1 else 1

    def _part(self, day: date, kind: str) -> str:
        if day == self.starts_on:
            return "first"
        if self.booked is None or not self.booked.starts_on <= day <= self.booked.ends_on:
            return ""
        rests = self.service.unit == notice.WORKING_DAY and kind in ("weekend", "holiday")
        return "skipped" if rests else "counted"

    def _inside(self, kinds: tuple[str, ...]) -> list[Run]:
        if self.booked is None:
            return []
        days = booking_year.days_between(self.booked.starts_on, self.booked.ends_on + _ONE)
        return booking_year.runs(d for d in days if booking_year.kind_of(d, self.facts.calendar) in kinds)

    def _against(self, day: date, days: int | None = None, regions: Sequence[str] = ()) -> Problem | None:
        try:
            booking_rules.check(self.service, day, self._days if days is None else days, regions, self.facts)
        except Problem as problem:
            return problem
        return None


def outlook(
    *,
    organization: Organization,
    service: str,
    at: datetime,
    starts_on: date | None = None,
    days: int | None = None,
    regions: Sequence[str] = (),
    moving: Booking | None = None,
) -> Outlook:
    """What booking, or moving `moving`, would mean at `at`; nothing is locked. Inside the tenant scope.

    Raises FieldErrors for a service that does not exist.
    """
    held = entitlements(organization, at)
    found = bookings.service_of(held, service)
    own = booking_rules.units(found, moving.days) if moving is not None else 0
    return Outlook(
        service=found,
        facts=bookings.facts_of(organization, held, found, at, own=own, moving=moving),
        binds=plan_binding.binds(organization, found.code, at, held),
        starts_on=starts_on,
        days=1 if found.unit == notice.OCCASION else days,
        regions=tuple(regions),
    )
