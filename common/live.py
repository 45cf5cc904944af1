"""Live updates: after a commit, tell open pages over Redis that something changed (spec page 4.5 'Live').

An event carries no content, only what changed; the page asks for the fragment again, with its own rights.
Best effort: a page that was cut off asks for everything again when it is back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import redis
import structlog
from django.conf import settings
from django.core import signing
from django.db import transaction

from common import redis_silence

CHANNEL_PREFIX = "portal:live:"
# Channels whose announcements are counted, for common/shared_reading.py.
COUNTED = frozenset({"desk"})
COUNT_PREFIX = "portal:announced:"
SALT = "portal.live"
SUBSCRIPTION_SECONDS = 24 * 3600
log = structlog.get_logger(__name__)


def publish(channel: str, event: str, **data: Any) -> None:
    """Announce `event` ("ticket-changed") on `channel` ("ticket:17") when the open transaction commits."""
    message = json.dumps({"event": event, "data": data})
    transaction.on_commit(lambda: _send([channel], message))


def publish_all(channels: Sequence[str], event: str) -> None:
    """The same event on many channels, in one exchange with Redis."""
    message = json.dumps({"event": event, "data": {}})
    if channels:
        transaction.on_commit(lambda: _send(channels, message))


def _send(channels: Sequence[str], message: str) -> None:
    if redis_silence.is_silent():
        return
    try:
        with _client().pipeline(transaction=False) as together:
            for channel in channels:
                # Counted first: who has heard of the change finds it counted.
                if channel in COUNTED:
                    together.incr(COUNT_PREFIX + channel)
                together.publish(CHANNEL_PREFIX + channel, message)
            together.execute()
    except redis.RedisError as error:
        redis_silence.note(error)
        log.info("live.unheard", channel=channels[0], error=repr(error))


def announced(channel: str) -> int | None:
    """How many events were announced on a counted channel so far; None while Redis does not answer."""
    if redis_silence.is_silent():
        return None
    try:
        return int(_client().get(COUNT_PREFIX + channel) or 0)  # type: ignore[arg-type]
    except redis.RedisError as error:
        redis_silence.note(error)
        return None


def subscription(*channels: str) -> str:
    """A signed permission to listen to `channels`, for the address `/events?s=…` of a page that may see them."""
    return signing.dumps(list(channels), salt=SALT, compress=True)


def channels_of(signed: str) -> list[str]:
    """The channels a subscription permits; raises django.core.signing.BadSignature for any other text."""
    return signing.loads(signed, salt=SALT, max_age=SUBSCRIPTION_SECONDS)


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)
