"""What the portal asks of a gateway about one payment: to charge its stored method, or what became of it.

Asked without a lock and outside of any transaction; the answer is kept and processed like a notification. Whoever
dies in between leaves a pending payment, and the reconciliation job asks again: under the same reference a gateway
charges once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db.models import QuerySet

from billing import gateways, locks
from billing.gateways.interface import Charge, Event, Gateway, GatewayRefused, GatewayUnreachable
from billing.models import Payment
from billing.paying import gateway_notifications
from billing.paying import outcomes as settling
from billing.paying.payables import Payable, charge_of, page_url
from common import clock, tenancy
from common.problems import NotFound

log = structlog.get_logger(__name__)

# A gateway that stays silent is asked, at growing distances, until two days have passed.
FIRST_QUERY_AFTER = timedelta(minutes=2)
LAST_QUERY_AFTER = timedelta(days=2)
# Later than this a gateway may have forgotten that it was asked to charge: it is asked what became of it, no more.
CHARGE_WITHIN = timedelta(hours=20)


def next_query_at(payment: Payment, at: datetime) -> datetime | None:
    """When to ask a silent gateway again: after as long as the payment is old; None after two days."""
    age = max(at - payment.created_at, FIRST_QUERY_AFTER)
    return at + age if age < LAST_QUERY_AFTER else None


def charge(payment_id: int) -> None:
    """Charge the stored method of a pending payment, once; opens its own transactions. May be repeated."""
    payment = _pending(payment_id)
    if payment is None or payment.method is None:
        return
    if payment.method.removed_at is not None:
        _give_up(payment)
        return
    gateway = gateways.gateway_named(payment.gateway)
    _take(payment, gateway.charge_stored(payment.method.token, charge_of(payment)))


def ask(payment_id: int, at: datetime) -> None:
    """Ask what became of a payment that its gateway has said nothing about; opens its own transactions."""
    payment = _pending(payment_id)
    if payment is None:
        return
    answer = gateways.gateway_named(payment.gateway).query(payment.reference)
    with tenancy.everything():
        Payment.objects.filter(pk=payment_id, query_at=payment.query_at).update(query_at=next_query_at(payment, at))
    if answer is not None:
        _take(payment, answer)
    elif payment.method_id and at - payment.created_at < CHARGE_WITHIN:
        charge(payment_id)
    elif payment.method_id and next_query_at(payment, at) is None:
        _give_up(payment)


def open_page(reference: str, at: datetime) -> tuple[Charge, str]:
    """Where the payer of a reference is sent: the gateway's page while it can be paid, else what it was for.

    Opens its own transaction. Raises NotFound, GatewayUnreachable.
    """
    with tenancy.everything():
        payment = _whole().filter(reference=reference).first()
        if payment is None:
            raise NotFound
        charge, payable = charge_of(payment), Payable.of(payment)
        if payment.status not in settling.OPEN or payment.method_id or not payable.is_payable(at):
            return charge, charge.return_url
    gateway = gateways.gateway_named(payment.gateway)
    own_page = page_url(payment)
    if own_page != Gateway.page_url(gateway, reference):
        return charge, own_page
    try:
        return charge, gateway.open_page(charge)
    except GatewayRefused as refused:
        log.error("gateway.refused", gateway=gateway.code, reference=reference, because=str(refused))
        raise GatewayUnreachable from refused


def _pending(payment_id: int) -> Payment | None:
    """With all that a charge says; None once there is nothing to ask any more."""
    with tenancy.everything():
        return _whole().filter(pk=payment_id, status__in=settling.OPEN).first()


def _whole() -> QuerySet[Payment]:
    payments = Payment.objects.select_related("method", "order__organization", "order__quote", "invoice__organization")
    return payments.prefetch_related("invoice__lines")


def _take(payment: Payment, answer: tuple[Event, str] | None) -> None:
    if answer is None:
        return
    event, raw = answer
    row = gateway_notifications.store(gateway=payment.gateway, event=event, raw=raw, at=clock.now())
    gateway_notifications.process(row.pk)


def _give_up(payment: Payment) -> None:
    """Nobody will charge it any more; money that comes all the same is still taken (settling.py)."""
    log.warning("payment.given_up", reference=payment.reference)
    with tenancy.everything():
        locks.hold_account(payment.organization_id)
        settling.decline(payment_id=payment.pk, at=clock.now())
