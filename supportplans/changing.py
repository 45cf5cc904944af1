"""A paid plan changed or left inside its term (spec page 3, sections 3.1 and 3.3).

A term has one row per tier held. A change closes the row and opens one with the same days, cycle and catalogue
version; `bought_by` stays the order that bought the term. A queued term changes with it, or is cancelled with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from supportplans import access, overrides, provisioning, renewing
from supportplans.announcing import announce, facts, record
from supportplans.catalogue import Tier
from supportplans.eligibility import SameTier, check_frequency, check_subscribed, choose_tier, name_of
from supportplans.locks import hold_plan
from supportplans.models import Subscription, Term
from supportplans.standing import HeldTerm, Standing, standing


@dataclass(frozen=True)
class Changed:
    """What is held after a change; `queued` None: nothing follows yet."""

    term: Term
    queued: Term | None


def check_change(*, organization: Organization, held: Standing, tier: Tier) -> HeldTerm:
    """The term that is to be changed. Raises NotSubscribed or SameTier."""
    term = check_subscribed(organization=organization, held=held)
    if tier.code == held.tier.code:
        raise SameTier(_("Your organization holds %(tier)s already.") % {"tier": name_of(tier)})
    return term


def change_tier(
    *, organization: Organization, tier: str, at: datetime, order_number: str, by: Person | None
) -> Changed:
    """Hold another tier from `at` on, for the rest of the term; in the caller's transaction and scope.

    Raises FieldErrors, NotEligible, NotSubscribed, SameTier, TooFrequentChanges; then nothing is written. What the
    change gives back or charges is the order's matter.
    """
    organization = hold_plan(organization)
    held = standing(organization, at)
    new = choose_tier(organization=organization, catalogue=held.catalogue, tier=tier)
    term = check_change(organization=organization, held=held, tier=new)
    check_frequency(organization=organization, tier=new.code, at=at)
    overrides.use(organization=organization, tier=new.code, at=at, order_number=order_number, by=by)
    queued = access.queued_term(organization, at)
    row = _close(term, at, Term.Left.CHANGED)
    changed = Term.objects.create(
        organization=organization,
        family=new.family,
        tier=new.code,
        cycle=row.cycle,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        began_at=at,
        catalogue_version=row.catalogue_version,
        price=new.prices.of(row.cycle),
        order_number=order_number,
        bought_by=row.bought_by,
        reminded_days=row.reminded_days,
    )
    follows = _change_queued(organization, held, queued, new, order_number) if queued else None
    # The wish was made for the plan as it was; the new tier goes on until another wish is made.
    Subscription.objects.filter(organization=organization).update(next_tier="")
    provisioning.align(organization=organization, tier=new, term=changed, at=at, by=by)
    record(organization, "subscription.changed", by, before=facts(held), after=facts(standing(organization, at)))
    announce(organization, "changed", changed, at)
    return Changed(changed, follows)


def leave(*, organization: Organization, at: datetime, order_number: str, by: Person | None) -> Term:
    """Return to the free tier at `at`: the term's last row, closed. A queued term is cancelled, nothing renews.

    In the caller's transaction and scope. Raises NotSubscribed; then nothing is written.
    """
    organization = hold_plan(organization)
    held = standing(organization, at)
    term = check_subscribed(organization=organization, held=held)
    queued = access.queued_term(organization, at)
    row = _close(term, at, Term.Left.CANCELLED)
    if queued is not None:
        renewing.cancel_queued(queued)
    Subscription.objects.filter(organization=organization).update(auto_renew=False, next_tier="", next_cycle="")
    provisioning.align(organization=organization, tier=held.family.base, term=None, at=at, by=by)
    after = facts(standing(organization, at)) | {"order": order_number}
    record(organization, "subscription.left", by, before=facts(held), after=after)
    announce(organization, "left", row, at)
    return row


def _close(term: HeldTerm, at: datetime, because: str) -> Term:
    row = Term.objects.select_related("catalogue_version").get(pk=term.id)
    row.left_at, row.left_because = at, because
    row.save(update_fields=["left_at", "left_because"])
    return row


def _change_queued(organization: Organization, held: Standing, queued: Term, new: Tier, order_number: str) -> Term:
    """The queued term takes the new tier too; where it has it, it stays as it is."""
    if queued.tier == new.code:
        return queued
    other = renewing.otherwise(organization=organization, held=held, queued=queued, tier=new.code)
    return renewing.replace_queued(queued, other, order_number=order_number)
