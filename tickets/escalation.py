"""Steps of the ladder that timers have crossed: recorded once, told once (spec page 4.4).

Works on thousands of timers with one statement: it moves them, writes their history and marks who is about to breach.
Where each step lies is the rule of tickets/timers.py; targets round the clock are plain arithmetic, which the
statement does itself, so that a hundred thousand timers never travel to Python and back.

What follows (tickets/escalation_notices.py) learns of it by one event a batch: `ticket.escalated` with the step that
fired for each timer, {"steps": {"100": [timer ids], …}}, and `ticket.breached` with the timers that are late now,
{"timers": [ids]}.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from common import live, outbox
from common.beijing import date_of
from supportplans import versions
from supportplans.catalogue import AT_RISK_PERCENT, BREACH_PERCENT
from tickets import timers
from tickets.models import ResponseTimer, Ticket
from tickets.timer_records import calendar_for
from tickets.timers import Target

# Above this many at once, open pages are told by one word to the desk instead of one each.
MOST_ANNOUNCED = 200

# Timers that are due still and that nobody else holds, with every step of theirs from the next one on. The ticket is
# locked with its timer: one that somebody is just answering is left to the next sweep. Written as a difference, so
# that the rows are found by their keys: along the index of `next_step_at` each batch would pass over those before it.
_DUE = """
WITH taken AS MATERIALIZED (
    SELECT timer.id, timer.ticket_id, timer.organization_id, timer.kind, timer.due_at, timer.target_minutes,
           timer.next_step
      FROM tickets_responsetimer AS timer
      JOIN tickets_ticket AS ticket ON ticket.id = timer.ticket_id
     WHERE timer.id = ANY(%(ids)s) AND timer.next_step_at - %(at)s <= interval '0'
       FOR NO KEY UPDATE SKIP LOCKED
), steps AS (
    SELECT id, ticket_id, organization_id, kind, percent,
           due_at - interval '600 milliseconds' * (target_minutes * (100 - percent)) AS instant
      FROM taken LEFT JOIN unnest(%(percents)s::smallint[]) AS percent ON percent >= next_step
)"""
# The same for timers that the caller has locked and whose steps it has worked out; one without steps has a null.
_GIVEN = """
WITH steps AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(tickets)s::bigint[], %(organizations)s::bigint[], %(kinds)s::text[],
                         %(percents)s::smallint[], %(instants)s::timestamptz[])
           AS step(id, ticket_id, organization_id, kind, percent, instant)
)"""
# The planner knows nothing of what comes out of these parts, so that none is joined with another.
_RECORD = """, crossed AS MATERIALIZED (
    SELECT *, max(percent) FILTER (WHERE instant <= %(at)s) OVER (PARTITION BY id) AS fired FROM steps
), reached AS MATERIALIZED (
    SELECT id, ticket_id, fired,
           bool_or(percent = %(breach)s AND instant <= %(at)s) AS breached,
           min(percent) FILTER (WHERE instant > %(at)s) AS next_step,
           min(instant) FILTER (WHERE instant > %(at)s) AS next_step_at
      FROM crossed GROUP BY id, ticket_id, fired
), moved AS (
    UPDATE tickets_responsetimer AS timer
       SET next_step = reached.next_step, next_step_at = reached.next_step_at,
           breached_at = CASE WHEN breached THEN timer.due_at ELSE timer.breached_at END,
           state = CASE WHEN breached THEN 'breached' ELSE timer.state END
      FROM reached WHERE reached.id = timer.id
), written AS (
    INSERT INTO tickets_ticketevent (ticket_id, organization_id, timer_id, at, event, step, details)
    SELECT ticket_id, organization_id, id, instant,
           CASE WHEN percent = fired THEN 'escalated' ELSE 'step_passed' END, percent,
           jsonb_build_object('timer', kind, 'step', percent)
      FROM crossed WHERE instant <= %(at)s ORDER BY id, percent
), marked AS (
    UPDATE tickets_ticket AS ticket SET at_risk = true
      FROM reached WHERE reached.ticket_id = ticket.id AND NOT at_risk AND fired >= %(at_risk)s AND fired < %(breach)s
)
SELECT fired, breached, array_agg(id ORDER BY id), array_agg(ticket_id ORDER BY id)
  FROM reached GROUP BY fired, breached
