"""Payments whose sum was not what was asked: a person decides (page 3.8)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.buying import orders
from billing.ledger.check import problems
from billing.models import Payment, Refund, SandboxCharge
from billing.paying import held as held_payments
from billing.paying.held import PaymentNotHeld, TooLittleCame
from common import tenancy
from supportplans.models import Term
from tests.billing.conftest import NOON, notify, now, order, payment_of, snapshot
from tests.cast import browser_of, client_of


@pytest.fixture
def placed(people, at_noon):
    return order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")


@pytest.fixture
def decide(people, django_capture_on_commit_callbacks):
    def through(decision, payment: Payment) -> Payment:
        with django_capture_on_commit_callbacks(execute=True), tenancy.everything():
            decision(payment=payment, at=NOON, by=people.billing_operator)
        return now(payment)

    return through


def refunds() -> list[tuple[str, str, Decimal]]:
    with tenancy.everything():
        return list(Refund.objects.order_by("pk").values_list("reason", "status", "amount"))


def test_more_than_enough_may_be_accepted_and_the_rest_goes_back(people, placed, decide):
    notify(payment_of(placed), amount="8500.00")
    paid = decide(held_payments.accept, payment_of(placed))
    assert (paid.status, paid.refunded, paid.decided_by_id) == (
        "succeeded",
        Decimal("100.00"),
        people.billing_operator.pk,
    )
    assert now(placed).status == "fulfilled"
    assert refunds() == [("paid_too_much", "completed", Decimal("100.00"))]
    assert list(problems()) == []
    with pytest.raises(PaymentNotHeld):
        decide(held_payments.send_back, paid)


@pytest.mark.parametrize("different", [{"amount": "8399.99"}, {"amount": "9999.00", "currency": "USD"}])
def test_too_little_or_another_currency_is_only_sent_back(people, placed, decide, different):
    notify(payment_of(placed), **different)
    before = snapshot()
    with pytest.raises(TooLittleCame):
        decide(held_payments.accept, payment_of(placed))
    assert snapshot() == before
    held = decide(held_payments.send_back, payment_of(placed))
    assert held.status == "refunded"
    assert refunds() == [("amount_mismatch", "completed", Decimal(different["amount"]))]
    assert SandboxCharge.objects.get(reference=held.reference).refunds
    assert now(placed).status == "awaiting_payment"
    assert list(problems()) == []
    page = browser_of(people.owner).get(f"/o/acme/orders/{placed.number}").content.decode()
    assert "Your payment was sent back" in page
    with tenancy.organization(people.acme.pk):
        orders.pay_again(order=placed, at=NOON, by=people.owner)
    notify(payment_of(placed))
    assert now(placed).status == "fulfilled"


@pytest.mark.parametrize("amount", ["0.00", "-5.00"])
def test_what_brought_nothing_is_declined_and_can_be_paid_again(people, placed, decide, amount):
    notify(payment_of(placed), amount=amount)
    assert decide(held_payments.send_back, payment_of(placed)).status == "declined"
    assert refunds() == []
    assert list(problems()) == []
    with tenancy.organization(people.acme.pk):
        orders.pay_again(order=placed, at=NOON, by=people.owner)
    notify(payment_of(placed))
    assert now(placed).status == "fulfilled"


def test_parts_of_a_fen_can_be_sent_back(people, placed, decide):
    notify(payment_of(placed), amount="8400.005")
    assert decide(held_payments.send_back, payment_of(placed)).status == "refunded"
    assert list(problems()) == []


def test_a_held_payment_keeps_the_order_from_being_paid_twice(people, placed):
    held = payment_of(placed)
    notify(held, amount="8500.00")
    with tenancy.organization(people.acme.pk):
        orders.pay_again(order=placed, at=NOON, by=people.owner)
    assert payment_of(placed) == held


def test_accepted_too_late_all_of_it_goes_back(people, placed, decide):
    notify(payment_of(placed), amount="8500.00")
    with tenancy.organization(people.acme.pk):
        orders.cancel_order(order=placed, at=NOON, by=people.owner)
    paid = decide(held_payments.accept, payment_of(placed))
    assert (paid.status, paid.refunded) == ("refunded", Decimal("8500.00"))
    with tenancy.everything():
        assert not Term.objects.exists()


def test_operators_decide_by_api(people, placed, at_noon):
    notify(payment_of(placed), amount="8500.00")
    reference = payment_of(placed).reference
    operator, path = client_of(people.billing_operator), "/api/v1/operator/held-payments"
    row = operator.get(path).json()["results"][0]
    assert (row["reference"], row["organization"], row["amount"], row["received"]) == (
        reference,
        "acme",
        "8400.00",
        "8500.00",
    )
    answer = operator.post(f"{path}/{reference}/accept")
    assert (answer.status_code, answer.json()["status"]) == (200, "succeeded")
    assert operator.post(f"{path}/{reference}/send-back").json()["code"] == "payment_not_held"
    assert operator.get(path).json()["results"] == []
    assert operator.post(f"{path}/P-NOBODYS/accept").status_code == 404
