"""What became of a try: taken, to be tried again, or given up; and addresses that are of no use any more."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.urls import reverse

from accounts.access import people_with_role
from common import audit, clock, live, tenancy
from common.api import api_time
from notifications.im.robots import GONE, TAKEN
from notifications.models import Delivery, Endpoint
from notifications.notices import notify
from notifications.outbound import backoff, messages
from notifications.outbound.http import Outcome

KEPT_TRIES = 30
KEPT_FOR = timedelta(days=30)
# An address is switched off when a delivery is given up and nothing at all was taken meanwhile.
FAILING_FOR = backoff.TRIED_FOR - timedelta(hours=1)
log = structlog.get_logger(__name__)


def record(endpoint: Endpoint, deliveries: Sequence[Delivery], outcome: Outcome) -> None:
    """Write the outcome of one request into its deliveries; those that somebody else decided meanwhile stay."""
    now = clock.now()
    with tenancy.everything():
        held = Endpoint.objects.select_for_update().select_related("organization").filter(pk=endpoint.pk).first()
        if held is None:
            return
        said = messages.verdict(held, outcome)
        is_given_up = False
        rows = Delivery.objects.select_for_update().filter(
            pk__in=[one.pk for one in deliveries], status=Delivery.Status.PENDING
        )
        for row in rows.order_by("pk"):
            _write(row, outcome, said, now)
            is_given_up |= row.status == Delivery.Status.FAILED
        _look_at(held, said, now, is_given_up=is_given_up)
        live.publish(f"org:{held.organization_id}", "deliveries-changed")
    log.info("outbound.tried", endpoint_id=endpoint.pk, status=outcome.status, error=outcome.error, verdict=said)


def give_up_waiting(endpoint: Endpoint) -> None:
    """What waits for an address that is off is not sent later by itself; people may send it again."""
    waiting = Delivery.objects.filter(endpoint=endpoint, status=Delivery.Status.PENDING)
    waiting.update(status=Delivery.Status.FAILED, next_attempt_at=None, held_until=None, error="off")


def forget_old(*, at: datetime) -> int:
    """Delete what was decided more than 30 days ago; returns how many."""
    with tenancy.everything():
        old = Delivery.objects.filter(created_at__lt=at - KEPT_FOR).exclude(status=Delivery.Status.PENDING)
        return old.delete()[0]


def _write(row: Delivery, outcome: Outcome, said: str, now: datetime) -> None:
    error = outcome.error or _error_of(outcome, said)
    row.attempts += 1
    row.last_attempt_at = now
    row.held_until = None
    row.response_status, row.response_excerpt, row.error = outcome.status, outcome.text, error
    tried = {"at": api_time(now), "status": outcome.status, "error": error, "milliseconds": outcome.milliseconds}
    row.tries = [*row.tries, tried][-KEPT_TRIES:]
    if said == TAKEN:
        row.status, row.next_attempt_at = Delivery.Status.SUCCEEDED, None
    else:
        row.next_attempt_at = None if said == GONE else _next(row, outcome, now)
        if row.next_attempt_at is None:
            row.status = Delivery.Status.FAILED
    row.save(
        update_fields=[
            *("attempts", "last_attempt_at", "held_until", "response_status", "response_excerpt", "error", "tries"),
            *("status", "next_attempt_at"),
        ]
    )


def _error_of(outcome: Outcome, said: str) -> str:
    if said == TAKEN:
        return ""
    return "redirect" if outcome.status is not None and 300 <= outcome.status < 400 else "answer"


def _next(row: Delivery, outcome: Outcome, now: datetime) -> datetime | None:
    return backoff.next_attempt(
        tried=row.attempts,
        first_due_at=row.first_due_at,
        now=now,
        chance=random.random(),  # noqa: S311
        retry_after=backoff.retry_after_of(outcome.retry_after, now=clock.real_now()) if outcome.retry_after else None,
    )


def _look_at(endpoint: Endpoint, said: str, now: datetime, *, is_given_up: bool) -> None:
    if said == TAKEN:
        if endpoint.failing_since is not None:
            endpoint.failing_since = None
            endpoint.save(update_fields=["failing_since"])
        return
    if endpoint.failing_since is None:
        endpoint.failing_since = now
        endpoint.save(update_fields=["failing_since"])
    if said == GONE:
        _switch_off(endpoint, Endpoint.Off.GONE, now)
    elif is_given_up and now - endpoint.failing_since >= FAILING_FOR:
        _switch_off(endpoint, Endpoint.Off.FAILING, now)


def _switch_off(endpoint: Endpoint, why: Endpoint.Off, now: datetime) -> None:
    if not endpoint.is_on:
        return
    endpoint.off = why
    endpoint.save(update_fields=["off"])
    give_up_waiting(endpoint)
    organization = endpoint.organization
    kind = "webhook" if endpoint.is_webhook else "im_group"
    page = "notifications:webhooks" if endpoint.is_webhook else "notifications:im_groups"
    audit.record(
        by=None,
        organization_id=organization.pk,
        action=f"{kind}.switched_off",
        object=endpoint.shown_url,
        after={"reason": str(why)},
    )
    notify(
        people=people_with_role(organization.pk, "owner"),
        kind=f"endpoint.{why}",
        params={"address": endpoint.name or endpoint.shown_url, "organization": organization.name},
        url=reverse(page, args=[organization.slug]),
        key=f"endpoint.{why}:{endpoint.pk}:{now.isoformat()}",
        organization=organization,
    )
