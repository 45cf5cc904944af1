"""How this app's rows are reached: through their organization, inside its tenant scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from accounts.models import Organization, Person
from common.beijing import date_of, midnight
from common.rows import by_id
from supportplans.change_frequency import Held
from supportplans.models import CatalogueVersion, ProvisioningTask, TamNote, Term


def published_versions() -> QuerySet[CatalogueVersion]:
    """All published catalogue versions, the latest effective first."""
    return CatalogueVersion.objects.filter(published_at__isnull=False)


def terms_of(organization: Organization) -> QuerySet[Term]:
    """Everything the organization held, holds and has queued, newest first."""
    return Term.objects.filter(organization=organization).select_related("catalogue_version")


def queued_term(organization: Organization, at: datetime) -> Term | None:
    """The paid term that follows the one of `at`, if one is queued."""
    return terms_of(organization).filter(began_at__gt=at, left_at=None).order_by("began_at").first()


def queued_terms(organization_ids: Collection[int], at: datetime) -> dict[int, Term]:
    """{organization: the term that is queued behind the one of `at`}; one statement, in the scope of all tenants."""
    rows = Term.objects.filter(organization_id__in=list(organization_ids), began_at__gt=at, left_at=None)
    return {term.organization_id: term for term in rows.order_by("-began_at")}


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


def provisioning_of(organization: Organization) -> QuerySet[ProvisioningTask]:
    """Everything that was ever set up for the organization, or is to be, the first opened first."""
    return all_provisioning().filter(organization=organization).order_by("pk")


def all_provisioning() -> QuerySet[ProvisioningTask]:
    """Tasks of every organization, newest first; in the scope of staff."""
    related = ("organization", "person", "deputy", "endpoint", "term", "cleared_by")
    return ProvisioningTask.objects.select_related(*related).order_by("-pk")


def provisioning_narrowed(
    rows: QuerySet[ProvisioningTask], *, state: str = "", kind: str = "", organization: str = ""
) -> QuerySet[ProvisioningTask]:
    """Those of one state, kind or organization (its slug); "" leaves that open."""
    wanted = {"state": state, "kind": kind, "organization__slug": organization}
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def provisioning_task(number: str) -> ProvisioningTask:
    """One of them by its id; raises NotFound."""
    return by_id(all_provisioning(), number)


def earlier_provisioning(task: ProvisioningTask) -> ProvisioningTask | None:
    """What the organization had of this kind before it left an earlier plan."""
    gone = all_provisioning().filter(organization_id=task.organization_id, kind=task.kind, pk__lt=task.pk)
    return gone.filter(done_at__isnull=False).first()


def calling_from(number: str) -> list[Organization]:
    """Organizations whose enterprise line knows this caller; `number` as provisioning_facts.numbers writes it."""
    known = ProvisioningTask.objects.filter(state=ProvisioningTask.State.DONE, callers__contains=[number])
    return list(Organization.objects.filter(pk__in=known.values("organization")).order_by("slug"))


def possible_managers() -> QuerySet[Person]:
    """Who can be an organization's technical service manager; provisioning_facts.may_manage says the same of one."""
    return Person.objects.filter(staff__role="tam", is_active=True).select_related("staff").order_by("name", "pk")


def possible_deputies() -> QuerySet[Person]:
    """Who can be the deputy; provisioning_facts.may_deputize says the same of one."""
    fits = Q(staff__role__in=("tam", "lead")) | Q(staff__role="engineer", staff__level="senior")
    return Person.objects.filter(fits, is_active=True).select_related("staff").order_by("name", "pk")


def staff_named(email: str) -> Person | None:
    """Somebody of the staff by e-mail."""
    found = Person.objects.filter(staff__isnull=False, is_active=True, email=email.strip().lower())
    return found.select_related("staff").first()


def looked_after_by(person: Person) -> QuerySet[ProvisioningTask]:
    """Assignments in which somebody is the manager or the deputy."""
    return assignments().filter(Q(person=person) | Q(deputy=person))


def assignments() -> QuerySet[ProvisioningTask]:
    """Of each organization that has a manager: who that is, and the deputy; by the organization's name."""
    rows = ProvisioningTask.objects.filter(kind="tam", state=ProvisioningTask.State.DONE)
    return rows.select_related("organization", "person", "deputy").order_by("organization__name", "organization_id")


def open_provisioning(organization_ids: Collection[int]) -> QuerySet[ProvisioningTask]:
    """What is to be set up for them, the longest open first; in the scope of all tenants."""
    rows = all_provisioning().filter(organization_id__in=list(organization_ids), state=ProvisioningTask.State.OPEN)
    return rows.order_by("pk")


def open_follow_ups(organization_ids: Collection[int]) -> dict[int, list[TamNote]]:
    """{organization: its notes with an open follow-up}, the earliest due first; one statement."""
    rows = TamNote.objects.filter(
        organization_id__in=list(organization_ids), follow_up_on__isnull=False, followed_up_at=None
    )
    found: dict[int, list[TamNote]] = {}
    for note in rows.select_related("organization", "by", "followed_up_by").order_by("follow_up_on", "pk"):
        found.setdefault(note.organization_id, []).append(note)
    return found


def latest_notes(organization_ids: Collection[int]) -> dict[int, datetime]:
    """{organization: when something was last noted of it}; one statement."""
    rows = TamNote.objects.filter(organization_id__in=list(organization_ids))
    return dict(rows.order_by().values_list("organization_id").annotate(Max("at")))


def notes_of(organization: Organization) -> QuerySet[TamNote]:
    """The log of needs and plans of an organization, newest first; for staff."""
    rows = TamNote.objects.filter(organization=organization)
    return rows.select_related("organization", "by", "followed_up_by").order_by("-pk")


def note_of(organization: Organization, number: str) -> TamNote:
    """One of them by its id; raises NotFound."""
    return by_id(notes_of(organization), number)


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
