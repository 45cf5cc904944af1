"""The deadline sweep over a million running timers with 0, 1,000 and 100,000 due, and what follows (spec page 9.1).

    python -m bench.sweep

The floor is the same recording in bare SQL, all of it in one statement: timers moved, history written, one event.
`told s` is the relay that follows the sweep: people hear of it in their notices.
"""

from __future__ import annotations

import argparse
import resource

import psycopg2

from bench.data import make
from bench.house import SCOPE, House, open_house, timed

# What earlier runs recorded is taken away, so that each finds the same million timers; twenty engineers are on duty.
BEGIN_ANEW = """
TRUNCATE tickets_ticketevent, common_outboxevent, notifications_notification;
UPDATE tickets_responsetimer SET breached_at = NULL, state = 'running', next_step = 200,
       next_step_at = due_at + interval '30 days'
 WHERE ended_at IS NULL AND (breached_at IS NOT NULL OR next_step_at <= now());
INSERT INTO accounts_staffprofile (person_id, role, level, products, on_duty)
SELECT id, CASE WHEN id % 5 = 0 THEN 'lead' ELSE 'engineer' END, 'senior', '[]', true FROM accounts_person
 WHERE is_staff AND email LIKE '%@bench.example' ON CONFLICT DO NOTHING;
"""
TABLES = ("tickets_responsetimer", "tickets_ticketevent", "tickets_ticket", "common_outboxevent")
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
INSERT INTO common_outboxevent (topic, organization_id, payload, created_at, attempts, available_at, error)
SELECT 'bench.floor', NULL, jsonb_build_object('timers', jsonb_agg(id)), now(), 0, now() + interval '1 year', ''
  FROM due
"""


def main() -> None:
    """Print one table: seconds of the sweep and of the floor, their ratio, of the relay, memory gained."""
    options = argparse.ArgumentParser(prog="python -m bench.sweep")
    options.add_argument("--tickets", type=int, default=1_000_000)
    tickets = options.parse_args().tickets
    with open_house() as house:
        make(house, organizations=100_000, tickets=tickets, still_open=tickets)
        _begin_anew(house)
        print(f"{'due':>9}{'sweep s':>10}{'floor s':>10}{'ratio':>8}{'told s':>9}{'memory MB':>11}")
        for due in (0, 1_000, 10_000, 100_000):
            _row(house, due)


def _begin_anew(house: House) -> None:
    connection = psycopg2.connect(house.owner)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(SCOPE)
        cursor.execute(BEGIN_ANEW)
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
    connection.close()


def _row(house: House, due: int) -> None:
    from common import clock, outbox
    from tickets.sweep import sweep

    house.run(MAKE_DUE.format(count=due))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    swept = timed(lambda: sweep(at=clock.now()))
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    told = timed(outbox.relay)
    house.run(MAKE_DUE.format(count=due))
    floor = timed(lambda: house.run(FLOOR.format()))
    print(f"{due:>9,}{swept:>10.3f}{floor:>10.3f}{swept / floor:>8.1f}{told:>9.2f}{memory:>11.1f}", flush=True)


if __name__ == "__main__":
    main()
