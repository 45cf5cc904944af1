"""What many ask for in the same moment is read once, and nobody is given less than what they have heard of."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from common import live
from common.shared_reading import SharedReading


class Source:
    """Something that changes, and counts how often it is read."""

    def __init__(self) -> None:
        self.now, self.reads = 0, 0

    def read(self) -> int:
        self.reads += 1
        return self.now


@pytest.fixture
def announcements(monkeypatch) -> list[str]:
    made: list[str] = []
    monkeypatch.setattr(live, "announced", made.count)
    return made


def test_it_is_read_once_until_something_is_announced(announcements):
    source, shared = Source(), SharedReading("desk", seconds=60)
    assert [shared.moment().get("list", source.read) for _reader in range(5)] == [0] * 5
    announcements.append("elsewhere")
    assert shared.moment().get("list", source.read) == 0
    assert source.reads == 1
    source.now = 1
    announcements.append("desk")
    assert [shared.moment().get("list", source.read) for _reader in range(5)] == [1] * 5
    assert source.reads == 2


def test_each_key_has_its_own_reading_and_the_oldest_are_forgotten(announcements):
    source, shared = Source(), SharedReading("desk", seconds=60, kept=2)
    for key in ("a", "b", "a", "c", "a", "b"):
        shared.moment().get(key, source.read)
    assert source.reads == 4  # b once more: it was the oldest when c came


def test_a_moment_is_short(announcements):
    source, shared = Source(), SharedReading("desk", seconds=-1)
    shared.moment().get("list", source.read)
    shared.moment().get("list", source.read)
    assert source.reads == 2


def test_without_redis_everybody_reads(monkeypatch):
    source, shared = Source(), SharedReading("desk", seconds=60)
    monkeypatch.setattr(live, "announced", lambda channel: None)
    shared.moment().get("list", source.read)
    shared.moment().get("list", source.read)
    assert source.reads == 2


def test_a_change_in_the_middle_of_a_reading_is_read_again(announcements):
    """The negative case of taking the count after reading: the change would be missed."""
    source, shared = Source(), SharedReading("desk", seconds=60)

    def read_while_it_changes() -> int:
        found = source.read()
        source.now = 1
        announcements.append("desk")
        return found

    assert shared.moment().get("list", read_while_it_changes) == 0
    assert shared.moment().get("list", source.read) == 1


def test_who_comes_while_somebody_reads_waits_and_shares(announcements):
    source, shared = Source(), SharedReading("desk", seconds=60)
    reading, go_on = threading.Event(), threading.Event()

    def slowly() -> int:
        reading.set()
        assert go_on.wait(20)
        return source.read()

    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(shared.moment().get, "list", slowly)
        assert reading.wait(20)
        others = [pool.submit(shared.moment().get, "list", source.read) for _other in range(8)]
        go_on.set()
        assert {one.result() for one in (first, *others)} == {0}
    assert source.reads == 1


def test_a_reading_that_fails_is_tried_again_by_the_next(announcements):
    source, shared = Source(), SharedReading("desk", seconds=60)

    def fail() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shared.moment().get("list", fail)
    assert shared.moment().get("list", source.read) == 0
