"""`GET price-estimate`: exact figures for everyone, and a 400 that names every wrong field."""

import pytest

BUSINESS = {"family": "customer", "tier": "business", "cycle": "yearly", "monthly_usage": "101000.00"}


@pytest.fixture
def estimate(api, catalogue):
    def ask(**asked):
        return api().get("/api/v1/price-estimate", BUSINESS | asked)

    return ask


def test_everyone_may_ask_what_a_plan_would_cost(estimate):
    answer = estimate()
    assert answer.status_code == 200
    assert answer.json() == {
        "base": "700.00",
        "included": "700.00",
        "gross_usage_fee": "9170.00",
        "incremental": "8470.00",
        "monthly_total": "9170.00",
        "currency": "CNY",
        "brackets": [
            {"from": "0.00", "to": "70000.00", "rate": "0.10", "usage": "70000.00", "fee": "7000.00"},
            {"from": "70000.00", "to": "560000.00", "rate": "0.07", "usage": "31000.00", "fee": "2170.00"},
            {"from": "560000.00", "to": "1750000.00", "rate": "0.05", "usage": "0.00", "fee": "0.00"},
            {"from": "1750000.00", "to": None, "rate": "0.03", "usage": "0.00", "fee": "0.00"},
        ],
    }


def test_partner_tiers_have_no_usage_fee(estimate):
    body = estimate(family="partner", tier="standard").json()
    assert (body["base"], body["gross_usage_fee"], body["incremental"]) == ("4166.67", "0.00", "0.00")
    assert (body["monthly_total"], body["brackets"]) == ("4166.67", [])


@pytest.mark.parametrize("usage", ["0", "0.00", "1e3", "999999999999.99"])
def test_every_amount_has_an_estimate(estimate, usage):
    assert estimate(monthly_usage=usage).status_code == 200


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"family": "nobody"}, {"family"}),
        ({"family": "partner"}, {"tier"}),
        ({"tier": "premium"}, {"tier"}),
        ({"tier": "gold"}, {"tier"}),
        ({"cycle": "weekly"}, {"cycle"}),
        ({"monthly_usage": "-0.01"}, {"monthly_usage"}),
        ({"monthly_usage": "0.001"}, {"monthly_usage"}),
        ({"monthly_usage": "NaN"}, {"monthly_usage"}),
        ({"monthly_usage": "Infinity"}, {"monthly_usage"}),
        ({"monthly_usage": "1000000000000.00"}, {"monthly_usage"}),
        ({"monthly_usage": "1e999999999"}, {"monthly_usage"}),
        ({"monthly_usage": "9" * 4000}, {"monthly_usage"}),
        ({"monthly_usage": "much"}, {"monthly_usage"}),
        ({"monthly_usage": ""}, {"monthly_usage"}),
        ({"family": "nobody", "tier": "gold", "cycle": "", "monthly_usage": "x"}, set(BUSINESS)),
        ({"family": "nobody", "tier": "business"}, {"family"}),
    ],
)
def test_wrong_questions_are_told_which_fields_are_wrong(estimate, asked, fields):
    answer = estimate(**asked)
    assert answer.status_code == 400
    assert answer.json()["code"] == "validation_error"
    assert set(answer.json()["errors"]) == fields


def test_every_field_is_asked_for(api, catalogue):
    answer = api().get("/api/v1/price-estimate")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == set(BUSINESS)
