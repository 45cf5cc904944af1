"""Sweeps over thousands of due timers that die, run side by side, or come three days late: each step once (page 9.2)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta

import psutil
import pytest
from django.db import connection

from common import tenancy
from common.models import OutboxEvent
from supportplans import versions
from supportplans.publishing import load_files
from tests import cast
from tests.faults.house import PATIENCE, multiply, until
from tests.running_portal import ROOT
from tests.tickets.conftest import file
from tickets.models import ResponseTimer, TicketEvent
from tickets.sweep import sweep

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

TIMERS = 3000
# A process that waits for a word and sweeps in batches of 100. Told so, it stops in the middle of a batch: what that
# batch recorded is not committed yet, its rows are locked, and it can be killed at leisure.
SWEEPER = """
import os
import signal
import sys
import django
django.setup()
from datetime import datetime
from common import clock
from tickets import sweep
sweep.BATCH = 100
batches_left, record_crossings = int(sys.argv[2]), sweep.record_crossings
def record_and_stop(*batch, **moment):
    global batches_left
    recorded = record_crossings(*batch, **moment)
    if batches_left == 0:
        os.kill(os.getpid(), signal.SIGSTOP)
    batches_left -= 1
    return recorded
sweep.record_crossings = record_and_stop
print("ready", flush=True)
sys.stdin.readline()
when = datetime.fromisoformat(sys.argv[1])
with clock.at(when):
    print(sweep.sweep(at=when)["fired"], flush=True)
"""


@pytest.fixture
def due(transactional_db) -> datetime:
    """3,000 timers that run out at the same instant."""
    load_files()
    people = cast.gather()
    ticket = file(people.acme, people.member)
    with tenancy.everything():
        with connection.cursor() as cursor:
            multiply(cursor, ticket.pk, TIMERS - 1, "X-")
        instants = set(ResponseTimer.objects.values_list("due_at", flat=True))
        assert ResponseTimer.objects.count() == TIMERS
    yield instants.pop()
    versions.forget()


@pytest.fixture
def sweepers(due):
    """`sweepers(when, 3, None)`: two processes ready to sweep for that instant; one stops after 3 batches."""
    settings = connection.settings_dict
    host = settings["HOST"] or settings["OPTIONS"]["host"]
    url = f"postgresql://{settings['USER']}:@/{settings['NAME']}?host={host}"
    started: list[subprocess.Popen[str]] = []

    def start(when: datetime, *batches: int | None) -> list[subprocess.Popen[str]]:
        many = [
            subprocess.Popen(
                [sys.executable, "-c", SWEEPER, when.isoformat(), str(-1 if most is None else most)],
                cwd=ROOT,
                env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for most in batches
        ]
        started.extend(many)
        for one in many:
            assert one.stdout.readline() == "ready\n"
        return many

    yield start
    for one in started:
        one.kill()
        one.communicate()


def begin(*processes: subprocess.Popen[str]) -> None:
    for one in processes:
        one.stdin.write("\n")
        one.stdin.flush()


def is_stopped(process: subprocess.Popen[str]) -> bool:
    return psutil.Process(process.pid).status() == psutil.STATUS_STOPPED


def killed_in_a_batch(process: subprocess.Popen[str]) -> None:
    """Wait until it stopped, and kill it."""
    until(lambda: is_stopped(process))
    process.kill()
    assert process.wait() == -signal.SIGKILL


def steps() -> dict[tuple[str, int], int]:
    """How many timers have a step in their history, by (event, step); the database allows each step once."""
    with tenancy.everything():
        rows = TicketEvent.objects.filter(step__isnull=False).values_list("event", "step", "timer")
        found: dict[tuple[str, int], set[int]] = {}
        for event, step, timer in rows:
            found.setdefault((event, step), set()).add(timer)
        return {what: len(timers) for what, timers in found.items()}


def told_of(topic: str) -> list[tuple[int, int]]:
    """The timers of all events of a topic, with the step that fired where they name it."""
    found = []
    for payload in OutboxEvent.objects.filter(topic=topic).values_list("payload", flat=True):
        found += [(timer, 0) for timer in payload.get("timers", ())]
        found += [(timer, int(step)) for step, timers in payload.get("steps", {}).items() for timer in timers]
    return found


def test_sweeps_that_die_one_after_the_other_and_two_at_once_take_each_step_once(sweepers, due):
    first, second, third, fourth = sweepers(due, 3, 5, None, None)
    begin(first)
    killed_in_a_batch(first)
    # A batch is whole or not there at all.
    assert steps() == {("step_passed", 50): 300, ("step_passed", 80): 300, ("escalated", 100): 300}
    assert len(told_of("ticket.escalated")) == 300
    begin(second)
    until(lambda: is_stopped(second))
    begin(third)  # beside what the second holds
    assert third.wait(PATIENCE) == 0
    killed_in_a_batch(second)
    begin(fourth)  # what the dead held is free again
    assert fourth.wait(PATIENCE) == 0
    assert steps() == {("step_passed", 50): TIMERS, ("step_passed", 80): TIMERS, ("escalated", 100): TIMERS}
    assert_told_once(due, step=100)
    assert sweep(at=due) == {"timers": 0, "fired": 0}


def test_two_sweeps_three_days_late_record_the_true_times_and_tell_the_last_step_alone(sweepers, due):
    late = due + timedelta(days=3)
    both = sweepers(late, None, None)
    begin(*both)
    told = [int(one.communicate(timeout=PATIENCE)[0]) for one in both]
    told.append(sweep(at=late)["fired"])  # rows that one held while the other looked
    assert sum(told) == TIMERS
    passed = {("step_passed", step): TIMERS for step in (50, 80, 100)}
    assert steps() == passed | {("escalated", 200): TIMERS}
    assert_told_once(due, step=200)


def assert_told_once(due: datetime, *, step: int) -> None:
    """Every timer is in breach since its due time, and stands in one event for each who must know."""
    with tenancy.everything():
        assert set(ResponseTimer.objects.values_list("state", "breached_at")) == {("breached", due)}
    escalated = told_of("ticket.escalated")
    assert len(escalated) == len(set(escalated)) == TIMERS
    assert {told for _timer, told in escalated} == {step}
    breached = told_of("ticket.breached")
    assert len(breached) == len(set(breached)) == TIMERS
