import copy
from datetime import UTC, date, datetime

import pytest
import yaml

from common import clock, tenancy
from common.beijing import midnight
from supportplans.models import CatalogueVersion, Subscription, Term
from supportplans.publishing import FILES
from tests.supportplans.conftest import START

TIER_KEYS = {
    "code",
    "rank",
    "name",
    "key_feature",
    "prices",
    "currency",
    "usage_mode",
    "usage_brackets",
    "severities",
    "accept_within_working_days",
    "resolution_priority",
    "handler_level",
    "channels",
    "technical_tickets",
    "entitlements",
}
ENTITLEMENT_KEYS = {
    "code",
    "quota",
    "unit",
    "yearly_orders_only",
    "notice_working_days",
    "notice_is_binding",
    "binds_plan",
    "coming_soon",
}


def get_catalogue(api, **headers):
    with clock.at(START):
        answer = api().get("/api/v1/catalogue", headers=headers)
    assert answer.status_code == 200
    return answer.json()


def test_everyone_may_read_the_catalogue(api, catalogue):
    body = get_catalogue(api)
    assert (body["version"], body["effective_on"]) == ("2022-01-06", "2022-01-06")
    assert [(family["code"], [tier["code"] for tier in family["tiers"]]) for family in body["families"]] == [
        ("customer", ["basic", "developer", "business", "enterprise"]),
        ("partner", ["basic", "standard", "premium"]),
    ]
    assert body["ticket_pack"] == {"tickets": 10, "price": "1000.00", "currency": "CNY"}
    assert body["excluded_regions"] == {"customer": ["eu-paris", "na-atlanta"], "partner": []}
    assert set(body["scope"]) == {"customer", "partner"}
    assert body["scope"]["customer"]["out"][0] == "Writing code"
    assert [software["code"] for software in body["third_party_software"]][:2] == ["openvpn", "ssh"]


def test_each_tier_has_exactly_the_contracts_fields_and_a_few_more(api, catalogue):
    for family in get_catalogue(api)["families"]:
        for tier in family["tiers"]:
            assert set(tier) == TIER_KEYS | {"meant_for"}
            for entitlement in tier["entitlements"]:
                assert set(entitlement) == ENTITLEMENT_KEYS | {"name"}


def test_a_tier_reads_as_the_contract_says(api, catalogue):
    body = get_catalogue(api)
    business = body["families"][0]["tiers"][2]
    assert business["prices"] == {"monthly": "700.00", "yearly": "8400.00"}
    assert business["currency"] == "CNY"
    assert business["usage_brackets"] == [
        {"from": "0.00", "rate": "0.10"},
        {"from": "70000.00", "rate": "0.07"},
        {"from": "560000.00", "rate": "0.05"},
        {"from": "1750000.00", "rate": "0.03"},
    ]
    assert business["severities"][0] == {"code": "critical_down", "target_minutes": 10}
    escort = next(e for e in business["entitlements"] if e["code"] == "escort_basic")
    assert escort == {
        "code": "escort_basic",
        "name": "Escort service (basic)",
        "quota": 1,
        "unit": "natural_day",
        "yearly_orders_only": True,
        "notice_working_days": 10,
        "notice_is_binding": False,
        "binds_plan": True,
        "coming_soon": False,
    }
    partner_basic, standard, premium = body["families"][1]["tiers"]
    assert partner_basic["prices"] == {"monthly": "0.00", "yearly": "0.00"}
    assert partner_basic["usage_brackets"] == []
    assert partner_basic["accept_within_working_days"] == 1
    assert partner_basic["severities"][4] == {"code": "guidance", "target_minutes": None}
    assert partner_basic["technical_tickets"] == {"included": False, "monthly_quota": 0}
    assert partner_basic["channels"] == {"business": ["ticket", "phone"], "technical": []}
    assert standard["technical_tickets"] == {"included": True, "monthly_quota": 30}
    assert premium["technical_tickets"] == {"included": True, "monthly_quota": None}
    report = next(e for e in premium["entitlements"] if e["code"] == "monthly_report")
    assert (report["quota"], report["unit"], report["coming_soon"]) == (None, None, True)


def test_names_follow_the_readers_language(api, catalogue):
    assert get_catalogue(api)["families"][0]["tiers"][1]["name"] == "Developer"
    chinese = get_catalogue(api, accept_language="zh-CN,zh;q=0.9,en;q=0.5")["families"][0]["tiers"][1]
    assert (chinese["name"], chinese["key_feature"]) == ("开发者级", "更快响应")
    assert get_catalogue(api, accept_language="fr")["families"][0]["tiers"][1]["name"] == "Developer"


