"""However often and in whatever order a gateway reports, a purchase is fulfilled once (pages 3.3 and 9.2)."""

from __future__ import annotations

import random
import re
import threading

import pytest

from accounts.models import Organization
from addons.models import QuotaEntry
from billing import locks
from billing.buying import orders
from billing.invoices import refunds
from billing.models import GatewayNotification, Invoice, Order, Payment, Refund, SandboxCharge
from common import clock, tenancy
from supportplans.models import Term
from tests.billing.conftest import (  # noqa: F401
    NOON,
    catalogue,
    notify,
    now,
    order,
    payment_of,
    place,
    quote,
)
from tests.concurrency.test_quota_races import at_once


@pytest.fixture
def at_noon(transactional_db, people, catalogue):
    return people


def faults(results: list[object]) -> list[object]:
    return [result for result in results if isinstance(result, Exception)]


def test_20_parallel_repeats_fulfil_once(at_noon):
    placed = order(at_noon.acme, at_noon.owner, "subscribe", tier="business", cycle="yearly")
    payment = payment_of(placed)
    assert faults(at_once(lambda number: notify(payment), 20)) == []
    assert now(placed).status == "fulfilled"
    with tenancy.everything():
        assert Term.objects.count() == Invoice.objects.count() == GatewayNotification.objects.count() == 1
        assert not Refund.objects.exists()


def test_20_different_reports_of_one_payment_shuffled_fulfil_once(at_noon):
    """Successes and declines under 20 event names: a success counts whatever surrounds it, once."""
    placed = order(at_noon.acme, at_noon.owner, "subscribe", tier="business", cycle="yearly")
    payment = payment_of(placed)
    reports = [("succeeded" if number % 3 else "declined", f"evt-{number}") for number in range(20)]
    random.Random(7).shuffle(reports)
    results = at_once(lambda number: notify(payment, reports[number][0], event_id=reports[number][1]), 20)
    assert faults(results) == []
    assert (now(placed).status, now(payment).status) == ("fulfilled", "succeeded")
    with tenancy.everything():
        assert Term.objects.count() == Invoice.objects.count() == 1
        assert GatewayNotification.objects.filter(outcome="succeeded").count() == 1
        assert not GatewayNotification.objects.filter(processed_at=None).exists()


def test_packs_of_one_payment_are_granted_once(at_noon):
    begin_standard(at_noon)
    placed = order(at_noon.pine, at_noon.partner_owner, "buy_pack", quantity=3)
    payment = payment_of(placed)
    assert faults(at_once(lambda number: notify(payment, event_id=f"evt-{number}"), 20)) == []
    with tenancy.everything():
        assert list(QuotaEntry.objects.values_list("quantity", flat=True)) == [30]
        assert Invoice.objects.filter(order=placed).count() == 1


def begin_standard(people) -> None:
    plan = order(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="yearly")
    notify(payment_of(plan))


def test_without_the_locks_the_same_race_is_lost(at_noon, monkeypatch):
    """The negative control: nobody waits for anybody, all read a pending payment, and its success has several effects."""
    begin_standard(at_noon)
    placed = order(at_noon.pine, at_noon.partner_owner, "buy_pack", quantity=1)
    payment = payment_of(placed)
    all_have_read = threading.Barrier(8)

    def read_only(payment_id: int) -> Payment:
        row = Payment.objects.get(pk=payment_id)
        all_have_read.wait(timeout=120)
        return row

    monkeypatch.setattr(locks, "hold_account", lambda pk: Organization.objects.get(pk=pk))
    monkeypatch.setattr(locks, "hold_order", lambda pk: Order.objects.select_related("quote").get(pk=pk))
    monkeypatch.setattr(locks, "hold_payment", read_only)
    monkeypatch.setattr(refunds, "send", lambda refund_id: None)
    results = at_once(lambda number: notify(payment, event_id=f"evt-{number}"), 8)
    with tenancy.everything():
        given_back = Refund.objects.filter(payment=payment).count()
    assert given_back + len(faults(results)) == 7


def test_two_payments_of_one_order_at_once_fulfil_one_and_return_the_other(at_noon):
    placed = order(at_noon.acme, at_noon.owner, "subscribe", tier="business", cycle="yearly")
    first = payment_of(placed)
    notify(first, "declined")
    with tenancy.organization(at_noon.acme.pk):
        orders.pay_again(order=placed, at=NOON, by=at_noon.owner)
    second = payment_of(placed)
    assert faults(at_once(lambda number: notify((first, second)[number % 2], event_id=f"evt-{number}"), 20)) == []
    with tenancy.everything():
        assert Term.objects.count() == Invoice.objects.count() == Refund.objects.count() == 1
        assert sorted(Payment.objects.values_list("status", flat=True)) == ["refunded", "succeeded"]
        refunded = Payment.objects.get(status="refunded")
    assert len(SandboxCharge.objects.get(reference=refunded.reference).refunds) == 1


@pytest.mark.parametrize("seed", range(3))
def test_paying_and_cancelling_at_once_ends_in_one_or_the_other(at_noon, seed):
    placed = order(at_noon.acme, at_noon.owner, "subscribe", tier="business", cycle="yearly")
    payment = payment_of(placed)

    def either(number: int):
        if (number + seed) % 2:
            return notify(payment, event_id=f"evt-{number}")
        with tenancy.organization(at_noon.acme.pk), clock.at(NOON):
            return orders.cancel_order(order=placed, at=NOON, by=at_noon.owner)

    results = at_once(either, 10)
    assert all(isinstance(fault, orders.OrderFulfilled) for fault in faults(results))
    fulfilled = now(placed).status == "fulfilled"
    assert now(payment).status == ("succeeded" if fulfilled else "refunded")
    with tenancy.everything():
        assert Term.objects.count() == Invoice.objects.count() == int(fulfilled)
        assert Refund.objects.count() == int(not fulfilled)


def test_one_quote_is_ordered_once_by_20(at_noon):
    made = quote(at_noon.acme, at_noon.owner, "subscribe", tier="business", cycle="yearly")
    results = at_once(lambda number: place(at_noon.acme, at_noon.owner, made), 20)
    assert len(faults(results)) == 19
    assert {fault.code for fault in faults(results)} == {"quote_stale"}
    with tenancy.everything():
        assert Order.objects.count() == Payment.objects.count() == 1


def test_of_20_orders_at_once_one_is_left_open(at_noon):
    made = [quote(at_noon.acme, at_noon.owner, "subscribe", tier="business", cycle="yearly") for _ in range(20)]
    assert faults(at_once(lambda number: place(at_noon.acme, at_noon.owner, made[number]), 20)) == []
    with tenancy.everything():
        assert Order.objects.filter(status="awaiting_payment").count() == 1
        assert Order.objects.filter(cancel_reason="replaced").count() == 19


def test_invoices_of_20_organizations_at_once_are_numbered_without_a_gap(at_noon):
    from tests.cast import organization, person

    placed = []
    for number in range(20):
        buyer = organization(f"buyer-{number}")
        owner = person(f"owner@buyer-{number}.example", buyer, "owner")
        placed.append(order(buyer, owner, "subscribe", tier="developer", cycle="monthly"))
    payments = [payment_of(one) for one in placed]
    assert faults(at_once(lambda number: notify(payments[number]), 20)) == []
    with tenancy.everything():
        given = sorted(Invoice.objects.values_list("number", flat=True))
    assert given == [f"INV-2026-{number:06d}" for number in range(1, 21)]
    assert all(re.fullmatch(r"INV-\d{4}-\d{6}", number) for number in given)
