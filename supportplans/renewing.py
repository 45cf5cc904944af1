"""What follows the running term: a queued term that is bought already, or what is wished for it (spec page 3.1).

A renewal is a term that begins where the running one ends, bought under the catalogue version that is published
when it is priced and effective on its first day; at most one is queued. Where none is, a change `at: "renewal"` is
noted as a wish; where one is, the queued term itself becomes another one at its full price.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from common import readings
from common.beijing import midnight
from common.money import Money
from common.problems import FieldErrors
from supportplans import access, versions
from supportplans.announcing import announce, announce_auto_renew, facts, record
from supportplans.catalogue import Catalogue, Tier
from supportplans.eligibility import (
    AlreadyRenewed,
    NotEligible,
    SameCycle,
    SameTier,
    check_cycle,
    check_subscribed,
    choose_tier,
    name_of,
    plan_url,
)
from supportplans.locks import hold_plan
from supportplans.models import Subscription, Term
from supportplans.standing import Standing, standing
from supportplans.terms import Bounds, term_bounds


@dataclass(frozen=True)
class NextTerm:
    """The term after the running one as it is, or would be, sold."""

    catalogue: Catalogue
    tier: Tier
    cycle: str
    bounds: Bounds

    @property
    def price(self) -> Money:
        return self.tier.prices.of(self.cycle)


def next_term(
    *, organization: Organization, held: Standing, tier: str = "", cycle: str = "", version: str | None = None
) -> NextTerm:
    """The term that a renewal would buy: as wished, else as the running one; `tier` and `cycle` go before both.

    `version`: the one it was quoted under; without it, the one that is effective on its first day. Raises
    NotSubscribed, FieldErrors for a `tier` or `cycle` that does not exist, NotEligible for one that is not sold to
    this organization (any more).
    """
    term = check_subscribed(organization=organization, held=held)
    cycle = cycle or held.next_cycle or term.cycle
    check_cycle(cycle)
    catalogue = versions.version(version) if version else versions.current(term.ends_on)
    try:
        wanted = tier or held.next_tier or held.tier.code
        chosen = choose_tier(organization=organization, catalogue=catalogue, tier=wanted)
    except FieldErrors:
        if tier:
            raise
        raise NotEligible(
            _("This tier is not sold any more from %(day)s on. Choose another one for the next term first.")
            % {"day": readings.day(term.ends_on)},
            action_url=plan_url(organization),
            action_label=_("Your plan"),
        ) from None
    assert held.anchor_day is not None
    return NextTerm(catalogue, chosen, cycle, term_bounds(held.anchor_day, term.ends_on, cycle))


def as_queued(queued: Term) -> NextTerm:
    """The queued term as it is."""
    catalogue = versions.version_of_row(queued.catalogue_version_id)
    return NextTerm(catalogue, catalogue.family(queued.family).tier(queued.tier), queued.cycle, queued.bounds)


def otherwise(*, organization: Organization, held: Standing, queued: Term, tier: str = "", cycle: str = "") -> NextTerm:
    """The queued term with another tier or cycle, under the version it was bought under. Raises as `next_term`."""
    now = as_queued(queued)
    chosen = choose_tier(organization=organization, catalogue=now.catalogue, tier=tier) if tier else now.tier
    cycle = cycle or now.cycle
    assert held.anchor_day is not None
    return NextTerm(now.catalogue, chosen, cycle, term_bounds(held.anchor_day, queued.starts_on, cycle))


def following(*, organization: Organization, held: Standing, queued: Term | None) -> NextTerm:
    """What follows as things stand: the queued term, else what a renewal would buy. Raises as `next_term`."""
    return as_queued(queued) if queued else next_term(organization=organization, held=held)


def planned(held: Standing, queued: Term | None) -> tuple[str, str]:
    """Tier and cycle of the next term as things stand, by code."""
    if queued is not None:
        return queued.tier, queued.cycle
    assert held.term is not None
    return held.next_tier or held.tier.code, held.next_cycle or held.term.cycle


def check_not_renewed(*, organization: Organization, queued: Term | None) -> None:
    """Raises AlreadyRenewed: at most one term is queued."""
    if queued is not None:
        raise AlreadyRenewed(
            _("The next term is bought already: it runs from %(first)s. Change it on the plan page.")
            % {"first": readings.day(queued.starts_on)},
            action_url=plan_url(organization),
            action_label=_("Your plan"),
        )


def check_other_tier(*, held: Standing, queued: Term | None, tier: Tier) -> None:
    """Raises SameTier where the next term has this tier already."""
    if planned(held, queued)[0] == tier.code:
        raise SameTier(_("The next term has the tier %(tier)s already.") % {"tier": name_of(tier)})


def check_other_cycle(*, held: Standing, queued: Term | None, cycle: str) -> None:
    """Raises SameCycle where the next term has this cycle already."""
    if planned(held, queued)[1] == cycle:
        label = Term.Cycle(cycle).label
        raise SameCycle(_("The next term is paid by this cycle already: %(cycle)s.") % {"cycle": label})


def queue_term(
    *,
    organization: Organization,
    at: datetime,
    order_number: str,
    by: Person | None,
    catalogue_version: str | None = None,
) -> Term:
    """Queue the next term as it is wished; in the caller's transaction and scope.

    Raises NotSubscribed, AlreadyRenewed, NotEligible, FieldErrors; then nothing is written.
    """
    organization = hold_plan(organization)
    held = standing(organization, at)
    check_not_renewed(organization=organization, queued=access.queued_term(organization, at))
    bought = next_term(organization=organization, held=held, version=catalogue_version)
    term = Term.objects.create(
        organization=organization,
        family=bought.tier.family,
        tier=bought.tier.code,
        cycle=bought.cycle,
        starts_on=bought.bounds.starts_on,
        ends_on=bought.bounds.ends_on,
        began_at=midnight(bought.bounds.starts_on),
        catalogue_version=versions.row_of(bought.catalogue),
        price=bought.price,
        order_number=order_number,
        bought_by=order_number,
    )
    # The wish has become a term: from now on changes are made to that.
    Subscription.objects.filter(organization=organization).update(next_tier="", next_cycle="")
    record(organization, "subscription.queued", by, before=facts(held), after=queued_facts(term))
    announce(organization, "queued", term, at)
    return term


def change_next(
    *,
    organization: Organization,
    at: datetime,
    order_number: str,
    by: Person | None,
    tier: str = "",
    cycle: str = "",
) -> Term | None:
    """Give the next term another tier or cycle: the queued term's new row, or None where it is noted as a wish.

    The running term's own tier or cycle undoes the wish. In the caller's transaction and scope; raises as
    `next_term` does, then nothing is written.
    """
    organization = hold_plan(organization)
    held = standing(organization, at)
    term = check_subscribed(organization=organization, held=held)
    queued = access.queued_term(organization, at)
    if queued is not None:
        new = otherwise(organization=organization, held=held, queued=queued, tier=tier, cycle=cycle)
        replaced = replace_queued(queued, new, order_number=order_number)
        record(organization, "subscription.queued", by, before=queued_facts(queued), after=queued_facts(replaced))
        announce(organization, "next", replaced, at)
        return replaced
    next_term(organization=organization, held=held, tier=tier, cycle=cycle)
    wish = {
        "next_tier": ("" if tier == held.tier.code else tier) if tier else held.next_tier,
        "next_cycle": ("" if cycle == term.cycle else cycle) if cycle else held.next_cycle,
    }
    Subscription.objects.filter(organization=organization).update(**wish)
    before: dict[str, object] = {"next_tier": held.next_tier, "next_cycle": held.next_cycle}
    record(organization, "subscription.wished", by, before=before, after=dict(wish))
    announce(organization, "next", Term.objects.get(pk=term.id), at, key=f"order-{order_number}-next")
    return None


def end_with_term(*, organization: Organization, at: datetime, order_number: str, by: Person | None) -> Term:
    """Let the plan end with the running term: nothing renews by itself, a queued term is cancelled, the wish dropped.

    Returns the running term. In the caller's transaction and scope; raises NotSubscribed.
    """
    organization = hold_plan(organization)
    held = standing(organization, at)
    term = check_subscribed(organization=organization, held=held)
    queued = access.queued_term(organization, at)
    before = {"auto_renew": held.auto_renew} | (queued_facts(queued) if queued else {})
    if queued is not None:
        cancel_queued(queued)
    Subscription.objects.filter(organization=organization).update(auto_renew=False, next_tier="", next_cycle="")
    record(organization, "subscription.ends", by, before=before, after={"auto_renew": False, "ends_on": term.ends_on})
    running = Term.objects.get(pk=term.id)
    announce(organization, "next", running, at, key=f"order-{order_number}-next")
    if held.auto_renew:
        announce_auto_renew(organization, on=False)
    return running


def replace_queued(queued: Term, new: NextTerm, *, order_number: str) -> Term:
    """The queued term becomes `new`; it is still the term that its first order bought."""
    cancel_queued(queued)
    return Term.objects.create(
        organization=queued.organization,
        family=new.tier.family,
        tier=new.tier.code,
        cycle=new.cycle,
        starts_on=new.bounds.starts_on,
        ends_on=new.bounds.ends_on,
        began_at=queued.began_at,
        catalogue_version=queued.catalogue_version,
        price=new.price,
        order_number=order_number,
        bought_by=queued.bought_by,
    )


def cancel_queued(queued: Term) -> None:
    """The queued term never begins."""
    queued.left_at, queued.left_because = queued.began_at, Term.Left.NOT_BEGUN
    queued.save(update_fields=["left_at", "left_because"])


def queued_facts(queued: Term) -> dict[str, object]:
    """What the audit trail says about a queued term."""
    return {
        "next_tier": queued.tier,
        "next_cycle": queued.cycle,
        "starts_on": queued.starts_on,
        "ends_on": queued.ends_on,
        "order": queued.order_number,
    }
