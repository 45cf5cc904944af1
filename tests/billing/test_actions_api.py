"""Each change of a plan by the API: quote, order, subscription: page 7."""

import pytest

from billing.models import Order, Quote
from common import clock, tenancy
from tests.billing.conftest import notify, payment_of
from tests.billing.test_actions_change_tier import HOUR, JUNE, MARCH

ORGS = "/api/v1/orgs"


@pytest.fixture
def door(people, buy, api):
    """acme holds business, yearly from 1 March 2026; `door(body)` quotes and orders it as its owner, paid at once."""
    buy(people.acme, people.owner, "subscribe", when=MARCH, tier="business", cycle="yearly")
    client = api(people.owner)

    def through(body: dict, at=JUNE) -> tuple[dict, dict]:
        with clock.at(at):
            quoted = client.post(f"{ORGS}/acme/quotes", body, format="json")
            assert quoted.status_code == 201, quoted.json()
            ordered = client.post(f"{ORGS}/acme/orders", {"quote": quoted.json()["id"]}, format="json")
            assert ordered.status_code == 201, ordered.json()
        with tenancy.everything():
            placed = Order.objects.get(number=ordered.json()["number"])
        payment = payment_of(placed)
        if payment is not None:
            notify(payment, at=at)
            with clock.at(at):
                ordered = client.get(f"{ORGS}/acme/orders/{placed.number}")
        return quoted.json(), ordered.json()

    def holds(at=JUNE) -> dict:
        with clock.at(at):
            return client.get(f"{ORGS}/acme/subscription").json()

    through.holds = holds  # type: ignore[attr-defined]
    return through


def test_up_renewed_changed_and_left(door):
    quoted, ordered = door({"action": "change_tier", "tier": "enterprise"})
    assert (quoted["total"], quoted["currency"], quoted["effective"]) == ("842281.65", "CNY", "at_payment")
    assert quoted["lines"][0] == {
        "code": "change_charge",
        "description": "Enterprise, for the days left of the term",
        "quantity": 1,
        "days": 258,
        "of_days": 365,
        "amount": "848219.18",
    }
    assert quoted["effects"][0]["description"] == (
        "From the payment on, the plan is Enterprise, up to and including 28 Feb 2027."
    )
    assert all(effect["description"] for effect in quoted["effects"])
    assert (ordered["status"], ordered["invoice"][:4]) == ("fulfilled", "INV-")
    assert ordered["description"] == "Change of the plan to Enterprise"
    assert (door.holds()["tier"], door.holds()["ends_on"]) == ("enterprise", "2027-03-01")

    quoted, ordered = door({"action": "renew"}, JUNE + HOUR)
    assert quoted["lines"][0]["description"] == "Base support fee: Enterprise, one year"
    assert ordered["description"] == "Renewal: Base support fee: Enterprise, one year"
    assert door.holds()["queued_term"] == {
        "tier": "enterprise",
        "cycle": "yearly",
        "starts_on": "2027-03-01",
        "ends_on": "2028-03-01",
    }

    quoted, ordered = door({"action": "change_cycle", "cycle": "monthly", "at": "renewal"}, JUNE + 2 * HOUR)
    assert [line["amount"] for line in quoted["lines"]] == ["100000.00", "-1200000.00"]
    assert (ordered["status"], ordered["total"], ordered["payment"]) == ("fulfilled", "-1100000.00", None)
    assert ordered["description"] == "Next term: Enterprise"

    quoted, ordered = door({"action": "unsubscribe"}, JUNE + 3 * HOUR)
    assert [line["amount"] for line in quoted["lines"]] == ["-848219.18", "-100000.00"]
    assert (ordered["description"], ordered["payment"]) == ("End of the plan", None)
    gone = door.holds(JUNE + 3 * HOUR)
    assert (gone["tier"], gone["status"], gone["queued_term"]) == ("basic", "none", None)


def test_a_wish_for_the_next_term_is_shown(door):
    quoted, ordered = door({"action": "change_tier", "tier": "developer", "at": "renewal"})
    assert (quoted["lines"], quoted["total"], quoted["effective"]) == ([], "0.00", "at_renewal")
    assert quoted["effects"][0]["description"] == (
        "From 1 Mar 2027 on, the plan is Developer, one year, for ¥2,400.00 as prices are now."
    )
    assert (ordered["status"], ordered["invoice"], ordered["payment"]) == ("fulfilled", None, None)
    assert (door.holds()["tier"], door.holds()["next_tier"], door.holds()["next_cycle"]) == (
        "business",
        "developer",
        "yearly",
    )


def test_a_plan_can_be_let_run_out(door):
    quoted, ordered = door({"action": "unsubscribe", "at": "renewal"})
    assert (quoted["total"], ordered["status"]) == ("0.00", "fulfilled")
    assert ordered["description"] == "End of the plan at its term's end"


def test_in_chinese_lines_and_effects_read_chinese_names(people, door, api):
    client = api(people.owner)
    with clock.at(JUNE):
        body = {"action": "change_tier", "tier": "enterprise"}
        answer = client.post(f"{ORGS}/acme/quotes", body, format="json", headers={"accept-language": "zh-CN"}).json()
    assert "企业级" in answer["lines"][0]["description"]
    assert "企业级" in answer["effects"][0]["description"]


REFUSED = [
    ({"action": "change_tier", "tier": "business"}, 409, "same_tier"),
    ({"action": "change_tier", "tier": "premium"}, 409, "not_eligible"),
    ({"action": "change_tier", "tier": "basic"}, 400, "validation_error"),
    ({"action": "change_cycle", "cycle": "monthly"}, 400, "validation_error"),
    ({"action": "change_cycle", "cycle": "yearly", "at": "renewal"}, 409, "same_cycle"),
    ({"action": "subscribe", "tier": "developer", "cycle": "monthly"}, 409, "already_subscribed"),
]


def test_refusals_are_problem_documents_and_leave_no_quote(people, door, api):
    client = api(people.owner)
    for body, status, code in REFUSED:
        with clock.at(JUNE):
            answer = client.post(f"{ORGS}/acme/quotes", body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
        assert answer["Content-Type"].startswith("application/problem+json")
    with tenancy.everything():
        assert Quote.objects.count() == 1


def test_others_change_nothing(people, door, api):
    for who, status in (("member", 403), ("outsider", 404), ("lead", 404)):
        client = api(getattr(people, who))
        for action in ("renew", "unsubscribe"):
            with clock.at(JUNE):
                answer = client.post(f"{ORGS}/acme/quotes", {"action": action}, format="json")
            assert answer.status_code == status, who
    assert door.holds()["tier"] == "business"
