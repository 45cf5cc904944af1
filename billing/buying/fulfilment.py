"""Fulfilment: what was bought is handed over, once, and invoiced (spec page 3, section 3.3).

One transaction under the organization's lock: the change, the order's new status, its documents, the ledger. All of it
or none.
"""

from __future__ import annotations

from collections.abc import Sequence

from billing import money_notices
from billing.actions import ACTIONS
from billing.actions.base import Action, Period, Situation
from billing.buying import cancellation
from billing.buying.quotes import wish_of
from billing.invoices import crediting
from billing.invoices import issuing as invoices
from billing.ledger import recognition
from billing.models import Order, Payment
from common import audit, live, money
from common.money import ZERO


def fulfil(*, order: Order, payment: Payment | None, situation: Situation) -> None:
    """Carry out a locked, unfulfilled order at the situation's instant; `payment` None where nothing is charged.

    The caller has checked that it is still possible; an unexpected Refusal undoes the caller's transaction.
    """
    action = ACTIONS[order.action]
    if action.changes_subscription:
        recognition.catch_up(order.organization_id, situation.at)
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
    _document(order, payment, action, periods, situation)


def _document(
    order: Order, payment: Payment | None, action: Action, periods: Sequence[Period | None], situation: Situation
) -> None:
    """What the order leaves on paper, by the sign of its total. Last: number series are locked until the commit."""
    if order.total > 0:
        moved = recognition.moved(order.organization_id) if action.changes_subscription else ZERO
        invoices.issue(order=order, payment=payment, periods=periods, at=situation.at, moved=moved)
    elif order.total < 0:
        crediting.credit_order(order=order, organization=situation.organization, periods=periods, at=situation.at)
    elif action.changes_subscription:
        recognition.bring_in_step(organization_id=order.organization_id, source=order.number, at=situation.at)
