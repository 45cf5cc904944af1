"""A correction of the calendar: never earlier, never after a breach, always told (spec page 4.3)."""

from datetime import UTC, date, timedelta

import pytest

from common import calendar_days, clock, tenancy
from common.working_days import WorkingCalendar
from tests.tickets.conftest import at, events_of, file, fresh, history_of, reply, timers_of
from tickets import calendar_corrections, rebuilding, sweep

FRIDAY = at("2026-11-27 15:00")


def correct(people, day, is_working, when=FRIDAY + timedelta(hours=1)):
    with tenancy.everything(), clock.at(when):
        calendar_days.correct_day(day=day, is_working=is_working, note="", by=people.admin)


@pytest.fixture
def ticket(plans):
    """Of acme on basic: filed on Friday 15:00, accepted by Monday 15:00."""
    return file(plans.acme, plans.member, FRIDAY, kind="business")


def test_a_day_off_more_makes_it_due_later(plans, ticket):
    correct(plans, date(2026, 11, 30), False)
    (timer,) = timers_of(ticket)
    assert timer.due_at == at("2026-12-01 15:00")
    assert fresh(ticket).response_due_at == fresh(ticket).sort_due == timer.due_at
    row = history_of(ticket)[-1]
    assert (row.event, row.by, row.details["due_before"], row.details["due_after"]) == (
        "calendar_corrected",
        plans.admin,
        at("2026-11-30 15:00").astimezone(UTC).isoformat(),
        timer.due_at.isoformat(),
    )
    assert row.details["skipped_days"] == ["2026-11-28", "2026-11-29", "2026-11-30"]


def test_a_working_day_more_never_makes_it_due_earlier(plans, ticket):
    correct(plans, date(2026, 11, 28), True)
    (timer,) = timers_of(ticket)
    assert timer.due_at == at("2026-11-30 15:00")
    assert timer.next_step_at == at("2026-11-30 03:00")
    assert "calendar_corrected" not in events_of(ticket)


def test_steps_follow_the_calendar_that_counts_now(plans, ticket):
    correct(plans, date(2026, 11, 29), True)
    # 12 hours before Monday 15:00 in counted time are the same; 80 % as well.
    assert timers_of(ticket)[0].next_step_at == at("2026-11-30 03:00")
    correct(plans, date(2026, 12, 1), False)
    late = at("2026-11-30 15:00")
    with clock.at(late):
        sweep.sweep(at=late)
    assert timers_of(ticket)[0].next_step_at == at("2026-12-02 15:00")


def test_nothing_moves_after_a_breach(plans, ticket):
    correct(plans, date(2026, 11, 30), False, when=at("2026-11-30 15:00"))
    assert timers_of(ticket)[0].due_at == at("2026-11-30 15:00")


def test_ended_timers_and_minutes_stay(plans, ticket):
    reply(ticket, plans.engineer, FRIDAY + timedelta(minutes=5))
    minutes = file(plans.orbit, plans.outsider, FRIDAY)
    due = timers_of(minutes)[0].due_at
    correct(plans, date(2026, 11, 30), False)
    assert timers_of(ticket)[0].due_at == at("2026-11-30 15:00")
    assert timers_of(minutes)[0].due_at == due


def test_rebuilding_gives_the_same_after_corrections(plans, ticket):
    correct(plans, date(2026, 11, 30), False)
    correct(plans, date(2026, 12, 1), False)
    correct(plans, date(2026, 11, 30), True)
    assert timers_of(ticket)[0].due_at == at("2026-12-02 15:00")
    with clock.at(FRIDAY):
        assert list(rebuilding.differences()) == []


def test_what_a_correction_would_move_is_known_before(plans, ticket):
    off, on = WorkingCalendar({date(2026, 11, 30): False}), WorkingCalendar({date(2026, 11, 28): True})
    with tenancy.everything():
        (later,) = calendar_corrections.moves(date(2026, 11, 30), off, at=FRIDAY)
        (earlier,) = calendar_corrections.moves(date(2026, 11, 28), on, at=FRIDAY)
    assert (later.is_later, later.due) == (True, at("2026-12-01 15:00"))
    assert (earlier.is_earlier, earlier.due) == (True, at("2026-11-28 15:00"))
