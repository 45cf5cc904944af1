"""What a purchase shows in the quotas' API of page 7."""

import pytest

from tests.billing.conftest import ORGS, buy_by_api, pay


def test_packs_show_in_the_quotas(people, buy, api):
    buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="monthly")
    client = api(people.partner_owner)
    placed = buy_by_api(client, "pine", action="buy_pack", quantity=2)
    assert placed["total"] == "2000.00"
    assert placed["description"] == "2 ticket packs of 10 technical tickets, ¥1,000.00 each"
    pay(placed["number"])
    quotas = client.get(f"{ORGS}/pine/quotas").json()
    assert (quotas["next"], quotas["previous"]) == (None, None)
    assert quotas["results"][0] == {
        "code": "technical_tickets",
        "unit": "ticket",
        "period": {"starts_at": "2026-11-01T00:00:00+08:00", "ends_at": "2026-12-01T00:00:00+08:00"},
        "allowance": 50,
        "used": 0,
        "remaining": 50,
        "source": [{"kind": "plan", "quantity": 30}, {"kind": "pack", "quantity": 20}],
    }
    assert client.get(f"{ORGS}/pine/quotas/technical_tickets/entries").json()["results"] == [
        {
            "quantity": 20,
            "kind": "pack",
            "reason": "pack_bought",
            "description": "Ticket pack bought",
            "at": "2026-11-22T12:00:00+08:00",
            "ticket": None,
            "booking": None,
            "order": placed["number"],
            "by": people.partner_owner.name,
        }
    ]


@pytest.mark.parametrize(
    ("who", "slug", "allowance", "remaining", "source"),
    [
        ("partner_owner", "pine", 0, 0, []),
        ("owner", "acme", None, None, [{"kind": "plan", "quantity": None}]),
    ],
)
def test_technical_tickets_are_always_listed(people, at_noon, api, who, slug, allowance, remaining, source):
    (quota,) = api(getattr(people, who)).get(f"{ORGS}/{slug}/quotas").json()["results"]
    assert (quota["code"], quota["allowance"], quota["used"], quota["remaining"]) == (
        "technical_tickets",
        allowance,
        0,
        remaining,
    )
    assert quota["source"] == source


def test_a_quota_that_does_not_exist_is_not_found(people, at_noon, api):
    assert api(people.owner).get(f"{ORGS}/acme/quotas/unicorns/entries").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("viewer", 200), ("member", 200), ("engineer", 200), ("admin", 200), ("outsider", 404)]
)
def test_quotas_are_for_everybody_inside(people, at_noon, api, who, status):
    client = api(getattr(people, who))
    assert client.get(f"{ORGS}/acme/quotas").status_code == status
    assert client.get(f"{ORGS}/acme/quotas/technical_tickets/entries").status_code == status
