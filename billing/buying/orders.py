"""An order executes exactly one quote (spec page 3, section 3.3).

At most one unfulfilled order per organization and kind: a newer one cancels the older. An unpaid order is cancelled
by the instant itself; the job only writes it down.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy

from accounts.models import Organization, Person
from billing import gateways, locks
from billing.access import quote_named
from billing.actions import ACTIONS
from billing.actions.base import Situation
from billing.buying import cancellation, fulfilment
from billing.buying.cancellation import record
from billing.buying.quotes import check_alive, refuse_disabled, wish_of
from billing.invoices import numbers
from billing.models import Order, Quote
from billing.paying import payments, ways_to_pay
from billing.paying.payables import Payable
from billing.paying.ways_to_pay import Choice, Way
from billing.pricing.deadlines import ORDER_WAITS
from common import money
from common.beijing import date_of
from common.problems import Refusal


class OrderFulfilled(Refusal):
    code = "order_fulfilled"
    title = gettext_lazy("This order is paid and done")
    default_detail = gettext_lazy("It cannot be cancelled or paid again.")


class OrderCancelled(Refusal):
    code = "order_cancelled"
    title = gettext_lazy("This order is cancelled")
    default_detail = gettext_lazy("It cannot be paid any more. Make a new quote and order again.")


def place_order(
    *,
    organization: Organization,
    quote_id: UUID | str,
    at: datetime,
    by: Person | None,
    pay_with: Choice = ways_to_pay.ANY,
) -> Order:
    """Order a quote of this organization; the answer carries the payment to be made, or is fulfilled at 0.00.

    Placing it accepts the terms of service; `by` None: the portal renews a plan whose people asked for that. Raises
    NotFound, OrganizationDisabled, QuoteExpired, QuoteStale, FieldErrors or NoWayToPay for the way to pay, or the
    action's own refusal.
    """
    organization = locks.hold_account(organization.pk)
    quote = quote_named(organization, quote_id)
    way = _way_to_pay(quote, pay_with)
    refuse_disabled(organization)
    situation = Situation.of(organization, at)
    check_alive(quote, situation)
    action = ACTIONS[quote.action]
    action.check(wish_of(quote), situation)
    _cancel_older(organization, quote.action, at=at, by=by)
    order = Order.objects.create(
        number=numbers.order_number(date_of(at)),
        organization=organization,
        quote=quote,
        action=quote.action,
        total=quote.total,
        currency=quote.currency,
        terms_version=settings.TERMS_OF_SERVICE_VERSION,
        placed_by=by,
        placed_at=at,
        pay_until=action.payable_until(at, situation, waits=way.waits if way else ORDER_WAITS),
    )
    record(order, "order.created", by, {"total": money.plain(order.total), "terms_version": order.terms_version})
    if way:
        payments.start_payment(Payable(order=order), way=way, at=at, by=by)
    else:
        fulfilment.fulfil(order=order, payment=None, situation=situation)
    return order


def cancel_order(*, order: Order, at: datetime, by: Person) -> Order:
    """Cancel an unpaid order on request; one that is cancelled already stays as it is. Raises OrderFulfilled."""
    organization = locks.hold_account(order.organization_id)
    refuse_disabled(organization)
    order = locks.hold_order(order.pk)
    if order.status == Order.Status.FULFILLED:
        raise OrderFulfilled
    if order.status == Order.Status.AWAITING_PAYMENT and not cancellation.expire_if_due(order, at):
        cancellation.cancel(order, reason=Order.CancelReason.ASKED, at=at, by=by)
    return order


def pay_again(*, order: Order, at: datetime, by: Person, pay_with: Choice = ways_to_pay.ANY) -> Order:
    """A new payment of an unpaid order, where the last one was declined or another way is chosen.

    A pending one of the same way is kept. Chosen to be paid by transfer, the order waits as long as one with a
    proforma. Paying is open to a disabled organization. Raises OrderFulfilled, OrderCancelled, FieldErrors or
    NoWayToPay.
    """
    organization = locks.hold_account(order.organization_id)
    order = locks.hold_order(order.pk)
    if order.status == Order.Status.FULFILLED:
        raise OrderFulfilled
    if cancellation.status_at(order, at) == Order.Status.CANCELLED:
        raise OrderCancelled
    payment = payments.renew_payment(Payable(order=order), pay_with, at=at, by=by)
    waits = gateways.gateway_named(payment.gateway).offer().waits
    if waits > ORDER_WAITS:
        action, situation = ACTIONS[order.action], Situation.of(organization, at)
        order.pay_until = max(order.pay_until, action.payable_until(order.placed_at, situation, waits=waits))
        order.save(update_fields=["pay_until"])
    return order


def _way_to_pay(quote: Quote, choice: Choice) -> Way | None:
    """None where there is nothing to pay."""
    if quote.total <= 0:
        return None
    return ways_to_pay.choose(quote.organization, choice, action=quote.action, amount=quote.total)


def _cancel_older(organization: Organization, action: str, *, at: datetime, by: Person | None) -> None:
    for order in locks.hold_open_orders(organization.pk):
        if order.action == action and not cancellation.expire_if_due(order, at):
            cancellation.cancel(order, reason=Order.CancelReason.REPLACED, at=at, by=by)
