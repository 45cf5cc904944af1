"""Payments of orders: started at a gateway, settled by its word (billing/settling.py)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import Person
from billing import gateways, numbers, wording
from billing.gateways.interface import Charge
from billing.models import Order, Payment
from common import audit, live, money

# A gateway that stays silent is asked, at growing distances, until two days have passed.
FIRST_QUERY_AFTER = timedelta(minutes=2)
LAST_QUERY_AFTER = timedelta(days=2)


def start_payment(*, order: Order, at: datetime, by: Person | None) -> Payment:
    """A new pending payment of the order's total at the configured gateway; in the caller's transaction."""
    gateway = gateways.configured()
    payment = Payment.objects.create(
        reference=numbers.payment_reference(),
        organization_id=order.organization_id,
        order=order,
        gateway=gateway.code,
        amount=order.total,
        currency=order.currency,
        created_at=at,
        query_at=at + FIRST_QUERY_AFTER,
    )
    organization = order.organization
    with translation.override(organization.language):
        title = wording.title_of(order.quote)
    gateway.create(
        Charge(
            reference=payment.reference,
            amount=payment.amount,
            currency=payment.currency,
            title=f"{organization.name}: {title}"[:200],
            return_url=settings.PUBLIC_URL + reverse("billing:order", args=[organization.slug, order.number]),
        )
    )
    audit.record(
        by=by,
        organization_id=order.organization_id,
        action="payment.started",
        object=payment.reference,
        after={"order": order.number, "amount": money.plain(payment.amount), "gateway": gateway.code},
    )
    live.publish(f"org:{order.organization_id}", "order-changed", order=order.number)
    return payment


def renew_payment(*, order: Order, at: datetime, by: Person | None) -> Payment:
    """The pending or held payment of a locked order where there is one, else a new one."""
    standing = order.payments.filter(status__in=[Payment.Status.PENDING, Payment.Status.HELD]).order_by("-pk").first()
    return standing or start_payment(order=order, at=at, by=by)


def page_url(payment: Payment) -> str:
    """Where the payer pays."""
    return gateways.gateway_named(payment.gateway).page_url(payment.reference)


def next_query_at(payment: Payment, at: datetime) -> datetime | None:
    """When to ask a silent gateway again: after as long as the payment is old; None after two days."""
    age = max(at - payment.created_at, FIRST_QUERY_AFTER)
    return at + age if age < LAST_QUERY_AFTER else None
