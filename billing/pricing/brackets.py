"""The monthly usage fee of a tier's brackets (spec page 3, sections 3.2 and 3.6).

    graduated: each bracket's rate applies to the usage inside it
    volume:    the rate of the bracket that the whole usage reaches applies to all of it

No fee for usage of nothing or less, nor where a tier has no brackets.

Worked number, which also stands in tests/billing/test_brackets.py: business takes 10 % to 70,000 and 7 % from
there to 560,000; a month of 101,000.00 costs 7,000.00 + 31,000.00 × 7 % = 9,170.00 graduated, and 7,070.00 in
volume mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from common.money import ZERO, Money, round_fen
from supportplans.catalogue import Bracket

# Wide enough that products and sums of amounts and rates are exact.
_EXACT = Context(prec=60)


@dataclass(frozen=True)
class BracketRow:
    """A bracket and what falls into it, for display; `to_amount` None: no upper end.

    The fees are rounded so that they add up to the whole fee, rounded.
    """

    from_amount: Money
    to_amount: Money | None
    rate: Decimal
    usage: Money
    fee: Money


def fee(brackets: Sequence[Bracket], usage: Money, mode: str) -> Decimal:
    """What `usage` costs a month: exact, not rounded. `brackets` rise from 0; `mode` graduated or volume."""
    total = ZERO
    for bracket, inside in zip(brackets, _shares(brackets, usage, mode), strict=True):
        total = _EXACT.add(total, _EXACT.multiply(inside, bracket.rate))
    return total


def rows(brackets: Sequence[Bracket], usage: Money, mode: str) -> list[BracketRow]:
    """Every bracket with the usage inside it and its fee."""
    found: list[BracketRow] = []
    exact = rounded = ZERO
    for index, (bracket, inside) in enumerate(zip(brackets, _shares(brackets, usage, mode), strict=True)):
        exact = _EXACT.add(exact, _EXACT.multiply(inside, bracket.rate))
        share = round_fen(exact) - rounded
        rounded += share
        found.append(BracketRow(bracket.from_amount, _upper(brackets, index), bracket.rate, inside, share))
    return found


def _upper(brackets: Sequence[Bracket], index: int) -> Money | None:
    return brackets[index + 1].from_amount if index + 1 < len(brackets) else None


def _shares(brackets: Sequence[Bracket], usage: Money, mode: str) -> list[Money]:
    """How much of `usage` each bracket takes."""
    if mode == "graduated":
        return [_inside(bracket, _upper(brackets, index), usage) for index, bracket in enumerate(brackets)]
    if mode == "volume":
        reached = sum(bracket.from_amount <= usage for bracket in brackets) - 1
        return [usage if usage > 0 and index == reached else ZERO for index in range(len(brackets))]
    raise ValueError(f"{mode!r} is no way to use brackets")


def _inside(bracket: Bracket, upper: Money | None, usage: Money) -> Money:
    reached = usage if upper is None else min(usage, upper)
    return max(reached - bracket.from_amount, ZERO)
