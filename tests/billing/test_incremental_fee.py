"""The incremental fee of a month: the worked example of spec page 3.6 and what holds for any month."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.incremental_fee import SegmentFee, SegmentUsage, settle_month
from supportplans.catalogue import Bracket
from tests.billing.test_brackets import BUSINESS, DEVELOPER, any_brackets

AMOUNTS = st.decimals(min_value="-9999.99", max_value="9999999.99", places=2)


def used(tier: str, days: int, usage: str, brackets=BUSINESS, price="700.00", mode="graduated") -> SegmentUsage:
    return SegmentUsage(tier, "2022-01-06", days, Decimal(usage), brackets, mode, Decimal(price))


def test_the_worked_example_of_november():
    developer = used("developer", 10, "1000.00", DEVELOPER, "200.00")
    business = used("business", 20, "100000.00")
    assert settle_month([developer, business], 30) == [
        SegmentFee(
            "developer", "2022-01-06", 10, Decimal("1000.00"), Decimal("30.00"), Decimal("66.67"), Decimal("0.00")
        ),
        SegmentFee(
            "business",
            "2022-01-06",
            20,
            Decimal("100000.00"),
            Decimal("9079.21"),
            Decimal("466.67"),
            Decimal("8612.54"),
        ),
    ]


def test_a_whole_month_at_one_tier_is_the_fee_less_the_base():
    (only,) = settle_month([used("business", 30, "101000.00")], 30)
    assert (only.gross, only.included, only.incremental) == (Decimal(9170), Decimal(700), Decimal(8470))


@pytest.mark.parametrize("usages", [("0.00", "0.00"), ("-5.00", "5.00"), ("-5.00", "1.00")])
def test_a_month_without_usage_costs_nothing_more(usages):
    fees = settle_month([used("a", 10, usages[0]), used("b", 20, usages[1])], 30)
    assert [(fee.gross, fee.incremental) for fee in fees] == [(0, 0), (0, 0)]
    assert [fee.included for fee in fees] == [Decimal("233.33"), Decimal("466.67")]


def test_a_segment_of_corrections_gives_nothing_back():
    correction, business = settle_month([used("a", 10, "-1000.00"), used("b", 20, "100000.00")], 30)
    assert (correction.gross, correction.incremental) == (Decimal("-91.21"), Decimal("0.00"))
    # (7,000 + 29,000 × 7 %) × 100,000 / 99,000 − 700 × 20 / 30
    assert (business.gross, business.incremental) == (Decimal("9121.21"), Decimal("8654.55"))


def test_a_tier_without_brackets_has_no_fee():
    (only,) = settle_month([used("standard", 30, "100000.00", (), "5000.00")], 30)
    assert (only.gross, only.incremental) == (0, 0)


def test_a_month_may_be_charged_by_volume():
    (only,) = settle_month([used("business", 30, "101000.00", mode="volume")], 30)
    assert only.incremental == Decimal("6370.00")


def test_thirds_that_meet_in_half_a_fen_are_rounded_up():
    """A gross of 2.995 / 3 less an included of 2.98 / 3 is exactly half a fen, though neither can be written down."""
    brackets = (Bracket(Decimal(0), Decimal(1)), Bracket(Decimal("2.99"), Decimal("0.5")))
    third, _rest = settle_month([used("a", 10, "1.00", brackets, "2.98"), used("b", 20, "2.00", brackets)], 30)
    assert third.incremental == Decimal("0.01")


def test_more_days_than_the_month_has_are_refused():
    with pytest.raises(ValueError, match="more days than the month's 30"):
        settle_month([used("a", 11, "1.00"), used("b", 20, "1.00")], 30)


@given(
    parts=st.lists(st.tuples(st.integers(0, 7), AMOUNTS, any_brackets(), st.integers(0, 10000)), max_size=4),
    mode=st.sampled_from(["graduated", "volume"]),
)
def test_incremental_is_what_gross_exceeds_included_by_to_the_fen(parts, mode):
    segments = [
        SegmentUsage(str(n), "1", days, usage, brackets, mode, Decimal(price))
        for n, (days, usage, brackets, price) in enumerate(parts)
    ]
    for fee in settle_month(segments, 28):
        excess = max(Fraction(0), Fraction(fee.gross) - Fraction(fee.included))
        assert abs(Fraction(fee.incremental) - excess) <= Fraction(15, 1000)
        assert fee.incremental >= 0


@given(brackets=any_brackets(), usages=st.lists(st.integers(0, 10**9), min_size=1, max_size=6))
def test_segments_at_the_same_rates_share_the_month_s_fee(brackets, usages):
    """Split in segments or not, the same rates cost the same, up to the rounding of each line."""
    amounts = [Decimal(usage).scaleb(-2) for usage in usages]

    def settled(usages: list[Decimal]) -> list[SegmentFee]:
        return settle_month(
            [SegmentUsage("a", "1", 1, usage, brackets, "graduated", Decimal(0)) for usage in usages], 31
        )

    split, whole = settled(amounts), settled([sum(amounts, Decimal(0))])
    assert abs(sum(fee.incremental for fee in split) - whole[0].incremental) <= Decimal("0.005") * (len(split) + 1)
