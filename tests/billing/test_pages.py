"""Pages of buying: what they say, whom they let in, and that confirming does exactly what was shown."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from billing.models import Order, Payment, Quote
from common import clock, tenancy
from tests.addons.conftest import take
from tests.billing.conftest import NOON, notify, now, order, payment_of, snapshot

CHECKOUT = "/o/acme/checkout?action=subscribe&tier=business&cycle=yearly"


@pytest.fixture
def sign_in(client):
    def as_(person):
        client.force_login(person)
        return client

    return as_


def fields_of(page) -> dict[str, str]:
    """The hidden fields of the checkout form."""
    text = page.content.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))


def confirm(client, page, slug="acme", **fields):
    return client.post(f"/o/{slug}/checkout", fields_of(page) | {"accept_terms": "on"} | fields)


def test_the_checkout_shows_lines_effects_and_the_sum_on_its_button(people, at_noon, sign_in):
    page = sign_in(people.owner).get(CHECKOUT)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Base support fee: Business, one year" in text
    assert "Pay ¥8,400.00" in text
    assert "Comes with it: Escort service (basic)" in text
    assert "21 Nov 2027" in text
    assert snapshot() == snapshot()
    with tenancy.everything():
        assert not Quote.objects.exists(), "looking keeps nothing"


def test_an_address_without_a_choice_starts_with_the_first(people, at_noon, sign_in):
    text = sign_in(people.owner).get("/o/acme/checkout?action=subscribe").content.decode()
    assert "Pay ¥200.00" in text


def test_confirming_orders_what_was_shown_and_leads_to_the_gateway(people, at_noon, sign_in):
    client = sign_in(people.owner)
    answer = confirm(client, client.get(CHECKOUT), tier="business", cycle="yearly")
    assert answer.status_code == 303, answer.content.decode()
    with tenancy.everything():
        placed, payment = Order.objects.get(), Payment.objects.get()
    assert (str(placed.total), placed.placed_by) == ("8400.00", people.owner)
    assert answer["Location"] == f"/sandbox/payments/{payment.reference}"


def test_a_double_click_orders_once(people, at_noon, sign_in):
    client = sign_in(people.owner)
    page = client.get(CHECKOUT)
    answers = [confirm(client, page, tier="business", cycle="yearly") for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    with tenancy.everything():
        assert Order.objects.count() == 1


def test_without_the_terms_nothing_is_ordered(people, at_noon, sign_in):
    client = sign_in(people.owner)
    before = snapshot()
    answer = confirm(client, client.get(CHECKOUT), tier="business", cycle="yearly", accept_terms="")
    assert answer.status_code == 400
    assert "Accept the terms of service" in answer.content.decode()
    assert snapshot() == before


def test_what_changed_since_it_was_shown_is_shown_again(people, at_noon, sign_in):
    """Shown for today, confirmed tomorrow: the term would begin on another day."""
    client = sign_in(people.owner)
    page, before = client.get(CHECKOUT), snapshot()
    with clock.at(NOON + timedelta(days=1)):
        answer = confirm(client, page, tier="business", cycle="yearly")
    assert answer.status_code == 409
    assert "Look again, then confirm" in answer.content.decode()
    assert "22 Nov 2027" in answer.content.decode()
    assert snapshot() == before


def test_another_choice_than_the_one_shown_is_not_ordered(people, at_noon, sign_in):
    client = sign_in(people.owner)
    page, before = client.get(CHECKOUT), snapshot()
    assert confirm(client, page, tier="enterprise", cycle="yearly").status_code == 409
    assert snapshot() == before


def test_a_choice_is_asked_for_as_a_fragment(people, at_noon, sign_in):
    page = sign_in(people.owner).get(CHECKOUT.replace("yearly", "monthly"), HTTP_HX_REQUEST="true")
    text = page.content.decode()
    assert "<html" not in text
    assert "Pay ¥700.00" in text


@pytest.mark.parametrize(
    ("who", "address", "words"),
    [
        ("vendor_owner", "/o/isvsoft/checkout?action=subscribe&tier=standard&cycle=monthly", "consulting partner"),
        ("partner_owner", "/o/pine/checkout?action=buy_pack&quantity=1", "does not include technical tickets"),
        ("owner", "/o/acme/checkout?action=buy_pack", "unlimited technical tickets"),
        ("owner", "/o/acme/checkout?action=subscribe&tier=gold&cycle=monthly", "no such tier"),
        ("owner", "/o/acme/checkout?action=fly", "Unknown action"),
        ("owner", "/o/acme/checkout", "Unknown action"),
    ],
)
def test_a_refusal_stands_where_the_sum_would(people, at_noon, sign_in, who, address, words):
    page = sign_in(getattr(people, who)).get(address)
    assert page.status_code == 200
    assert words in page.content.decode()
    assert "Pay ¥" not in page.content.decode()


def test_packs_are_chosen_by_a_stepper(people, buy, sign_in):
    buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="monthly")
    client = sign_in(people.partner_owner)
    text = client.get("/o/pine/checkout?action=buy_pack").content.decode()
    assert "Pay ¥1,000.00" in text
    assert "40 technical tickets are left in November 2026" in text
    assert "of 30 left" in text
    assert "1 Dec 2026, 00:00" in text
    page = client.get("/o/pine/checkout?action=buy_pack&quantity=3")
    assert "Pay ¥3,000.00" in page.content.decode()
    assert 'quantity=2"' in page.content.decode()
    assert 'quantity=4"' in page.content.decode()
    assert confirm(client, page, slug="pine", quantity="3").status_code == 303
    for wrong in ("0", "1001", "-1", "x", "9" * 30):
        assert (
            "Give a whole number" in client.get(f"/o/pine/checkout?action=buy_pack&quantity={wrong}").content.decode()
        )


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        ("nothing", "Waiting for your payment"),
        ("declined", "The payment was declined"),
        ("held", "Your payment is being checked"),
        ("paid", "Your plan is active"),
        ("cancelled", "Cancelled on request"),
        ("expired", "Not paid in time"),
    ],
)
def test_the_order_page_says_where_things_stand(people, at_noon, sign_in, happens, words):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    client, at = sign_in(people.owner), NOON
    if happens == "declined":
        notify(payment_of(placed), "declined")
    elif happens == "held":
        notify(payment_of(placed), amount="1.00")
    elif happens == "paid":
        notify(payment_of(placed))
    elif happens == "cancelled":
        assert client.post(f"/o/acme/orders/{placed.number}/cancel").status_code == 303
    elif happens == "expired":
        at = NOON + timedelta(days=1)
    with clock.at(at):
        page = client.get(f"/o/acme/orders/{placed.number}")
        fragment = client.get(f"/o/acme/orders/{placed.number}", HTTP_HX_REQUEST="true")
    for text in (page.content.decode(), fragment.content.decode()):
        assert words in text
        assert ("every 4s" in text) == (happens in ("nothing", "declined", "held"))


def test_after_a_decline_the_page_leads_to_a_new_payment(people, at_noon, sign_in):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    notify(payment_of(placed), "declined")
    answer = sign_in(people.billing).post(f"/o/acme/orders/{placed.number}/pay")
    assert answer["Location"] == f"/sandbox/payments/{payment_of(placed).reference}"
    assert payment_of(placed).status == "pending"


def test_a_fulfilled_order_is_not_cancelled_from_an_old_page(people, buy, sign_in):
    done = buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    before = snapshot()
    answer = sign_in(people.owner).post(f"/o/acme/orders/{done.number}/cancel")
    assert answer.status_code == 409
    assert "paid and done" in answer.content.decode()
    assert snapshot() == before


def test_lists_and_the_invoice(people, buy, sign_in):
    done = buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    client = sign_in(people.owner)
    assert done.number in client.get("/o/acme/orders").content.decode()
    assert "INV-2026-000001" in client.get("/o/acme/invoices").content.decode()
    text = client.get("/o/acme/invoices/INV-2026-000001").content.decode()
    for words in ("¥8,400.00", "¥475.47", "21 Nov 2027", done.number):
        assert words in text


def test_empty_lists_say_what_to_do(people, at_noon, sign_in):
    client = sign_in(people.owner)
    assert "No orders yet" in client.get("/o/acme/orders").content.decode()
    assert "No invoices yet" in client.get("/o/acme/invoices").content.decode()
    assert "No movements yet" in client.get("/o/acme/quotas").content.decode()


def test_the_quota_page_is_an_understandable_ledger(people, buy, sign_in):
    buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="monthly")
    take(people.pine, "T-2026-4831907", by=people.partner_member)
    client = sign_in(people.partner_member)
    for headers in ({}, {"HTTP_HX_REQUEST": "true"}):
        text = client.get("/o/pine/quotas", **headers).content.decode()
        for words in ("of 30 left", "Technical ticket filed", "T-2026-4831907", "Member", "30 from the plan", "1 used"):
            assert words in text
    assert ("<html" in text) is False


def test_pages_in_chinese(people, buy, sign_in):
    done = buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    client = sign_in(people.owner)
    people.owner.language = "zh-hans"
    people.owner.save(update_fields=["language"])
    assert "商业级" in client.get(f"/o/acme/orders/{done.number}").content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("billing", 200), ("member", 403), ("viewer", 403), ("outsider", 404), ("engineer", 404)],
)
def test_pages_of_money_are_for_owner_and_billing(people, at_noon, sign_in, who, status):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    client, before = sign_in(getattr(people, who)), snapshot()
    for address in (CHECKOUT, "/o/acme/orders", f"/o/acme/orders/{placed.number}", "/o/acme/invoices"):
        assert client.get(address).status_code == status, address
    if status != 200:
        for address in (
            "/o/acme/checkout",
            f"/o/acme/orders/{placed.number}/cancel",
            f"/o/acme/orders/{placed.number}/pay",
        ):
            assert client.post(address).status_code == status, address
    assert snapshot() == before
    assert now(placed).status == "awaiting_payment"


def test_strangers_are_asked_to_sign_in(people, at_noon, client):
    for address in (CHECKOUT, "/o/acme/orders", "/o/acme/invoices", "/o/acme/quotas"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")
