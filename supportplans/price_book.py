"""The price book: the part of a catalogue version that says what things cost (spec page 3.2; no Django here).

Prices of tiers, brackets of the usage fee and their mode, the price of a ticket pack. `differences` compares two
versions tier by tier; `same_but_for_prices` tells whether two documents differ in nothing else.

Worked number, which also stands in the test: a version with business at 800.00 and 9,000.00 instead of 700.00 and
8,400.00 differs in two amounts of one tier.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from supportplans.catalogue import CYCLES, Bracket, Catalogue, Tier, UnknownCode
from supportplans.document_reading import Text


@dataclass(frozen=True)
class Price:
    """What a cycle of a tier costs; None where one of the versions does not sell it."""

    cycle: str
    before: Decimal | None
    after: Decimal | None

    @property
    def changes(self) -> bool:
        return self.before != self.after

    @property
    def difference(self) -> Decimal:
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True)
class TierDifference:
    """A tier of either version: `before` or `after` is None where the version does not have it."""

    family: Text
    code: str
    before: Tier | None
    after: Tier | None
    prices: tuple[Price, ...]

    @property
    def name(self) -> Text:
        tier = self.after or self.before
        assert tier is not None
        return tier.name

    @property
    def rank(self) -> int:
        tier = self.after or self.before
        assert tier is not None
        return tier.rank

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_gone(self) -> bool:
        return self.after is None

    @property
    def brackets_before(self) -> tuple[Bracket, ...]:
        return self.before.usage_brackets if self.before else ()

    @property
    def brackets_after(self) -> tuple[Bracket, ...]:
        return self.after.usage_brackets if self.after else ()

    @property
    def brackets_change(self) -> bool:
        return (self.brackets_before, _mode(self.before)) != (self.brackets_after, _mode(self.after))

    @property
    def changes(self) -> bool:
        return self.is_new or self.is_gone or self.brackets_change or any(price.changes for price in self.prices)


@dataclass(frozen=True)
class Differences:
    """All paid tiers of both versions by family and rank, and the ticket pack's price before and after."""

    tiers: tuple[TierDifference, ...]
    pack_before: Decimal
    pack_after: Decimal

    @property
    def pack_changes(self) -> bool:
        return self.pack_before != self.pack_after

    @property
    def any(self) -> bool:
        return self.pack_changes or any(tier.changes for tier in self.tiers)


def differences(before: Catalogue, after: Catalogue) -> Differences:
    """What `after` costs otherwise than `before`."""
    return Differences(tuple(_tiers(before, after)), before.ticket_pack.price, after.ticket_pack.price)


def price_of(catalogue: Catalogue, family: str, tier: str, cycle: str) -> Decimal | None:
    """What a term costs; None where the version does not sell it."""
    try:
        return catalogue.family(family).tier(tier).prices.of(cycle)
    except UnknownCode:
        return None


def same_but_for_prices(one: Any, other: Any) -> bool:
    """Whether two documents of versions differ at most in version, effective date and prices."""
    return bool(_without_prices(one) == _without_prices(other))


def _tiers(before: Catalogue, after: Catalogue) -> Iterator[TierDifference]:
    families = {family.code: family.name for family in (*before.families, *after.families)}
    for family, name in families.items():
        old, new = _paid(before, family), _paid(after, family)
        codes = sorted({*old, *new}, key=lambda code: ((new.get(code) or old[code]).rank, code))
        for code in codes:
            yield TierDifference(name, code, old.get(code), new.get(code), _prices(old.get(code), new.get(code)))


def _paid(catalogue: Catalogue, family: str) -> dict[str, Tier]:
    try:
        return {tier.code: tier for tier in catalogue.family(family).tiers if not tier.is_base}
    except UnknownCode:
        return {}


def _prices(before: Tier | None, after: Tier | None) -> tuple[Price, ...]:
    return tuple(
        Price(cycle, before.prices.of(cycle) if before else None, after.prices.of(cycle) if after else None)
        for cycle in CYCLES
    )


def _mode(tier: Tier | None) -> str:
    """How brackets count; without any it makes no difference."""
    return tier.usage_mode if tier and tier.usage_brackets else ""


def _without_prices(document: Any) -> Any:
    rest = deepcopy(document)
    for key in ("version", "effective_on"):
        rest.pop(key, None)
    rest["ticket_pack"].pop("price", None)
    for family in rest["families"]:
        for tier in family["tiers"]:
            for key in ("prices", "usage_mode", "usage_brackets"):
                tier.pop(key, None)
    return rest
