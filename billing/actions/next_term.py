"""Changes of the next term: `change_tier` and `change_cycle` with `at: "renewal"` (spec page 3, section 3.3).

Where no term is queued nothing is charged now: the wish is noted, and the renewal buys it. Where one is, the queued
term becomes another one, and its full-price difference is charged or refunded now.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from accounts.models import Person
from addons import bookings
from billing.actions import binding, effects
from billing.actions.base import AT_RENEWAL, Draft, Line, Period, Situation, Wish
from billing.actions.fields import choose_with
from common import money
from common.money import ZERO, Money
from supportplans import renewing, versions
from supportplans.catalogue import Catalogue
from supportplans.eligibility import check_cycle, check_subscribed, choose_tier
from supportplans.models import Term
from supportplans.renewing import NextTerm


def check_tier(wish: Wish, situation: Situation, errors: dict[str, list[Any]]) -> None:
    """Raises FieldErrors, NotEligible, NotSubscribed, SameTier, AccountOverdue."""
    organization, held = situation.organization, situation.standing
    catalogue = _catalogue(situation)
    tier = choose_with(errors, lambda: choose_tier(organization=organization, catalogue=catalogue, tier=wish.tier))
    check_subscribed(organization=organization, held=held)
    renewing.check_other_tier(held=held, queued=situation.queued, tier=tier)
    new = with_tier(wish, situation)
    if situation.queued is not None and new.tier.rank < renewing.as_queued(situation.queued).tier.rank:
        # Nothing else gives money back: a mere wish for less is as free as not renewing.
        binding.check_not_overdue(situation)


def check_new_cycle(wish: Wish, situation: Situation, errors: dict[str, list[Any]]) -> None:
    """Raises FieldErrors, NotSubscribed, SameCycle, NotEligible."""
    choose_with(errors, lambda: check_cycle(wish.cycle))
    check_subscribed(organization=situation.organization, held=situation.standing)
    renewing.check_other_cycle(held=situation.standing, queued=situation.queued, cycle=wish.cycle)
    with_cycle(wish, situation)


def with_tier(wish: Wish, situation: Situation) -> NextTerm:
    """The next term with the wished tier."""
    return _otherwise(situation, tier=wish.tier)


def with_cycle(wish: Wish, situation: Situation) -> NextTerm:
    """The next term with the wished cycle."""
    return _otherwise(situation, cycle=wish.cycle)


def draft(situation: Situation, new: NextTerm) -> Draft:
    """What it costs now, and what follows."""
    if situation.queued is None:
        return Draft((), effects.together(effects.next_term_wished(new, situation)), AT_RENEWAL)
    follows = effects.queued_follows(situation.queued, new)
    withdrawn = effects.bookings_withdrawn(situation, _last_day(new.bounds.ends_on))
    return Draft(difference(situation, new), effects.together(follows, withdrawn), AT_RENEWAL)


def difference(situation: Situation, new: NextTerm) -> tuple[Line, Line]:
    """The queued term's lines when it becomes `new`: the one in full, the other given back in full."""
    queued = situation.queued
    assert queued is not None
    return (
        whole("queued_change_charge", new, new.price),
        whole("queued_change_credit", renewing.as_queued(queued), ZERO - queued.price),
    )


def whole(code: str, term: NextTerm, amount: Money) -> Line:
    """A line about a whole term."""
    params = {"tier": effects.names(term.tier), "cycle": term.cycle, "price": money.plain(abs(amount))}
    return Line(code, amount, params=params)


def carry_out(
    situation: Situation, *, order_number: str, by: Person | None, tier: str = "", cycle: str = ""
) -> list[Period | None]:
    """Change the queued term, or note the wish."""
    changed = renewing.change_next(
        organization=situation.organization,
        at=situation.at,
        order_number=order_number,
        by=by,
        tier=tier,
        cycle=cycle,
    )
    if changed is None:
        return []
    bookings.withdraw_for_plan_change(
        organization=situation.organization, last_paid_day=_last_day(changed.ends_on), at=situation.at, by=by
    )
    return periods(changed)


def _last_day(ends_on: date) -> date:
    return ends_on - timedelta(days=1)


def periods(changed: Term) -> list[Period | None]:
    """Of the two lines of `difference`."""
    return [Period(changed.starts_on, changed.ends_on, term=changed.bought_by)] * 2


def _catalogue(situation: Situation) -> Catalogue:
    """The version under which the next term is sold, or was."""
    if situation.queued is not None:
        return renewing.as_queued(situation.queued).catalogue
    term = situation.standing.term
    return versions.current(term.ends_on) if term else situation.catalogue


def _otherwise(situation: Situation, *, tier: str = "", cycle: str = "") -> NextTerm:
    organization, held = situation.organization, situation.standing
    if situation.queued is None:
        return renewing.next_term(organization=organization, held=held, tier=tier, cycle=cycle)
    return renewing.otherwise(organization=organization, held=held, queued=situation.queued, tier=tier, cycle=cycle)
