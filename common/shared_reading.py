"""What many open pages ask for in the same moment is read once and shared.

An announced change makes every open desk ask for its list again. Whoever asks first reads; the others of this process
are given what was read, for as long as nothing further was announced. Nobody is given anything older than what they
have heard of: the number of announcements is taken before reading, and counted up before an announcement leaves.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from common import live

T = TypeVar("T")


class _Entry:
    """What was read for one key, when, and after how many announcements; its lock is held while somebody reads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.version = -1
        self.read_at = 0.0
        self.value: Any = None


class SharedReading:
    """Readings that hold until the next announcement on a counted `channel`, at most `seconds` long."""

    def __init__(self, channel: str, *, seconds: float = 1.0, kept: int = 256) -> None:
        self.channel, self.seconds, self.kept = channel, seconds, kept
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._guard = threading.Lock()

    def moment(self) -> Moment:
        """The moment that has come: whoever has been told of a change until now reads it. One question to Redis."""
        return Moment(self, live.announced(self.channel))

    def entry(self, key: Hashable) -> _Entry:
        """Where the reading for `key` is kept; the longest unused one is forgotten."""
        with self._guard:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > self.kept:
                self._entries.popitem(last=False)
            return entry


class Moment:
    """What is read after so many announcements; None where nobody could say how many."""

    def __init__(self, readings: SharedReading, version: int | None) -> None:
        self._readings, self._version = readings, version

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` returns, now or a moment ago for somebody else; `key` holds all that it depends on.

        Without Redis nothing is shared. The value is given to many: nobody may change it.
        """
        if self._version is None:
            return read()
        entry = self._readings.entry(key)
        with entry.lock:
            if entry.version < self._version or time.monotonic() - entry.read_at > self._readings.seconds:
                read_at = time.monotonic()
                entry.value = read()
                entry.version, entry.read_at = self._version, read_at
            value: T = entry.value
            return value
