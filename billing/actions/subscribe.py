"""`subscribe`: from the free tier to a paid one; the charge is the term's price (spec page 3, sections 3.1 to 3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from addons import ticket_quota
from addons.allowance import Allowance
from billing import deadlines
from billing.actions.base import AT_PAYMENT, NOW, Draft, Line, Period, Situation, Wish
from common import money
from common.problems import FieldErrors, Refusal
from supportplans import eligibility, subscriptions, versions
from supportplans.catalogue import Tier
from supportplans.terms import first_bounds


class Subscribe:
    code = "subscribe"
    changes_subscription = True

    def check(self, wish: Wish, situation: Situation) -> None:
        errors: dict[str, list[Any]] = {}
        if wish.at != NOW:
            errors["at"] = [_("A subscription starts when it is paid: leave this out, or give now.")]
        try:
            tier = _tier(wish, situation)
        except FieldErrors as wrong:
            raise FieldErrors(wrong.errors | errors) from wrong
        except Refusal:
            if not errors:
                raise
        if errors:
            raise FieldErrors(errors)
        eligibility.check_subscribe(
            organization=situation.organization, held=situation.standing, tier=tier, at=situation.at
        )

    def draft(self, wish: Wish, situation: Situation) -> Draft:
        tier = _tier(wish, situation)
        line = Line(
            code="base_fee",
            amount=money.round_fen(tier.prices.of(wish.cycle)),
            params={"tier": {"en": tier.name.en, "zh": tier.name.zh}, "cycle": wish.cycle},
        )
        return Draft((line,), tuple(_effects(tier, wish, situation)), AT_PAYMENT)

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


def _effects(tier: Tier, wish: Wish, situation: Situation) -> list[Mapping[str, Any]]:
    bounds = first_bounds(situation.at, wish.cycle)
    effects: list[Mapping[str, Any]] = [
        {"code": "term", "starts_on": bounds.starts_on.isoformat(), "ends_on": bounds.ends_on.isoformat()}
    ]
    effects.append(_tickets_left(tier, situation))
    for entitlement in tier.entitlements:
        if entitlement.quota is not None and not entitlement.coming_soon:
            granted = wish.cycle == "yearly" or not entitlement.yearly_orders_only
            effects.append(
                {
                    "code": "service_granted" if granted else "service_needs_yearly_order",
                    "service": entitlement.code,
                    "name": {"en": entitlement.name.en, "zh": entitlement.name.zh},
                    "quantity": entitlement.quota,
                    "unit": entitlement.unit,
                }
            )
    return effects


def _tickets_left(tier: Tier, situation: Situation) -> Mapping[str, Any]:
    """How many technical tickets the new tier would leave this month (spec page 4.2)."""
    now = ticket_quota.balance(situation.organization, situation.at, situation.entitlements)
    plan = tier.technical_tickets.monthly_quota if tier.technical_tickets.included else 0
    then = Allowance(plan=plan, packs=now.of.packs, used=now.used)
    return {"code": "technical_tickets", "allowance": then.total, "used": then.used, "remaining": then.remaining}
