"""Reclassifying: a technical ticket becomes a business one or the other way round, by the staff (spec page 4.2).

Technical -> business gives the quota unit back to the month it was taken from. Business -> technical takes a unit of
this month and may overdraw, because staff decided it. Timers stay as they are: every kind is promised the same.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Person
from addons import ticket_quota
from common.problems import FieldErrors
from supportplans.entitlements import entitlements
from tickets import access, history, status_changes
from tickets.models import Kind, Ticket
from tickets.regrading import checked_reason

RECLASSIFIED = "reclassified"


def reclassify(*, ticket: Ticket, kind: str, reason: str, by: Person, at: datetime) -> Ticket:
    """Make it a ticket of `kind`; the kind it has changes nothing. Raises FieldErrors, TicketNotOpen."""
    reason = checked_reason(reason)
    if kind not in Kind.values:
        raise FieldErrors({"kind": [_("Choose one of: %(codes)s.") % {"codes": ", ".join(Kind.values)}]})
    organization = ticket.organization
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    if kind == ticket.kind:
        return ticket
    details = {"from": str(ticket.kind), "to": str(kind), "reason": reason}
    ticket.kind = kind
    ticket.save(update_fields=["kind"])
    if kind == Kind.TECHNICAL:
        ticket_quota.take_anyway(
            organization=organization,
            entitlements=entitlements(organization, at),
            at=at,
            ticket_number=ticket.number,
            by=by,
        )
        returned = False
    else:
        returned = ticket_quota.give_back(
            organization=organization, ticket_number=ticket.number, at=at, reason=RECLASSIFIED, by=by
        )
    row = history.entry(ticket, RECLASSIFIED, at=at, by=by, details=details | {"quota_returned": returned})
    history.write(row)
    status_changes.announce(ticket, "ticket.updated", key=f"event:{row.pk}", change=RECLASSIFIED, by=by.pk, **details)
    return ticket
