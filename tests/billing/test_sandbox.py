"""The sandbox gateway over real HTTP: its page, its JSON road, its signed report to the portal (page 7)."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from billing.gateways.sandbox import signature_of
from billing.models import GatewayNotification, Order, SandboxReport
from billing.paying import sandbox_desk
from common import clock, tenancy
from supportplans.models import Term
from tests.billing.conftest import NOON, body, catalogue, now, order, payment_of, snapshot  # noqa: F401
from tests.concurrency.test_quota_races import at_once


@pytest.fixture
def portal(transactional_db, people, catalogue, live_server, settings, monkeypatch):
    """A portal that the sandbox can call, and is waited for."""
    monkeypatch.setattr(sandbox_desk, "TIMEOUT_SECONDS", 60)
    settings.PUBLIC_URL = live_server.url
    settings.ALLOWED_HOSTS = ["*"]
    return live_server.url


@pytest.fixture
def placed(portal, people) -> Order:
    return order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly", when=clock.now())


def post(url: str, data: bytes, content_type: str = "application/json", **headers: str):
    request = urllib.request.Request(url, data=data, headers={"Content-Type": content_type} | headers)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def decide(portal: str, reference: str, **fields: object):
    status, text = post(f"{portal}/sandbox/payments/{reference}", json.dumps(fields).encode())
    return status, json.loads(text)


def test_a_script_pays_and_the_portal_has_taken_it_when_it_is_answered(portal, placed):
    status, said = decide(portal, payment_of(placed).reference, outcome="succeeded")
    assert status == 200
    assert said["reference"] == payment_of(placed).reference
    assert now(placed).status == "fulfilled"
    assert SandboxReport.objects.get().delivered_at is not None
    assert GatewayNotification.objects.get().event_id == said["event_id"]


def test_any_number_of_times(portal, placed):
    reference = payment_of(placed).reference
    outcomes = ["declined", "succeeded", "succeeded", "declined", "succeeded"]
    assert [decide(portal, reference, outcome=outcome)[0] for outcome in outcomes] == [200] * 5
    assert now(placed).status == "fulfilled"
    assert GatewayNotification.objects.count() == 5
    with tenancy.everything():
        assert Term.objects.count() == 1


def test_20_scripts_at_once_do_not_starve_the_portal(portal, placed):
    """Beyond a few calls at a time the sandbox hands its bytes over without the network: nobody waits for a thread."""
    reference = payment_of(placed).reference
    answers = at_once(lambda number: decide(portal, reference, outcome="succeeded")[0], 20)
    assert answers == [200] * 20
    assert GatewayNotification.objects.filter(processed_at=None).count() == 0
    with tenancy.everything():
        assert Term.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b'{"outcome": "maybe"}', 400, "validation_error"),
        (b"{}", 400, "validation_error"),
        (b"", 400, "validation_error"),
        (b"[]", 400, "validation_error"),
        (b"nonsense", 400, "validation_error"),
        (b'{"outcome": ["succeeded"]}', 400, "validation_error"),
        (b"\xff\xfe", 400, "validation_error"),
    ],
)
def test_what_is_no_decision_is_refused(portal, placed, data, status, code):
    before = snapshot()
    answered, text = post(f"{portal}/sandbox/payments/{payment_of(placed).reference}", data)
    assert (answered, json.loads(text)["code"]) == (status, code)
    assert snapshot() == before


def test_an_unknown_payment_is_not_found(portal):
    assert decide(portal, "P-NOBODYS", outcome="succeeded")[0] == 404


def test_it_exists_only_where_it_is_the_configured_gateway(portal, placed, settings):
    reference = payment_of(placed).reference
    settings.PAYMENT_GATEWAYS = ("bank_transfer",)
    assert decide(portal, reference, outcome="succeeded")[0] == 404
    raw = body(payment_of(placed))
    assert post(f"{portal}/payments/notify/sandbox", raw, **{"X-Sandbox-Signature": signature_of(raw)})[0] == 404
    assert now(placed).status == "awaiting_payment"


def test_when_the_portal_does_not_answer_the_decision_is_kept(portal, placed, settings):
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    status, said = decide(portal, payment_of(placed).reference, outcome="succeeded")
    assert (status, said["code"]) == (503, "notification_not_taken")
    assert now(placed).status == "awaiting_payment"
    settings.PUBLIC_URL = portal
    SandboxReport.objects.update(made_at=NOON)
    assert sandbox_desk.deliver_waiting(limit=10) == 1
    assert now(placed).status == "fulfilled"


def test_a_report_by_anyone_else_must_be_signed(portal, placed):
    raw, url = body(payment_of(placed)), f"{portal}/payments/notify/sandbox"
    status, text = post(url, raw)
    assert (status, json.loads(text)["code"]) == (400, "bad_signature")
    status, text = post(url, raw, **{"X-Sandbox-Signature": signature_of(raw + b" ")})
    assert (status, json.loads(text)["code"]) == (400, "bad_signature")
    assert not GatewayNotification.objects.exists()
    assert now(placed).status == "awaiting_payment"
    for _ in range(2):
        assert post(url, raw, **{"X-Sandbox-Signature": signature_of(raw)})[0] == 200
    assert now(placed).status == "fulfilled"


def test_a_huge_report_is_refused_unread(portal):
    raw = b"{" + b" " * (64 * 1024) + b"}"
    assert post(f"{portal}/payments/notify/sandbox", raw, **{"X-Sandbox-Signature": signature_of(raw)})[0] == 400


def test_a_person_sees_what_is_to_be_paid_and_that_no_money_moves(portal, placed, client):
    page = client.get(f"/sandbox/payments/{payment_of(placed).reference}")
    text = page.content.decode()
    assert page.status_code == 200
    assert "no real money moves" in text
    assert "Pay ¥8,400.00" in text
    assert "Acme: Base support fee: Business, one year" in text


@pytest.mark.parametrize(("outcome", "status"), [("succeeded", "fulfilled"), ("declined", "awaiting_payment")])
def test_a_person_decides_and_is_led_back_to_the_order(portal, placed, client, outcome, status):
    answer = client.post(f"/sandbox/payments/{payment_of(placed).reference}", {"outcome": outcome})
    assert answer.status_code == 303
    assert answer["Location"] == f"/o/acme/orders/{placed.number}"
    assert now(placed).status == status


def test_a_person_is_told_when_the_portal_does_not_answer(portal, placed, client, settings):
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    answer = client.post(f"/sandbox/payments/{payment_of(placed).reference}", {"outcome": "succeeded"})
    assert answer.status_code == 503
    assert "Nothing is lost" in answer.content.decode()
