"""What the checkout page offers, and what it says about the choice made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accounts.models import Organization
from addons import ticket_quota
from addons.ticket_quota import Balance
from billing import wording
from billing.actions import Wish
from billing.actions.base import Situation
from billing.actions.buy_pack import MOST_PACKS
from billing.checkout import digest
from billing.quotes import preview
from common.money import Money
from common.problems import Problem
from supportplans.catalogue import CYCLES, Tier


@dataclass(frozen=True)
class Choices:
    """What can be chosen, and the wish with its gaps filled so that the page starts with an answer."""

    wish: Wish
    tiers: tuple[Tier, ...]
    tier: Tier | None
    cycles: tuple[str, ...]
    pack_tickets: int
    pack_price: Money
    # What is left this month, where packs are chosen.
    left: Balance | None = None
    most_packs: int = MOST_PACKS

    @property
    def fewer(self) -> int | None:
        """One pack less, where there is one."""
        return self.wish.quantity - 1 if self.wish.quantity and self.wish.quantity > 1 else None

    @property
    def more(self) -> int | None:
        quantity = self.wish.quantity or 0
        return quantity + 1 if quantity < MOST_PACKS else None


@dataclass(frozen=True)
class Shown:
    """What confirming would do, or the problem that stands against it."""

    problem: Problem | None = None
    lines: tuple[Mapping[str, Any], ...] = ()
    effects: tuple[Mapping[str, str], ...] = ()
    total: Money | None = None
    digest: str = ""


def offered(organization: Organization, wish: Wish, at: datetime) -> Choices:
    """The choices of an action; an address without a tier, cycle or quantity starts with the first of each."""
    situation = Situation.of(organization, at)
    tiers = tuple(tier for tier in situation.standing.family.tiers if not tier.is_base)
    if wish.action == "subscribe":
        wish = replace(wish, tier=wish.tier or tiers[0].code, cycle=wish.cycle or CYCLES[0], quantity=None)
    elif wish.action == "buy_pack":
        wish = replace(wish, tier="", cycle="", quantity=1 if wish.quantity is None else wish.quantity)
    pack = situation.catalogue.ticket_pack
    return Choices(
        wish=wish,
        tiers=tiers,
        tier=next((tier for tier in tiers if tier.code == wish.tier), None),
        cycles=CYCLES,
        pack_tickets=pack.tickets,
        pack_price=pack.price,
        left=ticket_quota.balance(organization, at, situation.entitlements) if wish.action == "buy_pack" else None,
    )


def shown(organization: Organization, wish: Wish, at: datetime) -> Shown:
    """The preview of a wish in words, or its refusal."""
    try:
        draft, situation = preview(organization=organization, wish=wish, at=at)
    except Problem as problem:
        return Shown(problem=problem)
    lines = tuple(
        {"text": wording.describe_line(line.code, line.params, line.quantity), "amount": line.amount}
        for line in draft.lines
    )
    effects = tuple({"code": effect["code"], "text": wording.describe_effect(effect)} for effect in draft.effects)
    return Shown(lines=lines, effects=effects, total=draft.total, digest=digest(draft, situation))
