"""Advisories as each reader may reach them: organizations what was handed out to them, the staff all."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from accounts.access import Reach
from accounts.models import Organization, Person
from care.models import (
    Advisory,
    AdvisoryAffected,
    AdvisoryReceipt,
    AdvisoryTask,
    AdvisoryTicket,
    AdvisoryUpdate,
)
from common.problems import NotFound
from common.rows import LARGEST_ID, by_id

ENDED = (AdvisoryTask.State.DONE, AdvisoryTask.State.NOT_RELEVANT)
_LONG = ("body_en", "body_zh", "advice_en", "advice_zh")


def name_of(advisory: Advisory) -> str:
    """What the audit trail calls it: its number, or `advisory 17` while it has none."""
    return advisory.number or f"advisory {advisory.pk}"


# -- the staff's


def all_advisories(*, status: str = "", kind: str = "", severity: str = "") -> QuerySet[Advisory]:
    """Every advisory, newest first, with its writer and without its long texts; '' does not narrow."""
    rows = Advisory.objects.select_related("created_by", "published_by").defer(*_LONG).order_by("-pk")
    for name, wanted in (("status", status), ("kind", kind), ("severity", severity)):
        if wanted:
            rows = rows.filter(**{name: wanted})
    return rows


def any_advisory(number: int | str) -> Advisory:
    """An advisory in whatever state by its id; raises NotFound."""
    return by_id(Advisory.objects.select_related("created_by", "published_by"), number)


def locked(advisory: Advisory) -> Advisory:
    """The advisory as it now is, its row locked until the transaction ends."""
    rows = Advisory.objects.select_for_update(of=("self",)).select_related("created_by", "published_by")
    return rows.get(pk=advisory.pk)


def updates_of(advisory: Advisory) -> QuerySet[AdvisoryUpdate]:
    """Its follow-ups, newest first."""
    return AdvisoryUpdate.objects.filter(advisory=advisory).select_related("by").order_by("-pk")


def affected_by(advisory: Advisory) -> QuerySet[AdvisoryAffected]:
    """The organizations that the expert panel marked, newest first; in the scope of all tenants."""
    rows = AdvisoryAffected.objects.filter(advisory=advisory)
    return rows.select_related("organization", "marked_by").order_by("-pk")


def receipts_of(advisory: Advisory, *, acknowledged: bool | None = None) -> QuerySet[AdvisoryReceipt]:
    """Who has it, the last first; `acknowledged` True or False narrows."""
    rows = AdvisoryReceipt.objects.filter(advisory=advisory)
    if acknowledged is not None:
        rows = rows.filter(acknowledged_at__isnull=not acknowledged)
    return rows.select_related("organization", "acknowledged_by").order_by("-pk")


def acknowledged_count(advisory: Advisory) -> int:
    """How many organizations have acknowledged it."""
    return AdvisoryReceipt.objects.filter(advisory=advisory, acknowledged_at__isnull=False).count()


def task_counts(advisory: Advisory) -> dict[str, int]:
    """How many tasks stand in each state: {"open": 3, "done": 1}."""
    rows = AdvisoryTask.objects.filter(advisory=advisory).order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)


# -- tasks


def tasks(
    *,
    person: Person | None = None,
    state: str = "",
    organization: str = "",
    advisory: Advisory | None = None,
    open_only: bool = False,
) -> QuerySet[AdvisoryTask]:
    """Tasks, newest first; `person`: theirs, `organization`: a slug, `open_only`: what is still to be done."""
    rows = AdvisoryTask.objects.select_related("advisory", "organization", "person").order_by("-pk")
    if person is not None:
        rows = rows.filter(person=person)
    if state:
        rows = rows.filter(state=state)
    if organization:
        rows = rows.filter(organization__slug=organization)
    if advisory is not None:
        rows = rows.filter(advisory=advisory)
    return rows.filter(ended_at=None) if open_only else rows


def tasks_to_do(person: Person) -> QuerySet[AdvisoryTask]:
    """A TAM's open tasks, the soonest due first: for the desk's home."""
    return tasks(person=person, open_only=True).order_by("due_at", "pk")


def any_task(number: int | str) -> AdvisoryTask:
    """A task by its id; raises NotFound."""
    return by_id(tasks(), number)


def locked_task(task: AdvisoryTask) -> AdvisoryTask:
    """The task as it now is, its row locked until the transaction ends."""
    rows = AdvisoryTask.objects.select_for_update(of=("self",))
    return rows.select_related("advisory", "organization", "person").get(pk=task.pk)


# -- an organization's own, inside its tenant scope


def received(
    organization: Organization, *, kind: str = "", severity: str = "", running: bool | None = None
) -> QuerySet[AdvisoryReceipt]:
    """What was handed out to the organization, newest first; `running`: what is not closed, or what is."""
    rows = AdvisoryReceipt.objects.filter(organization=organization)
    rows = rows.select_related("advisory", "acknowledged_by").defer(*(f"advisory__{name}" for name in _LONG))
    if kind:
        rows = rows.filter(advisory__kind=kind)
    if severity:
        rows = rows.filter(advisory__severity=severity)
    if running is not None:
        rows = rows.filter(advisory__closed_at__isnull=running)
    return rows.order_by("-pk")


def receipt_of(organization: Organization, number: int | str) -> AdvisoryReceipt:
    """The advisory with the id `number` as the organization has it, with its texts; raises NotFound."""
    text = str(number)
    is_id = text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID
    rows = AdvisoryReceipt.objects.filter(organization=organization, advisory_id=int(text) if is_id else 0)
    found = rows.select_related("advisory", "acknowledged_by").first()
    if found is None:
        raise NotFound
    return found


def recent(organization: Organization, limit: int = 3) -> list[AdvisoryReceipt]:
    """The newest few: for the organization card of the desk and for the organization's home."""
    return list(received(organization)[:limit])


