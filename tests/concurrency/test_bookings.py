"""Two people do different things to bookings at once: one of them is first, and the other is told so (page 5.3)."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, OperationalError

from addons import access, booking_progress, bookings
from addons.models import Booking
from addons.quota_check import differences
from addons.refusals import BookingBegun, BookingNotOpen, OverlappingBooking, QuotaInsufficient
from common import clock, tenancy
from common.beijing import BEIJING
from common.problems import Refusal
from tests.addons.conftest import LATER, act, book, catalogue, hold, listed  # noqa: F401
from tests.concurrency.test_quota_races import at_once

ESCORT = "escort_basic"
EVE, FIRST_INSTANT = datetime(2026, 7, 5, 23, 59, 59, tzinfo=BEIJING), datetime(2026, 7, 6, tzinfo=BEIJING)
AUGUST = date(2026, 8, 3)


@pytest.fixture
def orbit(transactional_db, people, catalogue):
    return hold(people.orbit, "enterprise")


def stored(booking: Booking) -> Booking:
    with tenancy.everything():
        return Booking.objects.get(pk=booking.pk)


def codes(results: list[object]) -> list[str]:
    """What each was told, sorted; "" is success. Anything but a refusal is a fault."""
    faults = [each for each in results if isinstance(each, Exception) and not isinstance(each, Refusal)]
    assert faults == []
    return sorted(each.code if isinstance(each, Refusal) else "" for each in results)


def met_after_reading(number_of_people: int):
    """`bookings.hold` without its locks: all have read before anybody writes."""
    read = threading.Barrier(number_of_people)

    def hold_nothing(booking: Booking):
        found = booking.organization, access.any_booking(str(booking.pk))
        read.wait(timeout=120)
        return found

    return hold_nothing


def withdraw_or_start(booking: Booking, people):
    """The organization withdraws in the last second of the eve; staff start in the first of the day."""

    def work(number: int) -> object:
        if number == 0:
            return act(bookings.withdraw, booking, people.outsider, at=EVE)
        return act(booking_progress.start, booking, people.lead, at=FIRST_INSTANT)

    return work


def test_a_booking_is_withdrawn_or_started_but_never_both(orbit, people):
    booking = book(orbit, people.outsider, days=2)
    act(booking_progress.confirm, booking, people.lead)
    told = codes(at_once(withdraw_or_start(booking, people), 2))
    ended = stored(booking)
    outcome = (told, ended.status, ended.started_at, listed(orbit, LATER)[ESCORT])
    assert outcome in (
        (["", BookingNotOpen.code], "withdrawn", None, (3, 0, 3)),
        (["", BookingBegun.code], "in_progress", FIRST_INSTANT, (3, 2, 1)),
    )
    assert differences() == []


def test_negative_control_without_the_locks_it_is_withdrawn_and_started(orbit, people, monkeypatch):
    booking = book(orbit, people.outsider, days=2)
    act(booking_progress.confirm, booking, people.lead)
    monkeypatch.setattr(bookings, "hold", met_after_reading(2))
    assert codes(at_once(withdraw_or_start(booking, people), 2)) == ["", ""]
    assert stored(booking).started_at is not None
    assert listed(orbit, LATER)[ESCORT] == (3, 0, 3)


def test_the_job_of_midnight_and_withdrawing_meet_at_the_booking(orbit, people):
    made = [book(orbit, people.outsider, starts_on=date(2026, 7, 6) + timedelta(days=2 * n)) for n in range(3)]
    for booking in made:
        act(booking_progress.confirm, booking, people.lead)
    midnight = FIRST_INSTANT + timedelta(days=4)

    def work(number: int) -> object:
        if number < 3:
            return act(bookings.withdraw, made[number], people.outsider, at=EVE)
        with clock.at(midnight):
            return booking_progress.begin_due_bookings(at=midnight)

    results = at_once(work, 5)
    withdrawn = sum(stored(booking).status == "withdrawn" for booking in made)
    begun = [stored(booking) for booking in made if stored(booking).status == "in_progress"]
    assert withdrawn + len(begun) == 3
    assert codes(results[:3]) == [""] * withdrawn + [BookingBegun.code] * len(begun)
    assert all(isinstance(each, dict) for each in results[3:])
    assert [row.started_at.astimezone(BEIJING).date() for row in begun] == [row.starts_on for row in begun]
    assert listed(orbit, LATER)[ESCORT] == (3, len(begun), 3 - len(begun))
    assert differences() == []


def move_or_book(booking: Booking, orbit, people):
    """One moves a booking to the days for which another makes a new one."""

    def work(number: int) -> object:
        if number == 0:
            return act(bookings.reschedule, booking, people.outsider, starts_on=AUGUST, days=2)
        return book(orbit, people.outsider, starts_on=AUGUST + timedelta(days=1))

    return work


def test_a_booking_is_not_moved_onto_one_that_is_made_meanwhile(orbit, people):
    booking = book(orbit, people.outsider)
    told = codes(at_once(move_or_book(booking, orbit, people), 2))
    assert told == ["", OverlappingBooking.code]
    moved = stored(booking).starts_on == AUGUST
    # Two days moved, or one where it was and a new one: two are held either way.
    assert (listed(orbit, LATER)[ESCORT], stored(booking).days) == ((3, 2, 1), 2 if moved else 1)
    assert differences() == []


def test_negative_control_without_the_locks_the_database_itself_refuses_shared_days(orbit, people, monkeypatch):
    booking = book(orbit, people.outsider)
    read, check = threading.Barrier(2), bookings.booking_rules.check

    def check_and_wait(*asked, **more):
        allowed = check(*asked, **more)
        read.wait(timeout=120)
        return allowed

    monkeypatch.setattr(bookings, "hold_plan", lambda organization: organization)
    monkeypatch.setattr(bookings.booking_rules, "check", check_and_wait)
    made, refused = sorted(
        at_once(move_or_book(booking, orbit, people), 2), key=lambda each: isinstance(each, Exception)
    )
    assert isinstance(made, Booking)
    # Two that wait for each other at the constraint are a deadlock, which PostgreSQL ends for one of them.
    assert isinstance(refused, IntegrityError | OperationalError)
    assert differences() == []


def test_what_is_left_goes_to_the_longer_booking_or_to_the_new_one(orbit, people):
    """Two days of three are left: one makes a booking longer by two, another books two."""
    booking = book(orbit, people.outsider)

    def work(number: int) -> object:
        if number == 0:
            return act(bookings.reschedule, booking, people.outsider, starts_on=booking.starts_on, days=3)
        return book(orbit, people.outsider, starts_on=AUGUST, days=2)

    assert codes(at_once(work, 2)) == ["", QuotaInsufficient.code]
    assert listed(orbit, LATER)[ESCORT] == (3, 3, 0)
    assert differences() == []


def test_a_booking_is_withdrawn_whether_it_was_moved_before_or_not(orbit, people):
    booking = book(orbit, people.outsider)

    def work(number: int) -> object:
        if number == 0:
            return act(bookings.withdraw, booking, people.outsider)
        return act(bookings.reschedule, booking, people.outsider, starts_on=AUGUST, days=3)

    withdrawn, moved = at_once(work, 2)
    assert isinstance(withdrawn, Booking)
    assert isinstance(moved, Booking | BookingNotOpen)
    assert (stored(booking).status, listed(orbit, LATER)[ESCORT]) == ("withdrawn", (3, 0, 3))
    assert differences() == []


def test_staff_reject_or_start_and_the_other_is_told(orbit, people):
    booking = book(orbit, people.outsider)
    act(booking_progress.confirm, booking, people.lead)

    def work(number: int) -> object:
        if number == 0:
            return act(booking_progress.reject, booking, people.tam, at=FIRST_INSTANT, reason="Nobody is free.")
        return act(booking_progress.start, booking, people.lead, at=FIRST_INSTANT)

    assert codes(at_once(work, 2)) == ["", BookingNotOpen.code]
    held = 1 if stored(booking).status == "in_progress" else 0
    assert listed(orbit, LATER)[ESCORT] == (3, held, 3 - held)
    assert differences() == []
