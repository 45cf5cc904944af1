"""What webhooks do not take: tried again, given up, never doubled (spec page 4.6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import clock, tenancy
from notifications.models import Delivery, Endpoint, Notification
from notifications.outbound import sending
from tests.notifications.happenings import HOOKS, START, deliver, deliveries, happen


@pytest.fixture(autouse=True)
def _no_chance(monkeypatch):
    """The pauses are exactly as long as planned: by chance there would be one try more or less in three days."""
    monkeypatch.setattr("notifications.outbound.recording.random.random", lambda: 0.5)


def test_what_is_not_taken_is_tried_again_with_growing_pauses(people, hook, receiver):
    receiver.answer(500, b"oops")
    receiver.answer(503)
    with clock.at(START):
        happen(people.acme)
    assert deliver(START) == 1
    row = deliveries()[0]
    assert (row.status, row.attempts, row.response_status, row.response_excerpt) == ("pending", 1, 500, "oops")
    assert row.next_attempt_at == START + timedelta(seconds=5)
    assert deliver(START + timedelta(seconds=4)) == 0
    assert deliver(START + timedelta(seconds=5)) == 1
    assert deliveries()[0].next_attempt_at == START + timedelta(seconds=25)
    assert deliver(START + timedelta(seconds=25)) == 1
    row = deliveries()[0]
    assert (row.status, row.attempts, row.next_attempt_at) == ("succeeded", 3, None)
    assert [one["status"] for one in row.tries] == [500, 503, 200]
    assert len({taken.headers["webhook-id"] for taken in receiver.requests}) == 1


def test_retry_after_is_respected(people, hook, receiver):
    receiver.answer(429, Retry_After="3600")
    with clock.at(START):
        happen(people.acme)
    deliver(START)
    assert deliveries()[0].next_attempt_at == START + timedelta(hours=1)


def test_a_redirect_is_not_followed_and_tried_again(people, hook, receiver):
    receiver.answer(307, Location="http://127.0.0.1:1/")
    happen(people.acme)
    deliver()
    row = deliveries()[0]
    assert (row.status, row.response_status, row.error) == ("pending", 307, "redirect")
    assert len(receiver.requests) == 1


def test_after_three_days_it_is_given_up_the_webhook_is_off_and_owners_are_told(people, api, hook, receiver):
    with tenancy.everything():
        Endpoint.objects.update(shown_url="http://127.0.0.1:1/")
    for _turn in range(40):
        receiver.answer(500)
    with clock.at(START):
        happen(people.acme)
    at = START
    while deliveries()[0].status == "pending":
        at = deliveries()[0].next_attempt_at
        assert deliver(at) == 1
    assert at == START + timedelta(days=3)
    assert deliveries()[0].attempts == 14
    shown = api(people.owner).get(f"{HOOKS}/{hook['id']}").json()
    assert (shown["enabled"], shown["disabled_reason"]) == (False, "failing")
    with tenancy.everything():
        notice = Notification.objects.get(kind="endpoint.failing")
        assert notice.person == people.owner
        happen(people.acme)
    assert len(deliveries()) == 1


def test_one_that_is_given_up_while_others_are_taken_leaves_the_webhook_on(people, hook, receiver):
    receiver.answer(500)
    with clock.at(START):
        happen(people.acme)
        deliver(START)
    with clock.at(START + timedelta(days=1)):
        with tenancy.everything():
            Delivery.objects.update(next_attempt_at=START + timedelta(days=3))
        happen(people.acme)
        assert deliver(START + timedelta(days=1)) == 1
    receiver.answer(500)
    assert deliver(START + timedelta(days=3)) == 1
    assert [row.status for row in deliveries()] == ["failed", "succeeded"]
    with tenancy.everything():
        assert Endpoint.objects.get().is_on


def test_gone_switches_the_webhook_off_at_once(people, hook, receiver):
    receiver.answer(410)
    happen(people.acme)
    happen(people.acme, used=25)
    deliver()
    with tenancy.everything():
        assert Endpoint.objects.get().off == "gone"
        assert Notification.objects.filter(kind="endpoint.gone", person=people.owner).count() == 1
    assert {row.status for row in deliveries()} <= {"failed", "succeeded"}
    assert deliver(clock.now() + timedelta(days=1)) == 0


def test_a_name_that_leads_inside_later_is_not_sent_to(people, hook, receiver, settings):
    settings.WEBHOOK_ALLOWED_HOSTS = []
    happen(people.acme)
    deliver()
    assert receiver.requests == []
    assert deliveries()[0].error == "https_needed"


def test_what_a_dead_sender_held_is_sent_when_its_minute_is_over(people, hook, receiver):
    happen(people.acme)
    assert len(sending._claimed(at=clock.now(), most=10)) == 1  # and then it dies
    assert deliver() == 0
    with tenancy.everything():
        Delivery.objects.update(held_until=clock.real_now() - timedelta(seconds=1))
    assert deliver() == 1
    assert (len(receiver.requests), len(deliveries())) == (1, 1)


def test_an_outcome_that_comes_after_another_one_changes_nothing(people, hook, receiver):
    happen(people.acme)
    claimed = sending._claimed(at=clock.now(), most=10)
    with tenancy.everything():
        Delivery.objects.update(held_until=None)
    assert deliver() == 1
    from notifications.outbound import recording
    from notifications.outbound.http import Outcome

    batch = claimed[0][0]
    recording.record(batch.endpoint, batch.deliveries, Outcome(status=500))
    row = deliveries()[0]
    assert (row.status, row.attempts) == ("succeeded", 1)


def test_an_address_has_four_under_way_at_most(people, hook):
    for used in range(6):
        happen(people.acme, used=used)
    assert len(sending._claimed(at=clock.now(), most=10)) == 4
    assert sending._claimed(at=clock.now(), most=10) == []


def test_claiming_costs_the_same_whatever_waits(people, hook, receiver):
    for used in range(4):
        happen(people.acme, used=used)
    with CaptureQueriesContext(
        connection,
    ) as few:
        sending._claimed(at=clock.now(), most=10)
    assert len([one for one in few if "notifications_" in one["sql"]]) == 2
