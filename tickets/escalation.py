"""Steps of the ladder that timers have crossed: recorded once, told once (spec page 4.4).

Works on many timers at a time with a fixed number of statements. People are told by the reaction to
`ticket.escalated` (tickets/reactions.py), which the outbox carries; `ticket.breached` goes to whoever listens
from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from common import live, outbox
from tickets import timers
from tickets.models import ResponseTimer, Ticket
from tickets.timer_records import calendar_for
from tickets.timers import Crossing, Target

# Above this many at once, open pages are told by one word to the desk instead of one each.
MOST_ANNOUNCED = 200
_ANY_TARGET = Target(minutes=1)


@dataclass(frozen=True)
class Waiting:
    """A timer that waits for its next step; its row is locked by the caller, and its ticket's too."""

    timer_id: int
    ticket_id: int
    organization_id: int
    number: str
    kind: str
    due_at: datetime
    target: Target
    next_step: int | None

    @classmethod
    def of(cls, ticket: Ticket, timer: ResponseTimer) -> Waiting:
        target = Target(timer.target_minutes, timer.target_working_days)
        return cls(
            timer_id=timer.pk,
            ticket_id=ticket.pk,
            organization_id=ticket.organization_id,
            number=ticket.number,
            kind=timer.kind,
            due_at=timer.due_at,
            target=target,
            next_step=timer.next_step,
        )


@dataclass
class _Rows:
    """Columns of what one batch writes."""

    timers: list[tuple[Any, ...]] = field(default_factory=list)
    steps: list[tuple[Any, ...]] = field(default_factory=list)
    at_risk: list[int] = field(default_factory=list)
    events: list[tuple[str, int, dict[str, Any], str]] = field(default_factory=list)


# Compare and set: a timer that somebody moved on meanwhile is left as it is.
_MOVE_TIMERS = """
UPDATE tickets_responsetimer AS timer
   SET next_step = crossed.next_step, next_step_at = crossed.next_step_at,
       breached_at = CASE WHEN crossed.breached THEN timer.due_at ELSE timer.breached_at END,
       state = CASE WHEN crossed.breached THEN 'breached' ELSE timer.state END
  FROM unnest(%s::bigint[], %s::smallint[], %s::smallint[], %s::timestamptz[], %s::boolean[])
       AS crossed(id, was, next_step, next_step_at, breached)
 WHERE timer.id = crossed.id AND timer.next_step = crossed.was AND timer.ended_at IS NULL
"""
_WRITE_STEPS = """
INSERT INTO tickets_ticketevent (ticket_id, organization_id, timer_id, at, event, step, details)
SELECT ticket_id, organization_id, timer_id, at, event, step, jsonb_build_object('timer', kind, 'step', step)
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[], %s::smallint[], %s::text[])
       WITH ORDINALITY AS s(ticket_id, organization_id, timer_id, at, event, step, kind, place)
 ORDER BY place
"""
_MARK_AT_RISK = "UPDATE tickets_ticket SET at_risk = true WHERE id = ANY(%s) AND NOT at_risk"


def record_crossings(waiting: Sequence[Waiting], *, at: datetime) -> int:
    """Record every step crossed at `at` with the instant it was crossed; returns how many steps fired.

    The highest step crossed fires; lower ones that nobody was told of are recorded as passed. A timer in
    breach is breached at its due time, whenever that is noticed.
    """
    rows = _Rows()
    fired = 0
    working_days = next((one.target for one in waiting if one.target.working_days is not None), None)
    counted_in = calendar_for(working_days or _ANY_TARGET)
    for one in waiting:
        crossing = timers.crossing(one.next_step, one.due_at, one.target, counted_in, at=at)
        _collect(rows, one, crossing)
        fired += crossing.fired is not None
    _write(rows)
    _announce([one for one in waiting if one.next_step is not None])
    return fired


def _collect(rows: _Rows, one: Waiting, crossing: Crossing) -> None:
    percents = [percent for percent, _instant in crossing.crossed]
    breached = timers.BREACH_PERCENT in percents
    rows.timers.append((one.timer_id, one.next_step, crossing.next_step, crossing.next_step_at, breached))
    if crossing.fired is None:
        return
    facts = {"ticket": one.ticket_id, "number": one.number, "timer": one.timer_id, "timer_kind": one.kind}
    for percent, instant in crossing.crossed:
        event = "escalated" if percent == crossing.fired[0] else "step_passed"
        rows.steps.append((one.ticket_id, one.organization_id, one.timer_id, instant, event, percent, one.kind))
    if percents[-1] == timers.AT_RISK_PERCENT:
        rows.at_risk.append(one.ticket_id)
    if breached:
        breach = facts | {"breached_at": one.due_at.isoformat()}
        rows.events.append(("ticket.breached", one.organization_id, breach, f"{one.timer_id}"))
    step = percents[-1]
    rows.events.append(("ticket.escalated", one.organization_id, facts | {"step": step}, f"{one.timer_id}:{step}"))


def _write(rows: _Rows) -> None:
    with connection.cursor() as cursor:
        if rows.timers:
            cursor.execute(_MOVE_TIMERS, [list(column) for column in zip(*rows.timers, strict=True)])
        if rows.steps:
            cursor.execute(_WRITE_STEPS, [list(column) for column in zip(*rows.steps, strict=True)])
        if rows.at_risk:
            cursor.execute(_MARK_AT_RISK, [rows.at_risk])
    outbox.emit_all(rows.events)


def _announce(crossed: list[Waiting]) -> None:
    if not crossed:
        return
    live.publish("desk", "queue-changed")
    if len(crossed) > MOST_ANNOUNCED:
        return
    for one in crossed:
        live.publish(f"ticket:{one.ticket_id}", "ticket-changed", number=one.number)
        live.publish(f"org:{one.organization_id}", "ticket-changed", number=one.number)
