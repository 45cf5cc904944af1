"""The deadline sweep over a million running timers with 0, 1,000 and 100,000 due (spec page 9.1).

    python -m bench.sweep

The floor is the same recording in three bare statements: timers moved, history written, outbox filled.
"""

from __future__ import annotations

import argparse
import resource

from bench.data import make
from bench.house import House, open_house, timed

# Timers that were due a second ago and wait for their step at 100 %.
MAKE_DUE = """
UPDATE tickets_responsetimer SET due_at = now() - interval '1 second', next_step = 100,
       next_step_at = now() - interval '1 second'
 WHERE id IN (SELECT id FROM tickets_responsetimer
               WHERE ended_at IS NULL AND breached_at IS NULL AND next_step_at > now() ORDER BY id LIMIT {count})
"""
FLOOR = """
WITH due AS (
    SELECT id, ticket_id, organization_id FROM tickets_responsetimer WHERE next_step_at <= now() FOR NO KEY UPDATE
), moved AS (
    UPDATE tickets_responsetimer AS timer SET next_step = 200, next_step_at = timer.due_at + interval '3 hours',
           breached_at = timer.due_at, state = 'breached' FROM due WHERE due.id = timer.id
), written AS (
    INSERT INTO tickets_ticketevent (ticket_id, organization_id, timer_id, at, event, step, details)
    SELECT ticket_id, organization_id, id, now(), 'escalated', 100, '{{"timer": "first", "step": 100}}' FROM due
)
INSERT INTO common_outboxevent (topic, key, organization_id, payload, created_at, attempts, available_at, error)
SELECT 'bench.floor', id || ':' || topic, organization_id, '{{}}', now(), 0, now() + interval '1 year', ''
  FROM due CROSS JOIN generate_series(1, 2) AS topic
"""


def main() -> None:
    """Print one table: seconds of the sweep and of the floor, their ratio, memory gained."""
    options = argparse.ArgumentParser(prog="python -m bench.sweep")
    options.add_argument("--tickets", type=int, default=1_000_000)
    tickets = options.parse_args().tickets
    with open_house() as house:
        make(house, organizations=100_000, tickets=tickets, still_open=tickets)
        print(f"{'due':>9}{'sweep s':>10}{'floor s':>10}{'ratio':>8}{'memory MB':>11}")
        for due in (0, 1_000, 100_000):
            _row(house, due)


def _row(house: House, due: int) -> None:
    from common import clock
    from tickets.sweep import sweep

    house.run(MAKE_DUE.format(count=due))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    swept = timed(lambda: sweep(at=clock.now()))
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    house.run(MAKE_DUE.format(count=due))
    floor = timed(lambda: house.run(FLOOR.format()))
    print(f"{due:>9,}{swept:>10.3f}{floor:>10.3f}{swept / floor:>8.1f}{memory:>11.1f}", flush=True)


if __name__ == "__main__":
    main()
