"""Effects of a transaction leave after it, at least once, whatever breaks (spec page 8.2)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from common import clock, outbox, tenancy
from common.models import Heartbeat, OutboxEvent

TOPIC = "test.happened"

pytestmark = pytest.mark.usefixtures("real_time_stands")


@pytest.fixture
def heard(monkeypatch):
    """What a handler of the topic was told."""
    told: list[dict] = []
    monkeypatch.setitem(outbox._handlers, TOPIC, [lambda event: told.append(event.payload)])
    return told


def emit(number=1, key=None):
    with transaction.atomic():
        outbox.emit(TOPIC, organization_id=None, payload={"number": number}, key=key)


def event() -> OutboxEvent:
    return OutboxEvent.objects.get()


def test_an_event_is_handed_on_once(db, heard):
    emit()
    assert outbox.relay() == 1
    assert outbox.relay() == 0
    assert heard == [{"number": 1}]
    assert event().done_at is not None


def test_events_leave_in_their_order(db, heard):
    for number in range(5):
        emit(number)
    assert outbox.relay(limit=3) == 3
    assert outbox.relay() == 2
    assert [told["number"] for told in heard] == [0, 1, 2, 3, 4]


def test_a_key_is_written_once_ever(db, heard):
    emit(1, key="a")
    emit(2, key="a")
    outbox.relay()
    emit(3, key="a")
    outbox.relay()
    assert heard == [{"number": 1}]


def test_many_events_are_one_statement(db, heard, django_assert_num_queries):
    events = [(TOPIC, None, {"number": number}, f"k{number % 2}") for number in range(4)]
    with transaction.atomic(), django_assert_num_queries(1):
        outbox.emit_all(events)
    with transaction.atomic(), django_assert_num_queries(0):
        outbox.emit_all([])
    outbox.relay()
    assert sorted(told["number"] for told in heard) == [0, 1]


def test_nothing_leaves_of_a_transaction_that_failed(db, heard):
    def fail():
        with transaction.atomic():
            emit()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert outbox.relay() == 0
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_an_event_belongs_to_a_transaction():
    with pytest.raises(RuntimeError, match="belongs to the transaction"):
        outbox.emit(TOPIC, organization_id=None, payload={})
    with pytest.raises(RuntimeError, match="belongs to the transaction"):
        outbox.emit_all([(TOPIC, None, {}, None)])
    assert not OutboxEvent.objects.exists()


def test_the_bell_rings_after_the_commit(db, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(outbox, "_bell", lambda: rung.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        emit()
        assert rung == []
    assert rung == [1]


def test_what_a_journey_announces_is_handled_at_its_own_time(db, settings, monkeypatch):
    settings.PORTAL_TEST_CLOCK = "2026-11-24T12:00:00+08:00"
    start = clock.now()
    seen = []
    monkeypatch.setitem(outbox._handlers, TOPIC, [lambda event: seen.append(clock.now())])
    later = start + timedelta(hours=3)
    with clock.at(later):
        emit(1)
    emit(2)
    outbox.relay()
    assert seen[0] == later
    assert start <= seen[1] < later


def test_a_topic_nobody_listens_to_is_done(db):
    with transaction.atomic():
        outbox.emit("test.unheard", organization_id=None, payload={})
    assert outbox.relay() == 1


def test_a_handler_is_registered_once(monkeypatch):
    monkeypatch.setitem(outbox._handlers, TOPIC, [])

    def handler(event):
        pass

    assert outbox.handles(TOPIC)(handler) is handler
    outbox.handles(TOPIC)(handler)
    assert outbox._handlers[TOPIC] == [handler]


def test_handlers_see_every_tenants_rows(db, monkeypatch):
    seen = []
    monkeypatch.setitem(outbox._handlers, TOPIC, [lambda _event: seen.append(tenancy._current())])
    emit()
    outbox.relay()
    assert seen == ["*"]


def test_a_failure_is_tried_again_later_and_later(db, monkeypatch):
    def break_down(_event):
        Heartbeat.objects.create(name="half", at=clock.real_now())
        raise ConnectionRefusedError("mail server")

    monkeypatch.setitem(outbox._handlers, TOPIC, [break_down])
    emit()
    pauses = []
    for attempt in range(1, 10):
        before = clock.real_now()
        OutboxEvent.objects.update(available_at=before)
        assert outbox.relay() == 0
        failed = event()
        assert (failed.attempts, failed.done_at, failed.error) == (
            attempt,
            None,
            "ConnectionRefusedError('mail server')",
        )
        pauses.append((failed.available_at - before).total_seconds())
    assert pauses == [2, 5, 15, 60, 300, 900, 3600, 3600, 3600]
    assert not Heartbeat.objects.exists(), "what a handler wrote before it failed is undone"


def test_an_event_that_waits_does_not_hold_up_the_others(db, monkeypatch):
    told = []

    def handle(event):
        if event.payload["number"] == 1:
            raise ValueError
        told.append(event.payload["number"])

    monkeypatch.setitem(outbox._handlers, TOPIC, [handle])
    emit(1)
    emit(2)
    assert outbox.relay() == 1
    assert told == [2]
    assert outbox.relay() == 0


def test_it_works_again_once_the_cause_is_gone(db, heard, monkeypatch):
    emit()
    with monkeypatch.context() as broken:
        broken.setitem(outbox._handlers, TOPIC, [lambda _event: 1 / 0])
        outbox.relay()
    assert outbox.relay() == 0, "it waits"
    OutboxEvent.objects.update(available_at=clock.real_now())
    assert outbox.relay() == 1
    assert heard == [{"number": 1}]


def test_after_forty_attempts_it_is_given_up_and_kept_with_its_error(db, monkeypatch):
    monkeypatch.setitem(outbox._handlers, TOPIC, [lambda _event: 1 / 0])
    emit()
    OutboxEvent.objects.update(attempts=39)
    assert outbox.relay() == 0
    given_up = event()
    assert given_up.attempts == 40
    assert given_up.done_at is not None
    assert "ZeroDivisionError" in given_up.error


def test_given_up_and_waiting_events_can_be_sent_again_and_done_ones_not(db, heard):
    for number in range(3):
        emit(number)
    outbox.relay()
    heard.clear()
    first, second, _third = OutboxEvent.objects.order_by("pk")
    OutboxEvent.objects.filter(pk=first.pk).update(error="given up", attempts=40)
    later = clock.real_now() + timedelta(hours=1)
    OutboxEvent.objects.filter(pk=second.pk).update(done_at=None, error="broken", attempts=3, available_at=later)
    assert outbox.retry_now(OutboxEvent.objects.all()) == 2
    assert outbox.relay() == 2
    assert [told["number"] for told in heard] == [0, 1]


def test_the_age_of_the_oldest_event_that_should_have_left(db):
    assert outbox.oldest_waiting_seconds() == 0.0
    emit()
    OutboxEvent.objects.update(available_at=clock.real_now() - timedelta(seconds=90))
    assert outbox.oldest_waiting_seconds() == 90.0
    OutboxEvent.objects.update(available_at=clock.real_now() + timedelta(seconds=90))
    assert outbox.oldest_waiting_seconds() == 0.0


def test_events_that_left_a_week_ago_are_swept(db, heard):
    emit(1)
    outbox.relay()
    emit(2)
    OutboxEvent.objects.exclude(done_at=None).update(done_at=clock.real_now() - timedelta(days=8))
    assert outbox.sweep_done() == 1
    assert event().payload == {"number": 2}


# ---- two lanes -----------------------------------------------------------------------------------------------------


SLOW = "test.slow"


@pytest.fixture
def slowly(heard, monkeypatch):
    """What the handler of a slow topic was told, after a quick event and a slow one."""
    monkeypatch.setattr(outbox, "_slow_topics", set())
    monkeypatch.setitem(outbox._handlers, SLOW, [])
    told: list[dict] = []
    outbox.handles(SLOW, slow=True)(lambda event: told.append(event.payload))
    with transaction.atomic():
        outbox.emit(SLOW, organization_id=None, payload={"mail": 1})
    emit()
    return told


def test_what_waits_for_others_travels_in_a_lane_of_its_own(db, heard, slowly):
    assert outbox.relay(slow=False) == 1
    assert (heard, slowly) == ([{"number": 1}], [])
    assert outbox.is_waiting(slow=True)
    assert not outbox.is_waiting(slow=False)
    assert outbox.relay(slow=True) == 1
    assert slowly == [{"mail": 1}]
    assert not outbox.is_waiting(slow=True)


def test_a_relay_without_a_lane_takes_both(db, heard, slowly):
    assert outbox.relay() == 2
    assert (heard, slowly) == ([{"number": 1}], [{"mail": 1}])


def test_a_relay_begins_nothing_after_its_time(db, heard):
    emit(1)
    emit(2)
    assert outbox.relay(seconds=-1) == 0
    assert outbox.relay(seconds=60) == 2


def test_mail_is_slow_and_telling_people_is_not():
    assert {"notice.email", "invitation.sent", "account.mail"} <= outbox._slow_topics
    assert not {"member.joined", "member.left", "ticket.escalated"} & outbox._slow_topics


# ---- several relays, and crashes ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_several_relays_at_once_hand_each_event_on_once(heard):
    for number in range(60):
        emit(number)
    barrier, counts = threading.Barrier(4), []

    def work():
        barrier.wait()
        counts.append(outbox.relay())
        connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 60
    assert sorted(told["number"] for told in heard) == list(range(60))


class Crash(BaseException):
    """The process is gone."""


@pytest.mark.django_db(transaction=True)
def test_a_crash_in_the_middle_loses_nothing_and_writes_nothing_twice(monkeypatch):
    crashing = [True]

    def handle(event):
        Heartbeat.objects.create(name=f"done {event.payload['number']}", at=clock.real_now())
        if crashing.pop() if crashing else False:
            raise Crash

    monkeypatch.setitem(outbox._handlers, TOPIC, [handle])
    emit(1)
    emit(2)
    with pytest.raises(Crash):
        outbox.relay()
    assert not Heartbeat.objects.exists()
    assert OutboxEvent.objects.filter(done_at=None).count() == 2
    assert outbox.relay() == 2
    assert sorted(Heartbeat.objects.values_list("name", flat=True)) == ["done 1", "done 2"]
