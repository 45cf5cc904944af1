"""Merging, regrading, replying, all at once on a few tickets (real threads): nothing waits for ever, nothing is lost.

The hunt for deadlocks takes HUNT_SECONDS (5 when not set): `HUNT_SECONDS=60 pytest tests/concurrency -k hunt`.
"""

from __future__ import annotations

import itertools
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from addons import quota_check
from common import clock, tenancy
from common.problems import Problem
from tests.concurrency.test_ticket_races import plans, together  # noqa: F401
from tests.tickets.conftest import NOON, act, at, events_of, file, fresh, history_of, message, own, reply, timers_of
from tickets import closing, handling, links, merging, rebuilding, reclassifying, regrading, splitting, sweep
from tickets.models import Message, ResponseTimer, Status, Ticket

pytestmark = pytest.mark.django_db(transaction=True)

HUNTERS = 50
HUNT_SECONDS = int(os.environ.get("HUNT_SECONDS", "5"))


def merge(ticket, target, by, when=NOON) -> Ticket:
    return act(merging.merge, ticket, by, when, into=target.number)


def test_two_that_are_merged_into_each_other_become_one(plans):
    for _turn in range(5):
        pair = [file(plans.orbit, plans.outsider), file(plans.orbit, plans.outsider)]
        results = together(2, lambda place, pair=pair: merge(pair[place], pair[1 - place], plans.engineer))
        assert sum(isinstance(result, Ticket) for result in results) == 1
        (refused,) = [result for result in results if isinstance(result, Problem)]
        assert refused.code == "merge_cycle"
        assert sorted(fresh(one).status for one in pair) == ["merged", "open"]


def test_a_ring_of_merges_ends_in_one_ticket(plans):
    ring = [file(plans.orbit, plans.outsider) for _ in range(6)]
    together(6, lambda place: merge(ring[place], ring[(place + 1) % 6], plans.engineer))
    rows = [fresh(one) for one in ring]
    assert any(row.status != "merged" for row in rows)
    no_cycles(rows)


def test_messages_while_merging_arrive_where_the_conversation_goes_on(plans):
    for _turn in range(3):
        source, target = file(plans.orbit, plans.outsider), file(plans.orbit, plans.outsider)

        def one(place: int, source=source, target=target) -> Any:
            when = NOON + timedelta(seconds=place)
            if place == 0:
                return merge(source, target, plans.engineer, when)
            if place == 1:
                return reply(source, plans.engineer, when)
            return message(source, plans.outsider, when, f"word {place}")

        results = together(8, one)
        said = [result for result in results if isinstance(result, Message)]
        assert len([one for one in said if one.side == "customer"]) == 6
        with tenancy.everything():
            assert Message.objects.filter(ticket__in=[source, target]).count() == 2 + len(said)
        assert fresh(source).status == "merged"
        assert [timer for timer in timers_of(source) if timer.ended_at is None] == []
        assert sum(timer.ended_at is None for timer in timers_of(target)) == 1


def test_regradings_at_once_follow_one_another(plans):
    ticket = file(plans.orbit, plans.outsider)
    wanted = ["production_down", "guidance", "critical_down", "system_impaired"] * 2
    together(8, lambda place: act(regrading.regrade, ticket, plans.engineer, NOON, severity=wanted[place], reason="x"))
    rows = [row.details for row in history_of(ticket) if row.event == "regraded"]
    assert len(rows) >= 4
    for before, after in itertools.pairwise(rows):
        assert (before["to"], before["due_after"]) == (after["from"], after["due_before"])
    (timer,) = timers_of(ticket)
    assert fresh(ticket).severity == timer.severity == rows[-1]["to"]
    assert fresh(ticket).response_due_at == timer.due_at


def test_regrading_answering_and_sweeping_around_the_due_time(plans):
    for turn in range(4):
        ticket = file(plans.orbit, plans.outsider, severity="critical_down", when=NOON + timedelta(hours=turn))
        due = ticket.response_due_at

        def one(place: int, ticket=ticket, due=due) -> Any:
            when = due + timedelta(seconds=place - 2)
            if place == 0:
                with clock.at(when):
                    return sweep.sweep(at=when)
            if place == 1:
                return reply(ticket, plans.engineer, when)
            return act(regrading.regrade, ticket, plans.engineer, when, severity="guidance", reason="better")

        together(4, one)
        (timer,) = timers_of(ticket)
        assert events_of(ticket).count("timer_answered") == 1
        assert timer.breached_at in (None, timer.due_at)
        assert (timer.state == "met") == (timer.breached_at is None)
        nothing_differs()


def test_the_claim_of_a_ticket_that_is_merged(plans):
    ticket, target = file(plans.orbit, plans.outsider), file(plans.orbit, plans.outsider)
    together(
        2,
        lambda place: (
            act(handling.claim, ticket, plans.engineer, NOON) if place else merge(ticket, target, plans.expert)
        ),
    )
    assert fresh(ticket).status == "merged"


def no_cycles(tickets: list[Ticket]) -> None:
    into = {ticket.pk: ticket.merged_into_id for ticket in tickets}
    for start in into:
        seen, here = set(), start
        while here is not None:
            assert here not in seen, "merged in a circle"
            seen.add(here)
            here = into.get(here)


def nothing_differs() -> None:
    with clock.at(at("2026-11-25 12:00")):
        assert [str(one) for one in rebuilding.differences()] == []


