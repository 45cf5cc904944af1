"""A document with a mistake is refused, and the mistake is named by its path in the file."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from supportplans.catalogue import CatalogueErrors, parse

FILE = Path(__file__).resolve().parents[2] / "supportplans" / "catalogues" / "2022-01-06.yaml"
ORIGINAL = yaml.safe_load(FILE.read_text("utf-8"))


@pytest.fixture
def document() -> dict[str, Any]:
    # Anchors of the file are shared objects: a copy by value lets a test change one place alone.
    return yaml.safe_load(FILE.read_text("utf-8")) | {"families": _unshared(ORIGINAL["families"])}


def _unshared(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unshared(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unshared(item) for item in value]
    return copy.copy(value)


def problems_of(document: Any) -> dict[str, list[str]]:
    with pytest.raises(CatalogueErrors) as caught:
        parse(document)
    return caught.value.problems


def test_something_that_is_no_mapping_is_no_catalogue():
    for value in (None, [], "x", 1):
        assert problems_of(value) == {"document": ["must be a mapping"]}


def test_an_empty_document_names_all_that_is_missing():
    problems = problems_of({})
    assert problems["version"] == ["is missing"]
    assert problems["families"] == ["is missing"]


def test_a_missing_price_is_named_by_its_path(document):
    del document["families"][0]["tiers"][1]["prices"]["monthly"]
    assert problems_of(document) == {"families[0].tiers[1].prices.monthly": ["is missing"]}


def test_all_mistakes_are_named_at_once(document):
    document["currency"] = "USD"
    document["ticket_pack"]["tickets"] = 0
    document["families"][1]["code"] = "Partner!"
    assert problems_of(document) == {
        "currency": ["must be one of CNY"],
        "ticket_pack.tickets": ["must be a whole number of at least 1"],
        "families[1].code": ["must be a code: lower case letters, digits, _ - . (at most 40)"],
    }


@pytest.mark.parametrize("price", [200.5, 200, "200.555", "-1", "1e3", "", None, True, "٢٠٠"])
def test_a_price_is_a_quoted_exact_amount(document, price):
    document["families"][0]["tiers"][1]["prices"]["monthly"] = price
    assert list(problems_of(document)) == ["families[0].tiers[1].prices.monthly"]


@pytest.mark.parametrize("rate", [0.03, "1.5", "3%", "-0.1", None])
def test_a_rate_is_a_quoted_share(document, rate):
    document["families"][0]["tiers"][1]["usage_brackets"][0]["rate"] = rate
    assert list(problems_of(document)) == ["families[0].tiers[1].usage_brackets[0].rate"]


def test_brackets_begin_at_zero_and_rise(document):
    document["families"][0]["tiers"][2]["usage_brackets"][1]["from"] = "600000.00"
    assert problems_of(document) == {"families[0].tiers[2].usage_brackets": ["must begin at 0.00 and rise"]}


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", 20260101, "2026-1-1"])
def test_the_effective_date_is_a_day(document, day):
    document["effective_on"] = day
    assert list(problems_of(document)) == ["effective_on"]


def test_a_misspelt_key_does_not_pass_silently(document):
    document["families"][0]["tiers"][1]["pries"] = {}
    document["extra"] = 1
    assert problems_of(document) == {
        "document": ["unknown key 'extra'"],
        "families[0].tiers[1]": ["unknown key 'pries'"],
    }


def test_a_text_needs_both_languages(document):
    del document["products"][0]["name"]["zh"]
    document["products"][1]["name"] = "Bare metal"
    assert problems_of(document) == {
        "products[0].name.zh": ["is missing"],
        "products[1].name": ["must be a mapping"],
    }


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "\ud800", 7, "x" * 2001])
def test_a_text_is_something_a_database_can_hold(document, text):
    document["products"][0]["name"]["en"] = text
    assert list(problems_of(document)) == ["products[0].name.en"]


def test_a_tier_names_known_codes_only(document):
    tier = document["families"][0]["tiers"][2]
    tier["entitlements"].append("butler")
    tier["severities"][0]["code"] = "panic"
    tier["handler_level"] = "wizard"
    assert list(problems_of(document)) == [
        "families[0].tiers[2].severities[0].code",
        "families[0].tiers[2].handler_level",
        "families[0].tiers[2].entitlements[13]",
    ]


def test_the_same_code_twice_is_a_mistake(document):
    document["products"][1]["code"] = "ecs"
    document["families"][0]["tiers"][0]["entitlements"].append("tickets")
    assert problems_of(document) == {
        "products[1].code": ["is there already"],
        "families[0].tiers[0].entitlements[9]": ["is there already"],
    }


def test_a_quota_belongs_to_yearly_services_alone(document):
    document["families"][0]["tiers"][2]["entitlements"][6] = "escort_basic"
    document["families"][0]["tiers"][2]["entitlements"][0] = {"code": "tickets", "quota": 3}
    sentence = "needs a quota exactly where it is a service with a yearly quota"
    assert problems_of(document) == {
        "families[0].tiers[2].entitlements[0]": [sentence],
        "families[0].tiers[2].entitlements[6]": [sentence],
    }


def test_each_family_has_one_free_tier(document):
    document["families"][0]["tiers"][0]["prices"]["yearly"] = "1.00"
    document["families"][1]["tiers"][0]["rank"] = 3
    assert problems_of(document) == {
        "families[0].tiers": ["the tier of rank 0 must be free"],
        "families[1].tiers": ["must have different ranks, one of them 0"],
    }


def test_every_kind_of_organization_has_its_family(document):
    del document["families"][1]
    assert problems_of(document) == {"families": ["exactly one family must serve organizations of kind 'partner'"]}


def test_a_promise_is_by_severity_or_by_working_day(document):
    document["families"][0]["tiers"][1]["severities"][0]["target_minutes"] = None
    document["families"][0]["tiers"][0]["severities"][0]["target_minutes"] = 10
    assert list(problems_of(document)) == [
        "families[0].tiers[0].severities",
        "families[0].tiers[1].severities",
    ]


def test_where_technical_tickets_are_not_included_their_number_is_zero(document):
    document["families"][1]["tiers"][0]["technical_tickets"]["monthly_quota"] = None
    assert problems_of(document) == {
        "families[1].tiers[0].technical_tickets.monthly_quota": ["must be 0 where technical tickets are not included"]
    }


def test_some_region_code_says_not_regional(document):
    del document["regions"][-1]
    assert problems_of(document) == {"regions": ["must have the code 'none' (not regional)"]}


def test_a_document_without_a_ladder_has_that_of_page_4(document):
    named = parse(document).escalation
    del document["escalation"]
    assert parse(document).escalation == named
    assert [(step.percent, step.told) for step in named] == [
        (50, ("assignee",)),
        (80, ("assignee", "lead")),
        (100, ("lead", "tam")),
        (200, ("duty_manager",)),
    ]


@pytest.mark.parametrize(
    ("ladder", "problems"),
    [
        ([], {"escalation": ["must have the step 80", "must have the step 100"]}),
        ("all", {"escalation": ["must be a list", "must have the step 80", "must have the step 100"]}),
        (
            [{"percent": 100, "told": ["lead"]}, {"percent": 80, "told": ["lead"]}],
            {"escalation": ["must rise from step to step"]},
        ),
        (
            [{"percent": 80, "told": []}, {"percent": 100, "told": ["boss"]}],
            {
                "escalation[0].told": ["must name somebody"],
                "escalation[1].told[0]": ["must be one of assignee, lead, tam, duty_manager"],
            },
        ),
        (
            [{"percent": 0, "told": ["lead"]}, {"percent": 80, "told": ["tam"]}, {"percent": 100, "told": ["tam"]}],
            {"escalation[0].percent": ["must be a whole number of at least 1"]},
        ),
        (
            [{"percent": 80, "told": ["lead"]}, {"percent": 100, "told": ["tam"]}, {"percent": 2000, "told": ["tam"]}],
            {"escalation[2].percent": ["must be at most 1000"]},
        ),
        (
            [{"percent": 80, "told": ["lead"], "who": "x"}, {"percent": 100, "told": ["tam", "tam"]}],
            {"escalation[0]": ["unknown key 'who'"], "escalation[1].told": ["names a code twice"]},
        ),
    ],
)
def test_a_ladder_rises_tells_somebody_and_has_the_steps_of_the_desks_views(document, ladder, problems):
    document["escalation"] = ladder
    with pytest.raises(CatalogueErrors) as refused:
        parse(document)
    assert refused.value.problems == problems
