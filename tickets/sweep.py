"""The deadline sweep: every 15 seconds, the steps that timers have crossed (spec page 4.4).

A step is a column (`next_step_at`) under an index, so that a million timers with nothing due cost one probe.
Sweeps may run side by side, die in the middle or come days late: rows are taken with SKIP LOCKED in batches of
their own transaction, and each step is recorded where it is compared and set.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from common import tenancy
from tickets.escalation import Waiting, record_crossings
from tickets.timers import Target

BATCH = 1000

# The ticket is locked with its timer, in the order in which its actions lock them: a ticket somebody is just
# answering is left to the next sweep.
_TAKE = """
SELECT timer.id, timer.ticket_id, timer.organization_id, ticket.number, timer.kind, timer.due_at,
       timer.target_minutes, timer.target_working_days, timer.next_step
  FROM tickets_responsetimer AS timer
  JOIN tickets_ticket AS ticket ON ticket.id = timer.ticket_id
 WHERE timer.next_step_at <= %s
 ORDER BY timer.next_step_at
 LIMIT %s
   FOR NO KEY UPDATE SKIP LOCKED
"""


def sweep(*, at: datetime) -> dict[str, int]:
    """Record the steps crossed until `at`, batch by batch; returns how many timers moved and steps fired."""
    moved = fired = 0
    while True:
        with tenancy.everything():
            waiting = _take(at)
            fired += record_crossings(waiting, at=at)
        moved += len(waiting)
        if len(waiting) < BATCH:
            return {"timers": moved, "fired": fired}


def _take(at: datetime) -> list[Waiting]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [at, BATCH])
        rows = cursor.fetchall()
    return [
        Waiting(timer, ticket, organization, number, kind, due, Target(minutes, days), step)
        for timer, ticket, organization, number, kind, due, minutes, days, step in rows
    ]
