"""How the customer ends a ticket or takes it up again: withdraw, close, reopen (spec pages 4.2, 4.3, 4.5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Organization, Person
from addons import ticket_quota
from common.problems import OrganizationDisabled
from tickets import access, history, owed_answers, status_changes, timer_records
from tickets.models import Status, Ticket, TicketEvent
from tickets.refusals import NotFinished, TicketNotOpen

GIVEN_BACK_WITHIN = timedelta(minutes=15)


def withdraw(*, ticket: Ticket, organization: Organization, by: Person, at: datetime) -> Ticket:
    """Withdraw a ticket that is still worked on.

    Its quota unit goes back to the month it was taken from when its own reporter does so within 15 minutes and
    before any public reply of the staff. Raises OrganizationDisabled, TicketNotOpen.
    """
    ticket = _taken(ticket, organization)
    status_changes.require_active(ticket)
    entries = owed_answers.cancelled(ticket, at=at, by=by)
    is_returned = (
        by.pk == ticket.reporter_id
        and at <= ticket.created_at + GIVEN_BACK_WITHIN
        and ticket.first_reply_at is None
        and ticket_quota.give_back(
            organization=organization, ticket_number=ticket.number, at=at, reason="withdrawn", by=by
        )
    )
    ticket.closed_at = at
    entries += status_changes.change(
        ticket, Status.WITHDRAWN, at=at, by=by, event="withdrawn", quota_returned=is_returned
    )
    return _store(ticket, entries)


def close(*, ticket: Ticket, organization: Organization, by: Person, at: datetime) -> Ticket:
    """Close a ticket at any time; what was owed is cancelled. Raises OrganizationDisabled, TicketNotOpen."""
    ticket = _taken(ticket, organization)
    if not ticket.is_active and ticket.status != Status.RESOLVED:
        raise TicketNotOpen(ticket_status=ticket.status)
    entries = owed_answers.cancelled(ticket, at=at, by=by)
    ticket.closed_at = at
    entries += status_changes.change(ticket, Status.CLOSED, at=at, by=by, event="closed")
    return _store(ticket, entries)


def reopen(*, ticket: Ticket, organization: Organization, by: Person, at: datetime) -> Ticket:
    """Take a finished ticket up again within 14 days of its end; a `next` timer starts.

    Raises OrganizationDisabled, NotFinished, TicketNotOpen for withdrawn and merged ones, FollowUpNeeded later.
    """
    ticket = _taken(ticket, organization)
    if ticket.is_active:
        raise NotFinished
    entries = status_changes.revive(ticket, at=at, by=by)
    entries += timer_records.start_next(ticket, organization, at=at, by=by)
    return _store(ticket, entries)


def _taken(ticket: Ticket, organization: Organization) -> Ticket:
    if organization.is_disabled:
        raise OrganizationDisabled
    return access.locked(ticket)


def _store(ticket: Ticket, entries: list[TicketEvent]) -> Ticket:
    ticket.save(update_fields=status_changes.FIELDS)
    history.write(*entries)
    status_changes.announce(
        ticket, "ticket.updated", key=f"event:{entries[0].pk}", change=str(ticket.status), by_customer=True
    )
    return ticket
