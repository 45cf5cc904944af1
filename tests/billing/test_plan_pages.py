"""Changing a plan on its pages: chosen with a preview, confirmed in a second step, undone where that is possible."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

import pytest

from billing.models import Invoice, Order, Payment, Quote
from common import clock, tenancy
from common.beijing import BEIJING
from supportplans import access
from supportplans.standing import standing
from tests import cast
from tests.billing.conftest import notify, now, payment_of, snapshot

MARCH = datetime(2026, 3, 1, 10, tzinfo=BEIJING)
JUNE = datetime(2026, 6, 15, 10, tzinfo=BEIJING)
CHECKOUT = "/o/acme/checkout"
PLAN = "/o/acme/plan"


@pytest.fixture
def business(people, buy):
    """acme holds business, yearly from 1 March 2026; it is June."""
    buy(people.acme, people.owner, "subscribe", when=MARCH, tier="business", cycle="yearly")
    with clock.at(JUNE):
        yield people


@pytest.fixture
def visitor(business):
    return cast.browser_of(business.owner)


def text_of(answer) -> str:
    """What the page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def fields_of(page) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))


def confirm(visitor, query: str, **fields):
    """The second step of a wish, its terms accepted and sent."""
    page = visitor.get(f"{CHECKOUT}?{query}&step=confirm")
    assert page.status_code == 200
    return visitor.post(CHECKOUT, fields_of(page) | {"accept_terms": "on"} | fields)


def order_of(answer) -> Order:
    assert answer.status_code == 303, text_of(answer)
    with tenancy.everything():
        return Order.objects.order_by("-pk").first()


def held(organization, at=JUNE):
    with tenancy.organization(organization.pk):
        return standing(organization, at)


def test_the_plan_page_offers_every_way_to_change_it(visitor):
    page = visitor.get(PLAN)
    html = page.content.decode()
    for action in ("change_tier", "change_cycle", "renew", "unsubscribe"):
        assert f'href="{CHECKOUT}?action={action}"' in html
    assert "buy_pack" not in html, "business has no metered quota"
    text = text_of(page)
    assert "Nothing follows yet: on 1 Mar 2027 you return to the free plan." in text
    assert "Renew for ¥8,400.00" in text
    assert "Refund rules" in text


def test_who_may_not_buy_is_told_who_may(business):
    text = text_of(cast.browser_of(business.member).get(PLAN))
    assert "An owner or a billing colleague can change the plan." in text
    assert "Renew for" not in text
    assert cast.browser_of(business.member).get(f"{CHECKOUT}?action=unsubscribe").status_code == 403


def test_the_first_step_shows_lines_total_and_effects_and_keeps_nothing(visitor):
    before = snapshot()
    page = visitor.get(f"{CHECKOUT}?action=change_tier&tier=enterprise")
    text = text_of(page)
    for words in (
        "¥1,200,000.00 × 258 / 365 days",
        "¥848,219.18",
        "¥8,400.00 × 258 / 365 days",
        "-¥5,937.53",
        "To pay now ¥842,281.65",
        "the plan is Enterprise, up to and including 28 Feb 2027",
        "Continue",
    ):
        assert words in text, (words, text)
    assert "terms of service" not in text
    assert f"{CHECKOUT}?action=change_tier&tier=enterprise&at=now&step=confirm" in unescape(page.content.decode())
    assert snapshot() == before
    with tenancy.everything():
        assert Quote.objects.count() == 1, "the subscription's own"


def test_without_a_choice_the_next_higher_tier_is_shown_and_the_held_one_is_not_offered(visitor):
    html = visitor.get(f"{CHECKOUT}?action=change_tier").content.decode()
    assert re.search(r'value="enterprise" checked', html)
    assert 'value="developer"' in html
    assert 'value="business"' not in html
    assert 'value="basic"' not in html


def test_a_choice_is_asked_for_as_a_fragment(visitor):
    page = visitor.get(f"{CHECKOUT}?action=change_tier&tier=developer&at=now", HTTP_HX_REQUEST="true")
    assert "<html" not in page.content.decode()
    assert "Refunded to you ¥4,241.09" in text_of(page)


