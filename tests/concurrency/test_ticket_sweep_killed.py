"""A sweep that is killed (kill -9) between its batches, and in the middle of one, loses and repeats nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection

from common.models import OutboxEvent
from supportplans import versions
from supportplans.publishing import load_files
from tests import cast
from tests.tickets.conftest import at, file, history_of
from tickets import sweep as sweep_module

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

TICKETS, BATCH = 7, 2

# Sweeps in a process of its own, which dies before the given statement of its third batch.
KILLED = """
import os, signal, sys
import django
django.setup()
from datetime import datetime
from common import clock, outbox
from tickets import escalation, sweep
victim, calls = sys.argv[1], []
sweep.BATCH = 2
def dies_at(at, real):
    def call(*args, **more):
        calls.append(1)
        if len(calls) == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **more)
    return call
if victim == "record":
    escalation._record = dies_at(3, escalation._record)
else:  # two events a batch
    outbox.emit = dies_at({"emit": 5, "emit_breaches": 6}[victim], outbox.emit)
when = datetime.fromisoformat(sys.argv[2])
with clock.at(when):
    sweep.sweep(at=when)
"""


@pytest.mark.parametrize("victim", ["record", "emit", "emit_breaches"])
def test_a_killed_sweep_is_finished_by_the_next(transactional_db, victim):
    load_files()
    people = cast.gather()
    tickets = [file(people.acme, people.member) for _ in range(TICKETS)]
    when = at("2026-11-25 12:00")

    settings = connection.settings_dict
    host = settings["HOST"] or settings["OPTIONS"]["host"]
    url = f"postgresql://{settings['USER']}:@/{settings['NAME']}?host={host}"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, victim, when.isoformat()],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        timeout=240,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL

    def steps() -> list[list[tuple[str, int]]]:
        return [[(entry.event, entry.step) for entry in history_of(t) if entry.step] for t in tickets]

    def emitted() -> int:
        events = OutboxEvent.objects.filter(topic="ticket.breached").values_list("payload__timers", flat=True)
        return sum(map(len, events))

    whole = [("step_passed", 50), ("step_passed", 80), ("escalated", 100)]
    # Two batches were committed, the third vanished whole.
    assert sorted(steps()) == sorted([whole] * 2 * BATCH + [[]] * (TICKETS - 2 * BATCH))
    assert emitted() == 2 * BATCH
    sweep_module.sweep(at=when)
    assert steps() == [whole] * TICKETS
    assert emitted() == TICKETS
    versions.forget()
