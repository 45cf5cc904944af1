"""The outbox: effects of a transaction are written in it, and leave after it (spec page 8.2).

`emit` writes a row; the relay hands each row to the functions registered for its topic. A handler may run twice
(a crash between its effect and the mark), so it acts under a natural key. The broker is only the bell: a lost
bell delays an effect until the next periodic relay, nothing more.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from common import clock, tenancy
from common.models import OutboxEvent

Handler = Callable[[OutboxEvent], None]
GroupHandler = Callable[[Sequence[OutboxEvent]], None]
_handlers: dict[str, list[Handler]] = defaultdict(list)
# Topics of which all that waits is handed over at once.
_group_handlers: dict[str, GroupHandler] = {}
# Topics whose handlers talk to servers outside: they travel in a lane of their own.
_slow_topics: set[str] = set()
_bell: Callable[[], None] | None = None
log = structlog.get_logger(__name__)

RETRY_AFTER = [timedelta(seconds=s) for s in (2, 5, 15, 60, 300, 900, 3600)]
SLOW_LANE = 8_202_613  # its advisory lock
TAKEN_TOGETHER = 50
GIVE_UP_AFTER = 40  # with the last pause of an hour: about a day and a half


def handles(topic: str, *, slow: bool = False) -> Callable[[Handler], Handler]:
    """Register a function for a topic; called in an app's reactions.py, imported by its AppConfig.

    `slow`: it waits for a server outside (mail, webhooks). A server that does not answer must not hold up what the
    portal does for itself, so the whole topic leaves in the slow lane.
    """

    def register(function: Handler) -> Handler:
        if slow:
            _slow_topics.add(topic)
        if function not in _handlers[topic]:
            _handlers[topic].append(function)
        return function

    return register


def handles_together(topic: str) -> Callable[[GroupHandler], GroupHandler]:
    """Register the function that gets what waits of a topic in one go: of many alike people are told once.

    A topic has one such function. Events that failed before come alone, so that one does not hold up the others.
    """

    def register(function: GroupHandler) -> GroupHandler:
        _group_handlers[topic] = function
        return function

    return register


def set_bell(ring: Callable[[], None]) -> None:
    """How to wake the relay after a commit; the composition root gives it."""
    global _bell  # noqa: PLW0603
    _bell = ring


def emit(topic: str, *, organization_id: int | None, payload: dict[str, Any], key: str | None = None) -> None:
    """Write an event in the open transaction; with a `key`, the same topic and key is written once ever."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event belongs to the transaction of what happened")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_outboxevent "
            "(topic, key, organization_id, payload, created_at, available_at, attempts, error) "
            "VALUES (%s, %s, %s, %s, %s, %s, 0, '') ON CONFLICT (topic, key) DO NOTHING",
            [topic, key, organization_id, json.dumps(payload), clock.now(), clock.real_now()],
        )
    transaction.on_commit(ring)


def emit_all(
    events: Sequence[tuple[str, int | None, dict[str, Any], str | None]], *, leaving: Sequence[datetime] | None = None
) -> None:
    """Write many events (topic, organization_id, payload, key) in one statement of the open transaction.

    `leaving`: for each of them the real time before which it stays; by default they may leave at once.
    """
    if not events:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("an event belongs to the transaction of what happened")
    topics, organizations, payloads, keys = zip(*events, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_outboxevent "
            "(topic, key, organization_id, payload, created_at, available_at, attempts, error) "
            "SELECT topic, key, organization_id, payload, %s, leaves, 0, '' "
            "FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::jsonb[], %s::timestamptz[]) "
            "AS event(topic, key, organization_id, payload, leaves) ON CONFLICT (topic, key) DO NOTHING",
            [
                clock.now(),
                list(topics),
                list(keys),
                list(organizations),
                [json.dumps(payload) for payload in payloads],
                list(leaving) if leaving is not None else [clock.real_now()] * len(events),
            ],
        )
    transaction.on_commit(ring)


def ring() -> None:
    """Wake the relay; a broker that is down never fails the page."""
    if _bell is not None:
        _bell()


