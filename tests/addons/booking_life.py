"""A life of bookings and changes of the plan, and beside it what a person would write down with paper and pencil.

The paper knows of the portal only which tier is held: what that grants, what is used and in which period it counts is
worked out here once more, as plainly as pages 3.4 and 5.2 say it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import Organization, Person
from addons import access, booking_progress, bookings, service_quotas
from addons.models import Booking
from addons.service_quotas import ServiceBalance
from billing.actions import Wish, action_named
from billing.actions.base import Situation
from common import clock, tenancy
from common.beijing import midnight
from supportplans.entitlements import entitlements
from supportplans.subscriptions import lapse_ended_terms
from tests.addons.conftest import act, book

# tier: rank, and what a term ordered at it grants
STANDARD: dict[str, tuple[int, dict[str, int]]] = {
    "developer": (1, {}),
    "business": (2, {"escort_basic": 1}),
    "enterprise": (3, {"escort_basic": 3, "availability_check": 1, "monitoring_optimization": 1}),
    "standard": (1, {"event_assurance": 4, "architecture_consulting": 4}),
    "premium": (2, {"event_assurance": 8, "architecture_consulting": 8, "onsite_training": 1}),
}
CUSTOMER_TIERS = ("developer", "business", "enterprise")
OF_CUSTOMERS = ("escort_basic", "availability_check", "monitoring_optimization")
OF_PARTNERS = ("event_assurance", "architecture_consulting", "onsite_training")
# The others are granted by yearly orders alone.
BY_SERVICE_YEAR = ("architecture_consulting", "onsite_training")
OCCASIONS = ("availability_check", "monitoring_optimization", "onsite_training")
LAST_DAY = date(2028, 1, 31)
# So many days ahead, and more, are counted from the first day that is not paid for.
AT_THE_END = 1000


@dataclass
class Paper:
    """What was taken by which booking, what the running term grants, and since when it is paid for."""

    # booking: its service, the first day of its period, its units
    taken: dict[int, tuple[str, date, int]] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)
    # The order that bought the running term; "" on the free tier.
    term: str = ""
    tier: str = ""
    granted: dict[str, int] = field(default_factory=dict)
    since: date | None = None
    # The first day that is not paid for, of the chain that runs or ran last.
    paid_until: date | None = None
    # (service, first day of a period): the first day after it
    ends: dict[tuple[str, date], date] = field(default_factory=dict)

    def used(self, service: str, period: date) -> int:
        return sum(units for of, since, units in self.taken.values() if (of, since) == (service, period))

    def holds(self, *, term: str, tier: str, cycle: str, starts_on: date) -> None:
        """Note the tier held: a new term grants anew, inside one a change does what page 3.4 says."""
        rank, standard = STANDARD[tier]
        is_customer = tier in CUSTOMER_TIERS
        services = OF_CUSTOMERS if is_customer else OF_PARTNERS
        full = {s: standard.get(s, 0) if cycle == "yearly" or s in BY_SERVICE_YEAR else 0 for s in services}
        if term != self.term or not is_customer:
            self.granted = full
        elif rank < STANDARD[self.tier][0]:
            self.granted = {s: min(had, full[s]) for s, had in self.granted.items()}
        if not self.term and (self.paid_until is None or starts_on >= years_after(self.paid_until, 1)):
            self.since = starts_on
        self.term, self.tier = term, tier

    def holds_nothing(self) -> None:
        self.term, self.granted = "", {}

    def period(self, service: str, starts_on: date, ends_on: date, today: date) -> tuple[date, date]:
        """The term's days, or the service year around today."""
        if service not in BY_SERVICE_YEAR:
            return starts_on, ends_on
        assert self.since is not None
        years = 0
        while years_after(self.since, years + 1) <= today:
            years += 1
        return years_after(self.since, years), years_after(self.since, years + 1)


