"""Lives of plans, told through HTTP with the travelling clock (spec pages 3.1 to 3.4); figures by hand."""

from decimal import Decimal

import pytest
import yaml
from django.conf import settings as project

from supportplans import versions


def test_an_upgrade_half_a_minute_before_midnight_counts_its_day_for_the_tier_before(begin):
    portal = begin("2026-03-01T10:00")
    orbit = portal.organization("orbit")
    orbit.buy("subscribe", tier="business", cycle="yearly")
    portal.sleep_until("2026-06-15T23:58")
    portal.travel("2026-06-15T23:59:30")
    quote = orbit.quote("change_tier", tier="enterprise")
    assert [(line["days"], line["of_days"], line["amount"]) for line in quote["lines"]] == [
        (258, 365, "848219.18"),
        (258, 365, "-5937.53"),
    ]
    assert quote["expires_at"] == "2026-06-16T00:00:00+08:00"
    order = orbit.post("orders", {"quote": quote["id"]})
    portal.travel("2026-06-15T23:59:59")
    orbit.pay(order)
    assert orbit.plan() == ("enterprise", "2026-03-01", "2027-03-01")
    assert orbit.invoices() == [Decimal("8400.00"), Decimal("842281.65")]
    portal.ledger_is_right()


def test_what_is_ordered_before_midnight_cannot_be_paid_after_it(begin):
    portal = begin("2026-03-01T10:00")
    orbit = portal.organization("orbit")
    orbit.buy("subscribe", tier="business", cycle="yearly")
    portal.sleep_until("2026-06-15T23:59:30")
    order = orbit.order("change_tier", tier="enterprise")
    portal.travel("2026-06-16T00:00:10")
    orbit.pay(order)
    assert orbit.get(f"orders/{order['number']}")["status"] == "cancelled"
    assert orbit.plan()[0] == "business"
    assert orbit.money() == Decimal("8400.00")
    portal.ledger_is_right()


def test_two_changes_on_one_day_and_back_cost_nothing(begin):
    portal = begin("2026-03-01T10:00")
    orbit = portal.organization("orbit")
    orbit.buy("subscribe", tier="business", cycle="monthly")
    portal.sleep_until("2026-03-10T09:00")
    up = orbit.buy("change_tier", tier="enterprise")
    portal.travel("2026-03-10T21:00")
    down = orbit.buy("change_tier", tier="business")
    assert Decimal(up["total"]) + Decimal(down["total"]) == 0
    assert orbit.money() == Decimal("700.00")
    assert orbit.plan() == ("business", "2026-03-01", "2026-04-01")
    portal.ledger_is_right()


@pytest.mark.parametrize(
    ("day", "charge"),
    # 30 of 31 days of (100,000.00 and 700.00); on the last day nothing is left to be charged.
    [("2026-03-01", "96096.77"), ("2026-03-31", "0.00")],
)
def test_a_change_on_the_first_and_on_the_last_day_of_a_term(begin, day, charge):
    portal = begin("2026-03-01T08:00")
    orbit = portal.organization("orbit")
    orbit.buy("subscribe", tier="business", cycle="monthly")
    portal.sleep_until(f"{day}T12:00")
    assert orbit.buy("change_tier", tier="enterprise")["total"] == charge
    assert orbit.plan() == ("enterprise", "2026-03-01", "2026-04-01")
    portal.ledger_is_right()


def test_a_chain_from_the_31st_of_january_returns_to_the_31st(begin):
    portal = begin("2026-01-31T12:00")
    acme = portal.organization("acme")
    acme.buy("subscribe", tier="developer", cycle="monthly")
    acme.post("payment-methods", {"gateway": "sandbox", "default": True, "behaviour": "succeed"})
    acme.patch("subscription", {"auto_renew": True})
    assert acme.plan() == ("developer", "2026-01-31", "2026-02-28")
    portal.sleep_until("2026-02-21T00:00")
    portal.travel("2026-02-21T01:00")
    portal.sleep_until("2026-02-27T23:00")
    portal.travel("2026-02-28T00:00")
    assert acme.plan() == ("developer", "2026-02-28", "2026-03-31")
    portal.sleep_until("2026-03-24T00:00")
    portal.travel("2026-03-24T01:00")
    queued = acme.get("subscription")["queued_term"]
    assert (queued["starts_on"], queued["ends_on"]) == ("2026-03-31", "2026-04-30")
    assert acme.invoices() == [Decimal("200.00")] * 3
    portal.ledger_is_right()