def unacknowledged(organization: Organization, limit: int = 5) -> list[AdvisoryReceipt]:
    """Running advisories that nobody of the organization has acknowledged, newest first."""
    return list(received(organization, running=True).filter(acknowledged_at=None)[:limit])


def task_for(organization: Organization, advisory: Advisory) -> AdvisoryTask | None:
    """What the organization's TAM does about it; None without enterprise care."""
    rows = AdvisoryTask.objects.filter(organization=organization, advisory=advisory)
    return rows.select_related("person", "advisory", "organization").first()


def tickets_about(organization: Organization, advisory: Advisory) -> list[AdvisoryTicket]:
    """The organization's tickets about it, newest first, each with its ticket."""
    rows = AdvisoryTicket.objects.filter(organization=organization, advisory=advisory)
    return list(rows.select_related("ticket").order_by("-pk"))


def all_tickets_about(advisory: Advisory) -> QuerySet[AdvisoryTicket]:
    """Everybody's tickets about it, newest first, for the staff."""
    rows = AdvisoryTicket.objects.filter(advisory=advisory)
    return rows.select_related("ticket", "organization").order_by("-pk")


def advisory_of_ticket(ticket_id: int) -> Advisory | None:
    """What a ticket asks about; in the scope of whoever may see the ticket."""
    found = AdvisoryTicket.objects.filter(ticket_id=ticket_id).select_related("advisory").first()
    return found.advisory if found else None


def may_answer(reached: Reach) -> bool:
    """Whether the person may acknowledge and ask: the organization's own people whose role writes."""
    return not reached.is_staff and reached.may("reports", "W")


# -- everybody's


def on_status_page(since: datetime) -> QuerySet[Advisory]:
    """What the status page may show: said, marked for it, and not over since before `since`; newest first."""
    said = (Advisory.Status.PUBLISHING, Advisory.Status.PUBLISHED, Advisory.Status.CLOSED)
    kinds = (Advisory.Kind.INDUSTRY_INCIDENT, Advisory.Kind.PLATFORM_CHANGE)
    rows = Advisory.objects.filter(status__in=said, on_status_page=True, kind__in=kinds)
    recent_enough = Q(published_at__gte=since) | Q(closed_at=None) | Q(closed_at__gte=since)
    return rows.filter(recent_enough).order_by("-published_at", "-pk")
