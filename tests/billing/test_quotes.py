"""What a quote says, and who gets none: page 3.3."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from addons.packs import NotMetered
from billing.buying.quotes import forget_old
from billing.models import Quote
from common import tenancy
from common.beijing import BEIJING, midnight
from common.problems import FieldErrors, OrganizationDisabled
from supportplans.eligibility import AlreadySubscribed, NotEligible
from tests.billing.conftest import NOON, order, quote, snapshot


def no_quote_was_made() -> None:
    with tenancy.everything():
        assert not Quote.objects.exists()


@pytest.mark.parametrize(
    ("organization", "tier", "cycle", "price"),
    [
        ("acme", "developer", "monthly", "200.00"),
        ("acme", "developer", "yearly", "2400.00"),
        ("acme", "business", "monthly", "700.00"),
        ("acme", "business", "yearly", "8400.00"),
        ("acme", "enterprise", "monthly", "100000.00"),
        ("acme", "enterprise", "yearly", "1200000.00"),
        ("pine", "standard", "monthly", "5000.00"),
        ("pine", "standard", "yearly", "50000.00"),
        ("pine", "premium", "monthly", "20000.00"),
        ("pine", "premium", "yearly", "200000.00"),
    ],
)
def test_subscribing_costs_the_terms_price(people, at_noon, organization, tier, cycle, price):
    made = quote(getattr(people, organization), people.owner, "subscribe", tier=tier, cycle=cycle)
    assert made.total == Decimal(price)
    assert [(line["code"], line["quantity"], line["amount"]) for line in made.lines] == [("base_fee", 1, price)]
    assert (made.currency, made.effective) == ("CNY", "at_payment")


@pytest.mark.parametrize(("quantity", "total"), [(1, "1000.00"), (3, "3000.00"), (1000, "1000000.00")])
def test_packs_cost_their_price_each(people, buy, quantity, total):
    buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="monthly")
    made = quote(people.pine, people.partner_owner, "buy_pack", quantity=quantity)
    assert str(made.total) == total
    assert made.effects == [
        {
            "code": "pack_tickets",
            "tickets": 10 * quantity,
            "remaining": 30 + 10 * quantity,
            "month": "2026-11",
            "valid_until": "2026-12-01T00:00:00+08:00",
        }
    ]


def test_a_quote_says_what_else_would_happen(people, at_noon):
    effects = quote(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="monthly").effects
    assert effects[0] == {"code": "term", "starts_on": "2026-11-22", "ends_on": "2026-12-22"}
    assert effects[1] == {"code": "technical_tickets", "allowance": 30, "used": 0, "remaining": 30}
    services = [(effect["code"], effect["service"], effect["quantity"], effect["unit"]) for effect in effects[2:]]
    assert services == [
        ("service_needs_yearly_order", "event_assurance", 4, "natural_day"),
        ("service_granted", "architecture_consulting", 4, "working_day"),
    ]


@pytest.mark.parametrize(
    ("made_at", "expires_at"),
    [
        (NOON, NOON + timedelta(minutes=30)),
        (datetime(2026, 11, 22, 23, 50, tzinfo=BEIJING), midnight(date(2026, 11, 23))),
    ],
)
def test_a_quote_lives_30_minutes_at_most_until_midnight(people, catalogue, made_at, expires_at):
    assert quote(
        people.acme, people.owner, "subscribe", when=made_at, tier="developer", cycle="monthly"
    ).expires_at == (expires_at)


@pytest.mark.parametrize(
    ("organization", "fields", "wrong"),
    [
        ("acme", {"tier": "gold", "cycle": "monthly"}, {"tier"}),
        ("acme", {"tier": "", "cycle": "monthly"}, {"tier"}),
        ("acme", {"tier": "basic", "cycle": "monthly"}, {"tier"}),
        ("pine", {"tier": "basic", "cycle": "monthly"}, {"tier"}),
        ("acme", {"tier": "developer"}, {"cycle"}),
        ("acme", {"tier": "developer", "cycle": "weekly"}, {"cycle"}),
        ("acme", {"tier": "developer", "cycle": "monthly", "at": "renewal"}, {"at"}),
        ("acme", {"tier": "gold", "cycle": "weekly", "at": "renewal"}, {"tier", "cycle", "at"}),
        ("isvsoft", {"tier": "standard"}, {"cycle"}),
        ("isvsoft", {"tier": "standard", "cycle": "monthly", "at": "renewal"}, {"at"}),
    ],
)
def test_mistakes_in_fields_are_named(people, at_noon, organization, fields, wrong):
    with pytest.raises(FieldErrors) as refused:
        quote(getattr(people, organization), people.owner, "subscribe", **fields)
    assert set(refused.value.errors) == wrong
    no_quote_was_made()


@pytest.mark.parametrize("quantity", [None, 0, -1, 1001])
def test_a_number_of_packs_that_cannot_be_sold_is_named(people, buy, quantity):
    buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="monthly")
    with pytest.raises(FieldErrors) as refused:
        quote(people.pine, people.partner_owner, "buy_pack", quantity=quantity)
    assert set(refused.value.errors) == {"quantity"}


@pytest.mark.parametrize("action", ["", "downgrade", "fly"])
def test_an_unknown_action_names_the_known_ones(people, at_noon, action):
    with pytest.raises(FieldErrors) as refused:
        quote(people.acme, people.owner, action, tier="developer", cycle="monthly")
    known = "subscribe, change_tier, change_cycle, renew, unsubscribe, buy_pack"
    assert known in refused.value.errors["action"][0]
    no_quote_was_made()


@pytest.mark.parametrize(
    ("organization", "tier"),
    [
        ("isvsoft", "standard"),
        ("isvsoft", "premium"),
        ("acme", "standard"),
        ("pine", "enterprise"),
        ("isvsoft", "developer"),
    ],
)
def test_tiers_are_for_their_own_family_and_for_consulting_partners(people, at_noon, organization, tier):
    with pytest.raises(NotEligible) as refused:
        quote(getattr(people, organization), people.owner, "subscribe", tier=tier, cycle="monthly")
    assert refused.value.document()["code"] == "not_eligible"
    no_quote_was_made()


def test_who_has_a_plan_cannot_subscribe(people, buy):
    buy(people.acme, people.owner, "subscribe", tier="developer", cycle="monthly")
    before = snapshot()
    with pytest.raises(AlreadySubscribed):
        quote(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    assert snapshot() == before


@pytest.mark.parametrize(
    ("organization", "tier"), [("acme", None), ("acme", "developer"), ("pine", None), ("pine", "premium")]
)
def test_packs_are_for_metered_tiers_only(people, buy, organization, tier):
    buyer = getattr(people, organization)
    if tier:
        buy(buyer, people.owner, "subscribe", tier=tier, cycle="monthly")
    before = snapshot()
    with pytest.raises(NotMetered) as refused:
        quote(buyer, people.owner, "buy_pack", quantity=1)
    assert refused.value.document()["code"] == "not_metered"
    assert snapshot() == before


@pytest.mark.parametrize(("organization", "tier"), [("acme", "developer"), ("isvsoft", "standard")])
def test_a_disabled_organization_is_quoted_nothing(people, at_noon, organization, tier):
    buyer = getattr(people, organization)
    buyer.disabled_at = NOON
    buyer.save(update_fields=["disabled_at"])
    with pytest.raises(OrganizationDisabled):
        quote(buyer, people.owner, "subscribe", tier=tier, cycle="monthly")
    no_quote_was_made()


def test_a_mistake_in_a_field_comes_before_any_refusal(people, at_noon):
    people.acme.disabled_at = NOON
    people.acme.save(update_fields=["disabled_at"])
    with pytest.raises(FieldErrors):
        quote(people.acme, people.owner, "subscribe", tier="developer", cycle="never")


def test_quotes_that_nobody_ordered_are_forgotten_after_a_week(people, at_noon):
    kept = order(people.acme, people.owner, "subscribe", tier="developer", cycle="monthly").quote
    quote(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    expired = NOON + timedelta(minutes=30)
    assert forget_old(at=expired + timedelta(days=7)) == 0
    assert forget_old(at=expired + timedelta(days=7, microseconds=1)) == 1
    with tenancy.everything():
        assert Quote.objects.get() == kept
