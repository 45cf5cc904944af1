"""Begin a paid plan, choose whether it renews, and close terms that ended (spec page 3.1).

That a term ends is true by its date (standing.py); the daily job only closes the rows and tells others.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from common import audit, live, outbox, tenancy
from common.beijing import date_of, midnight
from common.problems import OrganizationDisabled
from supportplans import access, provisioning, versions
from supportplans.eligibility import NotSubscribed, check_subscribe, choose
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
    organization = _locked(organization)
    catalogue = versions.version(catalogue_version) if catalogue_version else versions.current(date_of(at))
    chosen = choose(organization=organization, catalogue=catalogue, tier=tier, cycle=cycle)
    held = standing(organization, at)
    check_subscribe(organization=organization, held=held, tier=chosen, at=at)
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
    _record(organization, "subscription.started", by, before=_facts(held), after=_facts(standing(organization, at)))
    _announce(organization, "started", term, at)
    return term


def current_term(organization: Organization, at: datetime) -> Term | None:
    """The row of the paid term that is held at `at`, or None on the free tier."""
    held = standing(organization, at).term
    return Term.objects.select_related("catalogue_version").get(pk=held.id) if held else None


def set_auto_renew(*, organization: Organization, on: bool, at: datetime, by: Person) -> Standing:
    """Say whether the plan renews by itself. Raises OrganizationDisabled, NotSubscribed on the free tier."""
    organization = _locked(organization)
    if organization.is_disabled:
        raise OrganizationDisabled
    held = standing(organization, at)
    if held.term is None:
        raise NotSubscribed(_("The free plan has no term to renew. Choose a plan first."))
    if held.auto_renew == on:
        return held
    Subscription.objects.filter(organization=organization).update(auto_renew=on)
    _record(organization, "subscription.auto_renew", by, before={"auto_renew": not on}, after={"auto_renew": on})
    _tell_open_pages(organization)
    return standing(organization, at)


def lapse_ended_terms(*, at: datetime) -> dict[str, int]:
    """The daily job: close terms that ended by `at`, whenever that was; returns how many were closed."""
    closed = 0
    while True:
        with tenancy.everything():
            ended = (
                Term.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("organization")
                .filter(left_at=None, ends_on__lte=date_of(at))
                .order_by("ends_on", "pk")[:BATCH]
            )
            batch = list(ended)
            for term in batch:
                _close(term, at)
        closed += len(batch)
        if len(batch) < BATCH:
            return {"closed": closed}


def _close(term: Term, at: datetime) -> None:
    organization = term.organization
    ended_at = midnight(term.ends_on)
    follows = access.terms_of(organization).filter(began_at=ended_at).exclude(left_at=ended_at).exists()
    term.left_at = ended_at
    term.left_because = Term.Left.RENEWED if follows else Term.Left.LAPSED
    term.save(update_fields=["left_at", "left_because"])
    now = standing(organization, at)
    current = Term.objects.get(pk=now.term.id) if now.term else None
    provisioning.align(organization=organization, tier=now.tier, term=current, at=at, by=None)
    if now.term is None:
        Subscription.objects.filter(organization=organization).update(auto_renew=False)
    change = "renewed" if follows else "lapsed"
    before = {"tier": term.tier, "cycle": term.cycle, "starts_on": term.starts_on, "ends_on": term.ends_on}
    _record(organization, f"subscription.{change}", None, before=before, after=_facts(now))
    _announce(organization, change, term, ended_at)


def _locked(organization: Organization) -> Organization:
    """The organization's row, locked: changes of its plan take turns. Its state is the one of this moment."""
    return Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)


def _begin_chain(organization: Organization, held: Standing, at: datetime) -> None:
    """Write the chain's anchor; who returns within 12 months goes on with the old service year."""
    starts_on = date_of(at)
    history = access.tier_history(organization)
    paid_until = date_of(history[-1].until) if history else None
    paid_since = starts_on
    if held.paid_since is not None and continues_service_year(paid_until, starts_on):
        paid_since = held.paid_since
    Subscription.objects.update_or_create(
        organization=organization,
        defaults={"anchor_day": starts_on.day, "paid_since": paid_since, "auto_renew": False},
    )


def _facts(held: Standing) -> dict[str, object]:
    term = held.term
    return {
        "tier": held.tier.code,
        "cycle": term.cycle if term else None,
        "starts_on": term.starts_on if term else None,
        "ends_on": term.ends_on if term else None,
        "order": term.order_number if term else None,
    }


def _record(
    organization: Organization,
    action: str,
    by: Person | None,
    *,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    audit.record(
        by=by, organization_id=organization.pk, action=action, object=organization.slug, before=before, after=after
    )


def _announce(organization: Organization, change: str, term: Term, at: datetime) -> None:
    """Tell other apps, webhooks and open pages; once per term and change, however often it is tried."""
    outbox.emit(
        "subscription.changed",
        organization_id=organization.pk,
        key=f"term-{term.pk}-{change}",
        payload={
            "change": change,
            "family": term.family,
            "tier": term.tier,
            "cycle": term.cycle,
            "starts_on": term.starts_on.isoformat(),
            "ends_on": term.ends_on.isoformat(),
            "at": at.isoformat(),
        },
    )
    _tell_open_pages(organization)


def _tell_open_pages(organization: Organization) -> None:
    live.publish(f"org:{organization.pk}", "plan-changed")
