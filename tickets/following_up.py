"""Follow-up tickets: what was finished too long ago to be taken up again goes on in a new ticket (spec page 4.5).

The new ticket is linked to the former one; both tell of it.
"""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from tickets.models import Ticket, TicketLink
from tickets.numbering import is_ticket_number


def former(number: str, organization: Organization, errors: dict[str, list[str]]) -> Ticket | None:
    """The organization's ticket that a new one follows; None for ''. Adds to `errors` when there is no such ticket."""
    if not number:
        return None
    found = None
    if is_ticket_number(number):
        found = Ticket.objects.filter(organization=organization, number=number).first()
    if found is None:
        errors["follow_up_of"] = [_("Your organization has no ticket of this number.")]
    return found


def link(ticket: Ticket, follows: Ticket, *, by: Person, at: datetime) -> TicketLink:
    """The unsaved row that ties a new ticket to the one it follows."""
    return TicketLink(
        ticket_id=ticket.pk,
        other_id=follows.pk,
        organization_id=ticket.organization_id,
        kind=TicketLink.Kind.FOLLOW_UP,
        by=by,
        at=at,
    )


def address(slug: str, number: str) -> str:
    """The form of a new ticket that follows this one."""
    return f"{reverse('tickets:new', args=[slug])}?follow_up_of={number}"
