"""The job that picks up what was left lying: it works out from rows what is missing (spec page 8.2).

Every step is harmless when run twice or late. When nothing is missing it costs one statement.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.db import connection

from billing import gateways, locks
from billing.buying import cancellation
from billing.gateways.interface import GatewayUnreachable
from billing.invoices import refunds
from billing.models import GatewayNotification, Order, Payment, Refund
from billing.paying import charging, gateway_notifications, sandbox_desk
from billing.paying import outcomes as settling
from common import tenancy

log = structlog.get_logger(__name__)
BATCH = 200

# What is waiting, from partial indexes; a step runs only where something is. A gateway that is not set up (any more)
# can be asked nothing, and refunds that a person sends wait for them.
_WAITING = """
SELECT EXISTS (SELECT 1 FROM billing_sandboxreport
                WHERE delivered_at IS NULL AND made_at < %(left_lying)s) AND 'sandbox' = ANY(%(known)s) AS reports,
       EXISTS (SELECT 1 FROM billing_gatewaynotification
                WHERE processed_at IS NULL AND gateway = ANY(%(known)s)) AS notifications,
       EXISTS (SELECT 1 FROM billing_order o JOIN billing_payment p ON p.order_id = o.id
                WHERE o.status = 'awaiting_payment' AND p.status = 'succeeded') AS paid_orders,
       EXISTS (SELECT 1 FROM billing_order WHERE status = 'awaiting_payment' AND pay_until <= %(at)s) AS unpaid_orders,
       EXISTS (SELECT 1 FROM billing_payment WHERE query_at <= %(at)s AND gateway = ANY(%(known)s)) AS silent_payments,
       EXISTS (SELECT 1 FROM billing_refund r JOIN billing_payment p ON p.id = r.payment_id
                WHERE r.status = 'requested' AND p.gateway = ANY(%(refunding)s)) AS refunds
"""


def reconcile(*, at: datetime) -> dict[str, int]:
    """Deliver, process, fulfil, expire, query and refund what is due at `at`. Returns how many of each.

    What stays inside the portal comes first: a gateway that hangs delays the others' word, and no order's end.
    """
    facts: dict[str, Any] = {
        "at": at,
        "left_lying": sandbox_desk.left_lying_since(),
        "known": gateways.set_up(),
        "refunding": gateways.refunding(),
    }
    with tenancy.everything(), connection.cursor() as cursor:
        cursor.execute(_WAITING, facts)
        names = [column.name for column in cursor.description or ()]
        waiting = {name for name, is_waiting in zip(names, cursor.fetchone(), strict=True) if is_waiting}
    steps: dict[str, Callable[[datetime], int]] = {
        "reports": _deliver_reports,
        "notifications": _process_notifications,
        "paid_orders": _settle_paid_orders,
        "unpaid_orders": lambda instant: cancellation.expire_unpaid(at=instant),
        "silent_payments": _query_silent_payments,
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
        rows = GatewayNotification.objects.filter(processed_at=None, gateway__in=gateways.set_up()).order_by("pk")
        waiting = list(rows.values_list("pk", flat=True)[:BATCH])
    return sum(_attempt(gateway_notifications.process, pk) for pk in waiting)


def _query_silent_payments(at: datetime) -> int:
    with tenancy.everything():
        rows = Payment.objects.filter(query_at__lte=at, gateway__in=gateways.set_up()).order_by("query_at", "pk")
        waiting = list(rows.values_list("gateway", "pk")[:BATCH])
    return _ask_each(waiting, charging.ask, at)


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
        rows = Refund.objects.filter(status=Refund.Status.REQUESTED, payment__gateway__in=gateways.refunding())
        waiting = list(rows.order_by("pk").values_list("payment__gateway", "pk")[:BATCH])
    return _ask_each(waiting, refunds.send)


def _ask_each(waiting: list[tuple[str, int]], step: Callable[..., None], *arguments: object) -> int:
    """One step per row; a gateway that did not answer once is not asked again in this run."""
    silent: set[str] = set()
    done = 0
    for gateway, pk in waiting:
        if gateway in silent:
            continue
        try:
            done += _attempt(step, pk, *arguments)
        except GatewayUnreachable as unreachable:
            silent.add(gateway)
            log.warning("gateway.unreachable", gateway=gateway, because=repr(unreachable.__cause__))
    return done


def _attempt(step: Callable[..., None], *arguments: object) -> int:
    """One bad row must not keep the others waiting: it is logged and tried again next time.

    Raises GatewayUnreachable alone: that is no fault of the row.
    """
    try:
        step(*arguments)
    except GatewayUnreachable:
        raise
    except Exception:
        log.exception("billing.reconcile_failed", step=step.__name__, arguments=[str(a) for a in arguments])
        return 0
    return 1