class Hunt:
    """Fifty people do at random whatever the desk and customers can do to a few tickets; what was done is counted."""

    def __init__(self, people: Any, seconds: int) -> None:
        self.people, self.until = people, time.monotonic() + seconds
        self.seconds = itertools.count()
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.errors: list[str] = []
        self.said: set[int] = set()
        self.engineers = [people.engineer, people.expert, people.lead, people.tam]
        self.tickets = [file(people.orbit, people.outsider, severity=severity) for severity in SEVERITIES * 2]

    def run(self, place: int) -> None:
        chance = random.Random(place)
        while time.monotonic() < self.until:
            name = chance.choices(list(ACTIONS), [weight for weight, _action in ACTIONS.values()])[0]
            try:
                ACTIONS[name][1](self, chance, NOON + timedelta(seconds=next(self.seconds)))
                self.done[name] += 1
            except Problem as problem:
                self.refused[problem.code] += 1
            except Exception as error:
                self.errors.append(f"{name}: {type(error).__name__} {error}")
        connection.close()

    def one(self, chance: random.Random) -> Ticket:
        return chance.choice(self.tickets[-24:])

    def staff(self, chance: random.Random) -> Any:
        return chance.choice(self.engineers)

    def say(self, chance: random.Random, when: Any) -> None:
        self.said.add(message(self.one(chance), self.people.outsider, when).pk)

    def answer(self, chance: random.Random, when: Any) -> None:
        then = chance.choice(["", "", "wait", "resolve"])
        self.said.add(reply(self.one(chance), self.staff(chance), when, then=then).pk)

    def file(self, chance: random.Random, when: Any) -> None:
        self.tickets.append(file(self.people.orbit, self.people.outsider, when, severity=chance.choice(SEVERITIES)))

    def act(self, action: Callable[..., Any], chance: random.Random, when: Any, **more: Any) -> None:
        act(action, self.one(chance), self.staff(chance), when, **more)

    def own(self, action: Callable[..., Any], chance: random.Random, when: Any) -> None:
        own(action, self.one(chance), self.people.outsider, when)

    def split(self, chance: random.Random, when: Any) -> None:
        ticket = self.one(chance)
        with tenancy.everything():
            known = list(Message.objects.filter(ticket=ticket).order_by("id").values_list("id", flat=True))[1:]
        if known:
            chosen = chance.sample(known, min(len(known), 2))
            new = act(splitting.split, ticket, self.staff(chance), when, messages=chosen, subject="Another matter")
            self.tickets.append(new)

    def sweep(self, _chance: random.Random, when: Any) -> None:
        with clock.at(when):
            sweep.sweep(at=when)


SEVERITIES = ["critical_down", "production_down", "production_impaired", "system_impaired", "guidance"]
ACTIONS: dict[str, tuple[int, Callable[[Hunt, random.Random, Any], None]]] = {
    "message": (20, Hunt.say),
    "reply": (15, Hunt.answer),
    "file": (8, Hunt.file),
    "claim": (5, lambda hunt, chance, when: hunt.act(handling.claim, chance, when)),
    "release": (5, lambda hunt, chance, when: hunt.act(handling.release, chance, when)),
    "regrade": (
        12,
        lambda hunt, chance, when: hunt.act(
            regrading.regrade, chance, when, severity=chance.choice(SEVERITIES), reason=chance.choice(regrading.REASONS)
        ),
    ),
    "reclassify": (
        6,
        lambda hunt, chance, when: hunt.act(
            reclassifying.reclassify, chance, when, kind=chance.choice(["technical", "business"]), reason="x"
        ),
    ),
    "merge": (8, lambda hunt, chance, when: hunt.act(merging.merge, chance, when, into=hunt.one(chance).number)),
    "split": (5, Hunt.split),
    "link": (
        6,
        lambda hunt, chance, when: hunt.act(
            links.link, chance, when, kind=str(chance.choice(links.KINDS)), to=hunt.one(chance).number
        ),
    ),
    "close": (3, lambda hunt, chance, when: hunt.own(closing.close, chance, when)),
    "reopen": (5, lambda hunt, chance, when: hunt.own(closing.reopen, chance, when)),
    "withdraw": (1, lambda hunt, chance, when: hunt.own(closing.withdraw, chance, when)),
    "sweep": (2, Hunt.sweep),
}


def test_a_hunt_for_deadlocks_finds_none(plans):
    hunt = Hunt(plans, HUNT_SECONDS)
    threads = [threading.Thread(target=hunt.run, args=[place]) for place in range(HUNTERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HUNT_SECONDS + 240)
    assert not any(thread.is_alive() for thread in threads)
    print(f"\n{sum(hunt.done.values())} actions done, {sum(hunt.refused.values())} refused in {HUNT_SECONDS} s:")
    print(dict(hunt.done), dict(hunt.refused))
    assert hunt.errors == []
    with tenancy.everything():
        tickets = list(Ticket.objects.all())
        stored = set(Message.objects.values_list("pk", flat=True))
        open_timers = Counter(ResponseTimer.objects.filter(ended_at=None).values_list("ticket_id", flat=True))
    assert hunt.said <= stored
    no_cycles(tickets)
    assert all(count == 1 for count in open_timers.values())
    assert not {ticket.pk for ticket in tickets if ticket.status == Status.MERGED} & set(open_timers)
    assert quota_check.differences() == []
    nothing_differs()
