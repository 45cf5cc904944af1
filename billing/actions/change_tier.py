"""`change_tier`: another tier for the rest of the term, or for the next one (spec page 3, sections 3.2 to 3.4).

Now, two lines: value(new, unused, term) and −value(old, unused, term), in sum a charge upwards and a refund downwards;
a queued term changes with it at its full-price difference. It keeps cycle, end and catalogue version. At renewal, see
billing/actions/next_term.py.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from billing.actions import binding, effects, next_term
from billing.actions.base import AT_ONCE, AT_PAYMENT, NOW, RENEWAL, Draft, Line, Period, Situation, Wish
from billing.actions.fields import choose_with
from billing.actions.parts import days_left, prorated
from billing.pricing import deadlines, proration
from common.money import ZERO
from supportplans import changing, renewing
from supportplans.catalogue import Tier
from supportplans.eligibility import check_frequency, check_subscribed, choose_tier
from supportplans.renewing import NextTerm


class ChangeTier:
    code = "change_tier"
    changes_subscription = True
    minds_auto_renew = False

    def check(self, wish: Wish, situation: Situation) -> None:
        errors: dict[str, list[Any]] = {}
        if wish.at not in (NOW, RENEWAL):
            errors["at"] = [_("Give now or renewal.")]
        if wish.at == RENEWAL:
            next_term.check_tier(wish, situation, errors)
            return
        tier = choose_with(errors, lambda: _tier(wish, situation))
        held = situation.standing
        changing.check_change(organization=situation.organization, held=held, tier=tier)
        _queued_after(tier, situation)
        if tier.rank < held.tier.rank:
            binding.check_not_overdue(situation)
            binding.check_downgrade(situation, tier)
        check_frequency(organization=situation.organization, tier=tier.code, at=situation.at)

    def draft(self, wish: Wish, situation: Situation) -> Draft:
        if wish.at == RENEWAL:
            return next_term.draft(situation, next_term.with_tier(wish, situation))
        tier, held = _tier(wish, situation), situation.standing
        term = check_subscribed(organization=situation.organization, held=held)
        charge, credit = proration.change_parts(
            old=term.price, new=tier.prices.of(term.cycle), bounds=term.bounds, day=situation.today
        )
        queued = _queued_after(tier, situation)
        lines = (
            prorated("change_charge", charge, tier, term),
            prorated("change_credit", credit, held.tier, term),
            *(next_term.difference(situation, queued) if queued else ()),
        )
        effective = AT_PAYMENT if _total(lines) > 0 else AT_ONCE
        changes = {
            "code": "tier_changes",
            "tier": effects.names(tier),
            "effective": effective,
            **effects.days_of(term.bounds),
        }
        return Draft(
            lines,
            effects.together(
                changes,
                effects.tickets_left(tier, situation),
                effects.included_after(tier, situation),
                effects.services_after(tier, situation),
                effects.queued_follows(situation.queued, queued) if queued else (),
                effects.wish_dropped(situation, keeps=tier.code),
                effects.frequency_after(tier, situation),
            ),
            effective,
        )

    def payable_until(
        self, placed_at: datetime, situation: Situation, *, waits: timedelta = deadlines.ORDER_WAITS
    ) -> datetime:
        return deadlines.change_payable_until(placed_at)

    def carry_out(
        self, wish: Wish, situation: Situation, *, order_number: str, by: Person | None
    ) -> list[Period | None]:
        if wish.at == RENEWAL:
            return next_term.carry_out(situation, order_number=order_number, by=by, tier=wish.tier)
        changed = changing.change_tier(
            organization=situation.organization,
            tier=wish.tier,
            at=situation.at,
            order_number=order_number,
            by=by,
        )
        before, after = situation.queued, changed.queued
        periods: list[Period | None] = [days_left(changed.term.bounds, changed.term.bought_by, situation)] * 2
        if before is not None and after is not None and before.pk != after.pk:
            periods += next_term.periods(after)
        return periods


def _tier(wish: Wish, situation: Situation) -> Tier:
    """Under the version that the term was bought under: a change keeps it."""
    return choose_tier(organization=situation.organization, catalogue=situation.catalogue, tier=wish.tier)


def _queued_after(tier: Tier, situation: Situation) -> NextTerm | None:
    """The queued term with the new tier; None where none is queued or it has the tier already."""
    queued = situation.queued
    if queued is None or queued.tier == tier.code:
        return None
    return renewing.otherwise(
        organization=situation.organization, held=situation.standing, queued=queued, tier=tier.code
    )


def _total(lines: tuple[Line, ...]) -> Any:
    return sum((line.amount for line in lines), ZERO)
