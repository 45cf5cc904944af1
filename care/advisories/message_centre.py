"""What concerns an organization now, and what a person has not opened yet (spec page 6.1). In the tenant's scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import Organization, Person
from care.advisories import access
from care.advisories.addresses import own_path
from care.models import Advisory, AdvisoryReceipt, AdvisoryTask
from common.problems import NotFound
from notifications.access import notices_in
from notifications.models import Notification
from notifications.reading import mark_all_read

# The navigation shows "99+" above this, so nobody counts farther.
MOST_COUNTED = 100
_HAPPENS = (Advisory.Kind.INDUSTRY_INCIDENT, Advisory.Kind.PLATFORM_CHANGE)


def centre(organization: Organization, *, kind: str = "", show: str = "") -> QuerySet[AdvisoryReceipt]:
    """What the organization received, newest first; `show`: waiting (for acknowledgement), running or closed."""
    running = {"waiting": True, "running": True, "closed": False}.get(show)
    rows = access.received(organization, kind=kind, running=running)
    return rows.filter(acknowledged_at=None) if show == "waiting" else rows


def waiting_count(organization: Organization) -> int:
    """How many running advisories nobody has acknowledged, at most 100."""
    return centre(organization, show="waiting").order_by()[:MOST_COUNTED].count()


def concerning(organization: Organization, at: datetime, limit: int = 4) -> list[AdvisoryReceipt]:
    """Not closed, and either not acknowledged or still to happen or going on at `at`; what waits comes first."""
    happens = Q(advisory__kind__in=_HAPPENS) & (Q(advisory__ends_at=None) | Q(advisory__ends_at__gt=at))
    rows = access.received(organization, running=True).filter(Q(acknowledged_at=None) | happens)
    found = list(rows[: limit * 3])
    return sorted(found, key=lambda receipt: receipt.acknowledged_at is not None)[:limit]


def receipt_named(organization: Organization, name: str) -> AdvisoryReceipt:
    """By the advisory's id or its number, `17` or `ADV-2026-0001`; raises NotFound."""
    if name.isascii() and name.isdigit():
        return access.receipt_of(organization, name)
    rows = AdvisoryReceipt.objects.filter(organization=organization, advisory__number=name.upper()[:20])
    pk = rows.values_list("advisory_id", flat=True).first() if "\x00" not in name else None
    if pk is None:
        raise NotFound
    return access.receipt_of(organization, pk)


def unread(organization: Organization, person: Person, receipts: Iterable[AdvisoryReceipt]) -> set[int]:
    """Ids of those advisories about which the person has a notice that was not opened."""
    by_path = {own_path(organization.slug, receipt.advisory_id): receipt.advisory_id for receipt in receipts}
    rows = _notices(organization, person).filter(read_at=None, url__in=list(by_path))
    return {by_path[url] for url in rows.values_list("url", flat=True)}


def opened(receipt: AdvisoryReceipt, *, by: Person) -> None:
    """Whoever opens the page has read what the bell told of it."""
    organization = receipt.organization
    path = own_path(organization.slug, receipt.advisory_id)
    mark_all_read(notices=_notices(organization, by).filter(url=path), by=by)


def open_tasks_of(organization_ids: Sequence[int]) -> dict[int, list[AdvisoryTask]]:
    """Open tasks by organization, the soonest due first; in the scope of all tenants."""
    rows = access.tasks(open_only=True).filter(organization_id__in=organization_ids).order_by("due_at", "pk")
    found: dict[int, list[AdvisoryTask]] = {}
    for task in rows:
        found.setdefault(task.organization_id, []).append(task)
    return found


def _notices(organization: Organization, person: Person) -> QuerySet[Notification]:
    return notices_in(organization, person).filter(kind__startswith="advisory.")
