"""`subscribe`: from the free tier to a paid one; the charge is the term's price (spec page 3, sections 3.1 to 3.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from billing.actions import effects
from billing.actions.base import AT_PAYMENT, NOW, Draft, Line, Period, Situation, Wish
from billing.actions.fields import choose_with
from billing.pricing import deadlines
from common import money
from supportplans import eligibility, subscriptions, versions
from supportplans.catalogue import Tier
from supportplans.terms import first_bounds


class Subscribe:
    code = "subscribe"
    changes_subscription = True
    minds_auto_renew = False

    def check(self, wish: Wish, situation: Situation) -> None:
        errors: dict[str, list[Any]] = {}
        if wish.at != NOW:
            errors["at"] = [_("A subscription starts when it is paid: leave this out, or give now.")]
        tier = choose_with(errors, lambda: _tier(wish, situation))
        eligibility.check_subscribe(
            organization=situation.organization, held=situation.standing, tier=tier, at=situation.at
        )

    def draft(self, wish: Wish, situation: Situation) -> Draft:
        tier = _tier(wish, situation)
        line = Line(
            code="base_fee",
            amount=money.round_fen(tier.prices.of(wish.cycle)),
            params={"tier": effects.names(tier), "cycle": wish.cycle},
        )
        return Draft(
            (line,),
            effects.together(
                effects.first_term(first_bounds(situation.at, wish.cycle)),
                effects.tickets_left(tier, situation),
                effects.services_granted(tier, wish.cycle),
            ),
            AT_PAYMENT,
        )

    def payable_until(
        self, placed_at: datetime, situation: Situation, *, waits: timedelta = deadlines.ORDER_WAITS
    ) -> datetime:
        return deadlines.order_payable_until(placed_at, waits)

    def carry_out(
        self, wish: Wish, situation: Situation, *, order_number: str, by: Person | None
    ) -> list[Period | None]:
        term = subscriptions.start_subscription(
            organization=situation.organization,
            tier=wish.tier,
            cycle=wish.cycle,
            at=situation.at,
            order_number=order_number,
            by=by,
            catalogue_version=wish.catalogue_version,
        )
        return [Period(term.starts_on, term.ends_on, term=term.bought_by)]


def _tier(wish: Wish, situation: Situation) -> Tier:
    """The tier in the version it was quoted under, in today's where there is no quote yet."""
    number = wish.catalogue_version
    catalogue = versions.version(number) if number else situation.catalogue
    return eligibility.choose(
        organization=situation.organization, catalogue=catalogue, tier=wish.tier, cycle=wish.cycle
    )
