"""The demo's subscriptions and packs, bought through quote, order and the sandbox gateway."""

from __future__ import annotations

import json
from datetime import datetime

from accounts.access import people_with_role
from accounts.models import Organization, Person
from billing.actions.base import Wish
from billing.buying import orders, quotes
from billing.gateways.sandbox import SIGNATURE_HEADER, signature_of
from billing.models import Invoice, Payment
from billing.paying import payments
from billing.paying.gateway_notifications import take_notification
from common import clock, money, tenancy


def buy(*, organization: Organization, by: Person, wish: Wish, at: datetime) -> None:
    """Order `wish` and pay it at `at`, as the owner would."""
    with clock.at(at):
        with tenancy.organization(organization.pk):
            quote = quotes.make_quote(organization=organization, wish=wish, at=at, by=by)
            order = orders.place_order(organization=organization, quote_id=quote.pk, at=at, by=by)
            payment = Payment.objects.filter(order=order).order_by("-pk").first()
        if payment is not None:
            _pay(payment, at)


def pay_invoices(*, at: datetime) -> None:
    """Pay every open invoice at `at`, as the organizations' owners would."""
    with tenancy.everything():
        unpaid = list(Invoice.objects.filter(status=Invoice.Status.OPEN).select_related("organization"))
        owners = {one.organization_id: people_with_role(one.organization_id, "owner")[0] for one in unpaid}
    for invoice in unpaid:
        with clock.at(at):
            with tenancy.organization(invoice.organization_id):
                payment = payments.pay_invoice(invoice=invoice, at=at, by=owners[invoice.organization_id])
            _pay(payment, at)


def _pay(payment: Payment, at: datetime) -> None:
    body = {
        "event_id": f"demo-{payment.reference}",
        "reference": payment.reference,
        "outcome": "succeeded",
        "amount": money.plain(payment.amount),
        "currency": payment.currency,
        "occurred_at": at.isoformat(),
    }
    raw = json.dumps(body).encode()
    take_notification(gateway="sandbox", raw=raw, headers={SIGNATURE_HEADER: signature_of(raw)})
