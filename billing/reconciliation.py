"""The job that picks up what was left lying: it works out from rows what is missing (spec page 8.2).

Every step is harmless when run twice or late. When nothing is missing it costs one statement.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import connection

from billing import cancellation, gateway_notifications, gateways, locks, payments, refunds, sandbox_desk, settling
from billing.models import GatewayNotification, Order, Payment, Refund
from common import tenancy

log = structlog.get_logger(__name__)
BATCH = 200

# What is waiting, from partial indexes; a step runs only where something is.
_WAITING = """
SELECT EXISTS (SELECT 1 FROM billing_sandboxreport
                WHERE delivered_at IS NULL AND made_at < %(left_lying)s) AS reports,
       EXISTS (SELECT 1 FROM billing_gatewaynotification WHERE processed_at IS NULL) AS notifications,
       EXISTS (SELECT 1 FROM billing_payment WHERE query_at <= %(at)s) AS silent_payments,
       EXISTS (SELECT 1 FROM billing_order o JOIN billing_payment p ON p.order_id = o.id
                WHERE o.status = 'awaiting_payment' AND p.status = 'succeeded') AS paid_orders,
       EXISTS (SELECT 1 FROM billing_order WHERE status = 'awaiting_payment' AND pay_until <= %(at)s) AS unpaid_orders,
       EXISTS (SELECT 1 FROM billing_refund WHERE status = 'requested') AS refunds
"""


def reconcile(*, at: datetime) -> dict[str, int]:
    """Deliver, process, query, fulfil, expire and refund what is due at `at`. Returns how many of each."""
    with tenancy.everything(), connection.cursor() as cursor:
        cursor.execute(_WAITING, {"at": at, "left_lying": sandbox_desk.left_lying_since()})
        names = [column.name for column in cursor.description or ()]
        waiting = {name for name, is_waiting in zip(names, cursor.fetchone(), strict=True) if is_waiting}
    steps: dict[str, Callable[[datetime], int]] = {
        "reports": _deliver_reports,
        "notifications": _process_notifications,
        "silent_payments": _query_silent_payments,
        "paid_orders": _settle_paid_orders,
        "unpaid_orders": lambda instant: cancellation.expire_unpaid(at=instant),
        "refunds": _send_refunds,
    }
    report = {name: step(at) for name, step in steps.items() if name in waiting}
    if report:
        log.info("billing.reconciled", **report)
    return report


def _deliver_reports(at: datetime) -> int:
    return sandbox_desk.deliver_waiting(limit=BATCH)


def _process_notifications(at: datetime) -> int:
    with tenancy.everything():
        rows = GatewayNotification.objects.filter(processed_at=None).order_by("pk")
        waiting = list(rows.values_list("pk", flat=True)[:BATCH])
    return sum(_attempt(gateway_notifications.process, pk) for pk in waiting)


def _query_silent_payments(at: datetime) -> int:
    with tenancy.everything():
        rows = Payment.objects.filter(query_at__lte=at).order_by("query_at", "pk")
        waiting = list(rows.values_list("pk", flat=True)[:BATCH])
    return sum(_attempt(_query, pk, at) for pk in waiting)


def _query(payment_id: int, at: datetime) -> None:
    """Ask the gateway what became of a payment it has said nothing about, and treat the answer as its word."""
    with tenancy.everything():
        payment = Payment.objects.get(pk=payment_id)
        answer = gateways.gateway_named(payment.gateway).query(payment.reference)
        Payment.objects.filter(pk=payment_id, query_at=payment.query_at).update(
            query_at=payments.next_query_at(payment, at)
        )
    if answer is not None:
        event, raw = answer
        row = gateway_notifications.store(gateway=payment.gateway, event=event, raw=raw, at=at)
        gateway_notifications.process(row.pk)


def _settle_paid_orders(at: datetime) -> int:
    with tenancy.everything():
        rows = Payment.objects.filter(status=Payment.Status.SUCCEEDED, order__status=Order.Status.AWAITING_PAYMENT)
        waiting = list(rows.order_by("pk").values_list("pk", "organization_id")[:BATCH])
    return sum(_attempt(_settle, payment_id, organization_id, at) for payment_id, organization_id in waiting)


def _settle(payment_id: int, organization_id: int, at: datetime) -> None:
    with tenancy.organization(organization_id):
        organization = locks.hold_account(organization_id)
        settling.settle_left_over(organization=organization, payment_id=payment_id, at=at)


def _send_refunds(at: datetime) -> int:
    with tenancy.everything():
        rows = Refund.objects.filter(status=Refund.Status.REQUESTED).order_by("pk")
        waiting = list(rows.values_list("pk", flat=True)[:BATCH])
    return sum(_attempt(refunds.send, pk) for pk in waiting)


def _attempt(step: Callable[..., None], *arguments: object) -> int:
    """One bad row must not keep the others waiting: it is logged and tried again next time."""
    try:
        step(*arguments)
    except Exception:
        log.exception("billing.reconcile_failed", step=step.__name__, arguments=[str(a) for a in arguments])
        return 0
    return 1
