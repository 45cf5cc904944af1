"""Links between tickets of one organization: parent, child, duplicate, related (spec page 4.5).

`link(ticket=A, kind="parent", to=B)` says that B is the parent of A, and B then shows A as its child. One row holds
both directions: its `ticket` is the parent, child, duplicate or relative of its `other`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Person
from common.problems import FieldErrors, NotFound
from tickets import access, history, status_changes
from tickets.models import ACTIVE, Ticket, TicketLink
from tickets.thread_refusals import LinkCycle, OtherOrganization, SameTicket

Kind = TicketLink.Kind
OFFERED = 20
KINDS = (Kind.PARENT, Kind.CHILD, Kind.DUPLICATE, Kind.RELATED)
# What the other end of a link is called there.
FOLLOW_UP_OF = "follow_up_of"
INVERSE: dict[str, str] = {
    Kind.PARENT: Kind.CHILD,
    Kind.CHILD: Kind.PARENT,
    Kind.DUPLICATE: Kind.DUPLICATE,
    Kind.RELATED: Kind.RELATED,
    Kind.FOLLOW_UP: FOLLOW_UP_OF,
}
NAMES: dict[str, str | Promise] = {
    Kind.PARENT: gettext_lazy("Parent"),
    Kind.CHILD: gettext_lazy("Child"),
    Kind.DUPLICATE: gettext_lazy("Duplicate"),
    Kind.RELATED: gettext_lazy("Related"),
    Kind.FOLLOW_UP: gettext_lazy("Follow-up"),
    FOLLOW_UP_OF: pgettext_lazy("link between tickets", "Follow-up of"),
}


@dataclass(frozen=True)
class Linked:
    """A ticket at the other end of a link; `kind` is what it is to the ticket that was asked about."""

    kind: str
    number: str
    subject: str
    status: str

    @property
    def name(self) -> str | Promise:
        return NAMES.get(self.kind, self.kind)


def link(*, ticket: Ticket, kind: str, to: str, by: Person, at: datetime) -> Ticket:
    """Say that the ticket numbered `to` is the parent, child, duplicate or relative of `ticket`; twice is once.

    Raises FieldErrors, SameTicket, OtherOrganization, or LinkCycle when a ticket would be above itself.
    """
    if kind not in KINDS:
        raise FieldErrors({"kind": [_("Choose one of: %(codes)s.") % {"codes": ", ".join(KINDS)}]})
    other = other_ticket(ticket, to, field="to")
    ticket, other = access.locked_together(ticket, other)
    upper, lower = (other, ticket) if kind != Kind.CHILD else (ticket, other)
    stored = Kind.PARENT if kind == Kind.CHILD else kind
    if _is_linked(ticket, other, kind):
        return ticket
    if stored == Kind.PARENT and upper.pk in _below(lower):
        raise LinkCycle
    TicketLink.objects.create(
        ticket=upper, other=lower, organization_id=ticket.organization_id, kind=stored, by=by, at=at
    )
    rows = [
        history.entry(ticket, "linked", at=at, by=by, details={"kind": str(kind), "to": other.number}),
        history.entry(other, "linked", at=at, by=by, details={"kind": str(INVERSE[kind]), "to": ticket.number}),
    ]
    history.write(*rows)
    for one, row in zip((ticket, other), rows, strict=True):
        status_changes.announce(one, "ticket.updated", key=f"event:{row.pk}", change="linked")
    return ticket


def linked(ticket: Ticket) -> list[Linked]:
    """The tickets linked with this one, the first link first; one statement."""
    rows = TicketLink.objects.filter(Q(ticket=ticket) | Q(other=ticket)).select_related("ticket", "other")
    return [seen_from(ticket.pk, row.kind, row.ticket_id, row.ticket, row.other) for row in rows.order_by("id")]


def seen_from(pk: int, kind: str, upper_id: int, upper: Any, other: Any) -> Linked:
    """What a row of `kind` between the ticket `upper` and its `other` shows on the ticket with the id `pk`."""
    end = other if pk == upper_id else upper
    return Linked(INVERSE[kind] if pk == upper_id else kind, end.number, end.subject, end.status)


def candidates(ticket: Ticket) -> list[Ticket]:
    """The organization's other tickets on the desk, the newest first: what a form offers beside typing a number."""
    others = Ticket.objects.filter(organization_id=ticket.organization_id, status__in=ACTIVE).exclude(pk=ticket.pk)
    return list(others.order_by("-id")[:OFFERED])


def other_ticket(ticket: Ticket, number: str, *, field: str) -> Ticket:
    """The ticket that a form names in `field`, another one of the same organization.

    Raises FieldErrors for a number that does not exist, SameTicket, OtherOrganization.
    """
    try:
        other = access.any_ticket(number.strip().upper())
    except NotFound as error:
        raise FieldErrors({field: [_("There is no ticket with this number.")]}) from error
    if other.pk == ticket.pk:
        raise SameTicket
    if other.organization_id != ticket.organization_id:
        raise OtherOrganization
    return other


def _is_linked(ticket: Ticket, other: Ticket, kind: str) -> bool:
    rows = TicketLink.objects.filter(ticket=other, other=ticket, kind=kind)
    return (rows | TicketLink.objects.filter(ticket=ticket, other=other, kind=INVERSE[kind])).exists()


_BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT %(top)s::bigint
     UNION
    SELECT CASE WHEN link.kind = 'parent' THEN link.other_id ELSE link.ticket_id END
      FROM below JOIN tickets_ticketlink AS link
        ON (link.kind = 'parent' AND link.ticket_id = below.id) OR (link.kind = 'child' AND link.other_id = below.id)
)
SELECT id FROM below
"""


def _below(ticket: Ticket) -> set[int]:
    """The ticket and all that have it above them."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, {"top": ticket.pk})
        return {row[0] for row in cursor.fetchall()}
