"""How this app's rows are reached: through their organization, inside its tenant scope."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Organization, Person
from common.beijing import date_of, midnight
from supportplans.change_frequency import Held
from supportplans.models import CatalogueVersion, ProvisioningTask, Term


def published_versions() -> QuerySet[CatalogueVersion]:
    """All published catalogue versions, the latest effective first."""
    return CatalogueVersion.objects.filter(published_at__isnull=False)


def terms_of(organization: Organization) -> QuerySet[Term]:
    """Everything the organization held, holds and has queued, newest first."""
    return Term.objects.filter(organization=organization).select_related("catalogue_version")


def queued_term(organization: Organization, at: datetime) -> Term | None:
    """The paid term that follows the one of `at`, if one is queued."""
    return terms_of(organization).filter(began_at__gt=at, left_at=None).order_by("began_at").first()


def ending_terms(at: datetime, *, days: int, renews: bool) -> QuerySet[Term]:
    """Running terms that end within `days` days of the Beijing date of `at` with nothing queued behind them.

    `renews`: those of plans that renew by themselves, or the others. Disabled organizations can do nothing about it.
    """
    today = date_of(at)
    behind = Term.objects.filter(organization_id=OuterRef("organization_id"), began_at__gt=at, left_at=None)
    ending = Term.objects.filter(left_at=None, began_at__lte=at, ends_on__gt=today)
    ending = ending.filter(ends_on__lte=today + timedelta(days=days), organization__disabled_at=None)
    return ending.filter(~Exists(behind), organization__subscription__auto_renew=renews)


def tier_history(organization: Organization, at: datetime) -> list[Held]:
    """The tiers held until `at`, in order of time, for the rule of change_frequency.py."""
    history: list[Held] = []
    before: Term | None = None
    for term in terms_of(organization).filter(began_at__lte=at).order_by("began_at", "pk"):
        until = term.left_at or midnight(term.ends_on)
        if until > term.began_at:
            renewed = before is not None and _is_renewal(before, term)
            history.append(Held(term.tier, term.began_at, until, at_renewal=renewed))
            before = term
    return history


def _is_renewal(earlier: Term, later: Term) -> bool:
    """Whether `later` was queued behind `earlier`, also before the daily job has closed the earlier one."""
    ran_out = earlier.left_because in (Term.Left.NOT_YET, Term.Left.RENEWED)
    return ran_out and later.began_at == midnight(earlier.ends_on)


def live_provisioning(organization: Organization) -> QuerySet[ProvisioningTask]:
    """Lines, groups and people that are set up for the organization, or about to be."""
    return (
        ProvisioningTask.objects.filter(organization=organization)
        .exclude(state=ProvisioningTask.State.RETIRED)
        .select_related("person", "deputy")
        .order_by("kind")
    )


def tams_of(organization_id: int) -> list[Person]:
    """The technical service manager and the deputy; [] where none is assigned (yet)."""
    return tams_by_organization([organization_id]).get(organization_id, [])


def tams_by_organization(organization_ids: Iterable[int]) -> dict[int, list[Person]]:
    """The same for many; organizations without one are left out. One statement."""
    tasks = ProvisioningTask.objects.filter(
        organization_id__in=list(organization_ids), kind="tam", state=ProvisioningTask.State.DONE
    ).select_related("person", "deputy")
    found = {task.organization_id: [person for person in (task.person, task.deputy) if person] for task in tasks}
    return {pk: people for pk, people in found.items() if people}