def test_a_chain_from_the_29th_of_february(begin):
    portal = begin("2024-02-29T12:00")
    acme = portal.organization("acme")
    acme.buy("subscribe", tier="developer", cycle="yearly")
    assert acme.plan() == ("developer", "2024-02-29", "2025-02-28")
    acme.buy("renew")
    queued = acme.get("subscription")["queued_term"]
    assert (queued["starts_on"], queued["ends_on"]) == ("2025-02-28", "2026-02-28")
    assert acme.get("subscription")["anchor_day"] == 29
    portal.ledger_is_right()


def test_a_new_price_is_for_the_renewal_and_not_for_the_running_term(begin):
    portal = begin("2026-03-01T10:00")
    orbit = portal.organization("orbit")
    orbit.buy("subscribe", tier="business", cycle="monthly")
    dearer = yaml.safe_load((project.BASE_DIR / "supportplans/catalogues/2022-01-06.yaml").read_text("utf-8"))
    dearer |= {"version": "2026-04-01", "effective_on": "2026-04-01"}
    business = next(tier for tier in dearer["families"][0]["tiers"] if tier["code"] == "business")
    business["prices"]["monthly"] = "800.00"
    answer = portal.admin.post("/api/v1/operator/catalogue", dearer, format="json")
    assert answer.status_code == 201, answer.content
    versions.forget()
    assert orbit.quote("change_tier", tier="developer")["lines"][1]["amount"] == "-677.42"
    assert orbit.quote("renew")["total"] == "800.00"
    orbit.buy("renew")
    assert orbit.get("subscription")["catalogue_version"] == "2022-01-06"
    portal.sleep_until("2026-03-31T23:00")
    portal.travel("2026-04-01T00:00")
    held = orbit.get("subscription")
    assert (held["catalogue_version"], held["starts_on"]) == ("2026-04-01", "2026-04-01")
    assert orbit.invoices() == [Decimal("700.00"), Decimal("800.00")]
    portal.ledger_is_right()


def test_what_is_booked_binds_a_yearly_plan_until_it_is_withdrawn(begin):
    portal = begin("2026-03-02T10:00")
    zenith = portal.organization("zenith")
    zenith.buy("subscribe", tier="enterprise", cycle="yearly")
    booking = zenith.post(
        "bookings",
        {
            "service": "escort_basic",
            "starts_on": "2026-06-01",
            "days": 2,
            "contact": "Mira, +86 10 5550 0000",
            "description": "Launch of the new shop.",
            "acknowledge_binding": True,
        },
    )
    refused = zenith.refused("change_tier", tier="business")
    assert refused["code"] == "quota_consumed"
    assert refused["blocking"] == [{"service": "escort_basic", "consumed": 2, "allowed": 1}]
    assert zenith.refused("unsubscribe")["code"] == "quota_consumed"
    assert zenith.plan()[0] == "enterprise"
    zenith.post(f"bookings/{booking['id']}/withdraw", status=200)
    zenith.buy("change_tier", tier="business")
    assert zenith.plan()[0] == "business"
    portal.ledger_is_right()


def test_a_payment_that_comes_for_a_replaced_order_goes_back(begin):
    portal = begin("2026-03-02T10:00")
    orbit = portal.organization("orbit")
    first = orbit.order("subscribe", tier="business", cycle="monthly")
    second = orbit.order("subscribe", tier="developer", cycle="monthly")
    assert orbit.get(f"orders/{first['number']}")["status"] == "cancelled"
    orbit.pay(second)
    orbit.pay(first)
    assert orbit.plan()[0] == "developer"
    assert orbit.money() == Decimal("200.00")
    assert orbit.invoices() == [Decimal("200.00")]
    portal.travel("2026-03-02T20:00")
    states = {row["order"]: (row["status"], row["refunded"]) for row in orbit.get("payments")["results"]}
    assert states == {first["number"]: ("refunded", "700.00"), second["number"]: ("succeeded", "0.00")}
    portal.ledger_is_right()


def test_three_changes_in_ninety_days_and_the_fourth_needs_the_staff(begin):
    portal = begin("2026-03-02T10:00")
    orbit = portal.organization("orbit")
    orbit.buy("subscribe", tier="business", cycle="yearly")
    for tier in ("developer", "business", "developer"):
        orbit.buy("change_tier", tier=tier)
    assert orbit.refused("change_tier", tier="business")["code"] == "too_frequent_changes"
    answer = portal.lead.post(
        "/api/v1/desk/orgs/orbit/overrides",
        {"kind": "too_frequent_changes", "reason": "A merger, agreed by phone."},
        format="json",
    )
    assert answer.status_code == 201, answer.content
    orbit.buy("change_tier", tier="business")
    assert orbit.refused("change_tier", tier="developer")["code"] == "too_frequent_changes"
    portal.ledger_is_right()
