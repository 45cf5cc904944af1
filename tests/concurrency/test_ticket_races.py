"""Many at once on one thing: the last quota unit, one ticket, one idempotency key, one timer (real threads)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from addons import ticket_quota
from addons.models import QuotaCounter, QuotaEntry
from addons.ticket_quota import QuotaExhausted
from common import clock, tenancy
from common.models import OutboxEvent
from common.problems import Problem
from supportplans import versions
from supportplans.entitlements import entitlements
from supportplans.publishing import load_files
from supportplans.subscriptions import start_subscription
from tests import cast
from tests.tickets.conftest import FIELDS, NOON, act, at, file, fresh, history_of, message, reply, timers_of
from tickets import handling, number_series
from tickets import sweep as sweep_module
from tickets.models import ResponseTimer, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plans(transactional_db):
    load_files()
    people = cast.gather()
    for organization, tier in ((people.orbit, "business"), (people.pine, "standard")):
        since = at("2026-11-01 10:00")
        with tenancy.organization(organization.pk), clock.at(since):
            start_subscription(
                organization=organization, tier=tier, cycle="yearly", at=since, order_number="O-1", by=None
            )
    yield people
    versions.forget()


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(0)` … `work(count - 1)` at once; returns what each gave, or the problem it met."""
    results: list[Any] = [None] * count
    gate = threading.Barrier(count)

    def run(place: int) -> None:
        try:
            gate.wait(120)
            results[place] = work(place)
        except Problem as problem:
            results[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    assert not any(thread.is_alive() for thread in threads)
    return results


def test_50_submissions_of_the_last_unit_and_one_is_accepted(plans):
    for _ in range(29):
        file(plans.pine, plans.partner_member)
    results = together(50, lambda _place: file(plans.pine, plans.partner_member))
    kinds = Counter(type(result).__name__ for result in results)
    assert kinds == {"Ticket": 1, "QuotaExhausted": 49}
    with tenancy.organization(plans.pine.pk):
        assert QuotaCounter.objects.get().used == 30
        assert QuotaEntry.objects.count() == 30
        assert Ticket.objects.count() == 30
        assert ResponseTimer.objects.count() == 30
    assert OutboxEvent.objects.filter(topic="ticket.created").count() == 30


def test_without_the_conditional_update_more_than_one_would_win(plans, monkeypatch):
    """The negative control: looking first and taking afterwards lets several through."""
    together_at_the_counter = threading.Barrier(10)

    def look_then_take(*, organization, entitlements, at, ticket_number, by):
        left = ticket_quota.balance(organization, at, entitlements)
        together_at_the_counter.wait(120)
        if not left.remaining:
            raise ticket_quota.exhausted(organization, entitlements, left)
        return ticket_quota.take_anyway(
            organization=organization, entitlements=entitlements, at=at, ticket_number=ticket_number, by=by
        )

    with tenancy.organization(plans.pine.pk):
        number_series.draw(at=NOON)  # the very first drawing makes the key, and others wait for it
        held = entitlements(plans.pine, NOON)
        for place in range(29):
            ticket_quota.take(organization=plans.pine, entitlements=held, at=NOON, ticket_number=f"T-{place}", by=None)
    monkeypatch.setattr("tickets.filing.ticket_quota.take", look_then_take)
    results = together(10, lambda _place: file(plans.pine, plans.partner_member))
    assert sum(isinstance(result, Ticket) for result in results) > 1
    assert not any(isinstance(result, QuotaExhausted) for result in results)


def test_20_claim_one_ticket_and_one_gets_it(plans):
    ticket = file(plans.orbit, plans.outsider)
    engineers = [cast.staff(f"e{place}@support.example", "engineer") for place in range(20)]
    results = together(20, lambda place: act(handling.claim, ticket, engineers[place], NOON))
    winners = [result for result in results if isinstance(result, Ticket)]
    refused = [result for result in results if isinstance(result, Problem)]
    assert (len(winners), len(refused)) == (1, 19)
    winner = fresh(ticket).assignee
    assert winners[0].assignee == winner
    assert {problem.code for problem in refused} == {"already_claimed"}
    assert {problem.members["assignee"]["email"] for problem in refused} == {winner.email}
    assert [entry.event for entry in history_of(ticket)].count("claimed") == 1


def test_16_requests_with_one_key_make_one_ticket(plans):
    clients = [cast.client_of(plans.partner_member) for _ in range(16)]

    def send(place: int) -> tuple[int, Any]:
        with clock.at(NOON):
            answer = clients[place].post(
                "/api/v1/orgs/pine/tickets", FIELDS, format="json", headers={"Idempotency-Key": "double-click"}
            )
        return answer.status_code, answer.json()

    results = together(16, send)
    made = {body["number"] for status, body in results if status == 201}
    assert len(made) == 1
    others = [body["code"] for status, body in results if status != 201]
    assert set(others) <= {"request_in_progress"}
    with tenancy.organization(plans.pine.pk):
        assert Ticket.objects.count() == 1
        assert QuotaCounter.objects.get().used == 1


def test_eight_sweeps_at_once_record_each_step_once(plans, monkeypatch):
    monkeypatch.setattr(sweep_module, "BATCH", 3)
    tickets = [file(plans.orbit, plans.outsider) for _ in range(20)]
    when = at("2026-11-24 15:00")

    def run(_place: int) -> dict[str, int]:
        with clock.at(when):
            return sweep_module.sweep(at=when)

    results = together(8, run)
    # A sweep that finds rows held by another ends early; the next one finds what was left.
    results.append(run(0))
    assert sum(result["fired"] for result in results) == 20
    for ticket in tickets:
        steps = [(entry.event, entry.step) for entry in history_of(ticket) if entry.step]
        assert steps == [("step_passed", 50), ("step_passed", 80), ("escalated", 100)]
    breached = OutboxEvent.objects.filter(topic="ticket.breached").values_list("payload__timers", flat=True)
    assert sum(map(len, breached)) == len({timer for timers in breached for timer in timers}) == 20


def test_a_timer_never_has_two_answers(plans):
    """Replies, a sweep and the customer's close race around the due time: one end, and the rows agree."""
    for turn in range(6):
        ticket = file(plans.orbit, plans.outsider, severity="critical_down", when=NOON + timedelta(hours=turn))
        due = ticket.response_due_at

        def one(place: int, ticket=ticket, due=due) -> Any:
            when = due + timedelta(seconds=place - 2)
            if place == 4:
                with clock.at(when):
                    return sweep_module.sweep(at=when)
            return reply(ticket, plans.engineer, when)

        together(5, one)
        (timer,) = timers_of(ticket)
        assert timer.ended_at == timer.answered_at is not None
        assert (timer.state == "met") == (timer.answered_at < due) == (timer.breached_at is None)
        events = [entry.event for entry in history_of(ticket)]
        assert events.count("timer_answered") == 1


def test_messages_at_once_start_one_next_timer(plans):
    ticket = file(plans.orbit, plans.outsider)
    reply(ticket, plans.engineer, at("2026-11-24 12:10"))
    together(8, lambda place: message(ticket, plans.outsider, at(f"2026-11-24 12:1{place}")))
    timers = timers_of(ticket)
    assert [timer.kind for timer in timers] == ["first", "next"]
    assert fresh(ticket).response_due_at == timers[1].due_at