class Life:
    """One organization, day by day from nine in the morning on; every order takes a minute. What is refused changes
    nothing.
    """

    def __init__(self, organization: Organization, person: Person, lead: Person, first_day: date) -> None:
        self.organization, self.person, self.lead = organization, person, lead
        self.today, self.paper, self.orders = first_day, Paper(), 0
        self.made: list[Booking] = []

    @property
    def at(self) -> datetime:
        return midnight(self.today) + timedelta(hours=9, minutes=self.orders)

    # Steps

    def book(self, service: str, ahead: int, days: int) -> None:
        days = 1 if service in OCCASIONS else days
        made = book(self.organization, self.person, at=self.at, service=service, starts_on=self._day(ahead), days=days)
        self.made.append(made)
        self.paper.taken[made.pk] = (service, made.period_start, days)

    def move(self, which: int, ahead: int, days: int) -> None:
        booking = self.made[which % len(self.made)]
        days = 1 if booking.service in OCCASIONS else days
        act(bookings.reschedule, booking, self.person, at=self.at, starts_on=self._day(ahead), days=days)
        self.paper.taken[booking.pk] = (booking.service, booking.period_start, days)

    def do(self, which: int, name: str) -> None:
        booking = self.made[which % len(self.made)]
        action = bookings.withdraw if name == "withdraw" else getattr(booking_progress, name)
        act(action, booking, self.lead, at=self.at, **({"reason": "No"} if name == "reject" else {}))
        if name in ("withdraw", "reject"):
            del self.paper.taken[booking.pk]
        if name == "start":
            self.paper.begun.add(booking.pk)

    def plan(self, action: str, **wish: str) -> None:
        """As an order does it once it is paid."""
        self.orders += 1
        doing, wanted = action_named(action), Wish(action=action, **wish)
        with tenancy.organization(self.organization.pk), clock.at(self.at):
            situation = Situation.of(self.organization, self.at)
            doing.check(wanted, situation)
            doing.carry_out(wanted, situation, order_number=f"O-{self.orders}", by=self.person)
        if (action, wanted.at) == ("unsubscribe", "now"):
            self.paper.paid_until = self.today
        for row in self._rows():
            if row.reason == bookings.PLAN_ENDED and row.pk not in self.paper.begun:
                self.paper.taken.pop(row.pk, None)

    def wait(self, days: int) -> None:
        self.today = min(self.today + timedelta(days=days), LAST_DAY)
        with clock.at(midnight(self.today)):
            lapse_ended_terms(at=midnight(self.today))
            booking_progress.begin_due_bookings(at=midnight(self.today))
        self.paper.begun |= {row.pk for row in self._rows() if row.status == "in_progress"}

    # What is true after each

    def check(self) -> None:
        with tenancy.organization(self.organization.pk):
            held = entitlements(self.organization, self.at)
            until = access.paid_until(self.organization, self.at, held)
            quotas = {each.code: each for each in service_quotas.balances(self.organization, self.at, held)}
        term = held.term
        if term is None:
            self.paper.holds_nothing()
        else:
            self.paper.holds(
                term=term.bought_by, tier=held.tier.code, cycle=term.cycle, starts_on=term.bounds.starts_on
            )
            self.paper.paid_until = until
            self._note_periods(term.bounds.starts_on, term.bounds.ends_on)
            self._quotas_are_as_on_paper(quotas, term.bounds.starts_on, term.bounds.ends_on)
        assert set(quotas) <= set(self.paper.granted)
        self._days_are_free_and_inside(until or self.today)

    def _note_periods(self, starts_on: date, ends_on: date) -> None:
        for service in self.paper.granted:
            first, end = self.paper.period(service, starts_on, ends_on, self.today)
            self.paper.ends[service, first] = end

    def _quotas_are_as_on_paper(self, quotas: dict[str, ServiceBalance], starts_on: date, ends_on: date) -> None:
        for service, granted in self.paper.granted.items():
            period = self.paper.period(service, starts_on, ends_on, self.today)
            used = self.paper.used(service, period[0])
            if service not in quotas:
                assert (granted, used) == (0, 0), service
                continue
            quota = quotas[service]
            assert (quota.period.starts_on, quota.period.ends_on) == period, service
            assert (quota.granted, quota.used) == (granted, used), service
            assert quota.used + quota.remaining == quota.allowance == max(granted, used), service

    def _days_are_free_and_inside(self, until: date) -> None:
        rows = [row for row in self._rows() if row.status in access.HOLDING]
        for row in rows:
            assert row.period_start <= row.starts_on <= row.ends_on < self.paper.ends[row.service, row.period_start]
            shared = [
                other.pk
                for other in rows
                if other.service == row.service and other.starts_on <= row.ends_on and row.starts_on <= other.ends_on
            ]
            assert shared == [row.pk]
            assert row.ends_on <= self.today or row.status == "completed" or row.ends_on < until

    def _rows(self) -> list[Booking]:
        with tenancy.organization(self.organization.pk):
            return list(Booking.objects.filter(organization=self.organization))

    def _day(self, ahead: int) -> date:
        if ahead < AT_THE_END // 2 or self.paper.paid_until is None:
            return self.today + timedelta(days=ahead)
        return self.paper.paid_until + timedelta(days=ahead - AT_THE_END)


def years_after(day: date, years: int) -> date:
    return day.replace(year=day.year + years)
