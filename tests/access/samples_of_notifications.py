"""A webhook and an IM group of acme, each with something that was sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Organization, Person
from common.sealing import seal
from notifications.models import Delivery, Endpoint


def things(acme: Organization, owner: Person, at: datetime) -> dict[str, Any]:
    """By the part of an address that names them; inside a tenant scope."""
    hook, hook_delivery = _endpoint(acme, owner, at, "webhook", "https://canary.example.com/in")
    group, group_delivery = _endpoint(
        acme, owner, at, "wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"
    )
    return {
        "webhooks/{number}": f"webhooks/{hook.pk}",
        "im-groups/{number}": f"im-groups/{group.pk}",
        f"webhooks/{hook.pk}/deliveries/{{delivery}}": f"webhooks/{hook.pk}/deliveries/{hook_delivery.pk}",
        f"im-groups/{group.pk}/deliveries/{{delivery}}": f"im-groups/{group.pk}/deliveries/{group_delivery.pk}",
    }


def _endpoint(acme: Organization, owner: Person, at: datetime, kind: str, url: str) -> tuple[Endpoint, Delivery]:
    endpoint = Endpoint.objects.create(
        organization=acme,
        kind=kind,
        sealed_url=seal(url),
        shown_url=url,
        events=["report.ready"],
        sealed_secret=seal("whsec_c2FtcGxl"),
        created_at=at,
        created_by=owner,
    )
    delivery = Delivery.objects.create(
        organization=acme,
        endpoint=endpoint,
        key="msg_sample",
        type="report.ready",
        body='{"type":"report.ready","timestamp":"","data":{}}',
        status=Delivery.Status.SUCCEEDED,
        created_at=at,
        first_due_at=at,
    )
    return endpoint, delivery
