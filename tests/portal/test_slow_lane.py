"""A mail server that hangs holds up nothing but mail: the relay's two lanes (portal/tasks.py)."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from common import outbox
from portal import tasks


@pytest.fixture
def relayed(monkeypatch):
    """Which lanes were relayed, and whether the slow task was sent."""
    seen: list[object] = []
    monkeypatch.setattr(outbox, "relay", lambda **lane: seen.append(lane))
    monkeypatch.setattr(tasks.relay_slow, "apply_async", lambda **_options: seen.append("sent"))
    cache.delete(tasks.SLOW_LANE)
    yield seen
    cache.delete(tasks.SLOW_LANE)


def test_the_relay_sends_the_slow_task_only_where_something_waits(relayed, monkeypatch):
    monkeypatch.setattr(outbox, "is_waiting", lambda *, slow: False)
    tasks.relay()
    assert relayed == [{"slow": False}]
    monkeypatch.setattr(outbox, "is_waiting", lambda *, slow: slow)
    tasks.relay()
    assert relayed == [{"slow": False}, {"slow": False}, "sent"]


def test_one_slow_relay_runs_at_a_time(relayed):
    cache.set(tasks.SLOW_LANE, 1, timeout=10)
    tasks.relay_slow()
    assert relayed == []
    cache.delete(tasks.SLOW_LANE)
    tasks.relay_slow()
    assert relayed == [{"slow": True, "seconds": 20}]
    tasks.relay_slow()
    assert len(relayed) == 2, "the lane is free again"


def test_the_lane_is_free_again_after_a_fault(relayed, monkeypatch):
    def fail(**_lane):
        raise ZeroDivisionError

    monkeypatch.setattr(outbox, "relay", fail)
    with pytest.raises(ZeroDivisionError):
        tasks.relay_slow()
    assert cache.get(tasks.SLOW_LANE) is None
