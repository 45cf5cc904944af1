"""Orders that come to nothing: on request, overtaken, or not paid in time (spec page 3, section 3.3).

An unpaid order is cancelled by the instant itself; the job only writes it down, dated at that instant.
"""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from billing import locks
from billing.actions import ACTIONS
from billing.actions.base import Situation
from billing.models import Order
from common import audit, live, tenancy


def status_at(order: Order, at: datetime) -> str:
    """The status at an instant: unpaid past its time, an order is cancelled whether or not a job wrote it down."""
    if order.status == Order.Status.AWAITING_PAYMENT and at >= order.pay_until:
        return Order.Status.CANCELLED
    return order.status


def expire_if_due(order: Order, at: datetime) -> bool:
    """Write down that an unpaid order's time has passed, dated at that time; the order is locked."""
    if status_at(order, at) != Order.Status.CANCELLED or order.status == Order.Status.CANCELLED:
        return False
    cancel(order, reason=Order.CancelReason.EXPIRED, at=order.pay_until, by=None)
    return True


def cancel(order: Order, *, reason: str, at: datetime, by: Person | None) -> None:
    """Mark a locked, unfulfilled order as cancelled. A payment that still arrives is refunded (settling.py)."""
    order.status = Order.Status.CANCELLED
    order.cancelled_at = at
    order.cancel_reason = reason
    order.save(update_fields=["status", "cancelled_at", "cancel_reason"])
    record(order, "order.cancelled", by, {"reason": reason})
    live.publish(f"org:{order.organization_id}", "order-changed", order=order.number)


def cancel_overtaken(*, organization_id: int, at: datetime) -> int:
    """Cancel unpaid orders whose subscription changed under them; packs do not depend on it. Returns how many."""
    organization = locks.hold_account(organization_id)
    open_orders = [o for o in locks.hold_open_orders(organization_id) if ACTIONS[o.action].changes_subscription]
    if not open_orders:
        return 0
    now = Situation.of(organization, at).fingerprint
    overtaken = [order for order in open_orders if order.quote.fingerprint != now]
    for order in overtaken:
        if not expire_if_due(order, at):
            cancel(order, reason=Order.CancelReason.PLAN_CHANGED, at=at, by=None)
    return len(overtaken)


def expire_unpaid(*, at: datetime, limit: int = 500) -> int:
    """Write down the orders whose time to pay has passed; opens its own transactions. Returns how many."""
    with tenancy.everything():
        due = Order.objects.filter(status=Order.Status.AWAITING_PAYMENT, pay_until__lte=at).order_by("pk")
        found = list(due.values_list("pk", "organization_id")[:limit])
    expired = 0
    for order_id, organization_id in found:
        with tenancy.organization(organization_id):
            locks.hold_account(organization_id)
            order = locks.hold_order(order_id)
            if order.status == Order.Status.AWAITING_PAYMENT:
                expired += expire_if_due(order, at)
    return expired


def record(order: Order, action: str, by: Person | None, facts: dict[str, str]) -> None:
    """One line of the audit trail about an order."""
    audit.record(
        by=by,
        organization_id=order.organization_id,
        action=action,
        object=order.number,
        after={"action": order.action, "status": order.status} | facts,
    )
