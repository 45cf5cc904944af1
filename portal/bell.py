"""The broker as the bell: wakes the relay after a commit, and never fails the page that committed."""

from __future__ import annotations

from typing import Any

import redis
import structlog
from django.conf import settings

from common import outbox, redis_silence
from notifications.outbound import bell as senders

log = structlog.get_logger(__name__)
RELAY, SENDERS = "portal:bell", "portal:bell:senders"
RINGING_MS = 1000


def hang() -> None:
    """Tell the outbox, and who sends to addresses outside, how to ring."""
    outbox.set_bell(ring)
    senders.set_bell(ring_for_senders)


def ring() -> None:
    """Send one relay task, unless one is on its way: a crowd of commits does not feed a full queue."""
    from portal.tasks import relay

    _ring(RELAY, relay)


def ring_for_senders() -> None:
    """Send one task that delivers what is due, unless one is on its way."""
    from portal.tasks import deliver

    _ring(SENDERS, deliver)


def _ring(key: str, task: Any) -> None:
    if redis_silence.is_silent():
        return
    try:
        if _client().set(key, 1, nx=True, px=RINGING_MS):
            task.apply_async(retry=False, expires=60)
    except (redis.RedisError, task.OperationalError, OSError) as error:
        redis_silence.note(error)
        log.info("bell.unheard", error=repr(error))


def heard(key: str = RELAY) -> None:
    """The task has come: later commits may ring again."""
    try:
        _client().delete(key)
    except redis.RedisError as error:
        log.info("bell.unheard", error=repr(error))


def alone(key: str, *, seconds: int) -> bool:
    """Whether nobody else does it now; let go of by `heard`, at the latest after `seconds`."""
    try:
        return bool(_client().set(key, 1, nx=True, ex=seconds))
    except redis.RedisError as error:
        log.info("bell.unheard", error=repr(error))
        return False


_connection: redis.Redis | None = None


def _client() -> redis.Redis:
    global _connection  # noqa: PLW0603
    if _connection is None:
        _connection = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.3, socket_timeout=0.5)
    return _connection
