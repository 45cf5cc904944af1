"""People book the last days at once: one wins, the others are told what is left (page 5.3)."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest

from addons import booking_rules, bookings, service_quotas
from addons.models import Booking, QuotaCounter
from addons.quota_check import differences
from addons.refusals import OverlappingBooking, QuotaInsufficient
from common import clock, tenancy
from supportplans.locks import hold_plan
from tests.addons.conftest import LATER, act, book, catalogue, hold, listed  # noqa: F401
from tests.concurrency.test_quota_races import at_once

ESCORT, MANY = "escort_basic", 12
JULY = date(2026, 7, 6)


@pytest.fixture
def orbit(transactional_db, people, catalogue):
    return hold(people.orbit, "enterprise")


def won(results: list[object]) -> int:
    faults = [each for each in results if isinstance(each, Exception) and not isinstance(each, REFUSED)]
    assert faults == []
    return sum(isinstance(each, Booking) for each in results)


REFUSED = (QuotaInsufficient, OverlappingBooking)


def test_two_days_are_left_and_one_of_many_gets_them(orbit, people):
    book(orbit, people.outsider)
    results = at_once(
        lambda number: book(orbit, people.outsider, starts_on=date(2026, 8, 3) + timedelta(days=7 * number), days=2),
        MANY,
    )
    assert won(results) == 1
    assert {each.members["remaining"] for each in results if isinstance(each, QuotaInsufficient)} == {0}
    assert listed(orbit, LATER)[ESCORT] == (3, 3, 0)
    assert differences() == []


def test_one_of_many_gets_the_same_day(orbit, people):
    results = at_once(lambda _number: book(orbit, people.outsider), MANY)
    assert won(results) == 1
    assert listed(orbit, LATER)[ESCORT] == (3, 1, 2)


def test_a_booking_is_withdrawn_once(orbit, people):
    booking = book(orbit, people.outsider, days=3)
    results = at_once(lambda _number: act(bookings.withdraw, booking, people.outsider), MANY)
    assert sum(isinstance(each, Booking) for each in results) == 1
    assert listed(orbit, LATER)[ESCORT] == (3, 0, 3)
    assert differences() == []


def test_the_row_itself_refuses_who_read_too_early(orbit, people, monkeypatch):
    """Negative control: without the organization's lock and the look beforehand, all pass and the row still holds."""
    read = threading.Barrier(MANY)

    def check(service, starts_on, days, regions, facts):
        read.wait(timeout=120)
        return booking_rules.Days(starts_on, starts_on + timedelta(days=days - 1), days, days, False)

    monkeypatch.setattr(bookings, "hold_plan", lambda organization: organization)
    monkeypatch.setattr(bookings.booking_rules, "check", check)
    monkeypatch.setattr(service_quotas.live, "publish", lambda *_args, **_more: None)
    results = at_once(
        lambda number: book(orbit, people.outsider, starts_on=JULY + timedelta(days=7 * number), days=2), MANY
    )
    assert won(results) == 1
    assert listed(orbit, LATER)[ESCORT] == (3, 2, 1)


def test_a_change_of_the_plan_waits_for_the_booking_it_would_be_blocked_by(orbit, people):
    """The downgrade holds the organization first: a booking made meanwhile sees the smaller allowance."""
    held, go_on = threading.Event(), threading.Event()

    def downgrade() -> None:
        with tenancy.organization(orbit.pk), clock.at(LATER):
            hold_plan(orbit)
            held.set()
            go_on.wait(timeout=120)
            hold(orbit, "business", at=LATER)

    def work(number: int) -> object:
        if number == 0:
            return downgrade()
        held.wait(timeout=120)
        threading.Timer(0.2, go_on.set).start()
        return book(orbit, people.outsider, days=2, at=LATER + timedelta(minutes=1))

    _none, refused = at_once(work, 2)
    assert isinstance(refused, QuotaInsufficient)
    assert refused.members == {"remaining": 1, "requested": 2}
    with tenancy.organization(orbit.pk):
        assert not QuotaCounter.objects.filter(code=ESCORT, used__gt=0).exists()
