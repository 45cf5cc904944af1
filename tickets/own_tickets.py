"""What an organization sees of its tickets: the most urgent, those that wait for it, lists, what happened lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Organization, Person
from tickets import history_words
from tickets.access import tickets_of
from tickets.models import ACTIVE, Kind, Message, ResponseTimer, Status, Ticket, TicketEvent

PAGE = 25
MOST_AGAIN = 200
# Events of so many of the latest tickets are looked through: an index reaches them.
TICKETS_LOOKED_AT = 50

GROUPS: dict[str, tuple[str, ...]] = {
    "active": ACTIVE,
    "waiting": (Status.WAITING_CUSTOMER,),
    "finished": (Status.RESOLVED, Status.CLOSED, Status.WITHDRAWN, Status.MERGED),
}


@dataclass(frozen=True)
class Shown:
    """Some of many: `more` tells that there are others."""

    rows: list[Ticket]
    more: bool


@dataclass(frozen=True)
class Activity:
    """Something that happened on a ticket, as a sentence."""

    at: datetime
    ticket: Ticket
    words: str


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; '' does not narrow. `status` is a status or a name of GROUPS."""

    status: str = ""
    kind: str = ""
    severity: str = ""
    product: str = ""
    q: str = ""

    @property
    def narrows(self) -> bool:
        return any((self.status, self.kind, self.severity, self.product, self.q))

    def as_query(self) -> dict[str, str]:
        """The filters that narrow, as a query string has them."""
        names = ("status", "kind", "severity", "product", "q")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


@dataclass(frozen=True)
class Page:
    """Tickets newest first; `next_before` is the marker of the page after this one, None on the last."""

    rows: list[Ticket]
    next_before: int | None


def with_running_timer(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Each ticket also knows `owed_since`: when the running timer began, None where no answer is owed."""
    running = ResponseTimer.objects.filter(ticket=OuterRef("pk"), ended_at=None)
    return tickets.annotate(owed_since=Subquery(running.values("started_at")[:1]))


def of_booking(organization: Organization, booking: int, limit: int = 20) -> Shown:
    """The tickets that belong to a booking, newest first."""
    rows = list(with_running_timer(tickets_of(organization).filter(booking_id=booking))[: limit + 1])
    return Shown(rows[:limit], len(rows) > limit)


def most_urgent(organization: Organization, limit: int) -> Shown:
    """Tickets on the desk, the answer due soonest first; those that wait for the customer are left out."""
    found = Ticket.objects.filter(organization=organization, status__in=(Status.OPEN, Status.IN_PROGRESS))
    return _first(with_running_timer(found).order_by("sort_due", "-id"), limit)


def waiting_for_customer(organization: Organization, limit: int) -> Shown:
    """Tickets that wait for the organization's own answer, the longest first."""
    found = Ticket.objects.filter(organization=organization, status=Status.WAITING_CUSTOMER)
    return _first(found.order_by("waiting_since", "id"), limit)


def _first(tickets: QuerySet[Ticket], limit: int) -> Shown:
    rows = list(tickets[: limit + 1])
    return Shown(rows[:limit], len(rows) > limit)


def recent_activity(organization: Organization, limit: int) -> list[Activity]:
    """What happened lately on the latest tickets, newest first: messages, endings, beginnings."""
    latest = Ticket.objects.filter(organization=organization).order_by("-id").values("pk")[:TICKETS_LOOKED_AT]
    messages = Message.objects.filter(ticket__in=latest, public=True).defer("body", "body_html")
    spoken = messages.select_related("ticket", "author").order_by("-at", "-id")[:limit]
    events = TicketEvent.objects.filter(ticket__in=latest, event__in=history_words.TOLD_ON_HOME)
    happened = events.select_related("ticket", "by").order_by("-at", "-id")[:limit]
    told = [Activity(row.at, row.ticket, history_words.message_words(row, row.ticket)) for row in spoken]
    told += [Activity(row.at, row.ticket, history_words.sentence(row)) for row in happened]
    return sorted(told, key=lambda each: each.at, reverse=True)[:limit]


def listed(organization: Organization, filters: Filters, *, before: int | None, until: int | None = None) -> Page:
    """A page of the organization's tickets, older than the marker `before`.

    `until`: the same page once more, down to this ticket, however many have come in since.
    """
    found = narrowed(organization, filters)
    if before is not None:
        found = found.filter(pk__lt=before)
    if until is not None:
        return Page(list(with_running_timer(found.filter(pk__gte=until))[:MOST_AGAIN]), None)
    rows = list(with_running_timer(found)[: PAGE + 1])
    shown = rows[:PAGE]
    return Page(shown, shown[-1].pk if len(rows) > PAGE else None)


def narrowed(organization: Organization, filters: Filters) -> QuerySet[Ticket]:
    """The organization's tickets that `filters` let through, newest first."""
    group = GROUPS.get(filters.status)
    found = tickets_of(
        organization,
        status="" if group else filters.status,
        kind=filters.kind,
        severity=filters.severity,
        product=filters.product,
        q=filters.q,
    )
    return found.filter(status__in=group) if group else found


def filters_from(asked: Mapping[str, str], *, severities: tuple[str, ...], products: tuple[str, ...]) -> Filters:
    """The filters of a query string; what is not on the lists does not narrow."""

    def known(name: str, codes: tuple[str, ...]) -> str:
        value = asked.get(name, "")
        return value if value in codes else ""

    return Filters(
        status=known("status", (*GROUPS, *Status.values)),
        kind=known("kind", tuple(Kind.values)),
        severity=known("severity", severities),
        product=known("product", products),
        q=asked.get("q", "").strip()[:100],
    )


def usual_region(organization: Organization, person: Person) -> str:
    """The region of the last technical ticket a person filed; '' where there is none."""
    mine = Ticket.objects.filter(organization=organization, reporter=person, kind=Kind.TECHNICAL)
    return mine.order_by("-id").values_list("region", flat=True).first() or ""
