"""Stripe through its SDK: Checkout pages, signed reports, stored cards, queries, refunds (page 3.8)."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from decimal import Decimal

import pytest

from billing import gateways
from billing.gateways.interface import BadSignature, GatewayUnreachable
from billing.gateways.stripe import amount_of, smallest_units
from billing.models import GatewayNotification, Invoice, Order, Payment, PaymentMethod, Refund
from billing.paying import charging, gateway_notifications
from billing.paying import methods as payment_methods
from billing.paying.reconciliation import reconcile
from billing.paying.ways_to_pay import Choice
from common import clock, tenancy
from common.problems import FieldErrors
from supportplans.models import Term
from tests.billing.conftest import NOON, now, order, payment_of, quote, snapshot
from tests.billing.gateway_doubles import StripeDouble, answering, signed

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(scope="module")
def stripes():
    class Switch:
        double = StripeDouble()

        def answer(self, *arguments):
            return self.double.answer(*arguments)

    switch = Switch()
    with answering(switch) as address:
        yield switch, address


@pytest.fixture
def stripe(stripes, settings):
    switch, address = stripes
    switch.double = StripeDouble()
    for name, value in switch.double.settings(address).items():
        setattr(settings, name, value)
    return switch.double


@pytest.fixture
def placed(stripe, people, at_noon):
    return order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")


def take(raw: bytes, *, headers=None, at=NOON):
    with clock.at(at):
        return gateway_notifications.take_notification(gateway="stripe", raw=raw, headers=headers or signed(raw))


def paid(stripe: StripeDouble, payment: Payment, amount: int = 840000, **different) -> bytes:
    return stripe.report(stripe.intent(payment.reference, amount), **different)


# ---- pages and reports ------------------------------------------------------------------------------------------


def test_the_payer_is_led_to_one_checkout_page_however_often_they_come(stripe, placed, client):
    reference = payment_of(placed).reference
    pages = [client.get(f"/payments/{reference}") for _ in range(3)]
    assert [page.context["url"] for page in pages] == ["https://checkout.stripe.example/c/pay/cs_test_0"] * 3
    assert (
        'http-equiv="refresh" content="0;url=https://checkout.stripe.example/c/pay/cs_test_0"'
        in pages[0].content.decode()
    )
    assert list(stripe.sessions) == ["cs_test_0"]
    form = stripe.asked[0][2]
    assert form["line_items[0][price_data][unit_amount]"] == "840000"
    assert form["line_items[0][price_data][currency]"] == "cny"
    assert form["payment_intent_data[metadata][reference]"] == reference
    assert form["success_url"] == f"http://127.0.0.1:8000/o/acme/orders/{placed.number}"


def test_a_gateway_that_does_not_answer_is_said_so(stripe, placed, client):
    stripe.trouble = 500
    page = client.get(f"/payments/{payment_of(placed).reference}")
    assert page.status_code == 503
    assert "Nothing was charged" in page.content.decode()


def test_a_paid_order_is_not_paid_again(stripe, placed, client):
    take(paid(stripe, payment_of(placed)))
    answer = client.get(f"/payments/{payment_of(placed).reference}")
    assert (answer.status_code, answer["Location"]) == (303, f"/o/acme/orders/{placed.number}")
    assert client.get("/payments/P-NOBODYS").status_code == 404


def test_a_report_begins_the_plan(stripe, placed, client):
    payment = payment_of(placed)
    raw = paid(stripe, payment)
    with clock.at(NOON):
        said = client.post("/payments/notify/stripe", raw, content_type="application/json", headers=signed(raw))
    assert said.status_code == 200
    done = now(payment)
    assert (done.status, done.paid_at, done.gateway_id) == ("succeeded", NOON + 5 * SECOND, "pi_0")
    assert now(placed).status == "fulfilled"


def test_ten_times_shuffled_and_late_is_once(stripe, placed):
    payment = payment_of(placed)
    declined = stripe.intent(payment.reference, 840000, status="requires_payment_method")
    reports = [
        stripe.report(declined, "payment_intent.payment_failed"),
        paid(stripe, payment),
        stripe.report(stripe.intents["pi_1"], "charge.updated"),
    ] * 10
    random.Random(3).shuffle(reports)
    for number, raw in enumerate(reports):
        take(raw, at=NOON + number * MINUTE)
    assert now(placed).status == "fulfilled"
    with tenancy.everything():
        assert (Term.objects.count(), Invoice.objects.count(), Refund.objects.count()) == (1, 1, 0)
    assert GatewayNotification.objects.count() == 3
    assert not GatewayNotification.objects.filter(processed_at=None).exists()


@pytest.mark.parametrize(
    "tampering", ["body", "no signature", "other secret", "an hour old", "no timestamp", "no text"]
)
def test_a_tampered_or_replayed_report_is_refused_and_not_kept(stripe, placed, tampering):
    raw = paid(stripe, payment_of(placed), 1)
    headers = signed(raw)
    if tampering == "body":
        raw = raw.replace(b'"amount_received": 1', b'"amount_received": 840000')
    elif tampering == "no signature":
        headers = {"Stripe-Signature": ""}
    elif tampering == "other secret":
        headers = signed(raw, secret="whsec_other")
    elif tampering == "an hour old":
        headers = signed(raw, age=3600)
    elif tampering == "no timestamp":
        headers = {"Stripe-Signature": headers["Stripe-Signature"].partition(",")[2]}
    else:
        raw = b"\xff\xfe"
    before = snapshot()
    with pytest.raises(BadSignature):
        take(raw, headers=headers)
    assert snapshot() == before
    assert not GatewayNotification.objects.exists()


@pytest.mark.parametrize(
    "raw", [b"{}", b"[]", b"nonsense", b'{"object": "event", "id": "evt_1", "type": "x", "data": 7}']
)
def test_a_signed_report_that_says_nothing_is_refused(stripe, raw):
    with pytest.raises(FieldErrors):
        take(raw)


def test_another_amount_or_currency_is_held_with_what_came(stripe, placed):
    payment = payment_of(placed)
    take(stripe.report(stripe.intent(payment.reference, 840000, "usd")))
    held = now(payment)
    assert (held.status, held.received, held.received_currency) == ("held", Decimal("8400.00"), "USD")
    assert now(placed).status == "awaiting_payment"


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [("0.01", "CNY", 1), ("8400.00", "CNY", 840000), ("999999.99", "CNY", 99999999), ("8400", "JPY", 8400)],
)
def test_amounts_travel_as_whole_numbers(amount, currency, units):
    assert smallest_units(Decimal(amount), currency) == units
    assert amount_of(units, currency) == Decimal(amount)


def test_a_lost_report_is_found_by_asking(stripe, placed):
    payment = payment_of(placed)
    stripe.intent(payment.reference, 840000, status="requires_payment_method")
    stripe.intent(payment.reference, 840000)
    with clock.at(NOON + 2 * MINUTE):
        assert reconcile(at=clock.now()) == {"silent_payments": 1}
    done = now(payment)
    assert (done.status, done.paid_at, done.gateway_id) == ("succeeded", NOON + 5 * SECOND, "pi_1")
    assert now(placed).status == "fulfilled"
    before = snapshot()
    take(stripe.report(stripe.intents["pi_1"]))
    assert snapshot() == before


def test_a_refund_goes_out_once_whatever_is_forgotten(stripe, placed, django_capture_on_commit_callbacks):
    payment = payment_of(placed)
    stripe.trouble = 0
    raw = paid(stripe, payment)
    with django_capture_on_commit_callbacks(execute=True):
        take(raw, at=NOON + 25 * HOUR)
    with tenancy.everything():
        refund = Refund.objects.get()
    assert (refund.status, now(payment).status) == ("completed", "refunded")
    assert [(one["amount"], one["payment_intent"]) for one in stripe.refunds] == [(840000, "pi_0")]
    # A day later Stripe has forgotten the key, and we that it was sent.
    with tenancy.everything():
        Refund.objects.update(status="requested", completed_at=None)
    stripe.answers.clear()
    with clock.at(NOON + 60 * HOUR):
        assert reconcile(at=clock.now()) == {"refunds": 1}
    assert len(stripe.refunds) == 1


# ---- stored cards -----------------------------------------------------------------------------------------------


@pytest.fixture
def stored(stripe, people, at_noon) -> PaymentMethod:
    with tenancy.organization(people.acme.pk):
        return PaymentMethod.objects.create(
            organization=people.acme,
            gateway="stripe",
            token="cus_1/pm_1",
            label="Visa",
            is_default=True,
            created_at=NOON,
        )


@pytest.fixture
def charged(stripe, people, stored, django_capture_on_commit_callbacks):
    """`charged()`: an order that is charged to the stored card; its payment as it is after the commit."""

    def through() -> Payment:
        made = quote(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
        from billing.buying import orders

        with django_capture_on_commit_callbacks(execute=True), tenancy.organization(people.acme.pk):
            placed = orders.place_order(
                organization=people.acme,
                quote_id=made.pk,
                at=NOON,
                by=people.owner,
                pay_with=Choice(method=str(stored.pk)),
            )
        return payment_of(placed)

    return through


def status_of_order(payment: Payment) -> str:
    with tenancy.everything():
        return Order.objects.get(pk=payment.order_id).status


def test_a_card_is_stored_on_stripes_page_and_named_when_its_owner_comes_back(stripe, people, at_noon):
    with tenancy.organization(people.acme.pk):
        url = payment_methods.add(organization=people.acme, gateway="stripe", at=NOON, by=people.owner)
        assert url == "https://checkout.stripe.example/c/pay/cs_test_0"
        assert not payment_methods.confirm(organization=people.acme, session="cs_test_0"), "not finished"
        assert not payment_methods.confirm(organization=people.acme, session="cs_nobodys")
    stripe.complete_set_up("cs_test_0")
    with tenancy.organization(people.orbit.pk):
        assert not payment_methods.confirm(organization=people.orbit, session="cs_test_0"), "not theirs"
    with tenancy.organization(people.acme.pk):
        assert payment_methods.confirm(organization=people.acme, session="cs_test_0")
    reference = stripe.sessions["cs_test_0"]["client_reference_id"]
    take(stripe.set_up_report(reference))
    with tenancy.everything():
        method = PaymentMethod.objects.get()
    assert (method.organization, method.token, method.is_default) == (people.acme, "cus_1/pm_1", True)
    assert (method.label, method.created_by) == ("Visa ···· 4242, 04/2030", people.owner)
    assert set(GatewayNotification.objects.values_list("outcome", flat=True)) == {"stored"}


def test_a_report_alone_stores_a_card_too(stripe, people, at_noon):
    with tenancy.organization(people.acme.pk):
        payment_methods.add(organization=people.acme, gateway="stripe", at=NOON, by=people.owner, is_default=False)
    reference = stripe.sessions["cs_test_0"]["client_reference_id"]
    for _ in range(3):
        take(stripe.set_up_report(reference))
    with tenancy.everything():
        method = PaymentMethod.objects.get()
    assert (method.label, method.is_default) == ("Visa ···· 4242, 04/2030", False)


def test_a_report_about_nobodys_set_up_stores_nothing(stripe, people, at_noon):
    take(stripe.set_up_report("M-999999-1-d-0123456789abcdef01234567"))
    take(stripe.set_up_report("nonsense").replace(b"seti_1", b"seti_2"))
    with tenancy.everything():
        assert not PaymentMethod.objects.exists()


def test_a_stored_card_is_charged_after_the_commit(stripe, charged):
    payment = charged()
    assert (payment.status, payment.gateway_id) == ("succeeded", "pi_0")
    assert status_of_order(payment) == "fulfilled"
    form = next(form for _method, path, form in stripe.asked if path == "/v1/payment_intents")
    assert (form["customer"], form["payment_method"], form["off_session"]) == ("cus_1", "pm_1", "true")
    assert (form["amount"], form["currency"], form["metadata[reference]"]) == ("840000", "cny", payment.reference)


def test_a_declined_card_leaves_the_order_to_be_paid_otherwise(stripe, charged):
    stripe.charges = "requires_payment_method"
    payment = charged()
    assert (payment.status, status_of_order(payment)) == ("declined", "awaiting_payment")


def test_a_charge_on_its_way_is_asked_about(stripe, charged):
    stripe.charges = "processing"
    payment = charged()
    assert payment.status == "pending"
    stripe.intents["pi_0"] |= {"status": "succeeded", "amount_received": 840000}
    with clock.at(NOON + 2 * MINUTE):
        assert reconcile(at=clock.now()) == {"silent_payments": 1}
    assert now(payment).status == "succeeded"
    assert len(stripe.intents) == 1


@pytest.mark.parametrize("lost", ["the question", "the answer"])
def test_who_dies_while_charging_charges_once(stripe, charged, lost, monkeypatch):
    if lost == "the question":
        monkeypatch.setattr(charging, "charge", lambda payment_id: None)
    else:
        stripe.trouble = 502
    payment = charged()
    assert payment.status == "pending"
    monkeypatch.undo()
    assert len(stripe.intents) == (0 if lost == "the question" else 1)
    stripe.trouble = 0
    for minutes in (2, 4, 8):
        with clock.at(NOON + minutes * MINUTE):
            reconcile(at=clock.now())
    assert now(payment).status == "succeeded"
    assert len(stripe.intents) == 1
    with tenancy.everything():
        assert Term.objects.count() == 1


def test_two_who_charge_at_once_charge_once(stripe, charged, monkeypatch):
    monkeypatch.setattr(charging, "charge", lambda payment_id: None)
    payment = charged()
    monkeypatch.undo()
    with clock.at(NOON):
        with tenancy.everything():
            gateway, charge = gateways.gateway_named("stripe"), charging.charge_of(now(payment))
        answers = {json.dumps(gateway.charge_stored("cus_1/pm_1", charge)[1]) for _ in range(3)}
        charging.charge(payment.pk)
    assert len(answers) == len(stripe.intents) == 1


def test_a_charge_that_nobody_could_ask_for_is_given_up(stripe, charged, people):
    stripe.trouble = 503
    payment = charged()
    stripe.intents.clear()
    stripe.answers.clear()
    with clock.at(NOON + 30 * HOUR), pytest.raises(GatewayUnreachable):
        charging.ask(payment.pk, clock.now())
    stripe.trouble = 0
    with clock.at(NOON + 30 * HOUR):
        charging.ask(payment.pk, clock.now())
    assert not stripe.intents, "too late to be sure that it is the first time"
    with clock.at(NOON + 60 * HOUR):
        charging.ask(payment.pk, clock.now())
    assert now(payment).status == "declined"


def test_a_removed_card_is_forgotten_and_not_charged(
    stripe, stored, charged, people, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr(charging, "charge", lambda payment_id: None)
    payment = charged()
    monkeypatch.undo()
    with django_capture_on_commit_callbacks(execute=True), tenancy.organization(people.acme.pk):
        payment_methods.remove(method=stored, at=NOON, by=people.owner)
    assert stripe.detached == ["pm_1"]
    with clock.at(NOON):
        charging.charge(payment.pk)
    assert (now(payment).status, stripe.intents) == ("declined", {})
