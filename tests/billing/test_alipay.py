"""Alipay through its SDK: pages, signed reports, queries, refunds (page 3.8)."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from Cryptodome.PublicKey import RSA

from billing import gateways
from billing.gateways.interface import BadSignature, GatewayRefused, GatewayUnreachable, PaidCharge
from billing.models import GatewayNotification, Invoice, Refund
from billing.paying import gateway_notifications
from billing.paying.reconciliation import reconcile
from common import clock, tenancy
from common.beijing import BEIJING
from common.problems import FieldErrors
from supportplans.models import Term
from tests.billing.conftest import NOON, now, order, payment_of, snapshot
from tests.billing.gateway_doubles import AlipayDouble, answering

PAID_AT = datetime(2026, 11, 22, 12, 0, 5, tzinfo=BEIJING)


@pytest.fixture(scope="module")
def alipays():
    double = AlipayDouble()
    with answering(double) as address:
        yield double, address


@pytest.fixture
def alipay(alipays, settings):
    double, address = alipays
    double.trades, double.refunds, double.asked, double.trouble = {}, {}, [], ""
    for name, value in double.settings(address).items():
        setattr(settings, name, value)
    return double


@pytest.fixture
def placed(alipay, people, at_noon):
    return order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")


def take(raw: bytes, at=PAID_AT):
    with clock.at(at):
        return gateway_notifications.take_notification(gateway="alipay", raw=raw, headers={})


def test_the_payer_is_led_to_a_page_that_only_we_can_ask_for(alipay, placed, client):
    reference = payment_of(placed).reference
    page = client.get(f"/payments/{reference}")
    assert page.status_code == 200
    url = urlsplit(page.context["url"])
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert f"{url.scheme}://{url.netloc}{url.path}" == "http://" + urlsplit(alipay_url(alipay)).netloc + "/gateway.do"
    assert alipay.is_merchants(asked)
    assert asked["method"] == "alipay.trade.page.pay"
    assert asked["notify_url"] == "http://127.0.0.1:8000/payments/notify/alipay"
    assert asked["return_url"] == f"http://127.0.0.1:8000/o/acme/orders/{placed.number}"
    assert f'"out_trade_no":"{reference}","total_amount":"8400.00"' in asked["biz_content"]
    assert '"product_code":"FAST_INSTANT_TRADE_PAY"' in asked["biz_content"]
    assert alipay.asked == [], "the page is asked for by the payer, not by us"


def alipay_url(_double) -> str:
    from django.conf import settings

    return settings.ALIPAY_API_URL


def test_a_report_is_answered_as_alipay_wants_and_begins_the_plan(alipay, placed, client):
    payment = payment_of(placed)
    raw = alipay.report(payment.reference, "8400.00")
    with clock.at(PAID_AT):
        said = client.post("/payments/notify/alipay", raw, content_type="application/x-www-form-urlencoded")
    assert (said.status_code, said.content, said["Content-Type"]) == (200, b"success", "text/plain")
    assert now(placed).status == "fulfilled"
    paid = now(payment)
    assert (paid.status, paid.paid_at, paid.gateway_id) == ("succeeded", PAID_AT, "2026112222001471950503864977")
    assert GatewayNotification.objects.get().raw.encode() == raw


def test_ten_times_shuffled_and_late_is_once(alipay, placed):
    reference = payment_of(placed).reference
    reports = [
        alipay.report(reference, "8400.00", status) for status in ("WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_FINISHED")
    ] * 10
    random.Random(7).shuffle(reports)
    for number, raw in enumerate(reports):
        take(raw, PAID_AT + timedelta(minutes=number))
    assert now(placed).status == "fulfilled"
    with tenancy.everything():
        assert (Term.objects.count(), Invoice.objects.count(), Refund.objects.count()) == (1, 1, 0)
    assert GatewayNotification.objects.count() == 3
    assert not GatewayNotification.objects.filter(processed_at=None).exists()


@pytest.mark.parametrize(
    "tampering", ["amount", "reference", "no signature", "garbage", "other key", "sign type", "field twice", "no text"]
)
def test_a_tampered_report_is_refused_and_not_kept(alipay, placed, tampering):
    reference = payment_of(placed).reference
    raw = alipay.report(reference, "0.01")
    fields = dict(parse_qsl(raw.decode(), keep_blank_values=True))
    if tampering == "amount":
        raw = urlencode(fields | {"total_amount": "8400.00"}).encode()
    elif tampering == "reference":
        raw = urlencode(fields | {"out_trade_no": "P-OTHER"}).encode()
    elif tampering == "no signature":
        raw = urlencode({name: value for name, value in fields.items() if name != "sign"}).encode()
    elif tampering == "garbage":
        raw = urlencode(fields | {"sign": "no base64!"}).encode()
    elif tampering == "other key":
        raw = alipay.report(reference, "8400.00", key=RSA.generate(1024))
    elif tampering == "sign type":
        raw = urlencode(fields | {"sign_type": "RSA"}).encode()
    elif tampering == "field twice":
        raw += b"&total_amount=8400.00"
    else:
        raw = b"\xff\xfe"
    before = snapshot()
    with pytest.raises(BadSignature):
        take(raw)
    assert snapshot() == before
    assert not GatewayNotification.objects.exists()


def test_a_report_that_is_not_for_us_or_says_nothing_is_refused(alipay, placed):
    for different, wrong in [
        ({"app_id": "2021000000000002"}, "app_id"),
        ({"notify_id": ""}, "notify_id"),
        ({"total_amount": "much"}, "body"),
    ]:
        with pytest.raises(FieldErrors) as refused:
            take(alipay.report(payment_of(placed).reference, "8400.00", **different))
        assert set(refused.value.errors) == {wrong}
    assert not GatewayNotification.objects.exists()


def test_another_amount_is_held_with_what_came(alipay, placed):
    payment = payment_of(placed)
    take(alipay.report(payment.reference, "8399.99"))
    held = now(payment)
    assert (held.status, held.received, held.received_currency) == ("held", Decimal("8399.99"), "CNY")
    assert now(placed).status == "awaiting_payment"


def test_a_refund_is_reported_with_its_trade_and_changes_nothing(alipay, placed):
    reference = payment_of(placed).reference
    take(alipay.report(reference, "8400.00"))
    before = snapshot()
    take(alipay.report(reference, "8400.00", "TRADE_CLOSED", refund_fee="8400.00", gmt_refund="2026-11-23 09:00:00"))
    assert snapshot() == before


def test_a_closed_trade_is_a_decline(alipay, placed):
    take(alipay.report(payment_of(placed).reference, "8400.00", "TRADE_CLOSED"))
    assert (payment_of(placed).status, now(placed).status) == ("declined", "awaiting_payment")


def test_a_lost_report_is_found_by_asking(alipay, placed):
    payment = payment_of(placed)
    with clock.at(NOON + timedelta(minutes=2)):
        assert reconcile(at=clock.now()) == {"silent_payments": 1}
    assert now(payment).status == "pending", "Alipay knows a trade only once the payer has seen it"
    alipay.paid(payment.reference, "8400.00")
    with clock.at(NOON + timedelta(minutes=4)):
        assert reconcile(at=clock.now()) == {"silent_payments": 1}
    paid = now(payment)
    assert (paid.status, paid.paid_at, paid.gateway_id) == ("succeeded", PAID_AT, "20261122220014719505038649770")
    assert now(placed).status == "fulfilled"
    take(alipay.report(payment.reference, "8400.00"))
    with tenancy.everything():
        assert Term.objects.count() == 1


def test_an_unfinished_trade_is_asked_about_again(alipay, placed):
    payment = payment_of(placed)
    alipay.paid(payment.reference, "8400.00", "WAIT_BUYER_PAY")
    assert gateways.gateway_named("alipay").query(payment.reference) is None


def test_trouble_is_told_from_a_refusal(alipay, placed):
    gateway, reference = gateways.gateway_named("alipay"), payment_of(placed).reference
    alipay.trouble = "ACQ.SYSTEM_ERROR"
    with pytest.raises(GatewayUnreachable):
        gateway.query(reference)
    alipay.trouble = "isv.invalid-app-id"
    with pytest.raises(GatewayRefused, match="invalid-app-id"):
        gateway.query(reference)


def test_an_answer_that_alipay_did_not_sign_is_no_answer(alipay, placed, settings):
    alipay.paid(payment_of(placed).reference, "8400.00")
    settings.ALIPAY_PUBLIC_KEY = RSA.generate(1024).public_key().export_key().decode()
    with pytest.raises(GatewayUnreachable):
        gateways.gateway_named("alipay").query(payment_of(placed).reference)


def test_a_gateway_that_does_not_answer_keeps_nothing_else_waiting(alipay, placed, settings):
    settings.ALIPAY_API_URL = "http://127.0.0.1:9/gateway.do"
    with clock.at(NOON + timedelta(hours=24)):
        assert reconcile(at=clock.now()) == {"unpaid_orders": 1, "silent_payments": 0}
    assert now(placed).status == "cancelled"


def test_a_refund_goes_out_once_under_our_number(alipay, placed, django_capture_on_commit_callbacks):
    payment = payment_of(placed)
    alipay.paid(payment.reference, "8400.00")
    with django_capture_on_commit_callbacks(execute=True):
        take(alipay.report(payment.reference, "8400.00"), NOON + timedelta(hours=25))
    with tenancy.everything():
        refund = Refund.objects.get()
    assert (refund.status, now(payment).status) == ("completed", "refunded")
    assert alipay.refunds == {refund.reference: "8400.00"}
    paid = PaidCharge(payment.reference, "", payment.amount, "CNY")
    gateways.gateway_named("alipay").refund(paid=paid, refund_reference=refund.reference, amount=refund.amount)
    assert alipay.refunds == {refund.reference: "8400.00"}


def test_a_refund_that_alipay_could_not_take_is_sent_again(alipay, placed, django_capture_on_commit_callbacks):
    payment = payment_of(placed)
    alipay.paid(payment.reference, "8400.00")
    alipay.trouble = "ACQ.SYSTEM_ERROR"
    with django_capture_on_commit_callbacks(execute=True):
        take(alipay.report(payment.reference, "8400.00"), NOON + timedelta(hours=25))
    with tenancy.everything():
        assert Refund.objects.get().status == "requested"
    assert reconcile(at=NOON + timedelta(hours=25)) == {"refunds": 0}
    alipay.trouble = ""
    assert reconcile(at=NOON + timedelta(hours=25)) == {"refunds": 1}
    with tenancy.everything():
        assert Refund.objects.get().status == "completed"
    assert len(alipay.refunds) == 1
