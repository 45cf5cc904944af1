"""Which tier of a family suits what somebody needs (spec page 2.8, the plan finder; no Django here).

Each need asks the catalogue one thing of a tier:

    answers   the fastest target is at most the minutes wanted
    promise   some severity has a target at all: asked for where production depends on the system
    core      the most urgent severity has a target: asked for where the whole business depends on it
    tickets   technical tickets are included, as many a month as expected; packs fill up a metered month at their price
    group     a chat group with the staff: asked for by newcomers who run more than tests
    contact   one person (TAM) who knows the systems: asked for at a very large scale, and by newcomers whose whole
              business depends on the system
    eligible  the partner type may subscribe
    budget    the month's cost, packs included, is at most the budget

Suggested is the tier that misses the fewest needs, the budget left aside; of those the cheapest, then the lowest.
Where it costs more than the budget, the same is asked of the tiers within it.

Worked example, which also stands in tests/supportplans/test_plan_finder.py: a newcomer whose production depends on
the system, 30 minutes wanted, costs of 0, 300, 1,000 and 100,000 a month: business, the cheapest with a chat group.
With a budget of 500: still business, and developer within the budget, which misses the group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from common.money import Money
from supportplans.catalogue import Catalogue, Family, TicketPack, Tier

Skills = Literal["experts", "some", "new"]
Dependence = Literal["tests", "production", "core"]
Scale = Literal["small", "medium", "large", "very_large"]
GROUP, CONTACT = "im_group", "tam"


@dataclass(frozen=True)
class Needs:
    """`answer_within` minutes, None: no promise wanted; `tickets` technical ones a month; `budget` None: no limit."""

    skills: Skills
    depends: Dependence
    scale: Scale
    answer_within: int | None
    tickets: int = 0
    budget: Money | None = None
    partner_type: str = ""


@dataclass(frozen=True)
class Check:
    """One need held against a tier."""

    need: str
    is_met: bool


@dataclass(frozen=True)
class Match:
    """A tier, what it would cost a month with `packs` of tickets, and every need held against it."""

    tier: Tier
    cost: Money
    packs: int
    checks: tuple[Check, ...]

    @property
    def missed(self) -> tuple[str, ...]:
        """The needs it does not meet."""
        return tuple(check.need for check in self.checks if not check.is_met)

    @property
    def met(self) -> tuple[str, ...]:
        return tuple(check.need for check in self.checks if check.is_met)

    @property
    def is_within_budget(self) -> bool:
        return "budget" not in self.missed


@dataclass(frozen=True)
class Suggestion:
    """`within_budget` is set where the suggested tier costs more than the budget; `matches` are all, by rank."""

    suggested: Match
    within_budget: Match | None
    matches: tuple[Match, ...]


def suggest(family: Family, catalogue: Catalogue, needs: Needs, costs: Mapping[str, Money]) -> Suggestion:
    """The suggestion for `needs`; `costs` are what each tier, by code, costs a month at the scale meant."""
    matches = tuple(_match(family, catalogue, tier, needs, costs[tier.code]) for tier in family.tiers)
    suggested = min(matches, key=_order)
    affordable = [match for match in matches if match.is_within_budget]
    within_budget = None if suggested.is_within_budget or not affordable else min(affordable, key=_order)
    return Suggestion(suggested, within_budget, matches)


def fastest(tier: Tier) -> int | None:
    """The shortest target in minutes; None where nothing is promised by severity."""
    targets = [severity.target_minutes for severity in tier.severities if severity.target_minutes is not None]
    return min(targets, default=None)


def _order(match: Match) -> tuple[bool, int, Money, int]:
    missed = [need for need in match.missed if need != "budget"]
    return "eligible" in missed, len(missed), match.cost, match.tier.rank


def _match(family: Family, catalogue: Catalogue, tier: Tier, needs: Needs, cost: Money) -> Match:
    packs = _packs(tier, catalogue.ticket_pack, needs.tickets)
    total = cost + packs * catalogue.ticket_pack.price
    is_restricted = family.paid_tiers_for_partner_types is not None
    checks = [
        Check(need, is_met)
        for need, is_wanted, is_met in (
            ("answers", needs.answer_within is not None, _answers(tier, needs.answer_within)),
            ("promise", needs.depends == "production", fastest(tier) is not None),
            ("core", needs.depends == "core", _promises_most_urgent(tier, catalogue)),
            ("tickets", needs.tickets > 0, tier.technical_tickets.included),
            ("group", needs.skills == "new" and needs.depends != "tests", _has(tier, GROUP)),
            ("contact", _wants_contact(needs), _has(tier, CONTACT)),
            ("eligible", is_restricted and not tier.is_base, tier.is_base or family.may_subscribe(needs.partner_type)),
            ("budget", needs.budget is not None, needs.budget is None or total <= needs.budget),
        )
        if is_wanted
    ]
    return Match(tier, total, packs, tuple(checks))


def _answers(tier: Tier, within: int | None) -> bool:
    shortest = fastest(tier)
    return within is None or (shortest is not None and shortest <= within)


def _promises_most_urgent(tier: Tier, catalogue: Catalogue) -> bool:
    most_urgent = tier.severity(catalogue.severities[0].code)
    return most_urgent is not None and most_urgent.target_minutes is not None


def _wants_contact(needs: Needs) -> bool:
    return needs.scale == "very_large" or (needs.depends == "core" and needs.skills == "new")


def _has(tier: Tier, code: str) -> bool:
    entitlement = tier.entitlement(code)
    return entitlement is not None and not entitlement.coming_soon


def _packs(tier: Tier, pack: TicketPack, tickets: int) -> int:
    """How many packs a metered month needs for so many tickets."""
    quota = tier.technical_tickets.monthly_quota
    if not tier.technical_tickets.metered or quota is None or tickets <= quota:
        return 0
    return -(-(tickets - quota) // pack.tickets)