def test_an_upgrade_is_confirmed_and_paid(business, visitor, django_capture_on_commit_callbacks):
    answer = confirm(visitor, "action=change_tier&tier=enterprise")
    placed = order_of(answer)
    assert (str(placed.total), placed.action, placed.placed_by) == ("842281.65", "change_tier", business.owner)
    assert held(business.acme).tier.code == "business"
    with django_capture_on_commit_callbacks(execute=True):
        notify(payment_of(placed), at=JUNE)
    assert held(business.acme).tier.code == "enterprise"
    text = text_of(visitor.get(f"/o/acme/orders/{placed.number}"))
    assert "Your plan is changed" in text
    assert "Invoice INV-2026-000002" in text


def test_a_downgrade_refunds_and_says_so(business, visitor):
    placed = order_of(confirm(visitor, "action=change_tier&tier=developer"))
    assert now(placed).status == "fulfilled"
    assert held(business.acme).tier.code == "developer"
    text = text_of(visitor.get(f"/o/acme/orders/{placed.number}"))
    assert "¥4,241.09 goes back to the payments it came from" in text
    assert "Credit note CN-2026-000001" in text
    with tenancy.everything():
        assert str(Invoice.objects.get(number="CN-2026-000001").total) == "-4241.09"
    note = text_of(visitor.get("/o/acme/invoices/CN-2026-000001"))
    assert "Credits INV-2026-000001" in note
    listed = text_of(visitor.get("/o/acme/invoices"))
    assert "CN-2026-000001 Credit note Credits INV-2026-000001" in listed


def test_without_the_terms_nothing_changes(business, visitor):
    before = snapshot()
    answer = confirm(visitor, "action=change_tier&tier=developer", accept_terms="")
    assert answer.status_code == 400
    assert "Accept the terms of service" in text_of(answer)
    assert "Change the tier" in text_of(answer), "the second step is shown again"
    assert snapshot() == before


def test_what_changed_since_it_was_shown_is_shown_again(business, visitor):
    page = visitor.get(f"{CHECKOUT}?action=change_tier&tier=developer&step=confirm")
    before = snapshot()
    with clock.at(JUNE.replace(day=16)):
        answer = visitor.post(CHECKOUT, fields_of(page) | {"accept_terms": "on"})
    assert answer.status_code == 409
    assert "Look again, then confirm" in text_of(answer)
    assert "× 257 / 365 days" in text_of(answer)
    assert snapshot() == before


def test_a_wish_for_the_next_term_stands_on_the_page_and_is_undone(business, visitor):
    preview = text_of(visitor.get(f"{CHECKOUT}?action=change_tier&tier=developer&at=renewal"))
    assert "To pay now ¥0.00" in preview
    placed = order_of(confirm(visitor, "action=change_tier&tier=developer&at=renewal"))
    assert (now(placed).status, str(placed.total)) == ("fulfilled", "0.00")
    assert "Your next term is changed" in text_of(visitor.get(f"/o/acme/orders/{placed.number}"))
    page = visitor.get(PLAN)
    text = text_of(page)
    assert "Developer Yearly · ¥2,400.00" in text
    assert "You asked for this" in text
    (undo,) = re.findall(r'href="[^"]*\?(action=change_tier[^"]*at=renewal)&amp;step=confirm"', page.content.decode())
    assert "Keep Business" in text
    order_of(confirm(visitor, unescape(undo)))
    assert held(business.acme).next_tier == ""
    assert "Nothing follows yet" in text_of(visitor.get(PLAN))


def test_the_cycle_changes_at_renewal_alone(business, visitor):
    page = visitor.get(f"{CHECKOUT}?action=change_cycle")
    html = page.content.decode()
    assert re.search(r'value="monthly" checked', html)
    assert 'value="yearly"' not in html
    assert 'name="at"' not in html
    order_of(confirm(visitor, "action=change_cycle"))
    assert held(business.acme).next_cycle == "monthly"
    text = text_of(visitor.get(PLAN))
    assert "Business Monthly · ¥700.00" in text
    assert "Keep paying yearly" in text


