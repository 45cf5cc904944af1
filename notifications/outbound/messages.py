"""What is sent to an address: a webhook's signed body as it was written, or a robot's message in its language."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import uuid4

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from common import clock
from common.sealing import Unreadable, unseal
from notifications.im import robots
from notifications.im.sentences import line_of
from notifications.models import Delivery, Endpoint
from notifications.outbound.http import Outcome, Post
from notifications.webhooks import signing

USER_AGENT = "support-plan-portal/1"


def post_of(endpoint: Endpoint, deliveries: Sequence[Delivery]) -> Post:
    """The request for one delivery, or for several of one robot; raises Unreadable for lost secrets.

    `endpoint` brings its organization along. The time that receivers check is the real one.
    """
    body = _body(endpoint, deliveries)
    headers = {"Content-Type": "application/json", "User-Agent": USER_AGENT}
    if endpoint.is_webhook:
        headers |= signing.headers(
            secrets_in_use=_secrets(endpoint),
            message_id=deliveries[0].key,
            timestamp=int(clock.real_now().timestamp()),
            body=body,
        )
    return Post(unseal(endpoint.sealed_url), body.encode(), headers, tuple(settings.WEBHOOK_ALLOWED_HOSTS))


def verdict(endpoint: Endpoint, outcome: Outcome) -> str:
    """What an answer means: robots.TAKEN, AGAIN or GONE."""
    if outcome.status is None:
        return robots.AGAIN
    if not endpoint.is_webhook:
        return robots.verdict(endpoint.kind, outcome.status, outcome.text)
    if outcome.status == 410:
        return robots.GONE
    return robots.TAKEN if 200 <= outcome.status < 300 else robots.AGAIN


def _secrets(endpoint: Endpoint) -> list[str]:
    """The secret in use, and the one before it while both overlap."""
    sealed = [endpoint.sealed_secret]
    if endpoint.old_secret_until is not None and endpoint.old_secret_until > clock.now():
        sealed.append(endpoint.sealed_old_secret)
    found = [unseal(one) for one in sealed if one]
    if not found:
        raise Unreadable("no secret")
    return found


def _body(endpoint: Endpoint, deliveries: Sequence[Delivery]) -> str:
    if endpoint.is_webhook:
        return deliveries[0].body
    with translation.override(endpoint.organization.language or "en"):
        lines = [line_of(delivery.type, json.loads(delivery.body)["data"]) for delivery in deliveries]
        message = robots.message(
            endpoint.kind,
            lines,
            title=gettext(settings.BRAND_NAME),
            more=lambda count: ngettext("… and %(count)s more", "… and %(count)s more", count) % {"count": count},
            milliseconds=int(clock.real_now().timestamp() * 1000),
            uuid=uuid4().hex,
        )
    return json.dumps(message, ensure_ascii=False)
