"""Buying in tests: quotes, orders, and a gateway whose notifications a test may send as it likes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Organization, Person
from billing import locks
from billing.actions import Wish
from billing.actions.base import Line
from billing.buying import orders, quotes
from billing.gateways.sandbox import SIGNATURE_HEADER, signature_of
from billing.invoices import crediting
from billing.models import Invoice, Order, Payment, Refund
from billing.paying import gateway_notifications
from common import clock, tenancy
from common.beijing import BEIJING
from common.models import AuditEntry
from supportplans import versions
from supportplans.models import Term
from supportplans.publishing import load_files

NOON = datetime(2026, 11, 22, 12, tzinfo=BEIJING)
MINUTE = timedelta(minutes=1)
ORGS = "/api/v1/orgs"


@pytest.fixture
def catalogue(db):
    load_files()
    yield versions.current(NOON.date())
    versions.forget()


@pytest.fixture
def at_noon(catalogue):
    """The clock stands at 12:00 on Sunday 22 November 2026 in Beijing."""
    with clock.at(NOON):
        yield NOON


def quote(organization: Organization, by: Person | None, action: str, *, when: datetime = NOON, **fields: Any):
    with tenancy.organization(organization.pk), clock.at(when):
        return quotes.make_quote(organization=organization, wish=Wish(action=action, **fields), at=when, by=by)


def order(organization: Organization, by: Person, action: str, *, when: datetime = NOON, **fields: Any) -> Order:
    """Quote and order; the order awaits its payment."""
    made = quote(organization, by, action, when=when, **fields)
    return place(organization, by, made, when=when)


def place(organization: Organization, by: Person, made, *, when: datetime = NOON) -> Order:
    with tenancy.organization(organization.pk), clock.at(when):
        return orders.place_order(organization=organization, quote_id=made.pk, at=when, by=by)


def payment_of(placed: Order) -> Payment:
    """The order's latest payment, as it is now."""
    with tenancy.everything():
        return Payment.objects.filter(order=placed).order_by("-pk").first()


def body(payment: Payment, outcome: str = "succeeded", at: datetime = NOON, **different: Any) -> bytes:
    """What the gateway would say; `different` replaces fields."""
    return json.dumps(
        {
            "event_id": f"evt-{payment.reference}-{outcome}",
            "reference": payment.reference,
            "outcome": outcome,
            "amount": str(payment.amount),
            "currency": payment.currency,
            "occurred_at": at.isoformat(),
        }
        | different
    ).encode()


def notify(payment: Payment, outcome: str = "succeeded", at: datetime = NOON, *, sent=None, **different: Any):
    """The gateway reports, signed; `sent` is when the portal takes it."""
    raw = body(payment, outcome, at, **different)
    with clock.at(sent or at):
        return gateway_notifications.take_notification(
            gateway="sandbox", raw=raw, headers={SIGNATURE_HEADER: signature_of(raw)}
        )


def now(row):
    """The row as it is stored now."""
    with tenancy.everything():
        return type(row).objects.get(pk=row.pk)


@pytest.fixture
def buy(at_noon, django_capture_on_commit_callbacks) -> Callable[..., Order]:
    """`buy(organization, person, "subscribe", tier=…, cycle=…)`: quote, order, pay what is to be paid; the order."""

    def through(organization: Organization, by: Person, action: str, *, when: datetime = NOON, **fields: Any) -> Order:
        with django_capture_on_commit_callbacks(execute=True):
            placed = order(organization, by, action, when=when, **fields)
        payment = payment_of(placed)
        if payment is not None:
            with django_capture_on_commit_callbacks(execute=True):
                notify(payment, at=when)
        return now(placed)

    return through


def snapshot() -> dict[str, list[Any]]:
    """Everything about money and plans: a refusal leaves it as it was."""
    with tenancy.everything():
        return {
            model.__name__: list(model.objects.order_by("pk").values())
            for model in (Order, Payment, Refund, Invoice, Term)
        } | {"audit": list(_audit().values_list("action", "object"))}


def _audit():
    return AuditEntry.objects.exclude(action__startswith="token.").order_by("pk")


@pytest.fixture
def give_back(people, at_noon, django_capture_on_commit_callbacks) -> Callable[..., list[Invoice]]:
    """`give_back(organization, "100.00", scope)`: an operator's goodwill."""

    def through(organization: Organization, amount: str, *scope: Invoice, code: str = "goodwill") -> list[Invoice]:
        with django_capture_on_commit_callbacks(execute=True), tenancy.organization(organization.pk):
            return crediting.credit(
                organization=locks.hold_account(organization.pk),
                amount=Decimal(amount),
                scope=scope,
                lines=[Line(code, -Decimal(amount))],
                at=clock.now(),
                reason="goodwill",
                by=people.billing_operator,
            )

    return through


def buy_by_api(client: Any, slug: str, **wish: Any) -> dict[str, Any]:
    """Quote and order through the API; the order as it was answered."""
    quoted = client.post(f"{ORGS}/{slug}/quotes", wish, format="json")
    assert quoted.status_code == 201, quoted.json()
    ordered = client.post(f"{ORGS}/{slug}/orders", {"quote": quoted.json()["id"]}, format="json")
    assert ordered.status_code == 201, ordered.json()
    return ordered.json()


def pay(placed_number: str) -> None:
    """The gateway reports that the order is paid."""
    with tenancy.everything():
        notify(payment_of(Order.objects.get(number=placed_number)))
