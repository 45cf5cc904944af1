"""`change_cycle`: monthly or yearly terms from the next one on; at renewal only (spec page 3, section 3.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from billing.actions import next_term
from billing.actions.base import RENEWAL, Draft, Period, Situation, Wish
from billing.pricing import deadlines
from supportplans.eligibility import check_subscribed


class ChangeCycle:
    code = "change_cycle"
    changes_subscription = True
    minds_auto_renew = False

    def check(self, wish: Wish, situation: Situation) -> None:
        errors: dict[str, list[Any]] = {}
        if wish.at != RENEWAL:
            errors["at"] = [_("A running term keeps its cycle: give renewal, the next term will have the new one.")]
        next_term.check_new_cycle(wish, situation, errors)

    def draft(self, wish: Wish, situation: Situation) -> Draft:
        return next_term.draft(situation, next_term.with_cycle(wish, situation))

    def payable_until(
        self, placed_at: datetime, situation: Situation, *, waits: timedelta = deadlines.ORDER_WAITS
    ) -> datetime:
        term = check_subscribed(organization=situation.organization, held=situation.standing)
        return deadlines.renewal_payable_until(placed_at, term.ends_on, waits)

    def carry_out(
        self, wish: Wish, situation: Situation, *, order_number: str, by: Person | None
    ) -> list[Period | None]:
        return next_term.carry_out(situation, order_number=order_number, by=by, cycle=wish.cycle)
