"""Proformas, and money that arrives at the bank (page 3.8)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from billing.buying import orders
from billing.models import GatewayNotification, IncomingTransfer, Invoice, Payment, Refund
from billing.paying import bank_transfers
from billing.paying.bank_transfers import Arrived, PaymentNotWaiting, RefundNotByHand, TransferMatched, references_in
from billing.paying.reconciliation import reconcile
from billing.paying.ways_to_pay import Choice
from common import clock, tenancy
from common.beijing import BEIJING
from common.models import AuditEntry
from common.problems import FieldErrors
from supportplans.models import Term
from tests.billing.conftest import NOON, now, order, payment_of, quote, snapshot
from tests.cast import browser_of, client_of

DAY = timedelta(days=1)
TRANSFER = Choice(gateway="bank_transfer")
API = "/api/v1"


@pytest.fixture(autouse=True)
def taking_transfers(settings):
    settings.PAYMENT_GATEWAYS = ("sandbox", "bank_transfer")


@pytest.fixture
def placed(people, at_noon):
    """A yearly enterprise order with a proforma."""
    made = quote(people.acme, people.owner, "subscribe", tier="enterprise", cycle="yearly")
    with tenancy.organization(people.acme.pk):
        return orders.place_order(
            organization=people.acme, quote_id=made.pk, at=NOON, by=people.owner, pay_with=TRANSFER
        )


@pytest.fixture
def arrive(people, django_capture_on_commit_callbacks):
    """`arrive(reference, amount=…)`: the operator records money; what follows its commit has happened."""

    def through(purpose: str, at: datetime = NOON + DAY, **different) -> IncomingTransfer:
        fields = {
            "bank_reference": "ICBC-20261123-0001",
            "amount": Decimal("1200000.00"),
            "currency": "CNY",
            "payer": "Acme Ltd",
            "purpose": purpose,
            "received_on": date(2026, 11, 23),
        }
        with clock.at(at), django_capture_on_commit_callbacks(execute=True), tenancy.everything():
            return bank_transfers.record(arrived=Arrived(**fields | different), at=at, by=people.billing_operator)

    return through


def test_a_proforma_can_be_paid_for_ten_days(people, placed):
    payment = payment_of(placed)
    assert placed.pay_until == NOON + 10 * DAY
    assert (payment.gateway, payment.status, payment.query_at) == ("bank_transfer", "pending", None)
    assert payment.reference.startswith("BT-")
    assert len(payment.reference) == 13
    with clock.at(NOON + 10 * DAY - timedelta(seconds=1)):
        assert reconcile(at=clock.now()) == {}
    with clock.at(NOON + 10 * DAY):
        assert reconcile(at=clock.now()) == {"unpaid_orders": 1}


def test_its_page_says_where_to_and_with_which_reference(people, placed, at_noon):
    page = browser_of(people.owner).get(f"/o/acme/orders/{placed.number}/proforma").content.decode()
    for shown in (
        payment_of(placed).reference,
        "¥1,200,000.00",
        "0000 0000 0000 0000 000",
        "Demo Bank, Beijing Branch",
    ):
        assert shown in page
    answer = client_of(people.owner).get(f"{API}/orgs/acme/payments/{payment_of(placed).reference}").json()
    assert answer["transfer_to"]["number"] == "0000 0000 0000 0000 000"
    assert answer["payable_until"] == "2026-12-02T12:00:00+08:00"
    assert answer["url"].endswith(f"/o/acme/orders/{placed.number}/proforma")


def test_the_proforma_is_gone_once_it_is_paid(people, placed, arrive):
    arrive(payment_of(placed).reference)
    assert browser_of(people.owner).get(f"/o/acme/orders/{placed.number}/proforma").status_code == 404


def test_money_that_names_its_payment_begins_the_plan(people, placed, arrive):
    payment = payment_of(placed)
    transfer = arrive(f"Support plan {payment.reference.lower()} thank you")
    paid = now(payment)
    assert (paid.status, paid.gateway_id) == ("succeeded", "ICBC-20261123-0001")
    assert paid.paid_at == datetime(2026, 11, 23, tzinfo=BEIJING)
    assert now(placed).status == "fulfilled"
    assert (now(transfer).payment_reference, now(transfer).matched_by_id) == (
        payment.reference,
        people.billing_operator.pk,
    )
    with tenancy.everything():
        assert Term.objects.get().tier == "enterprise"
        actions = AuditEntry.objects.filter(action__startswith="transfer.").order_by("pk")
        assert [(entry.action, entry.by) for entry in actions] == [
            ("transfer.recorded", "Billing"),
            ("transfer.matched", "Billing"),
        ]


@pytest.mark.parametrize(
    "written",
    ["BT-7K3QX9M2T0", "bt7k3qx9m2t0", "BT 7K3Q X9M2 T0", "Invoice for: bt-7k3q-x9m2-to.", "BT-7K3QX9M2TO/2026"],
)
def test_references_are_found_however_people_write_them(written):
    assert references_in(written) == ["BT-7K3QX9M2T0"]


@pytest.mark.parametrize("written", ["", "BT-7K3QX9M2T", "BT-7K3QX9M2T0A", "O-2026-7K3QX9M2T0", "BT-7K3QX9M2U0"])
def test_what_is_no_reference_is_not_taken_for_one(written):
    assert references_in(written) == []


@pytest.mark.parametrize(
    ("different", "received"),
    [
        ({"amount": Decimal("1199999.00")}, (Decimal("1199999.00"), "CNY")),
        ({"currency": "USD"}, (Decimal("1200000.00"), "USD")),
    ],
)
def test_another_sum_is_held_for_a_person(people, placed, arrive, different, received):
    payment = payment_of(placed)
    arrive(payment.reference, **different)
    held = now(payment)
    assert (held.status, (held.received, held.received_currency)) == ("held", received)
    assert now(placed).status == "awaiting_payment"
    with tenancy.everything():
        assert not Term.objects.exists()


def test_money_for_nobody_waits_until_a_person_matches_it(people, placed, arrive, django_capture_on_commit_callbacks):
    transfer = arrive("support plan, as agreed")
    assert (transfer.payment_reference, now(payment_of(placed)).status) == ("", "pending")
    reference = payment_of(placed).reference
    with clock.at(NOON + DAY), django_capture_on_commit_callbacks(execute=True), tenancy.everything():
        bank_transfers.match(transfer=transfer, reference=f" {reference.lower()} ", at=NOON + DAY, by=people.lead)
    assert now(placed).status == "fulfilled"
    before = snapshot()
    with tenancy.everything():
        with pytest.raises(TransferMatched):
            bank_transfers.match(transfer=transfer, reference=reference, at=NOON + DAY, by=people.lead)
        other = arrive(reference, bank_reference="ICBC-2")
        assert other.payment_reference == "", "paid twice: a person decides what becomes of it"
        with pytest.raises(PaymentNotWaiting):
            bank_transfers.match(transfer=other, reference=reference, at=NOON + DAY, by=people.lead)
        with pytest.raises(FieldErrors):
            bank_transfers.match(transfer=other, reference="BT-0000000000", at=NOON + DAY, by=people.lead)
    after = snapshot()
    before.pop("audit"), after.pop("audit")
    assert after == before


def test_two_references_in_one_transfer_are_a_persons_to_split(people, placed, arrive):
    other = quote(people.orbit, people.outsider, "subscribe", tier="business", cycle="yearly")
    with tenancy.organization(people.orbit.pk):
        second = orders.place_order(
            organization=people.orbit, quote_id=other.pk, at=NOON, by=people.outsider, pay_with=TRANSFER
        )
    transfer = arrive(f"{payment_of(placed).reference} {payment_of(second).reference}")
    assert transfer.payment_reference == ""


def test_a_line_of_the_statement_counts_once(people, placed, arrive):
    reference = payment_of(placed).reference
    first = arrive(reference)
    assert arrive(reference) == first
    with pytest.raises(FieldErrors, match="validation_error"):
        arrive(reference, amount=Decimal("1.00"))
    assert (IncomingTransfer.objects.count(), GatewayNotification.objects.count()) == (1, 1)
    with tenancy.everything():
        assert (Invoice.objects.count(), Refund.objects.count()) == (1, 0)


def test_what_cannot_be_is_not_recorded(people, placed, arrive):
    for different, wrong in [
        ({"amount": Decimal("0.00")}, "amount"),
        ({"amount": Decimal("-5.00")}, "amount"),
        ({"currency": "yuan"}, "currency"),
        ({"received_on": date(2026, 11, 24)}, "received_on"),
    ]:
        with pytest.raises(FieldErrors) as refused:
            arrive(payment_of(placed).reference, **different)
        assert set(refused.value.errors) == {wrong}
    assert not IncomingTransfer.objects.exists()


def test_who_dies_before_the_plan_begins_leaves_it_to_the_job(people, placed):
    with clock.at(NOON + DAY):
        with tenancy.everything():
            arrived = Arrived(
                "ICBC-1", Decimal("1200000.00"), "CNY", "Acme", payment_of(placed).reference, date(2026, 11, 23)
            )
            bank_transfers.record(arrived=arrived, at=NOON + DAY, by=people.billing_operator)
        assert now(placed).status == "awaiting_payment"
        assert reconcile(at=NOON + DAY) == {"notifications": 1}
    assert now(placed).status == "fulfilled"


def test_money_for_a_cancelled_order_is_sent_back_by_a_person(people, placed, arrive):
    arrive(payment_of(placed).reference, at=NOON + 11 * DAY)
    with tenancy.everything():
        refund = Refund.objects.get()
    assert (refund.status, refund.amount) == ("requested", Decimal("1200000.00"))
    assert reconcile(at=NOON + 11 * DAY) == {}, "no gateway can send it"
    operator = client_of(people.billing_operator)
    due = operator.get(f"{API}/operator/transfer-refunds").json()["results"]
    assert [(row["reference"], row["organization"], row["amount"]) for row in due] == [
        (refund.reference, "acme", "1200000.00")
    ]
    for _ in range(2):
        answer = operator.post(f"{API}/operator/transfer-refunds/{refund.reference}/sent")
        assert (answer.status_code, answer.json()["status"]) == (200, "completed")
    assert payment_of(placed).status == "refunded"
    assert operator.get(f"{API}/operator/transfer-refunds").json()["results"] == []


def test_refunds_of_other_gateways_are_not_sent_by_hand(people, at_noon):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    with tenancy.everything():
        refund = Refund.objects.create(
            reference="R-1",
            organization=people.acme,
            payment=payment_of(placed),
            amount=1,
            reason="paid_twice",
            requested_at=NOON,
        )
        with pytest.raises(RefundNotByHand):
            bank_transfers.refund_sent(refund=refund, by=people.billing_operator)


def test_what_cannot_wait_is_not_paid_by_transfer(people, buy):
    buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="yearly")
    made = quote(people.pine, people.partner_owner, "buy_pack", quantity=1)
    with tenancy.organization(people.pine.pk), pytest.raises(FieldErrors) as refused:
        orders.place_order(
            organization=people.pine, quote_id=made.pk, at=NOON, by=people.partner_owner, pay_with=TRANSFER
        )
    assert set(refused.value.errors) == {"gateway"}


def test_an_order_that_is_paid_by_transfer_after_all_waits_longer(people, at_noon):
    placed = order(people.acme, people.owner, "subscribe", tier="enterprise", cycle="yearly")
    assert placed.pay_until == NOON + DAY
    with tenancy.organization(people.acme.pk):
        again = orders.pay_again(order=placed, at=NOON, by=people.owner, pay_with=TRANSFER)
        assert orders.pay_again(order=placed, at=NOON, by=people.owner, pay_with=TRANSFER).pay_until == NOON + 10 * DAY
    assert now(again).pay_until == NOON + 10 * DAY
    with tenancy.everything():
        assert list(Payment.objects.order_by("pk").values_list("gateway", flat=True)) == ["sandbox", "bank_transfer"]


def test_nobody_reports_a_transfer_from_outside(people, placed, client):
    answer = client.post("/payments/notify/bank_transfer", b"{}", content_type="application/json")
    assert answer.status_code == 404


def test_operators_record_and_match_by_api(people, placed, at_noon):
    operator = client_of(people.billing_operator)
    fields = {
        "bank_reference": "ICBC-9",
        "amount": "1200000.00",
        "payer": "Acme Ltd",
        "purpose": "no idea",
        "received_on": "2026-11-22",
    }
    made = operator.post(f"{API}/operator/transfers", fields, format="json")
    assert (made.status_code, made.json()["payment"], made.json()["currency"]) == (201, None, "CNY")
    number = made.json()["id"]
    assert [row["id"] for row in operator.get(f"{API}/operator/transfers?unmatched=true").json()["results"]] == [number]
    reference = payment_of(placed).reference
    matched = operator.post(f"{API}/operator/transfers/{number}/match", {"payment": reference}, format="json")
    assert (matched.status_code, matched.json()["payment"], matched.json()["organization"]) == (200, reference, "acme")
    again = operator.post(f"{API}/operator/transfers/{number}/match", {"payment": reference}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "transfer_matched")
    assert operator.get(f"{API}/operator/transfers?unmatched=true").json()["results"] == []
    for wrong in ({}, fields | {"amount": "1e99"}, fields | {"received_on": "today"}, fields | {"bank_reference": ""}):
        assert operator.post(f"{API}/operator/transfers", wrong, format="json").status_code == 400