"""


@dataclass(frozen=True)
class Waiting:
    """A timer that waits for its next step; its row is locked by the caller, and its ticket's too."""

    timer_id: int
    ticket_id: int
    organization_id: int
    kind: str
    due_at: datetime
    target: Target
    next_step: int | None

    @classmethod
    def of(cls, timer: ResponseTimer) -> Waiting:
        target = Target(timer.target_minutes, timer.target_working_days)
        return cls(timer.pk, timer.ticket_id, timer.organization_id, timer.kind, timer.due_at, target, timer.next_step)


@dataclass(frozen=True)
class Recorded:
    """How many timers moved on, and how many steps fired: at most one a timer."""

    timers: int
    fired: int

    def __add__(self, other: Recorded) -> Recorded:
        return Recorded(self.timers + other.timers, self.fired + other.fired)


def record_due(ids: Sequence[int], *, percents: Sequence[int], at: datetime) -> Recorded:
    """Record the steps of the ladder `percents` that these timers with targets in minutes have crossed at `at`.

    Takes what is due still and locked by nobody else. The highest step crossed fires; lower ones that nobody was
    told of are recorded as passed, each at its own instant. A timer in breach is breached at its due time, whenever
    that is noticed.
    """
    return _record(_DUE, at, ids=list(ids), percents=list(percents))


def record_crossings(waiting: Sequence[Waiting], *, percents: Sequence[int] | None = None, at: datetime) -> Recorded:
    """The same for timers that the caller holds, whatever their targets are counted in.

    `percents` None takes the ladder that is in force.
    """
    if percents is None:
        percents = versions.current(date_of(at)).step_percents()
    rows = [
        (one.timer_id, one.ticket_id, one.organization_id, one.kind, percent, instant)
        for one in waiting
        for percent, instant in _steps(one, percents, at)
    ]
    names = ("ids", "tickets", "organizations", "kinds", "percents", "instants")
    columns = zip(*rows, strict=True) if rows else ([] for _name in names)
    return _record(_GIVEN, at, **{name: list(column) for name, column in zip(names, columns, strict=True)})


def _steps(one: Waiting, percents: Sequence[int], at: datetime) -> list[tuple[int | None, datetime | None]]:
    """The steps crossed, each with its instant, and the next one, which is empty after the last."""
    found = timers.crossing(one.next_step, one.due_at, one.target, calendar_for(one.target), percents=percents, at=at)
    return [*found.crossed, (found.next_step, found.next_step_at)]


def _record(taking: str, at: datetime, **values: Any) -> Recorded:
    if not values["ids"]:
        return Recorded(0, 0)
    values |= {"at": at, "at_risk": AT_RISK_PERCENT, "breach": BREACH_PERCENT}
    with connection.cursor() as cursor:
        cursor.execute(taking + _RECORD, values)
        rows = cursor.fetchall()
    steps: dict[str, list[int]] = defaultdict(list)
    breached: list[int] = []
    changed: list[int] = []
    for fired, has_breached, timer_ids, ticket_ids in rows:
        if fired is None:  # the ladder has changed: it waits for another step now
            continue
        steps[str(fired)] += timer_ids
        changed += ticket_ids
        breached += timer_ids if has_breached else []
    if steps:
        outbox.emit("ticket.escalated", organization_id=None, payload={"steps": steps})
    if breached:
        outbox.emit("ticket.breached", organization_id=None, payload={"timers": breached})
    _announce(changed)
    return Recorded(sum(len(row[2]) for row in rows), sum(map(len, steps.values())))


def _announce(tickets: list[int]) -> None:
    if not tickets:
        return
    live.publish("desk", "queue-changed")
    if len(tickets) > MOST_ANNOUNCED:
        return
    for pk, organization, number in Ticket.objects.filter(pk__in=tickets).values_list("id", "organization", "number"):
        live.publish(f"ticket:{pk}", "ticket-changed", number=number)
        live.publish(f"org:{organization}", "ticket-changed", number=number)
