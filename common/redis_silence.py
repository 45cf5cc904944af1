"""A Redis that hangs is waited for once, not by everybody again and again.

Redis carries nothing that must happen (bell, live updates, rate limits), so whoever waited in vain tells the others,
and for a moment nobody asks. One that refuses connections costs no time and needs none of this.
"""

from __future__ import annotations

import time

import redis

PAUSE_SECONDS = 2.0
_silent_until = 0.0


def is_silent() -> bool:
    """Whether somebody in this process has just waited in vain."""
    return time.monotonic() < _silent_until


def note(error: Exception) -> None:
    """Tell the others when `error` means that Redis did not answer in time."""
    global _silent_until  # noqa: PLW0603
    if isinstance(error, redis.TimeoutError):
        _silent_until = time.monotonic() + PAUSE_SECONDS
