"""Begin a paid plan, choose whether it renews, and close terms that ended (spec page 3.1).

That a term ends is true by its date (standing.py); the daily job only closes the rows and tells others.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from common import tenancy
from common.beijing import date_of, midnight
from common.problems import OrganizationDisabled
from supportplans import access, overrides, provisioning, versions
from supportplans.announcing import announce, announce_auto_renew, facts, record
from supportplans.eligibility import NotSubscribed, check_subscribe, choose
from supportplans.locks import hold_plan
from supportplans.models import Subscription, Term
from supportplans.standing import Standing, standing
from supportplans.terms import continues_service_year, first_bounds

BATCH = 200


def start_subscription(
    *,
    organization: Organization,
    tier: str,
    cycle: str,
    at: datetime,
    order_number: str,
    by: Person | None,
    catalogue_version: str | None = None,
) -> Term:
    """Begin a chain of terms at `at`, whose Beijing date is the first day; in the caller's transaction and scope.

    `catalogue_version`: the one the order was priced under; without it, the one that applies on that day.
    Raises FieldErrors and the refusals of eligibility.py; then nothing is written.
    """
    organization = hold_plan(organization)
    catalogue = versions.version(catalogue_version) if catalogue_version else versions.current(date_of(at))
    chosen = choose(organization=organization, catalogue=catalogue, tier=tier, cycle=cycle)
    held = standing(organization, at)
    check_subscribe(organization=organization, held=held, tier=chosen, at=at)
    overrides.use(organization=organization, tier=chosen.code, at=at, order_number=order_number, by=by)
    bounds = first_bounds(at, cycle)
    _begin_chain(organization, held, at)
    term = Term.objects.create(
        organization=organization,
        family=chosen.family,
        tier=chosen.code,
        cycle=cycle,
        starts_on=bounds.starts_on,
        ends_on=bounds.ends_on,
        began_at=at,
        catalogue_version=versions.row_of(catalogue),
        price=chosen.prices.of(cycle),
        order_number=order_number,
        bought_by=order_number,
    )
    provisioning.align(organization=organization, tier=chosen, term=term, at=at, by=by)
    record(organization, "subscription.started", by, before=facts(held), after=facts(standing(organization, at)))
    announce(organization, "started", term, at)
    return term


def current_term(organization: Organization, at: datetime) -> Term | None:
    """The row of the paid term that is held at `at`, or None on the free tier."""
    held = standing(organization, at).term
    return Term.objects.select_related("catalogue_version").get(pk=held.id) if held else None


def set_auto_renew(*, organization: Organization, on: bool, at: datetime, by: Person) -> Standing:
    """Say whether the plan renews by itself. Raises OrganizationDisabled, NotSubscribed on the free tier."""
    organization = hold_plan(organization)
    if organization.is_disabled:
        raise OrganizationDisabled
    held = standing(organization, at)
    if held.term is None:
        raise NotSubscribed(_("The free plan has no term to renew. Choose a plan first."))
    if held.auto_renew == on:
        return held
    Subscription.objects.filter(organization=organization).update(auto_renew=on)
    record(organization, "subscription.auto_renew", by, before={"auto_renew": not on}, after={"auto_renew": on})
    announce_auto_renew(organization, on=on)
    return standing(organization, at)


def lapse_ended_terms(*, at: datetime) -> dict[str, int]:
    """The daily job: close terms that ended by `at`, whenever that was; returns how many were closed.

    Organizations whose plan is being changed at this moment are left for the end, and waited for.
    """
    closed = 0
    while done := _close_some(at):
        closed += done
    with tenancy.everything():
        busy = list(_ended(at).order_by("organization_id").values_list("organization_id", flat=True))
    for organization_id in busy:
        with tenancy.organization(organization_id):
            hold_plan(Organization(pk=organization_id))
            closed += _close_all(_ended(at).filter(organization_id=organization_id), at)
    return {"closed": closed}


def _ended(at: datetime) -> QuerySet[Term]:
    return Term.objects.filter(left_at=None, ends_on__lte=date_of(at)).order_by("ends_on", "pk")


def _close_some(at: datetime) -> int:
    with tenancy.everything():
        free = _ended(at).select_for_update(of=("organization",), no_key=True, skip_locked=True)
        # A row that another job closed while this one read is not there any more once its organization is locked.
        held = list(free.select_related("organization")[:BATCH])
        return _close_all(_ended(at).filter(pk__in=[term.pk for term in held]), at)


def _close_all(ended: QuerySet[Term], at: datetime) -> int:
    terms = list(ended.select_related("organization"))
    for term in terms:
        _close(term, at)
    return len(terms)


def _close(term: Term, at: datetime) -> None:
    organization = term.organization
    ended_at = midnight(term.ends_on)
    behind = access.terms_of(organization).filter(began_at=ended_at)
    follows = behind.exclude(left_because=Term.Left.NOT_BEGUN).exists()
    term.left_at = ended_at
    term.left_because = Term.Left.RENEWED if follows else Term.Left.LAPSED
    term.save(update_fields=["left_at", "left_because"])
    now = standing(organization, at)
    current = Term.objects.get(pk=now.term.id) if now.term else None
    provisioning.align(organization=organization, tier=now.tier, term=current, at=at, by=None)
    if now.term is None:
        Subscription.objects.filter(organization=organization).update(auto_renew=False, next_tier="", next_cycle="")
    change = "renewed" if follows else "lapsed"
    before = {"tier": term.tier, "cycle": term.cycle, "starts_on": term.starts_on, "ends_on": term.ends_on}
    record(organization, f"subscription.{change}", None, before=before, after=facts(now))
    announce(organization, change, term, ended_at)


def _begin_chain(organization: Organization, held: Standing, at: datetime) -> None:
    """Write the chain's anchor; who returns within 12 months goes on with the old service year."""
    starts_on = date_of(at)
    history = access.tier_history(organization, at)
    paid_until = date_of(history[-1].until) if history else None
    paid_since = starts_on
    if held.paid_since is not None and continues_service_year(paid_until, starts_on):
        paid_since = held.paid_since
    Subscription.objects.update_or_create(
        organization=organization,
        defaults={
            "anchor_day": starts_on.day,
            "paid_since": paid_since,
            "auto_renew": False,
            "next_tier": "",
            "next_cycle": "",
        },
    )
