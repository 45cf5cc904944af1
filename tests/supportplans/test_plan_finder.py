"""The plan finder's rule on the first catalogue."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from supportplans.catalogue import parse
from supportplans.plan_finder import Needs, fastest, suggest

FILE = Path(__file__).resolve().parents[2] / "supportplans" / "catalogues" / "2022-01-06.yaml"
CATALOGUE = parse(yaml.safe_load(FILE.read_text("utf-8")))
CUSTOMER, PARTNER = (CATALOGUE.family(code) for code in ("customer", "partner"))
COSTS = {"basic": 0, "developer": 300, "business": 1000, "enterprise": 100_000, "standard": 5000, "premium": 20_000}
COSTS = {code: Decimal(cost) for code, cost in COSTS.items()}
NEWCOMER = Needs(skills="new", depends="production", scale="small", answer_within=30)
HOBBY = Needs(skills="experts", depends="tests", scale="small", answer_within=None)
CONSULTANT = Needs(
    skills="experts", depends="production", scale="small", answer_within=30, partner_type="consulting", tickets=30
)


def suggested(needs: Needs, family=CUSTOMER, **different):
    return suggest(family, CATALOGUE, replace(needs, **different), COSTS)


def test_a_newcomer_whose_production_depends_on_it_is_told_business():
    found = suggested(NEWCOMER)
    assert (found.suggested.tier.code, found.suggested.missed, found.within_budget) == ("business", (), None)
    assert found.suggested.met == ("answers", "promise", "group")


def test_with_too_small_a_budget_it_also_says_what_the_budget_buys():
    found = suggested(NEWCOMER, budget=Decimal(500))
    assert (found.suggested.tier.code, found.suggested.missed) == ("business", ("budget",))
    assert (found.within_budget.tier.code, found.within_budget.missed) == ("developer", ("group",))


@pytest.mark.parametrize(
    ("needs", "tier"),
    [
        (HOBBY, "basic"),
        (replace(HOBBY, answer_within=960), "developer"),
        (replace(HOBBY, answer_within=30), "developer"),
        (replace(HOBBY, answer_within=10), "business"),
        (replace(HOBBY, skills="new"), "basic"),
        (replace(HOBBY, depends="production"), "developer"),
        (replace(HOBBY, depends="core"), "business"),
        (replace(HOBBY, depends="core", skills="new"), "enterprise"),
        (replace(HOBBY, scale="very_large"), "enterprise"),
        (replace(HOBBY, tickets=60), "basic"),
    ],
)
def test_what_customers_are_told(needs, tier):
    assert suggested(needs).suggested.tier.code == tier


@pytest.mark.parametrize(
    ("different", "tier", "packs"),
    [
        ({}, "standard", 0),
        ({"tickets": 31}, "standard", 1),
        ({"tickets": 60}, "standard", 3),
        ({"tickets": 200}, "premium", 0),
        ({"answer_within": 10}, "premium", 0),
        ({"partner_type": "technology"}, "basic", 0),
    ],
)
def test_what_partners_are_told(different, tier, packs):
    found = suggested(CONSULTANT, PARTNER, **different).suggested
    assert (found.tier.code, found.packs) == (tier, packs)


def test_packs_are_part_of_the_cost():
    standard = suggested(CONSULTANT, PARTNER, tickets=45, budget=Decimal(6999)).suggested
    assert (standard.cost, standard.packs, standard.missed) == (Decimal(7000), 2, ("budget",))


def test_what_no_tier_offers_is_missed_by_the_best_of_them():
    found = suggested(HOBBY, answer_within=5)
    assert (found.suggested.tier.code, found.suggested.missed) == ("basic", ("answers",))
    assert found.within_budget is None


def test_a_budget_of_nothing_buys_the_free_tier():
    found = suggested(NEWCOMER, budget=Decimal(0))
    assert found.within_budget.tier.code == "basic"


needs = st.builds(
    Needs,
    skills=st.sampled_from(["experts", "some", "new"]),
    depends=st.sampled_from(["tests", "production", "core"]),
    scale=st.sampled_from(["small", "medium", "large", "very_large"]),
    answer_within=st.sampled_from([None, 5, 10, 30, 180, 960]),
    tickets=st.integers(0, 300),
    budget=st.none() | st.integers(0, 200_000).map(Decimal),
    partner_type=st.sampled_from(["consulting", "technology"]),
)


@given(needs=needs, family=st.sampled_from([CUSTOMER, PARTNER]))
def test_nothing_better_is_left_out(needs, family):
    found = suggest(family, CATALOGUE, needs, COSTS)
    assert [match.tier for match in found.matches] == list(family.tiers)
    fitting = [match for match in found.matches if not match.missed]
    if fitting:
        assert found.suggested == min(fitting, key=lambda match: (match.cost, match.tier.rank))
    if found.within_budget:
        assert found.within_budget.cost <= needs.budget < found.suggested.cost


@given(needs=needs)
def test_the_budget_does_not_change_what_suits(needs):
    assert suggested(needs).suggested.tier == suggested(needs, budget=None).suggested.tier


def test_the_fastest_answer_of_a_tier():
    assert [fastest(tier) for tier in CUSTOMER.tiers] == [None, 30, 10, 10]