def subscription(api, person, slug="acme", at=START):
    with clock.at(at):
        return api(person).get(f"/api/v1/orgs/{slug}/subscription")


def test_on_the_free_tier_dates_and_cycle_are_null(people, api, catalogue):
    assert subscription(api, people.viewer).json() == {
        "family": "customer",
        "tier": "basic",
        "cycle": None,
        "status": "none",
        "starts_on": None,
        "ends_on": None,
        "anchor_day": None,
        "auto_renew": False,
        "next_tier": None,
        "next_cycle": None,
        "catalogue_version": "2022-01-06",
        "queued_term": None,
    }


def test_a_paid_plan_shows_its_term_and_what_is_queued(people, api, subscribe):
    running = subscribe(people.acme, "business", "monthly")
    with tenancy.organization(people.acme.pk):
        Term.objects.create(
            organization=people.acme,
            family="customer",
            tier="enterprise",
            cycle="yearly",
            starts_on=date(2026, 4, 1),
            ends_on=date(2027, 4, 1),
            began_at=midnight(date(2026, 4, 1)),
            catalogue_version=running.catalogue_version,
            price=running.price,
        )
    assert subscription(api, people.member).json() == {
        "family": "customer",
        "tier": "business",
        "cycle": "monthly",
        "status": "active",
        "starts_on": "2026-03-01",
        "ends_on": "2026-04-01",
        "anchor_day": 1,
        "auto_renew": False,
        "next_tier": "enterprise",
        "next_cycle": "yearly",
        "catalogue_version": "2022-01-06",
        "queued_term": {
            "tier": "enterprise",
            "cycle": "yearly",
            "starts_on": "2026-04-01",
            "ends_on": "2027-04-01",
        },
    }


def test_from_midnight_in_beijing_the_plan_is_the_free_one(people, api, subscribe):
    subscribe(people.acme, "business")
    before, after = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC), datetime(2026, 3, 31, 16, tzinfo=UTC)
    assert subscription(api, people.owner, at=before).json()["tier"] == "business"
    assert subscription(api, people.owner, at=after).json()["tier"] == "basic"


def test_strangers_and_other_organizations_find_nothing(people, api, subscribe):
    subscribe(people.acme, "business")
    assert subscription(api, None).status_code == 401
    for outsider in (people.outsider, people.partner_owner):
        assert subscription(api, outsider).status_code == 404
    for staff in (people.engineer, people.tam, people.lead, people.billing_operator, people.admin):
        assert subscription(api, staff).status_code == 200


def patch(api, person, body, slug="acme"):
    with clock.at(START):
        return api(person).patch(f"/api/v1/orgs/{slug}/subscription", body, format="json")


def renews(organization) -> bool:
    with tenancy.organization(organization.pk):
        return Subscription.objects.get(organization=organization).auto_renew


@pytest.mark.parametrize("who", ["owner", "billing"])
def test_owner_and_billing_switch_renewal(people, api, subscribe, who):
    subscribe(people.acme, "business")
    answer = patch(api, getattr(people, who), {"auto_renew": True})
    assert (answer.status_code, answer.json()["auto_renew"]) == (200, True)
    assert renews(people.acme)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("viewer", 403),
        ("member", 403),
        ("engineer", 403),
        ("admin", 403),
        ("billing_operator", 403),
        ("outsider", 404),
        (None, 401),
    ],
)
def test_nobody_else_switches_renewal(people, api, subscribe, who, status):
    subscribe(people.acme, "business")
    answer = patch(api, getattr(people, who) if who else None, {"auto_renew": True})
    assert answer.status_code == status
    assert not renews(people.acme)


@pytest.mark.parametrize("value", ["yes", 1, None, [], {}])
def test_renewal_is_true_or_false_and_nothing_like_it(people, api, subscribe, value):
    subscribe(people.acme, "business")
    answer = patch(api, people.owner, {"auto_renew": value})
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert list(answer.json()["errors"]) == ["auto_renew"]
    assert not renews(people.acme)


def test_a_patch_changes_nothing_but_renewal(people, api, subscribe):
    subscribe(people.acme, "business")
    answer = patch(api, people.owner, {"tier": "enterprise", "ends_on": "2099-01-01", "anchor_day": 5})
    assert answer.status_code == 200
    assert (answer.json()["tier"], answer.json()["ends_on"], answer.json()["anchor_day"]) == (
        "business",
        "2026-04-01",
        1,
    )


