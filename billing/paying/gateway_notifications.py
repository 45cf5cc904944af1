"""What gateways report: verified, stored raw, and processed once (spec page 3, sections 3.3 and 3.8).

Storing and processing are two transactions: once stored, a notification is never lost, and the reconciliation job
processes what a crash left over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from billing import locks
from billing.gateways import gateway_named
from billing.gateways.interface import Event, GatewayRefused, GatewayUnreachable, MethodStored, Word
from billing.models import GatewayNotification, Payment
from billing.paying import method_set_up
from billing.paying import outcomes as settling
from common import clock, tenancy

log = structlog.get_logger(__name__)


def take_notification(*, gateway: str, raw: bytes, headers: Mapping[str, str]) -> GatewayNotification:
    """Verify, store and process one notification; opens its own transactions.

    A repeat changes nothing. Raises NotFound for an unknown gateway, BadSignature, or FieldErrors.
    """
    event = gateway_named(gateway).read(raw, headers)
    notification = store(gateway=gateway, event=event, raw=raw.decode("utf-8"), at=clock.now())
    process(notification.pk)
    return notification


def store(*, gateway: str, event: Word, raw: str, at: datetime) -> GatewayNotification:
    """Keep a verified notification; the first one of an event stays as it is."""
    with tenancy.everything():
        notification, _made = GatewayNotification.objects.get_or_create(
            gateway=gateway,
            event_id=event.event_id,
            defaults={"reference": event.reference, "raw": raw, "received_at": at},
        )
    return notification


def process(notification_id: int) -> None:
    """Carry out a stored notification, once; two processors of one event take turns."""
    row = GatewayNotification.objects.filter(pk=notification_id, processed_at=None).first()
    if row is None:
        return
    word = gateway_named(row.gateway).reread(row.raw)
    if isinstance(word, MethodStored):
        # Asked before any lock is taken.
        word = word if word.label else replace(word, label=_label_of(row.gateway, word.token))
    with tenancy.everything():
        if isinstance(word, Event):
            _process_event(row, word)
        elif isinstance(word, MethodStored):
            method_set_up.keep(gateway=row.gateway, word=word, at=clock.now())
            _done(row, GatewayNotification.Outcome.STORED)
        else:
            _done(row, GatewayNotification.Outcome.IGNORED)


def _process_event(row: GatewayNotification, event: Event) -> None:
    payment = Payment.objects.filter(reference=row.reference, gateway=row.gateway).first()
    if payment is None:
        log.error("payment.unknown", gateway=row.gateway, reference=row.reference, event_id=row.event_id)
        _done(row, GatewayNotification.Outcome.UNKNOWN)
        return
    organization = locks.hold_account(payment.organization_id)
    row = GatewayNotification.objects.select_for_update().get(pk=row.pk)
    if row.processed_at is None:
        outcome = settling.settle(organization=organization, payment_id=payment.pk, event=event, at=clock.now())
        _done(row, outcome)


def _label_of(gateway: str, token: str) -> str:
    try:
        return gateway_named(gateway).label_of(token)
    except (GatewayUnreachable, GatewayRefused) as silent:
        log.warning("payment_method.unnamed", gateway=gateway, because=str(silent))
        return ""


def _done(row: GatewayNotification, outcome: str) -> None:
    row.processed_at = clock.now()
    row.outcome = outcome
    row.save(update_fields=["processed_at", "outcome"])