def test_a_renewal_is_paid_and_follows(business, visitor, django_capture_on_commit_callbacks):
    placed = order_of(confirm(visitor, "action=renew"))
    assert str(placed.total) == "8400.00"
    with django_capture_on_commit_callbacks(execute=True):
        notify(payment_of(placed), at=JUNE)
    with tenancy.organization(business.acme.pk):
        assert access.queued_term(business.acme, JUNE).ends_on.isoformat() == "2028-03-01"
    text = text_of(visitor.get(PLAN))
    assert "After this term Paid Business Yearly · ¥8,400.00 1 Mar 2027 – 29 Feb 2028" in text
    assert "Renew now" not in text
    assert "The plan is renewed already" in text_of(visitor.get(f"{CHECKOUT}?action=renew"))


def test_leaving_now_refunds_the_days_left(business, visitor):
    page = visitor.get(f"{CHECKOUT}?action=unsubscribe&step=confirm")
    assert 'class="btn btn-danger checkout-pay"' in page.content.decode()
    placed = order_of(confirm(visitor, "action=unsubscribe"))
    assert (now(placed).status, str(placed.total)) == ("fulfilled", "-5937.53")
    assert held(business.acme).term is None
    assert "You are unsubscribed" in text_of(visitor.get(f"/o/acme/orders/{placed.number}"))
    text = text_of(visitor.get(PLAN))
    assert "This plan is free and has no end." in text
    assert "After this term" not in text


def test_leaving_at_the_end_keeps_the_plan_until_then(business, visitor):
    placed = order_of(confirm(visitor, "action=unsubscribe&at=renewal"))
    assert str(placed.total) == "0.00"
    assert held(business.acme).tier.code == "business"
    assert "Your plan ends with the term" in text_of(visitor.get(f"/o/acme/orders/{placed.number}"))


def test_an_address_made_by_hand_is_answered_with_words(visitor):
    for query, words in (
        ("action=change_tier&tier=business", "¥842,281.65"),
        ("action=change_tier&tier=gold", "There is no such tier"),
        ("action=change_tier&tier=basic", "¥842,281.65"),
        ("action=change_tier&tier=standard", "not for your organization"),
        ("action=change_tier&tier=developer&at=soon", "now or renewal"),
        ("action=change_cycle&cycle=weekly", "Choose monthly or yearly"),
        ("action=unsubscribe&at=never", "now or renewal"),
    ):
        page = visitor.get(f"{CHECKOUT}?{query}")
        assert page.status_code == 200
        assert words in text_of(page), query


def test_who_has_no_plan_is_led_to_the_plans(people, at_noon):
    visitor = cast.browser_of(people.outsider)
    for action in ("change_tier", "change_cycle", "renew", "unsubscribe"):
        text = text_of(visitor.get(f"/o/orbit/checkout?action={action}"))
        assert "There is no paid plan" in text
        assert "Compare plans" in text
        assert "Continue" not in text


def test_after_too_many_changes_the_page_says_whom_to_ask(business, visitor):
    for minute, tier in enumerate(("developer", "business", "developer")):
        with clock.at(JUNE.replace(minute=minute)):
            placed = order_of(confirm(visitor, f"action=change_tier&tier={tier}"))
        if placed.total > 0:
            notify(payment_of(placed), at=JUNE.replace(minute=minute))
    with clock.at(JUNE.replace(hour=11)):
        is_refused_kindly(visitor)


def is_refused_kindly(visitor):
    before = snapshot()
    page = visitor.get(f"{CHECKOUT}?action=change_tier&tier=business&step=confirm")
    text = text_of(page)
    assert "The plan was changed too often" in text
    assert "Contact sales" in text
    assert "accept_terms" not in page.content.decode()
    assert visitor.post(CHECKOUT, fields_of(page) | {"accept_terms": "on", "shown": "x"}).status_code == 409
    assert snapshot() == before


def test_a_declined_upgrade_is_ordered_again_as_it_was(business, visitor):
    placed = order_of(confirm(visitor, "action=change_tier&tier=enterprise"))
    visitor.post(f"/o/acme/orders/{placed.number}/cancel")
    html = unescape(visitor.get(f"/o/acme/orders/{placed.number}").content.decode())
    assert f'href="{CHECKOUT}?action=change_tier&tier=enterprise&at=now"' in html
    with tenancy.everything():
        assert Payment.objects.count() == 2
