"""How many bookings of a service run on each day, and how many the staff can serve (spec page 5.3; no Django here).

A service has a standard per day, and exceptions for single days, which go before it; a service without a standard has
no limit. A booking takes one place on each of its days; of a service of working days only days that are worked count.

Worked example, which also stands in tests/addons/test_capacity.py. Consulting from Wednesday 2026-09-30 for 3 working
days ends on 2026-10-09 and takes places on 30 September, 8 and 9 October, none on the seven days of holiday. With a
standard of 2 and an exception of 1 for the 9th, a second booking fits on the 8th and is one too many on the 9th.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from addons.notice import WORKING_DAY
from common.working_days import WorkingCalendar


@dataclass(frozen=True)
class Stay:
    """The days of a booking: the first and the last, both included."""

    service: str
    unit: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Plan:
    """What the staff can serve: `standard` by service, `exceptions` by service and day."""

    standard: Mapping[str, int] = field(default_factory=dict)
    exceptions: Mapping[tuple[str, date], int] = field(default_factory=dict)

    def of(self, service: str, day: date) -> int | None:
        """How many bookings can be served on the day; None: no limit is set."""
        return self.exceptions.get((service, day), self.standard.get(service))


@dataclass(frozen=True)
class Load:
    """One service on one day."""

    service: str
    day: date
    used: int
    capacity: int | None

    @property
    def is_over(self) -> bool:
        return self.capacity is not None and self.used > self.capacity

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.used == self.capacity


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def days_taken(stay: Stay, calendar: WorkingCalendar, first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last` on which the booking takes a place."""
    for day in days_between(max(first, stay.starts_on), min(last, stay.ends_on)):
        if stay.unit != WORKING_DAY or calendar.is_working_day(day):
            yield day


def loads(
    services: Iterable[str], stays: Iterable[Stay], plan: Plan, calendar: WorkingCalendar, first: date, last: date
) -> dict[str, list[Load]]:
    """{service: its loads, one for each day from `first` to `last`}."""
    used = Counter((stay.service, day) for stay in stays for day in days_taken(stay, calendar, first, last))
    days = days_between(first, last)
    return {
        service: [Load(service, day, used[service, day], plan.of(service, day)) for day in days] for service in services
    }
