"""From one event to its deliveries: one for each address of the organization that asked for it, once ever.

An organization without addresses costs one probe of an index.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.crypto import salted_hmac

from accounts.models import Organization
from common import clock, live
from common.api import api_time
from common.models import OutboxEvent
from notifications.models import Delivery, Endpoint
from notifications.outbound import bell, events


def fan_out(event: OutboxEvent) -> None:
    """Handler of every topic that organizations can be told of; twice is once (`one_delivery_per_event`)."""
    happened = events.happenings(event)
    listening = _listening({one.organization_id for one in happened}, event.topic)
    if not listening:
        return
    organizations = Organization.objects.in_bulk(listening)
    rows: list[Delivery] = []
    for one in happened:
        endpoints = listening.get(one.organization_id)
        if not endpoints:
            continue
        data = events.facts(event.topic, one, organizations[one.organization_id])
        if data is not None:
            key = message_id(f"{event.pk}:{one.key}")
            rows += [_row(endpoint, event.topic, key, data, event.created_at) for endpoint in endpoints]
    send_soon(rows)


def send_soon(rows: list[Delivery]) -> None:
    """Store deliveries that are not there yet and wake the senders when the transaction commits."""
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    if rows:
        bell.ring_on_commit()
    for organization_id in {row.organization_id for row in rows}:
        live.publish(f"org:{organization_id}", "deliveries-changed")


def test_delivery(endpoint: Endpoint, *, key: str, by: str) -> Delivery:
    """What `send a test` sends."""
    said = {
        "organization": endpoint.organization.slug,
        "message": "This is a test of the support plan portal.",
        "requested_by": by,
    }
    return _row(endpoint, events.TEST, message_id(key), said, clock.now())


def message_id(key: str) -> str:
    """The id a receiver knows an event by: always the same for the same event, and telling nothing else."""
    return "msg_" + salted_hmac("notifications.outbound", key, algorithm="sha256").hexdigest()[:32]


def _listening(organization_ids: set[int], type_: str) -> dict[int, list[Endpoint]]:
    found: dict[int, list[Endpoint]] = defaultdict(list)
    for endpoint in _in_use(organization_ids):
        if type_ in endpoint.events:
            found[endpoint.organization_id].append(endpoint)
    return dict(found)


def _in_use(organization_ids: set[int]) -> Iterable[Endpoint]:
    if not organization_ids:
        return []
    in_use = Endpoint.objects.filter(organization_id__in=organization_ids, off=Endpoint.Off.NOT)
    return in_use.only("id", "organization_id", "events", "kind").order_by("pk")


def _row(endpoint: Endpoint, type_: str, key: str, data: dict[str, Any], at: datetime) -> Delivery:
    now = clock.now()
    body = {"type": type_, "timestamp": api_time(at), "data": data}
    return Delivery(
        organization_id=endpoint.organization_id,
        endpoint=endpoint,
        key=key,
        type=type_,
        body=json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")),
        created_at=now,
        first_due_at=now,
        next_attempt_at=now,
    )
