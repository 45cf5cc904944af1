"""`renew`: the next term, queued behind the running one; the charge is its price (spec page 3, sections 3.1 and 3.3).

It has the tier and cycle that were wished, else the running ones, under the catalogue version that is published when
it is priced and effective on its first day.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Person
from billing.actions import effects, next_term
from billing.actions.base import AT_RENEWAL, NOW, RENEWAL, Draft, Period, Situation, Wish
from billing.pricing import deadlines
from common.problems import FieldErrors
from supportplans import renewing
from supportplans.eligibility import check_subscribed
from supportplans.renewing import NextTerm


class Renew:
    code = "renew"
    changes_subscription = True
    minds_auto_renew = False

    def check(self, wish: Wish, situation: Situation) -> None:
        if wish.at not in (NOW, RENEWAL):
            raise FieldErrors({"at": [_("The next term begins where this one ends: leave this out.")]})
        check_subscribed(organization=situation.organization, held=situation.standing)
        renewing.check_not_renewed(organization=situation.organization, queued=situation.queued)
        _bought(wish, situation)

    def draft(self, wish: Wish, situation: Situation) -> Draft:
        bought = _bought(wish, situation)
        return Draft(
            (next_term.whole("base_fee", bought, bought.price),),
            (effects.next_term(bought),),
            AT_RENEWAL,
            catalogue_version=bought.catalogue.version,
        )

    def payable_until(
        self, placed_at: datetime, situation: Situation, *, waits: timedelta = deadlines.ORDER_WAITS
    ) -> datetime:
        term = check_subscribed(organization=situation.organization, held=situation.standing)
        return deadlines.renewal_payable_until(placed_at, term.ends_on, waits)

    def carry_out(
        self, wish: Wish, situation: Situation, *, order_number: str, by: Person | None
    ) -> list[Period | None]:
        term = renewing.queue_term(
            organization=situation.organization,
            at=situation.at,
            order_number=order_number,
            by=by,
            catalogue_version=wish.catalogue_version,
        )
        return [Period(term.starts_on, term.ends_on, term=term.bought_by)]


def _bought(wish: Wish, situation: Situation) -> NextTerm:
    return renewing.next_term(
        organization=situation.organization, held=situation.standing, version=wish.catalogue_version
    )
