"""Reminders of bookings: 3 working days and 1 day before, to both sides, once each."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from addons import bookings
from addons.booking_reminders import remind, step_of
from common import clock, tenancy
from common.beijing import BEIJING
from common.working_days import WorkingCalendar
from notifications.models import Notification
from tests.addons.conftest import act, book, hold


@pytest.mark.parametrize(
    ("today", "step"),
    [
        # the 10th of October is a make-up Saturday, worked before it are the 9th, the 8th and 30 September
        ("2026-09-29", ""),
        ("2026-09-30", "days"),
        ("2026-10-05", "days"),
        ("2026-10-08", "days"),
        ("2026-10-09", "day"),
        ("2026-10-10", ""),
        ("2026-10-11", ""),
    ],
)
def test_a_reminder_is_due_three_working_days_and_one_day_before(today, step):
    assert step_of(date(2026, 10, 10), date.fromisoformat(today), WorkingCalendar()) == step


def run(day: str) -> None:
    at = datetime.combine(date.fromisoformat(day), time(9), tzinfo=BEIJING)
    with clock.at(at):
        remind(at=at)


def told() -> list[str]:
    with tenancy.everything():
        rows = Notification.objects.filter(kind="booking.reminder").order_by("created_at", "person__email")
        return [f"{row.created_at.astimezone(BEIJING):%m-%d} {row.person.email}" for row in rows]


@pytest.fixture
def booking(catalogue, people):
    """Escort on Monday 2026-07-06."""
    return book(hold(people.orbit, "enterprise"), people.outsider)


def test_both_sides_are_reminded_once_a_step(booking):
    for day in ("2026-06-30", "2026-07-01", "2026-07-02", "2026-07-03", "2026-07-05", "2026-07-05", "2026-07-06"):
        run(day)
    assert told() == [
        "07-01 lead@support.example",
        "07-01 owner@orbit.example",
        "07-05 lead@support.example",
        "07-05 owner@orbit.example",
    ]


def test_after_downtime_only_the_last_step_is_told(booking):
    run("2026-07-05")
    assert told() == ["07-05 lead@support.example", "07-05 owner@orbit.example"]


def test_a_moved_booking_is_told_of_anew_and_a_withdrawn_one_no_more(booking, people):
    run("2026-07-01")
    on_time = datetime(2026, 7, 1, 12, tzinfo=BEIJING)
    act(bookings.reschedule, booking, people.outsider, at=on_time, starts_on=date(2026, 7, 20), days=1)
    run("2026-07-05")
    assert len(told()) == 2
    run("2026-07-15")
    assert told()[2:] == ["07-15 lead@support.example", "07-15 owner@orbit.example"]
    act(bookings.withdraw, booking, people.outsider, at=datetime(2026, 7, 16, tzinfo=BEIJING))
    run("2026-07-19")
    assert len(told()) == 4
