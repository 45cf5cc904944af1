"""Fulfilment: what was bought is handed over, once, and invoiced (spec page 3, section 3.3).

One transaction under the organization's lock: the change, the order's new status, the invoice. All of it or none.
"""

from __future__ import annotations

from billing import cancellation, invoices, money_notices
from billing.actions import ACTIONS
from billing.actions.base import Situation
from billing.models import Order, Payment
from billing.quotes import wish_of
from common import audit, live, money


def fulfil(*, order: Order, payment: Payment | None, situation: Situation) -> None:
    """Carry out a locked, unfulfilled order at the situation's instant; `payment` None where nothing is charged.

    The caller has checked that it is still possible; an unexpected Refusal undoes the caller's transaction.
    """
    action = ACTIONS[order.action]
    periods = action.carry_out(wish_of(order.quote), situation, order_number=order.number, by=order.placed_by)
    order.status = Order.Status.FULFILLED
    order.fulfilled_at = situation.at
    order.save(update_fields=["status", "fulfilled_at"])
    audit.record(
        by=order.placed_by,
        organization_id=order.organization_id,
        action="order.fulfilled",
        object=order.number,
        after={"action": order.action, "total": money.plain(order.total)},
    )
    if action.changes_subscription:
        cancellation.cancel_overtaken(organization_id=order.organization_id, at=situation.at)
    live.publish(f"org:{order.organization_id}", "order-changed", order=order.number)
    money_notices.order_fulfilled(order, situation.organization)
    # Last: the number series is locked until the commit.
    if order.total > 0:
        invoices.issue(order=order, payment=payment, periods=periods, at=situation.at)
