"""Response timers: when an answer is due, which steps a timer crosses, and whether it was met.

Pure rules of spec pages 4.3 and 4.4.

The ladder of steps is data of the catalogue version in force (supportplans/catalogue.py); the worked one is 50, 80, 100
and 200 percent.

- Due: `started_at + target` round the clock, or so many working days of 24 counted hours each.
- A step of share p fires at `due_at - (1 - p) x target`, for working-day targets in counted time.
- Met if and only if the answer comes strictly before `due_at`.

Worked numbers (also in the tests): a 10 minute target started at 12:00:00 has its steps at 12:05:00,
12:08:00, 12:10:00 and 12:20:00; one working day started on Friday 15:00 is due on Monday 15:00, its steps
are Monday 03:00, Monday 10:12, Monday 15:00 and Tuesday 15:00.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.working_days import WorkingCalendar
from supportplans.catalogue import BREACH_PERCENT

FIRST, NEXT = "first", "next"
RUNNING, MET, BREACHED, CANCELLED, MERGED = "running", "met", "breached", "cancelled", "merged"

WORKING_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Target:
    """How fast an answer is owed: `minutes` round the clock, or `working_days`; exactly one of them."""

    minutes: int | None = None
    working_days: int | None = None

    def __post_init__(self) -> None:
        if (self.minutes is None) == (self.working_days is None):
            raise ValueError("a target is either minutes or working days")
        if (self.minutes or self.working_days or 0) <= 0:
            raise ValueError("a target is longer than nothing")

    @property
    def span(self) -> timedelta:
        """Its length in the time it is counted in."""
        if self.minutes is not None:
            return timedelta(minutes=self.minutes)
        return (self.working_days or 0) * WORKING_DAY


def due_at(started_at: datetime, target: Target, calendar: WorkingCalendar) -> datetime:
    """The instant an answer is due that is owed since `started_at`."""
    if target.minutes is not None:
        return started_at + target.span
    return calendar.due_after_working_time(started_at, target.span)


def step_at(percent: int, due: datetime, target: Target, calendar: WorkingCalendar) -> datetime:
    """The instant at which `percent` of the target is used up. 100 is `due` itself."""
    before = target.span * (100 - percent) / 100
    if target.minutes is not None:
        return due - before
    if percent <= BREACH_PERCENT:
        return calendar.instant_before(due, before)
    return calendar.due_after_working_time(due, -before)


@dataclass(frozen=True)
class Crossing:
    """What a sweep finds: steps crossed (percent, instant), lowest first, and the next one to wait for."""

    crossed: tuple[tuple[int, datetime], ...]
    next_step: int | None
    next_step_at: datetime | None

    @property
    def fired(self) -> tuple[int, datetime] | None:
        """The highest step crossed: the one that notifies. Lower ones are recorded as passed."""
        return self.crossed[-1] if self.crossed else None

    @property
    def passed(self) -> tuple[tuple[int, datetime], ...]:
        return self.crossed[:-1]


def crossing(
    waiting_for: int | None,
    due: datetime,
    target: Target,
    calendar: WorkingCalendar,
    *,
    percents: Sequence[int],
    at: datetime,
) -> Crossing:
    """Which steps of the ladder `percents`, from `waiting_for` (None: all fired) on, are crossed at `at`.

    A step is crossed at its own instant, so a timer is in breach at `due_at` and not a moment before.
    """
    crossed: list[tuple[int, datetime]] = []
    for percent in percents:
        if waiting_for is None or percent < waiting_for:
            continue
        instant = step_at(percent, due, target, calendar)
        if instant > at:
            return Crossing(tuple(crossed), percent, instant)
        crossed.append((percent, instant))
    return Crossing(tuple(crossed), None, None)


def answered_state(answered_at: datetime, due: datetime) -> str:
    """`met` if and only if the answer came strictly before it was due, else `breached`."""
    return MET if answered_at < due else BREACHED


def breach_instant(ended_at: datetime, due: datetime) -> datetime | None:
    """`breached_at` of a timer that ended at `ended_at` in any way: its due time, or None in time."""
    return None if ended_at < due else due


def regraded_due(
    due: datetime,
    started_at: datetime,
    target: Target,
    calendar: WorkingCalendar,
    *,
    more_urgent: bool,
    at: datetime,
) -> datetime:
    """The due time of a timer that is regraded at `at`, and not in breach, to a severity with the new `target`.

    More urgent: min(due, at + target); less urgent: max(due, started_at + target). Started at 12:00 with 480 minutes,
    due 20:00: regraded at 13:00 to 30 minutes it is due 13:30; from there at 13:10 to 180 minutes it is due 15:00;
    and at 14:00 back to 480 minutes, 20:00.
    """
    if more_urgent:
        return min(due, due_at(at, target, calendar))
    return max(due, due_at(started_at, target, calendar))


def faster(own: Target, event_minutes: int) -> Target:
    """min(own, the minutes of a running event); a target in working days is longer than any minutes."""
    return own if own.minutes is not None and own.minutes <= event_minutes else Target(minutes=event_minutes)


def shown_state(state: str, due: datetime, *, at: datetime) -> str:
    """The state a reader sees: a running timer past its due time is in breach before the sweep has come."""
    return BREACHED if state == RUNNING and at >= due else state


def half_target_after(instant: datetime, target: Target, calendar: WorkingCalendar) -> datetime:
    """The instant half a target later, in the time it is counted in: 12:00 with 30 minutes gives 12:15."""
    half = target.span / 2
    return instant + half if target.minutes is not None else calendar.due_after_working_time(instant, half)
