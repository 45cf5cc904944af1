"""Sending what is due: claimed in one transaction, sent outside of any, recorded in another.

Several senders may run at once: rows are claimed with SKIP LOCKED and held for a minute of real time, so that a
sender that dies lets them go. The receiver may then get an event twice, always with the same `webhook-id`; of
deliveries there is one for each event and address. An address has at most one batch under way: one that hangs
costs a few threads, not the others' turn.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from common import clock, tenancy
from common.sealing import Unreadable
from notifications.im.robots import MOST_LINES, SPACING
from notifications.models import Delivery, Endpoint
from notifications.outbound import http, messages, recording
from notifications.outbound.http import Outcome

AT_ONCE = 24
PER_WEBHOOK = 4
HELD_FOR = timedelta(seconds=60)
SECONDS = 12

_READY = """
  due.status = 'pending' AND due.next_attempt_at <= %(now)s
  AND address.off = '' AND (address.free_at IS NULL OR address.free_at <= %(real)s)
  AND NOT EXISTS (
    SELECT 1 FROM notifications_delivery AS held
     WHERE held.endpoint_id = due.endpoint_id AND held.status = 'pending' AND held.held_until > %(real)s)
"""
_CLAIM = f"""
UPDATE notifications_delivery SET held_until = %(until)s WHERE id IN (
  SELECT id FROM notifications_delivery WHERE status = 'pending' AND id IN (
    SELECT id FROM (
      SELECT due.id, due.next_attempt_at, address.kind,
             row_number() OVER (PARTITION BY due.endpoint_id ORDER BY due.next_attempt_at, due.id) AS place
        FROM notifications_delivery AS due
        JOIN notifications_endpoint AS address ON address.id = due.endpoint_id
       WHERE {_READY}
    ) AS turn
     WHERE place <= CASE WHEN kind = 'webhook' THEN %(per_webhook)s ELSE %(lines)s END
     ORDER BY next_attempt_at, id LIMIT %(most)s
  ) AND (held_until IS NULL OR held_until <= %(real)s)
  ORDER BY id FOR UPDATE SKIP LOCKED
) RETURNING id
"""  # noqa: S608
_WAITS = f"""
SELECT EXISTS (
  SELECT 1 FROM notifications_delivery AS due
    JOIN notifications_endpoint AS address ON address.id = due.endpoint_id WHERE {_READY})
"""  # noqa: S608


@dataclass(frozen=True)
class Batch:
    """One request: one delivery of a webhook, or what a robot is told in one message."""

    endpoint: Endpoint
    deliveries: list[Delivery]


def deliver_due(*, at: datetime, seconds: float = SECONDS) -> dict[str, int]:
    """Send what is due at `at`; nothing is begun after `seconds`. Returns how many requests were made.

    The periodic job, and what the bell wakes.
    """
    sent = 0
    started = time.monotonic()
    under_way: dict[Future[Outcome], Batch] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sender") as threads:
        while True:
            if time.monotonic() - started < seconds and len(under_way) < AT_ONCE:
                for batch in _claimed(at=at, most=AT_ONCE - len(under_way)):
                    under_way[threads.submit(http.send, batch[1])] = batch[0]
            if not under_way:
                return {"requests": sent}
            done, _waiting = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                batch_done = under_way.pop(future)
                recording.record(batch_done.endpoint, batch_done.deliveries, future.result())
                sent += 1


def is_due(*, at: datetime) -> bool:
    """Whether something waits that could be sent now."""
    with tenancy.everything(), connection.cursor() as cursor:
        cursor.execute(_WAITS, {"now": at, "real": clock.real_now()})
        return cursor.fetchone()[0]


def _claimed(*, at: datetime, most: int) -> list[tuple[Batch, http.Post]]:
    real = clock.real_now()
    values: dict[str, Any] = {
        "now": at,
        "real": real,
        "until": real + HELD_FOR,
        "per_webhook": PER_WEBHOOK,
        "lines": MOST_LINES,
        "most": most,
    }
    with tenancy.everything():
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, values)
            claimed = [row[0] for row in cursor.fetchall()]
        batches = list(_batches(claimed))
        robots = [batch.endpoint.pk for batch in batches if not batch.endpoint.is_webhook]
        if robots:
            Endpoint.objects.filter(pk__in=robots).update(free_at=real + SPACING)
    return [(batch, post) for batch in batches if (post := _written(batch)) is not None]


def _batches(claimed: list[int]) -> Iterator[Batch]:
    if not claimed:
        return
    rows = Delivery.objects.filter(pk__in=claimed).select_related("endpoint__organization").order_by("pk")
    grouped: dict[int, list[Delivery]] = defaultdict(list)
    for row in rows:
        if row.endpoint.is_webhook:
            yield Batch(row.endpoint, [row])
        else:
            grouped[row.endpoint_id].append(row)
    for deliveries in grouped.values():
        yield Batch(deliveries[0].endpoint, deliveries)


def _written(batch: Batch) -> http.Post | None:
    try:
        return messages.post_of(batch.endpoint, batch.deliveries)
    except Unreadable:
        recording.record(batch.endpoint, batch.deliveries, Outcome(error="unreadable"))
        return None
