"""The API of billing: shapes, statuses, roles and refusals of page 7."""

import re
import uuid
from datetime import timedelta

import pytest

from billing.models import Order, Quote
from common import clock, tenancy
from tests.billing.conftest import NOON, ORGS, buy_by_api, notify, now, order, pay, payment_of, snapshot

SUBSCRIBE = {"action": "subscribe", "tier": "business", "cycle": "yearly"}


def test_a_quote_says_everything_line_by_line(people, at_noon, api):
    answer = api(people.owner).post(f"{ORGS}/acme/quotes", SUBSCRIBE, format="json")
    assert answer.status_code == 201
    said = answer.json()
    assert uuid.UUID(said.pop("id"))
    effects = said.pop("effects")
    assert said == {
        "action": "subscribe",
        "tier": "business",
        "cycle": "yearly",
        "quantity": None,
        "at": "now",
        "lines": [
            {
                "code": "base_fee",
                "description": "Base support fee: Business, one year",
                "quantity": 1,
                "days": None,
                "of_days": None,
                "amount": "8400.00",
            }
        ],
        "total": "8400.00",
        "currency": "CNY",
        "effective": "at_payment",
        "expires_at": "2026-11-22T12:30:00+08:00",
    }
    assert [effect["description"] for effect in effects] == [
        "Paid today, the plan runs from 22 Nov 2026 up to and including 21 Nov 2027.",
        "Technical tickets are unlimited.",
        "Comes with it: Escort service (basic), 1 natural day a year.",
    ]


def test_a_quote_is_read_in_the_readers_language(people, at_noon, api):
    asked = SUBSCRIBE | {"quantity": None, "at": None}  # what is not needed may be null
    answer = api(people.owner).post(f"{ORGS}/acme/quotes", asked, format="json", HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert "商业级" in answer.json()["lines"][0]["description"]


def test_from_quote_to_invoice(people, at_noon, api):
    client = api(people.owner)
    placed = buy_by_api(client, "acme", **SUBSCRIBE)
    assert re.fullmatch(r"O-2026-[0-9A-Z]{10}", placed["number"])
    assert (placed["status"], placed["total"], placed["currency"], placed["invoice"]) == (
        "awaiting_payment",
        "8400.00",
        "CNY",
        None,
    )
    reference = placed["payment"]["reference"]
    assert placed["payment"]["url"] == f"http://127.0.0.1:8000/sandbox/payments/{reference}"
    assert client.get(f"{ORGS}/acme/orders/{placed['number']}").json() == placed
    pay(placed["number"])
    done = client.get(f"{ORGS}/acme/orders/{placed['number']}").json()
    assert (done["status"], done["invoice"]) == ("fulfilled", "INV-2026-000001")
    assert done["payment"]["status"] == "succeeded"
    assert client.get(f"{ORGS}/acme/subscription").json()["tier"] == "business"
    invoice = client.get(f"{ORGS}/acme/invoices/INV-2026-000001").json()
    assert invoice == {
        "number": "INV-2026-000001",
        "status": "paid",
        "issued_on": "2026-11-22",
        "due_on": "2026-11-22",
        "lines": [
            {
                "code": "base_fee",
                "description": "Base support fee: Business, one year",
                "quantity": 1,
                "days": None,
                "of_days": None,
                "amount": "8400.00",
                "period": {"starts_on": "2026-11-22", "ends_on": "2027-11-22"},
            }
        ],
        "total": "8400.00",
        "tax_included": "475.47",
        "paid": "8400.00",
        "credited": "0.00",
        "refunded": "0.00",
        "outstanding": "0.00",
        "currency": "CNY",
        "credits": None,
        "order": placed["number"],
        "settlement": None,
        "payment": done["payment"],
    }
    assert client.get(f"{ORGS}/acme/invoices").json() == {"results": [invoice], "next": None, "previous": None}
    assert client.get(f"{ORGS}/acme/payments").json()["results"] == [
        {
            "reference": reference,
            "gateway": "sandbox",
            "amount": "8400.00",
            "currency": "CNY",
            "status": "succeeded",
            "refunded": "0.00",
            "at": "2026-11-22T12:00:00+08:00",
            "order": placed["number"],
            "invoice": "INV-2026-000001",
            "payment_method": None,
            "url": done["payment"]["url"],
            "refunds": [],
        }
    ]


@pytest.mark.parametrize(
    ("wish", "wrong"),
    [
        ({}, {"action"}),
        ({"action": None}, {"action"}),
        ({"action": ["subscribe"]}, {"action"}),
        ({"action": "downgrade", "tier": "business"}, {"action"}),
        ({"action": "change_tier", "tier": "gold", "at": "soon"}, {"tier", "at"}),
        ({"action": "change_tier", "tier": "basic"}, {"tier"}),
        ({"action": "change_cycle", "cycle": "monthly"}, {"at"}),
        ({"action": "change_cycle", "cycle": "weekly", "at": "now"}, {"cycle", "at"}),
        ({"action": "unsubscribe", "at": "yesterday"}, {"at"}),
        ({"action": "renew", "at": "yesterday"}, {"at"}),
        ({"action": "subscribe", "tier": "basic", "cycle": "monthly"}, {"tier"}),
        ({"action": "subscribe", "tier": "gold"}, {"tier", "cycle"}),
        ({"action": "subscribe"}, {"tier", "cycle"}),
        ({"action": "subscribe", "tier": {"a": 1}, "cycle": 5}, {"tier", "cycle"}),
        ({"action": "subscribe", "tier": "business", "cycle": "yearly", "at": "renewal"}, {"at"}),
        ({"action": "buy_pack"}, {"quantity"}),
        ({"action": "buy_pack", "quantity": 0}, {"quantity"}),
        ({"action": "buy_pack", "quantity": -1}, {"quantity"}),
        ({"action": "buy_pack", "quantity": 1.5}, {"quantity"}),
        ({"action": "buy_pack", "quantity": "many"}, {"quantity"}),
        ({"action": "buy_pack", "quantity": 10**30}, {"quantity"}),
    ],
)
def test_mistakes_are_named_by_field(people, at_noon, api, wish, wrong):
    answer = api(people.owner).post(f"{ORGS}/acme/quotes", wish, format="json")
    assert answer.status_code == 400, answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["code"] == "validation_error"
    assert set(said["errors"]) == wrong
    with tenancy.everything():
        assert not Quote.objects.exists()


@pytest.mark.parametrize("body", [[], "text", 7, None])
def test_what_is_no_object_is_a_mistake_too(people, at_noon, api, body):
    for path in ("quotes", "orders"):
        answer = api(people.owner).post(f"{ORGS}/acme/{path}", body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")


def test_a_refusal_has_its_code_and_a_way_out(people, buy, api):
    buy(people.acme, people.owner, "subscribe", tier="developer", cycle="monthly")
    client = api(people.owner)
    for wish, code in ((SUBSCRIBE, "already_subscribed"), ({"action": "buy_pack", "quantity": 1}, "not_metered")):
        before = snapshot()
        answer = client.post(f"{ORGS}/acme/quotes", wish, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert answer.json()["action_url"]
        assert snapshot() == before
    answer = api(people.vendor_owner).post(
        f"{ORGS}/isvsoft/quotes", {"action": "subscribe", "tier": "standard", "cycle": "monthly"}, format="json"
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "not_eligible")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"quote": None}, 400),
        ({"quote": {}}, 400),
        ({"quote": ""}, 400),
        ({"quote": "nonsense"}, 404),
        ({"quote": 7}, 400),
        ({"quote": "00000000-0000-4000-8000-000000000000"}, 404),
    ],
)
def test_an_order_needs_a_quote_of_ones_own(people, at_noon, api, body, status):
    before = snapshot()
    assert api(people.owner).post(f"{ORGS}/acme/orders", body, format="json").status_code == status
    assert snapshot() == before


