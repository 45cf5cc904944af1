"""What the checkout page offers, and what it says about the choice made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Organization
from addons import ticket_quota
from addons.ticket_quota import Balance
from billing import wording
from billing.actions import Wish
from billing.actions.base import RENEWAL, Situation
from billing.actions.buy_pack import MOST_PACKS
from billing.buying import plan_change_choices
from billing.buying.checkout import digest
from billing.buying.line_explanations import explain
from billing.buying.plan_change_choices import Offer, TierOption
from billing.buying.quotes import preview
from common import readings
from common.money import Money
from common.problems import Problem
from supportplans.catalogue import CYCLES
from supportplans.eligibility import name_of
from supportplans.models import Term

# Effects that end something, need something to be done, or do not come with the change.
TAKES_AWAY = {
    "auto_renew_off",
    "bookings_withdrawn",
    "fee_still_settled",
    "free_plan_from",
    "free_plan_now",
    "included_leaves",
    "override_used",
    "queued_cancelled",
    "renew_before",
    "service_ends",
    "service_needs_yearly_order",
    "service_next_term",
    "wish_dropped",
}


@dataclass(frozen=True)
class Choices:
    """What can be chosen, and the wish with its gaps filled so that the page starts with an answer."""

    wish: Wish
    offer: Offer
    pack_tickets: int
    pack_price: Money
    # What is left this month, where packs are chosen.
    left: Balance | None = None
    most_packs: int = MOST_PACKS

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The wish as fields of the confirming form."""
        return [(name, value) for name, value in _fields(self.wish).items() if name != "action"]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """The wish as a person reads it."""
        wish, renewal = self.wish, self.offer.renewal
        if renewal is not None:
            return [
                (_("Plan"), name_of(renewal.tier)),
                (_("Payment"), str(Term.Cycle(renewal.cycle).label)),
                (pgettext("of a change", "When"), readings.day(renewal.bounds.starts_on)),
            ]
        tier = next((each.tier for each in self.offer.tiers if each.tier.code == wish.tier), None)
        told = [(_("Plan"), name_of(tier) if tier else wish.tier)] if wish.tier else []
        if wish.cycle:
            told.append((_("Payment"), str(Term.Cycle(wish.cycle).label) if wish.cycle in CYCLES else wish.cycle))
        if self.offer.moments or wish.at == RENEWAL:
            told.append((pgettext("of a change", "When"), _("At renewal") if wish.at == RENEWAL else _("Now")))
        return told

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
    effects: tuple[Mapping[str, Any], ...] = ()
    total: Money | None = None
    digest: str = ""

    @property
    def refund(self) -> Money | None:
        """What goes back; None where nothing does."""
        return -self.total if self.total is not None and self.total < 0 else None

    @property
    def is_free(self) -> bool:
        return self.total == 0


def offered(organization: Organization, wish: Wish, at: datetime) -> Choices:
    """The choices of an action; an address without a tier, cycle or quantity starts with the first of each."""
    situation = Situation.of(organization, at)
    choose = _CHOOSE.get(wish.action)
    wish, offer = choose(wish, situation) if choose else (wish, Offer())
    pack = situation.catalogue.ticket_pack
    return Choices(
        wish=wish,
        offer=offer,
        pack_tickets=pack.tickets,
        pack_price=pack.price,
        left=ticket_quota.balance(organization, at, situation.entitlements) if wish.action == "buy_pack" else None,
    )


def takes_away(effect: Mapping[str, Any]) -> bool:
    """Whether an effect is less than before, or needs something to be done."""
    if effect["code"] == "service_changes":
        return bool(effect["quantity"] < effect["before"])
    return effect["code"] in TAKES_AWAY


def shown(organization: Organization, wish: Wish, at: datetime) -> Shown:
    """The preview of a wish in words, or its refusal."""
    try:
        draft, situation = preview(organization=organization, wish=wish, at=at)
    except Problem as problem:
        return Shown(problem=problem)
    lines = tuple(
        {
            "text": wording.describe_line(line.code, line.params, line.quantity),
            "how": explain(line.code, line.params, line.days, line.of_days),
            "amount": line.amount,
        }
        for line in draft.lines
    )
    effects = tuple(
        {"text": wording.describe_effect(effect), "takes_away": takes_away(effect)} for effect in draft.effects
    )
    return Shown(lines=lines, effects=effects, total=draft.total, digest=digest(draft, situation))


def query_of(wish: Wish) -> str:
    """The wish as the query of the checkout's address."""
    return urlencode(_fields(wish))


def _fields(wish: Wish) -> dict[str, str]:
    asked = {"action": wish.action, "tier": wish.tier, "cycle": wish.cycle, "quantity": wish.quantity, "at": wish.at}
    return {name: str(value) for name, value in asked.items() if value}


def _subscribe(wish: Wish, situation: Situation) -> tuple[Wish, Offer]:
    tiers = [tier for tier in situation.standing.family.tiers if not tier.is_base]
    wish = replace(wish, tier=wish.tier or tiers[0].code, cycle=wish.cycle or CYCLES[0], quantity=None)
    cycle = wish.cycle if wish.cycle in CYCLES else CYCLES[0]
    chosen = next((tier for tier in tiers if tier.code == wish.tier), None)
    return wish, Offer(
        tiers=tuple(TierOption(tier, tier.prices.of(cycle)) for tier in tiers),
        cycles=tuple((code, chosen.prices.of(code) if chosen else None) for code in CYCLES),
        cycle=cycle,
    )


def _buy_pack(wish: Wish, situation: Situation) -> tuple[Wish, Offer]:
    return replace(wish, tier="", cycle="", quantity=1 if wish.quantity is None else wish.quantity), Offer()


_CHOOSE: dict[str, Callable[[Wish, Situation], tuple[Wish, Offer]]] = {
    "subscribe": _subscribe,
    "buy_pack": _buy_pack,
    **plan_change_choices.CHOOSE,
}
