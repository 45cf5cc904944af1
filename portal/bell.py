"""The broker as the bell: wakes the relay after a commit, and never fails the page that committed."""

from __future__ import annotations

import redis
import structlog
from django.conf import settings

from common import outbox, redis_silence

log = structlog.get_logger(__name__)
RINGING_KEY = "portal:bell"
RINGING_MS = 1000


def hang() -> None:
    """Tell the outbox how to ring."""
    outbox.set_bell(ring)


def ring() -> None:
    """Send one relay task, unless one is on its way: a crowd of commits does not feed a full queue."""
    from portal.tasks import relay

    if redis_silence.is_silent():
        return
    try:
        if _client().set(RINGING_KEY, 1, nx=True, px=RINGING_MS):
            relay.apply_async(retry=False, expires=60)
    except (redis.RedisError, relay.OperationalError, OSError) as error:
        redis_silence.note(error)
        log.info("bell.unheard", error=repr(error))


def heard() -> None:
    """The relay has come: later commits may ring again."""
    try:
        _client().delete(RINGING_KEY)
    except redis.RedisError as error:
        log.info("bell.unheard", error=repr(error))


_connection: redis.Redis | None = None


def _client() -> redis.Redis:
    global _connection  # noqa: PLW0603
    if _connection is None:
        _connection = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.3, socket_timeout=0.5)
    return _connection
