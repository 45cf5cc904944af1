"""Who else looks at a ticket or writes on it (spec page 4.5 'collision warning').

Open pages say so every few seconds, and Redis forgets who says nothing any more: nothing of it is in the database.
One hash for each ticket, a field for each person. Only staff are in it, and only the desk's pages read it. A Redis that
is down shows nobody; work goes on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

import redis
import structlog
from django.conf import settings

from accounts.models import Person
from common import clock, live, redis_silence

# Pages say every 15 seconds that they are open, and every 4 that somebody types (static/js/presence.js).
HERE_SECONDS = 40
TYPING_SECONDS = 10
# What somebody may be doing besides looking.
REPLY, NOTE = "reply", "note"
DOING = ("", REPLY, NOTE)
EVENT = "presence-changed"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Colleague:
    """Somebody who has the ticket open; `doing` is REPLY, NOTE or '' for looking."""

    person_id: int
    name: str
    doing: str


def channel(number: str) -> str:
    """Where the ticket's pages at the desk hear that somebody came, went, began or stopped to write."""
    return f"desk-presence:{number}"


def beat(*, number: str, by: Person, doing: str = "") -> list[Colleague]:
    """`by` has the ticket open and does `doing`; returns the others, by name."""
    known = _read(number)
    before, now = known.get(by.pk), clock.real_now().timestamp()
    mine = {"name": by.display_name(), "here": now, "doing": doing, "did": now if doing else 0}
    is_news = before is None or _doing(before, now) != doing
    gone = [pk for pk, row in known.items() if now - row["here"] > HERE_SECONDS]
    _write(number, by.pk, mine, gone)
    if is_news:
        live.publish(channel(number), EVENT)
    return _colleagues(known, now, without=by.pk)


def leave(*, number: str, by: Person) -> None:
    """`by` closes the page."""
    try:
        if _reachable() and _client().hdel(_key(number), str(by.pk)):
            live.publish(channel(number), EVENT)
    except redis.RedisError as error:
        _note(error)


def others(number: str, *, besides: Person) -> list[Colleague]:
    """Who has the ticket open, by name."""
    return _colleagues(_read(number), clock.real_now().timestamp(), without=besides.pk)


def _colleagues(known: dict[int, dict], now: float, *, without: int) -> list[Colleague]:
    found = [
        Colleague(pk, row["name"], _doing(row, now))
        for pk, row in known.items()
        if pk != without and now - row["here"] <= HERE_SECONDS
    ]
    return sorted(found, key=lambda one: (one.name, one.person_id))


def _doing(row: dict, now: float) -> str:
    return row["doing"] if now - row["did"] <= TYPING_SECONDS else ""


def _read(number: str) -> dict[int, dict]:
    if not _reachable():
        return {}
    try:
        rows = _client().hgetall(_key(number))
    except redis.RedisError as error:
        _note(error)
        return {}
    return {int(pk): json.loads(row) for pk, row in rows.items()}  # type: ignore[union-attr]


def _write(number: str, person_id: int, row: dict, gone: list[int]) -> None:
    if not _reachable():
        return
    try:
        with _client().pipeline(transaction=False) as pipe:
            pipe.hset(_key(number), str(person_id), json.dumps(row))
            if gone:
                pipe.hdel(_key(number), *(str(pk) for pk in gone))
            pipe.expire(_key(number), HERE_SECONDS)
            pipe.execute()
    except redis.RedisError as error:
        _note(error)


def _key(number: str) -> str:
    return f"portal:presence:{number}"


def _reachable() -> bool:
    return not redis_silence.is_silent()


def _note(error: redis.RedisError) -> None:
    redis_silence.note(error)
    log.info("presence.unknown", error=repr(error))


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)
