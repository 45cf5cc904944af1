from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.beijing import BEIJING
from common.working_days import WorkingCalendar
from tickets import timers
from tickets.timers import Target

CALENDAR = WorkingCalendar()
LADDER = (50, 80, 100, 200)
ONE_WORKING_DAY = Target(working_days=1)


def at(text: str) -> datetime:
    """Beijing time."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("started", "target", "due"),
    [
        ("2026-03-10 12:00", Target(minutes=10), "2026-03-10 12:10"),
        ("2026-03-10 23:50", Target(minutes=30), "2026-03-11 00:20"),
        ("2026-03-14 10:00", Target(minutes=180), "2026-03-14 13:00"),
        ("2026-03-10 12:00", Target(minutes=480), "2026-03-10 20:00"),
        ("2026-03-10 12:00", Target(minutes=960), "2026-03-11 04:00"),
        ("2026-03-10 15:00", ONE_WORKING_DAY, "2026-03-11 15:00"),
        ("2026-03-13 15:00", ONE_WORKING_DAY, "2026-03-16 15:00"),
        ("2026-03-14 10:00", ONE_WORKING_DAY, "2026-03-17 00:00"),
        ("2026-10-10 09:00", ONE_WORKING_DAY, "2026-10-12 09:00"),
    ],
)
def test_an_answer_is_due_when_the_target_is_used_up(started, target, due):
    assert timers.due_at(at(started), target, CALENDAR) == at(due)


@pytest.mark.parametrize(
    ("due", "target", "instants"),
    [
        (
            "2026-03-10 12:10",
            Target(minutes=10),
            ["2026-03-10 12:05", "2026-03-10 12:08", "2026-03-10 12:10", "2026-03-10 12:20"],
        ),
        (
            "2026-03-11 04:00",
            Target(minutes=960),
            ["2026-03-10 20:00", "2026-03-11 00:48", "2026-03-11 04:00", "2026-03-11 20:00"],
        ),
        (
            "2026-03-16 15:00",
            ONE_WORKING_DAY,
            ["2026-03-16 03:00", "2026-03-16 10:12", "2026-03-16 15:00", "2026-03-17 15:00"],
        ),
        (
            "2026-03-17 00:00",
            ONE_WORKING_DAY,
            ["2026-03-16 12:00", "2026-03-16 19:12", "2026-03-17 00:00", "2026-03-18 00:00"],
        ),
    ],
)
def test_steps_fire_at_shares_of_the_target(due, target, instants):
    found = [timers.step_at(percent, at(due), target, CALENDAR) for percent in (50, 80, 100, 200)]
    assert found == [at(instant) for instant in instants]


@pytest.mark.parametrize(
    ("waiting_for", "now", "crossed", "next_step", "next_at"),
    [
        (50, "2026-03-10 12:04:59", [], 50, "2026-03-10 12:05"),
        (50, "2026-03-10 12:05", [50], 80, "2026-03-10 12:08"),
        (80, "2026-03-10 12:09", [80], 100, "2026-03-10 12:10"),
        (100, "2026-03-10 12:10", [100], 200, "2026-03-10 12:20"),
        (50, "2026-03-10 12:15", [50, 80, 100], 200, "2026-03-10 12:20"),
        (50, "2026-03-13 12:15", [50, 80, 100, 200], None, None),
        (None, "2026-03-13 12:15", [], None, None),
    ],
)
def test_a_sweep_finds_the_steps_crossed(waiting_for, now, crossed, next_step, next_at):
    found = timers.crossing(
        waiting_for, at("2026-03-10 12:10"), Target(minutes=10), CALENDAR, percents=LADDER, at=at(now)
    )
    assert [percent for percent, _ in found.crossed] == crossed
    assert (found.next_step, found.next_step_at) == (next_step, next_at and at(next_at))


def test_after_downtime_the_highest_step_fires_and_the_lower_are_passed():
    found = timers.crossing(
        50, at("2026-03-10 12:10"), Target(minutes=10), CALENDAR, percents=LADDER, at=at("2026-03-13 12:00")
    )
    assert found.fired == (200, at("2026-03-10 12:20"))
    assert [percent for percent, _ in found.passed] == [50, 80, 100]


def test_an_answer_meets_its_timer_strictly_before_it_is_due():
    due = at("2026-03-10 12:10")
    moment = timedelta(microseconds=1)
    assert timers.answered_state(due - moment, due) == "met"
    assert timers.answered_state(due, due) == "breached"
    assert timers.breach_instant(due - moment, due) is None
    assert timers.breach_instant(due + timedelta(days=3), due) == due


def test_a_timer_shows_its_breach_before_the_sweep_has_come():
    due = at("2026-03-10 12:10")
    assert timers.shown_state("running", due, at=due) == "breached"
    assert timers.shown_state("running", due, at=due - timedelta(seconds=1)) == "running"
    assert timers.shown_state("met", due, at=due + timedelta(days=1)) == "met"


@pytest.mark.parametrize("wrong", [{}, {"minutes": 10, "working_days": 1}, {"minutes": 0}, {"minutes": -5}])
def test_a_target_is_minutes_or_working_days(wrong):
    with pytest.raises(ValueError):
        Target(**wrong)


targets = st.one_of(
    st.sampled_from([10, 30, 180, 480, 960]).map(lambda minutes: Target(minutes=minutes)),
    st.integers(1, 3).map(lambda days: Target(working_days=days)),
)
starts = st.integers(0, 2 * 365 * 24 * 60).map(lambda count: at("2025-06-01") + timedelta(minutes=count))


@given(started=starts, target=targets)
@settings(max_examples=200, deadline=None)
def test_steps_come_in_order_and_the_breach_is_the_due_time(started, target):
    due = timers.due_at(started, target, CALENDAR)
    instants = [timers.step_at(percent, due, target, CALENDAR) for percent in LADDER]
    assert started < instants[0] < instants[1] < instants[2] == due < instants[3]
    for now in instants:
        found = timers.crossing(50, due, target, CALENDAR, percents=LADDER, at=now)
        assert [instant for _, instant in found.crossed] == [instant for instant in instants if instant <= now]
