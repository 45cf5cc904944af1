"""What can be chosen where a paid plan is changed, renewed or left (spec page 3, section 3.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from billing.actions import Wish
from billing.actions.base import NOW, RENEWAL, Situation
from common.money import Money
from common.problems import Refusal
from supportplans import renewing, versions
from supportplans.catalogue import CYCLES, Catalogue, Tier
from supportplans.renewing import NextTerm

MOMENTS = (NOW, RENEWAL)


@dataclass(frozen=True)
class TierOption:
    """A tier at its price for a whole term; `direction` from the tier it is compared with: up, down or ''."""

    tier: Tier
    price: Money
    direction: str = ""


@dataclass(frozen=True)
class Offer:
    """What the page lets one choose; () where there is nothing to choose.

    `cycles` with the price of a whole term where the tier is known, `moments` of now and renewal, `cycle`: the one
    that the tiers' prices are for. `renewal`: the term that is bought, where nothing can be chosen about it.
    """

    tiers: tuple[TierOption, ...] = ()
    cycles: tuple[tuple[str, Money | None], ...] = ()
    moments: tuple[str, ...] = ()
    cycle: str = ""
    renewal: NextTerm | None = None


def _change_tier(wish: Wish, situation: Situation) -> tuple[Wish, Offer]:
    held, term = situation.standing, situation.standing.term
    if term is None:
        return _as_if(wish, situation), Offer()
    catalogue, compared, cycle = held.catalogue, held.tier.code, term.cycle
    if wish.at == RENEWAL:
        catalogue = _catalogue_of_next(situation)
        compared, cycle = renewing.planned(held, situation.queued)
    options = _options(catalogue, situation, compared, cycle)
    codes = [option.tier.code for option in options]
    known = {tier.code for tier in catalogue.family(held.family.code).tiers}
    if options and (not wish.tier or (wish.tier in known and wish.tier not in codes)):
        wish = replace(wish, tier=_first(options).tier.code)
    return replace(wish, cycle="", quantity=None), Offer(tiers=options, moments=MOMENTS, cycle=cycle)


def _change_cycle(wish: Wish, situation: Situation) -> tuple[Wish, Offer]:
    held = situation.standing
    if held.term is None:
        return replace(_as_if(wish, situation), at=RENEWAL), Offer()
    code, cycle = renewing.planned(held, situation.queued)
    family = _catalogue_of_next(situation).family(held.family.code)
    tier = next((tier for tier in family.tiers if tier.code == code), None)
    others = tuple((other, tier.prices.of(other) if tier else None) for other in CYCLES if other != cycle)
    # There is no cycle to change before the end of the term.
    wish = replace(wish, tier="", cycle=wish.cycle or others[0][0], at=RENEWAL, quantity=None)
    return wish, Offer(cycles=others, cycle=cycle)


def _renew(wish: Wish, situation: Situation) -> tuple[Wish, Offer]:
    try:
        bought = renewing.next_term(organization=situation.organization, held=situation.standing)
    except Refusal:  # the preview says so
        bought = None
    return Wish(action=wish.action), Offer(renewal=bought)


def _unsubscribe(wish: Wish, situation: Situation) -> tuple[Wish, Offer]:
    moments = MOMENTS if situation.standing.term else ()
    return Wish(action=wish.action, at=wish.at), Offer(moments=moments)


CHOOSE: dict[str, Callable[[Wish, Situation], tuple[Wish, Offer]]] = {
    "change_tier": _change_tier,
    "change_cycle": _change_cycle,
    "renew": _renew,
    "unsubscribe": _unsubscribe,
}


def _as_if(wish: Wish, situation: Situation) -> Wish:
    """A whole wish of who has no plan to change: the answer is that there is none, not what the address lacks."""
    paid = next(tier for tier in situation.standing.family.tiers if not tier.is_base)
    return replace(wish, tier=wish.tier or paid.code, cycle=wish.cycle or CYCLES[0], quantity=None)


def _catalogue_of_next(situation: Situation) -> Catalogue:
    """The version that the next term is, or would be, bought under."""
    assert situation.standing.term is not None
    if situation.queued is not None:
        return versions.version_of_row(situation.queued.catalogue_version_id)
    return versions.current(situation.standing.term.ends_on)


def _options(catalogue: Catalogue, situation: Situation, compared: str, cycle: str) -> tuple[TierOption, ...]:
    """The paid tiers but the one there is already."""
    tiers = catalogue.family(situation.standing.family.code).tiers
    rank = next((tier.rank for tier in tiers if tier.code == compared), situation.standing.tier.rank)
    return tuple(
        TierOption(tier, tier.prices.of(cycle), "up" if tier.rank > rank else "down")
        for tier in tiers
        if not tier.is_base and tier.code != compared
    )


def _first(options: Sequence[TierOption]) -> TierOption:
    """The next one up, else the next one down."""
    return next((option for option in options if option.direction == "up"), options[-1])