@pytest.mark.parametrize("body", [[], "x", 1, None])
def test_a_body_that_is_no_mapping_is_a_field_error(people, api, subscribe, body):
    subscribe(people.acme, "business")
    assert patch(api, people.owner, body).status_code in (200, 400)
    assert not renews(people.acme)


def test_the_free_tier_cannot_renew(people, api, catalogue):
    answer = patch(api, people.owner, {"auto_renew": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_subscribed")


def test_a_disabled_organization_reads_and_does_not_switch(people, api, subscribe):
    subscribe(people.acme, "business")
    people.acme.disabled_at = START
    people.acme.save(update_fields=["disabled_at"])
    assert subscription(api, people.owner).status_code == 200
    answer = patch(api, people.owner, {"auto_renew": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "organization_disabled")
    assert not renews(people.acme)


# ---- operator/catalogue ----


def new_version(number="2027-01-01"):
    document = yaml.safe_load((FILES / "2022-01-06.yaml").read_text("utf-8"))
    return copy.deepcopy(document) | {"version": number, "effective_on": "2027-01-01"}


def test_staff_read_all_versions_as_in_their_files(people, api, catalogue):
    answer = api(people.engineer).get("/api/v1/operator/catalogue")
    assert answer.status_code == 200
    (row,) = answer.json()["results"]
    assert row.pop("published_at").endswith("+08:00")
    assert row == yaml.safe_load((FILES / "2022-01-06.yaml").read_text("utf-8"))
    assert (answer.json()["next"], answer.json()["previous"]) == (None, None)


def test_an_administrator_publishes_a_new_version(people, api, catalogue):
    answer = api(people.admin).post("/api/v1/operator/catalogue", new_version(), format="json")
    assert answer.status_code == 201
    assert (answer.json()["version"], answer.json()["effective_on"]) == ("2027-01-01", "2027-01-01")
    with clock.at(midnight(date(2027, 1, 1))):
        assert api().get("/api/v1/catalogue").json()["version"] == "2027-01-01"
    with clock.at(START):
        assert api().get("/api/v1/catalogue").json()["version"] == "2022-01-06"


def test_what_the_list_gives_can_be_changed_and_sent(people, api, catalogue):
    admin = api(people.admin)
    (row,) = admin.get("/api/v1/operator/catalogue").json()["results"]
    answer = admin.post("/api/v1/operator/catalogue", row | {"version": "next"}, format="json")
    assert answer.status_code == 201
    listed = admin.get("/api/v1/operator/catalogue").json()["results"]
    assert [version["version"] for version in listed] == ["next", "2022-01-06"]


def test_a_published_version_is_refused_under_the_same_number(people, api, catalogue):
    answer = api(people.admin).post("/api/v1/operator/catalogue", new_version("2022-01-06"), format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "version_exists")
    assert CatalogueVersion.objects.count() == 1


def test_mistakes_are_named_by_their_path(people, api, catalogue):
    document = new_version()
    document["families"][0]["tiers"][1]["prices"]["monthly"] = 200
    document["extra"] = {}
    answer = api(people.admin).post("/api/v1/operator/catalogue", document, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert set(answer.json()["errors"]) == {"document", "families[0].tiers[1].prices.monthly"}
    assert CatalogueVersion.objects.count() == 1


@pytest.mark.parametrize("body", [None, [], {}, {"version": 3}, {"families": "x", "severities": [[]], "regions": [3]}])
def test_any_other_body_is_a_field_error(people, api, catalogue, body):
    answer = api(people.admin).post("/api/v1/operator/catalogue", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert CatalogueVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [
        (None, 401, 401),
        ("owner", 404, 404),
        ("viewer", 404, 404),
        ("engineer", 200, 403),
        ("tam", 200, 403),
        ("lead", 200, 403),
        ("billing_operator", 200, 403),
    ],
)
def test_only_administrators_publish(people, api, catalogue, who, read, write):
    client = api(getattr(people, who) if who else None)
    assert client.get("/api/v1/operator/catalogue").status_code == read
    assert client.post("/api/v1/operator/catalogue", new_version(), format="json").status_code == write
    assert CatalogueVersion.objects.count() == 1


def test_the_same_key_publishes_once(people, api, catalogue):
    client = api(people.admin)
    first = client.post("/api/v1/operator/catalogue", new_version(), format="json", headers={"idempotency-key": "a"})
    again = client.post("/api/v1/operator/catalogue", new_version(), format="json", headers={"idempotency-key": "a"})
    assert (first.status_code, again.status_code, again["Idempotent-Replay"]) == (201, 201, "true")
    assert CatalogueVersion.objects.count() == 2
