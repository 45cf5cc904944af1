"""The deadline sweep: every 15 seconds, the steps that timers have crossed (spec page 4.4).

A step is a column (`next_step_at`) under an index, so that a million timers with nothing due cost one probe.
Sweeps may run side by side, die in the middle or come days late: what is due is read once and recorded in batches of
their own transaction, which take rows with SKIP LOCKED and look again whether they are due.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection

from common import tenancy
from common.beijing import date_of
from supportplans import versions
from tickets.escalation import Recorded, Waiting, record_crossings, record_due
from tickets.timers import Target

BATCH = 5_000
# Read at a time: the index holds what was moved on until it is vacuumed, and each reading passes over that.
READ_AHEAD = 50_000

_DUE = """
SELECT array_agg(id) FILTER (WHERE target_minutes IS NOT NULL), array_agg(id) FILTER (WHERE target_minutes IS NULL)
  FROM (SELECT id, target_minutes FROM tickets_responsetimer WHERE next_step_at <= %s
         ORDER BY next_step_at LIMIT %s) AS due
"""
# The ticket is locked with its timer: one that somebody is just answering is left to the next sweep.
_TAKE_COUNTED = """
SELECT timer.id, timer.ticket_id, timer.organization_id, timer.kind, timer.due_at, timer.target_working_days,
       timer.next_step
  FROM tickets_responsetimer AS timer
  JOIN tickets_ticket AS ticket ON ticket.id = timer.ticket_id
 WHERE timer.id = ANY(%s) AND timer.next_step_at <= %s
   FOR NO KEY UPDATE SKIP LOCKED
"""


def sweep(*, at: datetime) -> dict[str, int]:
    """Record the steps crossed until `at`, batch by batch; returns how many timers moved and steps fired."""
    found = Recorded(0, 0)
    while True:
        with tenancy.everything():
            in_minutes, counted = _due(at)
        moved = Recorded(0, 0)
        if in_minutes or counted:
            percents = versions.current(date_of(at)).step_percents()
        for ids in _batches(in_minutes):
            with tenancy.everything():
                moved += record_due(ids, percents=percents, at=at)
        for ids in _batches(counted):
            with tenancy.everything():
                moved += record_crossings(_take_counted(ids, at), percents=percents, at=at)
        found += moved
        # What others hold is theirs, or is left to the next sweep.
        if not moved.timers or len(in_minutes) + len(counted) < READ_AHEAD:
            return {"timers": found.timers, "fired": found.fired}


def _due(at: datetime) -> tuple[list[int], list[int]]:
    """Timers whose next step is crossed: those with targets in minutes, those in working days; the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [at, READ_AHEAD])
        in_minutes, counted = cursor.fetchone()
    return in_minutes or [], counted or []


def _take_counted(ids: Sequence[int], at: datetime) -> list[Waiting]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_COUNTED, [list(ids), at])
        rows = cursor.fetchall()
    return [
        Waiting(timer, ticket, organization, kind, due, Target(working_days=days), step)
        for timer, ticket, organization, kind, due, days, step in rows
    ]


def _batches(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
