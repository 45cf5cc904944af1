"""A mail server that hangs holds up nothing but mail: the relay's two lanes (portal/tasks.py)."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from common import outbox
from common.models import OutboxEvent
from portal import bell, tasks


@pytest.fixture
def relayed(monkeypatch):
    """Which lanes were relayed, whether the slow task was sent, and whether the bell rang for more."""
    seen: list[object] = []
    monkeypatch.setattr(outbox, "relay", lambda **lane: seen.append(lane) or len(seen) - 1)
    monkeypatch.setattr(tasks.relay_slow, "apply_async", lambda **_options: seen.append("sent"))
    monkeypatch.setattr(bell, "ring", lambda: seen.append("rung"))
    return seen


def test_the_relay_sends_the_slow_task_only_where_something_waits(relayed, monkeypatch):
    monkeypatch.setattr(outbox, "is_waiting", lambda *, slow: False)
    tasks.relay()
    assert relayed == [{"slow": False}]
    relayed.clear()
    monkeypatch.setattr(outbox, "is_waiting", lambda *, slow: slow)
    tasks.relay()
    assert relayed == [{"slow": False}, "sent"]


def test_a_relay_that_found_something_rings_for_what_may_be_left(relayed, monkeypatch):
    monkeypatch.setattr(outbox, "is_waiting", lambda *, slow: False)
    relayed.append("before")
    tasks.relay()
    tasks.relay_slow()
    assert relayed == ["before", {"slow": False}, "rung", {"slow": True, "seconds": 20}, "rung"]


@pytest.mark.django_db(transaction=True)
def test_one_slow_relay_runs_at_a_time(monkeypatch):
    monkeypatch.setattr(outbox, "_slow_topics", {"test.mail"})
    inside, may_end = threading.Event(), threading.Event()

    def hang(_event):
        inside.set()
        assert may_end.wait(120)

    monkeypatch.setitem(outbox._handlers, "test.mail", [hang])
    with transaction.atomic():
        for _number in range(2):
            outbox.emit("test.mail", organization_id=None, payload={})
        outbox.emit("test.other", organization_id=None, payload={})

    def work():
        outbox.relay(slow=True)
        connection.close()

    first = threading.Thread(target=work)
    first.start()
    assert inside.wait(120)
    assert outbox.relay(slow=True) == 0, "the lane is taken"
    assert outbox.relay(slow=False) == 1, "the other lane is not"
    may_end.set()
    first.join()
    assert not OutboxEvent.objects.filter(done_at=None).exists()
