"""`unsubscribe`: back to the free tier, at once or with the term's end (spec page 3, sections 3.3 and 3.4).

Now, −value(current, unused, term), and a queued term in full. At renewal nothing renews by itself any more, and a
queued term is refunded in full.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Person
from addons import bookings
from billing.actions import binding, effects, next_term
from billing.actions.base import AT_ONCE, AT_RENEWAL, NOW, RENEWAL, Draft, Line, Period, Situation, Wish
from billing.actions.parts import days_left, prorated
from billing.pricing import deadlines, proration
from common.money import ZERO
from common.problems import FieldErrors
from supportplans import changing, renewing
from supportplans.eligibility import check_subscribed


class Unsubscribe:
    code = "unsubscribe"
    changes_subscription = True
    minds_auto_renew = True

    def check(self, wish: Wish, situation: Situation) -> None:
        if wish.at not in (NOW, RENEWAL):
            raise FieldErrors({"at": [_("Give now or renewal.")]})
        check_subscribed(organization=situation.organization, held=situation.standing)
        if wish.at == NOW or situation.queued is not None:
            binding.check_not_overdue(situation)
        if wish.at == NOW:
            binding.check_leave(situation)

    def draft(self, wish: Wish, situation: Situation) -> Draft:
        held = situation.standing
        term = check_subscribed(organization=situation.organization, held=held)
        ends = effects.together(
            effects.bookings_withdrawn(situation, _last_paid_day(wish, situation)),
            effects.queued_cancelled(situation),
            effects.auto_renew_off(situation),
            effects.wish_dropped(situation),
        )
        if wish.at == RENEWAL:
            return Draft(
                _queued_refund(situation),
                effects.together(effects.back_to_free(situation, at_end=True), ends),
                AT_RENEWAL,
            )
        part = proration.leaving_part(price=term.price, bounds=term.bounds, day=situation.today)
        free = held.family.base
        return Draft(
            (prorated("leaving_credit", part, held.tier, term), *_queued_refund(situation)),
            effects.together(
                effects.back_to_free(situation, at_end=False),
                effects.tickets_left(free, situation),
                effects.included_after(free, situation),
                effects.services_ended(situation),
                ends,
                effects.fee_still_settled(situation),
            ),
            AT_ONCE,
        )

    def payable_until(
        self, placed_at: datetime, situation: Situation, *, waits: timedelta = deadlines.ORDER_WAITS
    ) -> datetime:
        return deadlines.order_payable_until(placed_at, waits)

    def carry_out(
        self, wish: Wish, situation: Situation, *, order_number: str, by: Person | None
    ) -> list[Period | None]:
        last_paid_day = _last_paid_day(wish, situation)
        queued = situation.queued
        next_one: list[Period | None] = (
            [Period(queued.starts_on, queued.ends_on, term=queued.bought_by)] if queued else []
        )
        end = renewing.end_with_term if wish.at == RENEWAL else changing.leave
        ended = end(organization=situation.organization, at=situation.at, order_number=order_number, by=by)
        bookings.withdraw_for_plan_change(
            organization=situation.organization, last_paid_day=last_paid_day, at=situation.at, by=by
        )
        if wish.at == RENEWAL:
            return next_one
        return [days_left(ended.bounds, ended.bought_by, situation), *next_one]


def _last_paid_day(wish: Wish, situation: Situation) -> date:
    """The day of leaving counts as used, and so does the term's last day."""
    if wish.at == NOW:
        return situation.today
    term = check_subscribed(organization=situation.organization, held=situation.standing)
    return term.ends_on - timedelta(days=1)


def _queued_refund(situation: Situation) -> tuple[Line, ...]:
    queued = situation.queued
    if queued is None:
        return ()
    return (next_term.whole("queued_refund", renewing.as_queued(queued), ZERO - queued.price),)
