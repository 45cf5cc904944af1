"""How often somebody may ask: a fixed window per minute of real time, counted in Redis (spec page 8.3)."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache

from common import clock
from common.problems import Throttled

WINDOW_SECONDS = 60


def check(who: str, *, limit: int | None = None) -> None:
    """Count one request of `who`; raises Throttled above the limit. A cache that is down lets everybody in."""
    if settings.RATE_LIMITS == "off":
        return
    allowed = limit if limit is not None else int(settings.RATE_LIMITS)
    seconds = int(clock.real_now().timestamp())
    key = f"rate:{who}:{seconds // WINDOW_SECONDS}"
    cache.add(key, 0, timeout=WINDOW_SECONDS * 2)
    try:
        count = cache.incr(key)
    except ValueError:
        return
    if count is not None and count > allowed:
        raise Throttled(WINDOW_SECONDS - seconds % WINDOW_SECONDS)