def test_another_organizations_things_do_not_exist(people, at_noon, api):
    theirs = order(people.orbit, people.outsider, "subscribe", tier="business", cycle="yearly")
    notify(payment_of(theirs))
    client, before = api(people.owner), snapshot()
    for path in (f"orders/{theirs.number}", "invoices/INV-2026-000001"):
        assert client.get(f"{ORGS}/acme/{path}").status_code == 404
        assert client.get(f"{ORGS}/orbit/{path}").status_code == 404
    for action in ("cancel", "pay"):
        assert client.post(f"{ORGS}/acme/orders/{theirs.number}/{action}").status_code == 404
    assert client.post(f"{ORGS}/acme/orders", {"quote": str(theirs.quote_id)}, format="json").status_code == 404
    for path in ("orders", "payments", "invoices"):
        assert client.get(f"{ORGS}/acme/{path}").json()["results"] == []
        assert client.get(f"{ORGS}/orbit/{path}").status_code == 404
    assert snapshot() == before


@pytest.mark.parametrize(
    ("who", "reading", "writing"),
    [
        ("owner", 200, 201),
        ("billing", 200, 201),
        ("member", 403, 403),
        ("viewer", 403, 403),
        ("outsider", 404, 404),
        ("engineer", 404, 404),
        ("tam", 404, 404),
        ("lead", 404, 404),
        ("admin", 200, 403),
        ("billing_operator", 200, 201),
    ],
)
def test_money_is_for_owner_and_billing(people, at_noon, api, who, reading, writing):
    client, before = api(getattr(people, who)), snapshot()
    for path in ("orders", "payments", "invoices"):
        assert client.get(f"{ORGS}/acme/{path}").status_code == reading
    if writing != 201:
        assert client.post(f"{ORGS}/acme/orders", {"quote": "x"}, format="json").status_code == writing
    assert client.post(f"{ORGS}/acme/quotes", SUBSCRIBE, format="json").status_code == writing
    assert snapshot() == before


