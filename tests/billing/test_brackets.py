"""Usage brackets: the worked numbers of spec page 3.6 and what holds for any brackets."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.brackets import BracketRow, fee, rows
from common.money import round_fen
from supportplans.catalogue import Bracket


def brackets_of(*pairs: tuple[str, str]) -> tuple[Bracket, ...]:
    return tuple(Bracket(Decimal(start), Decimal(rate)) for start, rate in pairs)


DEVELOPER = brackets_of(("0.00", "0.03"))
BUSINESS = brackets_of(("0.00", "0.10"), ("70000.00", "0.07"), ("560000.00", "0.05"), ("1750000.00", "0.03"))
AMOUNTS = st.decimals(min_value="0.00", max_value="99999999.99", places=2)
RATES = st.decimals(min_value="0", max_value="1", places=4)


@st.composite
def any_brackets(draw):
    starts = sorted(draw(st.sets(st.integers(1, 10_000_000), max_size=5)))
    return tuple(Bracket(Decimal(start), draw(RATES)) for start in (0, *starts))


@pytest.mark.parametrize(
    ("brackets", "usage", "mode", "expected"),
    [
        (DEVELOPER, "101000.00", "graduated", "3030.00"),
        (BUSINESS, "101000.00", "graduated", "9170.00"),
        (BUSINESS, "101000.00", "volume", "7070.00"),
        (BUSINESS, "70000.00", "graduated", "7000.00"),
        (BUSINESS, "69999.99", "volume", "6999.999"),
        (BUSINESS, "70000.00", "volume", "4900.00"),
        (BUSINESS, "2000000.00", "graduated", "108300.00"),
        (BUSINESS, "0.03", "graduated", "0.003"),
        (BUSINESS, "0.00", "graduated", "0"),
        (BUSINESS, "-5.00", "graduated", "0"),
        (BUSINESS, "-5.00", "volume", "0"),
        ((), "101000.00", "graduated", "0"),
        ((), "101000.00", "volume", "0"),
    ],
)
def test_the_fee_of_a_month(brackets, usage, mode, expected):
    assert fee(brackets, Decimal(usage), mode) == Decimal(expected)


def test_the_rows_of_the_worked_example():
    assert rows(BUSINESS, Decimal("101000.00"), "graduated") == [
        BracketRow(Decimal(0), Decimal(70000), Decimal("0.10"), Decimal(70000), Decimal(7000)),
        BracketRow(Decimal(70000), Decimal(560000), Decimal("0.07"), Decimal(31000), Decimal(2170)),
        BracketRow(Decimal(560000), Decimal(1750000), Decimal("0.05"), Decimal(0), Decimal(0)),
        BracketRow(Decimal(1750000), None, Decimal("0.03"), Decimal(0), Decimal(0)),
    ]


def test_in_volume_mode_one_row_takes_it_all():
    assert [row.usage for row in rows(BUSINESS, Decimal("600000.00"), "volume")] == [0, 0, 600000, 0]


def test_another_mode_is_refused():
    with pytest.raises(ValueError, match="stairs"):
        fee(BUSINESS, Decimal(1), "stairs")


@given(brackets=any_brackets(), usages=st.lists(AMOUNTS, min_size=2, max_size=6))
def test_graduated_fees_rise_with_usage_and_have_no_jump(brackets, usages):
    usages = sorted(usages)
    highest = max(bracket.rate for bracket in brackets)
    for less, more in pairwise(usages):
        growth = fee(brackets, more, "graduated") - fee(brackets, less, "graduated")
        assert 0 <= growth <= (more - less) * highest


@given(brackets=any_brackets(), usage=AMOUNTS, mode=st.sampled_from(["graduated", "volume"]))
def test_rows_add_up_to_the_usage_and_the_rounded_fee(brackets, usage, mode):
    found = rows(brackets, usage, mode)
    assert sum(row.usage for row in found) == usage
    assert sum(row.fee for row in found) == round_fen(fee(brackets, usage, mode))
    assert [row.to_amount for row in found] == [*(bracket.from_amount for bracket in brackets[1:]), None]


@given(rate=RATES, usage=AMOUNTS)
def test_with_one_bracket_both_modes_agree(rate, usage):
    brackets = (Bracket(Decimal(0), rate),)
    assert fee(brackets, usage, "graduated") == fee(brackets, usage, "volume") == usage * rate
