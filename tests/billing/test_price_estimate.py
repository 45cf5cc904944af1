"""The price calculator's figures, for every tier of the first catalogue."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.price_estimate import corners, covered_usage, estimate
from common.money import plain, round_fen
from supportplans.catalogue import CYCLES, Bracket, UnknownCode, parse

CATALOGUE = parse(
    yaml.safe_load((Path(__file__).parents[2] / "supportplans/catalogues/2022-01-06.yaml").read_text("utf-8"))
)
TIERS = [tier for family in CATALOGUE.families for tier in family.tiers]


@pytest.mark.parametrize(
    ("family", "tier", "cycle", "usage", "expected"),
    [
        # base, included, gross, incremental, total
        ("customer", "business", "yearly", "101000.00", "700.00 700.00 9170.00 8470.00 9170.00"),
        ("customer", "business", "monthly", "101000.00", "700.00 700.00 9170.00 8470.00 9170.00"),
        ("customer", "business", "monthly", "7000.00", "700.00 700.00 700.00 0.00 700.00"),
        ("customer", "business", "monthly", "7000.05", "700.00 700.00 700.01 0.01 700.01"),
        ("customer", "developer", "monthly", "0.00", "200.00 200.00 0.00 0.00 200.00"),
        ("customer", "enterprise", "yearly", "1050000.00", "100000.00 100000.00 105000.00 5000.00 105000.00"),
        ("customer", "basic", "yearly", "101000.00", "0.00 0.00 0.00 0.00 0.00"),
        ("partner", "standard", "yearly", "101000.00", "4166.67 0.00 0.00 0.00 4166.67"),
        ("partner", "premium", "monthly", "101000.00", "20000.00 0.00 0.00 0.00 20000.00"),
        ("partner", "basic", "monthly", "1.00", "0.00 0.00 0.00 0.00 0.00"),
    ],
)
def test_the_estimate(family, tier, cycle, usage, expected):
    found = estimate(CATALOGUE.family(family).tier(tier), cycle, Decimal(usage))
    parts = (found.base, found.included, found.gross_usage_fee, found.incremental, found.monthly_total)
    assert " ".join(plain(part) for part in parts) == expected


def test_the_brackets_of_the_estimate():
    business = CATALOGUE.family("customer").tier("business")
    found = estimate(business, "yearly", Decimal("101000.00")).brackets
    assert [(plain(row.from_amount), plain(row.usage), plain(row.fee)) for row in found] == [
        ("0.00", "70000.00", "7000.00"),
        ("70000.00", "31000.00", "2170.00"),
        ("560000.00", "0.00", "0.00"),
        ("1750000.00", "0.00", "0.00"),
    ]
    assert estimate(CATALOGUE.family("partner").tier("premium"), "yearly", Decimal(1)).brackets == ()


def test_another_cycle_is_unknown():
    with pytest.raises(UnknownCode):
        estimate(TIERS[0], "weekly", Decimal(0))


@given(
    tier=st.sampled_from(TIERS),
    cycle=st.sampled_from(CYCLES),
    usage=st.decimals(min_value="0.00", max_value="999999999999.99", places=2),
)
def test_the_lines_fit_together(tier, cycle, usage):
    found = estimate(tier, cycle, usage)
    assert found.incremental == max(Decimal(0), found.gross_usage_fee - found.included)
    assert found.monthly_total == found.base + found.incremental
    assert sum((row.fee for row in found.brackets), Decimal(0)) == found.gross_usage_fee


@pytest.mark.parametrize(
    ("family", "tier", "covered"),
    [
        ("customer", "basic", None),
        ("customer", "developer", "6666.66"),
        ("customer", "business", "7000.00"),
        ("customer", "enterprise", "1000000.00"),
        ("partner", "premium", None),
    ],
)
def test_the_usage_that_the_base_covers(family, tier, covered):
    found = covered_usage(CATALOGUE.family(family).tier(tier))
    assert found == (None if covered is None else Decimal(covered))


def test_a_fee_that_jumps_over_the_included_amount_is_covered_until_the_jump():
    business = CATALOGUE.family("customer").tier("business")
    free_until = (Bracket(Decimal(0), Decimal(0)), Bracket(Decimal(8000), Decimal("0.10")))
    assert covered_usage(replace(business, usage_brackets=free_until)) == Decimal("15000.00")
    assert covered_usage(replace(business, usage_brackets=free_until, usage_mode="volume")) == Decimal("7999.99")
    assert covered_usage(replace(business, usage_brackets=free_until[:1])) is None


@given(tier=st.sampled_from(TIERS), share=st.decimals(min_value=0, max_value=1, places=6))
def test_up_to_the_covered_usage_nothing_comes_on_top_and_a_yuan_later_something_does(tier, share):
    covered = covered_usage(tier)
    if covered is None:
        assert estimate(tier, "monthly", Decimal("9999999.99")).incremental == 0
    else:
        assert estimate(tier, "monthly", round_fen(covered * share)).incremental == 0
        assert estimate(tier, "monthly", covered + 1).incremental > 0


@given(tier=st.sampled_from(TIERS), upto=st.integers(1, 10**7), part=st.integers(1, 99))
def test_between_two_corners_the_total_is_a_straight_line(tier, upto, part):
    marks = corners([tier], Decimal(upto))
    assert (marks[0], marks[-1]) == (0, upto)
    for low, high in pairwise(marks):
        between = round_fen(low + (high - low) * part / 100)
        totals = [estimate(tier, "monthly", usage).monthly_total for usage in (low, between, high)]
        expected = totals[0] + (totals[2] - totals[0]) * (between - low) / (high - low)
        assert abs(totals[1] - expected) < Decimal("0.02")
