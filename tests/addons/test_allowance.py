"""The allowance of a month: the worked numbers of addons/allowance.py, and what must hold for all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.allowance import Allowance

counts = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("plan", "packs", "used", "total", "remaining", "leftover"),
    [
        (30, 0, 0, 30, 30, 0),
        (30, 10, 33, 40, 7, 7),
        (30, 10, 12, 40, 28, 10),
        (30, 10, 40, 40, 0, 0),
        (30, 10, 45, 40, 0, 0),
        (None, 10, 500, None, None, 0),
        (0, 10, 3, 0, 0, 0),
    ],
)
def test_what_a_month_allows_and_leaves(plan, packs, used, total, remaining, leftover):
    month = Allowance(plan=plan, packs=packs, used=used)
    assert (month.total, month.remaining, month.leftover_packs) == (total, remaining, leftover)


@pytest.mark.parametrize(
    ("plan", "packs", "used", "low", "exhausted"),
    [
        (30, 0, 23, False, False),
        (30, 0, 24, True, False),
        (30, 0, 30, True, True),
        (30, 10, 31, False, False),
        (30, 10, 32, True, False),
        (30, 10, 40, True, True),
        (None, 0, 10_000, False, False),
        (0, 0, 0, False, False),
    ],
)
def test_an_owner_is_told_at_80_and_100_percent_of_a_metered_month(plan, packs, used, low, exhausted):
    month = Allowance(plan=plan, packs=packs, used=used)
    assert (month.is_low, month.is_exhausted) == (low, exhausted)


@given(plan=st.integers(1, 1000), packs=counts, used=counts)
def test_nothing_lapses_that_was_used_or_never_bought(plan, packs, used):
    month = Allowance(plan=plan, packs=packs, used=used)
    assert 0 <= month.leftover_packs <= packs
    assert month.leftover_packs == max(0, packs - max(0, used - plan))
    assert month.leftover_packs <= month.remaining
