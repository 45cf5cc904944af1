"""Random lives of tickets: whatever people do and in whatever order, the rows agree with one another."""

import random
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest

from common import clock, tenancy
from common.problems import Refusal
from tests.tickets.conftest import NOON, act, file, fresh, history_of, message, own, reply, timers_of
from tickets import closing, handling
from tickets.models import ACTIVE
from tickets.queue_order import NEVER_DUE
from tickets.quiet_tickets import advance_quiet_tickets
from tickets.sweep import sweep

STEPS = 30


def live(chance: random.Random, people, organization, by) -> tuple:
    """One life; returns the ticket and the instant of its last step."""
    severity = chance.choice(["production_down", "production_impaired", "guidance"])
    ticket, when = file(organization, by, severity=severity), NOON
    staff = [people.engineer, people.expert]

    def jobs():
        with clock.at(when):
            sweep(at=when)
            advance_quiet_tickets(at=when)

    moves = [
        lambda: reply(ticket, chance.choice(staff), when, then=chance.choice([None, None, "wait", "resolve"])),
        lambda: message(ticket, by, when),
        lambda: act(handling.claim, ticket, chance.choice(staff), when),
        lambda: act(handling.release, ticket, chance.choice(staff), when),
        lambda: act(handling.accept, ticket, chance.choice(staff), when),
        lambda: act(handling.wait, ticket, chance.choice(staff), when),
        lambda: act(handling.resolve, ticket, chance.choice(staff), when),
        lambda: own(closing.reopen, ticket, by, when),
        jobs,
        jobs,
    ]
    for _ in range(STEPS):
        when += timedelta(minutes=chance.choice([1, 7, 40, 200, 2_000, 9_000]))
        # The end of a life is rare, else all lives are short.
        move = own_end if chance.random() < 0.05 else chance.choice(moves)
        # What is refused changes nothing.
        with suppress(Refusal):
            if move is own_end:
                own(chance.choice([closing.close, closing.withdraw]), ticket, by, when)
            else:
                move()
        check(ticket)
    return ticket, when


def own_end() -> None:
    """Marks the customer's end of the ticket."""


def check(ticket) -> None:
    row, timers = fresh(ticket), timers_of(ticket)
    assert sum(timer.ended_at is None for timer in timers) <= 1
    assert [timer.kind for timer in timers] == ["first"] + ["next"] * (len(timers) - 1)
    for earlier, later in pairwise(timers):
        assert earlier.ended_at is not None
        assert earlier.ended_at <= later.started_at
    last = timers[-1]
    assert (row.response_due_at, row.sort_due) == (last.due_at, NEVER_DUE if last.ended_at else last.due_at)
    assert (row.status in ACTIVE) or last.ended_at is not None
    if last.ended_at:
        assert row.response_state == last.state
    for timer in timers:
        assert (timer.breached_at is None) or timer.breached_at == timer.due_at
        if timer.answered_at:
            assert (timer.state == "met") == (timer.answered_at < timer.due_at)
    entries = history_of(ticket)
    for timer in timers:
        own_rows = [entry for entry in entries if entry.timer_id == timer.pk]
        ends = [entry for entry in own_rows if entry.event in ("timer_answered", "timer_cancelled")]
        assert len(ends) == (timer.ended_at is not None)
        steps = [entry.step for entry in own_rows if entry.step]
        assert steps == sorted(set(steps))
        assert (100 in steps) == (timer.breached_at is not None)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("plan", ["acme", "orbit"])
def test_the_rows_of_a_life_agree(plans, seed, plan):
    chance = random.Random(f"{plan} {seed}")
    organization, by = (plans.acme, plans.member) if plan == "acme" else (plans.orbit, plans.outsider)
    ticket, _when = live(chance, plans, organization, by)
    with tenancy.everything():
        assert fresh(ticket).number == ticket.number