def relay(*, limit: int = 500, slow: bool | None = None, seconds: float | None = None) -> int:
    """Hand up to `limit` waiting events to their handlers, each in a transaction of its own.

    `slow` chooses one lane, None takes both; no event is begun after `seconds`. Returns how many were done.
    Several relays may run at once: rows are locked with SKIP LOCKED. The slow lane has one at a time; others
    find it taken and end.
    """
    done = 0
    started = time.monotonic()
    for _turn in range(limit):
        if seconds is not None and time.monotonic() - started > seconds:
            break
        outcome = _relay_one(slow)
        if outcome is None:
            break
        done += outcome
    return done


def is_waiting(*, slow: bool) -> bool:
    """Whether the lane has an event that should leave now."""
    return _due(slow).exists()


def _due(slow: bool | None) -> QuerySet[OutboxEvent]:
    events = OutboxEvent.objects.filter(done_at=None, available_at__lte=clock.real_now())
    if slow is None:
        return events
    return events.filter(topic__in=_slow_topics) if slow else events.exclude(topic__in=_slow_topics)


def _relay_one(slow: bool | None) -> int | None:
    with tenancy.everything():
        if slow and not _take_slow_lane():
            return None
        event = _due(slow).select_for_update(skip_locked=True).order_by("available_at", "id").first()
        if event is None:
            return None
        events = [event, *_taken_along(event)]
        try:
            with transaction.atomic():
                for handler in _handlers.get(event.topic, ()):
                    for one in events:
                        with clock.not_before(one.created_at):
                            handler(one)
                if event.topic in _group_handlers:
                    with clock.not_before(max(one.created_at for one in events)):
                        _group_handlers[event.topic](events)
        except Exception as error:
            for one in events:
                _postpone(one, error)
            return 0
        OutboxEvent.objects.filter(pk__in=[one.pk for one in events]).update(done_at=clock.real_now())
        return len(events)


def _taken_along(event: OutboxEvent) -> list[OutboxEvent]:
    """Others of the topic that wait, where they are handled together."""
    if event.topic not in _group_handlers or event.attempts:
        return []
    waiting = _due(None).filter(topic=event.topic, attempts=0).exclude(pk=event.pk)
    return list(waiting.select_for_update(skip_locked=True).order_by("available_at", "id")[: TAKEN_TOGETHER - 1])


def _take_slow_lane() -> bool:
    """Held by the open transaction, so that whoever dies in the lane leaves it free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SLOW_LANE])
        return cursor.fetchone()[0]


def _postpone(event: OutboxEvent, error: Exception) -> None:
    pause = RETRY_AFTER[min(event.attempts, len(RETRY_AFTER) - 1)]
    event.attempts += 1
    event.error = repr(error)[:2000]
    event.available_at = clock.real_now() + pause
    if event.attempts >= GIVE_UP_AFTER:
        event.done_at = clock.real_now()
    event.save(update_fields=["attempts", "error", "available_at", "done_at"])
    log.warning("outbox.postponed", event_id=event.pk, topic=event.topic, attempts=event.attempts, error=repr(error))


def retry_now(events: QuerySet[OutboxEvent]) -> int:
    """Let events that wait for a retry, or were given up with an error, leave at once; returns how many."""
    waiting = events.filter(Q(done_at=None) | ~Q(error=""))
    count = waiting.update(done_at=None, available_at=clock.real_now(), attempts=0, error="")
    transaction.on_commit(ring)
    return count


def oldest_waiting_seconds() -> float:
    """Age of the oldest event that should have left, in real seconds; 0.0 when nothing waits."""
    row = OutboxEvent.objects.filter(done_at=None).order_by("available_at", "id").values_list("available_at").first()
    return max(0.0, (clock.real_now() - row[0]).total_seconds()) if row else 0.0


def sweep_done(*, older_than: timedelta = timedelta(days=7)) -> int:
    """Delete events that left long ago; returns how many."""
    return OutboxEvent.objects.filter(done_at__lt=clock.real_now() - older_than).delete()[0]