def test_strangers_must_sign_in(people, at_noon, api):
    for path in ("orders", "payments", "invoices", "quotas"):
        answer = api().get(f"{ORGS}/acme/{path}")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_the_same_key_orders_once(people, at_noon, api):
    client = api(people.owner)
    quoted = client.post(f"{ORGS}/acme/quotes", SUBSCRIBE, format="json").json()["id"]
    answers = [
        client.post(f"{ORGS}/acme/orders", {"quote": quoted}, format="json", HTTP_IDEMPOTENCY_KEY="order-1")
        for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[0].json() == answers[2].json()
    assert answers[2]["Idempotent-Replay"] == "true"
    with tenancy.everything():
        assert Order.objects.count() == 1


def test_after_a_decline_it_is_paid_again_with_a_new_payment(people, at_noon, api):
    client = api(people.owner)
    placed = buy_by_api(client, "acme", **SUBSCRIBE)
    with tenancy.everything():
        row = Order.objects.get()
    notify(payment_of(row), "declined")
    assert client.get(f"{ORGS}/acme/orders/{placed['number']}").json()["status"] == "awaiting_payment"
    again = client.post(f"{ORGS}/acme/orders/{placed['number']}/pay")
    assert again.status_code == 200
    assert again.json()["payment"]["reference"] != placed["payment"]["reference"]
    assert again.json()["payment"]["status"] == "pending"
    assert [again.json()[field] for field in ("reference", "url")] == list(again.json()["payment"].values())[:2]
    statuses = [row["status"] for row in client.get(f"{ORGS}/acme/payments").json()["results"]]
    assert statuses == ["pending", "declined"]


def test_cancelling_and_its_refusals(people, at_noon, api):
    client = api(people.owner)
    placed = buy_by_api(client, "acme", **SUBSCRIBE)
    cancelled = client.post(f"{ORGS}/acme/orders/{placed['number']}/cancel", {}, format="json")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert cancelled.json()["cancel_reason"] == "asked"
    refused = client.post(f"{ORGS}/acme/orders/{placed['number']}/pay")
    assert (refused.status_code, refused.json()["code"]) == (409, "order_cancelled")
    bought = buy_by_api(client, "acme", **SUBSCRIBE)
    pay(bought["number"])
    for action in ("cancel", "pay"):
        refused = client.post(f"{ORGS}/acme/orders/{bought['number']}/{action}")
        assert (refused.status_code, refused.json()["code"]) == (409, "order_fulfilled")


def test_an_order_past_its_time_reads_as_cancelled_at_once(people, at_noon, api):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    client = api(people.owner)
    with clock.at(NOON + timedelta(days=1)):
        said = client.get(f"{ORGS}/acme/orders/{placed.number}").json()
    assert (said["status"], said["cancel_reason"], said["cancelled_at"]) == (
        "cancelled",
        "expired",
        "2026-11-23T12:00:00+08:00",
    )
    assert now(placed).status == "awaiting_payment"


def test_quote_expired_and_stale_are_told_apart(people, at_noon, api):
    client = api(people.owner)
    first = client.post(f"{ORGS}/acme/quotes", SUBSCRIBE, format="json").json()["id"]
    second = client.post(f"{ORGS}/acme/quotes", SUBSCRIBE, format="json").json()["id"]
    with clock.at(NOON + timedelta(minutes=30)):
        late = client.post(f"{ORGS}/acme/orders", {"quote": second}, format="json")
    assert (late.status_code, late.json()["code"]) == (409, "quote_expired")
    placed = client.post(f"{ORGS}/acme/orders", {"quote": first}, format="json").json()
    pay(placed["number"])
    stale = client.post(f"{ORGS}/acme/orders", {"quote": second}, format="json")
    assert (stale.status_code, stale.json()["code"]) == (409, "quote_stale")


def test_lists_come_in_pages_newest_first(people, at_noon, api):
    numbers = [
        order(people.acme, people.owner, "subscribe", tier="developer", cycle="monthly").number for _ in range(3)
    ]
    client = api(people.owner)
    first = client.get(f"{ORGS}/acme/orders?page_size=2").json()
    assert [row["number"] for row in first["results"]] == [numbers[2], numbers[1]]
    second = client.get(first["next"]).json()
    assert [row["number"] for row in second["results"]] == [numbers[0]]
    assert second["next"] is None


def test_a_list_of_orders_costs_the_same_at_any_length(people, at_noon, api, django_assert_max_num_queries):
    for _ in range(8):
        order(people.acme, people.owner, "subscribe", tier="developer", cycle="monthly")
    client = api(people.owner)
    for path in ("orders", "payments", "invoices"):
        with django_assert_max_num_queries(10):
            assert client.get(f"{ORGS}/acme/{path}").status_code == 200
