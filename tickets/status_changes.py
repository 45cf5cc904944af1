"""How a ticket's status moves (spec page 4.5), on a ticket whose row is locked.

    open -> in_progress (claimed or answered) -> waiting_customer <-> in_progress -> resolved -> closed
    any of them -> withdrawn, merged; resolved and closed -> in_progress within 14 days

These functions change the ticket in memory and return the history rows; the action stores both.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from common import live, outbox
from tickets import following_up, history, secrets, timer_records
from tickets.models import FINISHED, Side, Status, Ticket, TicketEvent
from tickets.refusals import AnswerOwed, FollowUpNeeded, TicketNotOpen

# What the actions of a conversation may change.
FIELDS = (
    "status",
    "assignee",
    "first_reply_at",
    "accepted_at",
    "last_side",
    "resolved_at",
    "closed_at",
    "waiting_since",
    "quiet_at",
    "out_of_scope_reason",
    *timer_records.TICKET_FIELDS,
)

REVIVED_WITHIN = timedelta(days=14)
CLOSED_AFTER = timedelta(days=7)
# While we wait for the customer: two reminders, then the end.
REMINDED_AFTER = (timedelta(days=3), timedelta(days=6))
RESOLVED_AFTER = timedelta(days=7)


def change(
    ticket: Ticket, status: str, *, at: datetime, by: Person | None, event: str, **details: Any
) -> list[TicketEvent]:
    """Move to `status` and say so in the history; [] when it is there already.

    A ticket that ends for good forgets its secret fields, whichever action ends it.
    """
    if ticket.status == status:
        return []
    details = {"from": ticket.status, "to": str(status)} | details
    ticket.status = status
    ticket.waiting_since = at if status == Status.WAITING_CUSTOMER else None
    ticket.quiet_at = _quiet_after(ticket, at)
    forgotten = secrets.forget_all(ticket, at=at, by=by) if status in secrets.ENDS else []
    return [history.entry(ticket, event, at=at, by=by, details=details), *forgotten]


def _quiet_after(ticket: Ticket, at: datetime) -> datetime | None:
    """When silence from now on has its next consequence."""
    if ticket.status == Status.WAITING_CUSTOMER:
        return at + REMINDED_AFTER[0]
    return at + CLOSED_AFTER if ticket.status == Status.RESOLVED else None


def require_active(ticket: Ticket) -> None:
    """Raises TicketNotOpen when it does not lie on the desk any more."""
    if not ticket.is_active:
        raise TicketNotOpen(ticket_status=ticket.status)


def require_no_answer_owed(ticket: Ticket) -> None:
    """Raises AnswerOwed: staff wait or resolve only after a public reply to the customer's last word."""
    if ticket.last_side != Side.STAFF or timer_records.owed(ticket) is not None:
        raise AnswerOwed


def revive(ticket: Ticket, *, at: datetime, by: Person) -> list[TicketEvent]:
    """Take a finished ticket back to work; [] for one that is not finished.

    Raises FollowUpNeeded later than 14 days after its end, TicketNotOpen for withdrawn and merged ones.
    """
    if ticket.is_active:
        return []
    if ticket.status not in FINISHED:
        raise TicketNotOpen(ticket_status=ticket.status)
    ended_at = ticket.resolved_at or ticket.closed_at
    if ended_at is None or at > ended_at + REVIVED_WITHIN:
        raise FollowUpNeeded(
            follow_up_of=ticket.number,
            action_url=following_up.address(ticket.organization.slug, ticket.number),
            action_label=_("File a follow-up ticket"),
        )
    ticket.resolved_at = ticket.closed_at = None
    ticket.out_of_scope_reason = ""
    return change(ticket, Status.IN_PROGRESS, at=at, by=by, event="reopened")


def customer_spoke(ticket: Ticket, *, at: datetime, by: Person) -> list[TicketEvent]:
    """A message of the customer ends the waiting."""
    if ticket.status != Status.WAITING_CUSTOMER:
        return []
    return change(ticket, Status.IN_PROGRESS, at=at, by=by, event="customer_answered")


def staff_spoke(ticket: Ticket, *, at: datetime, by: Person) -> list[TicketEvent]:
    """An answered ticket is in progress."""
    if ticket.status != Status.OPEN:
        return []
    return change(ticket, Status.IN_PROGRESS, at=at, by=by, event="answered")


def wait_for_customer(ticket: Ticket, *, at: datetime, by: Person) -> list[TicketEvent]:
    """We wait for the customer: no timer runs, reminders follow; asked again, they are counted anew."""
    if ticket.status == Status.WAITING_CUSTOMER:
        ticket.waiting_since, ticket.quiet_at = at, _quiet_after(ticket, at)
    return change(ticket, Status.WAITING_CUSTOMER, at=at, by=by, event="waiting")


def resolve(ticket: Ticket, *, at: datetime, by: Person | None) -> list[TicketEvent]:
    """The work is done; closed after 7 quiet days. A ticket that is resolved already stays as it is."""
    if ticket.status == Status.RESOLVED:
        return []
    ticket.resolved_at = at
    return change(ticket, Status.RESOLVED, at=at, by=by, event="resolved")


def announce(ticket: Ticket, topic: str, *, key: str, **facts: Any) -> None:
    """Tell the outbox and open pages that the ticket changed, when the transaction commits."""
    payload = {"ticket": ticket.pk, "number": ticket.number, "status": str(ticket.status)} | facts
    outbox.emit(topic, organization_id=ticket.organization_id, payload=payload, key=key)
    for channel in (f"ticket:{ticket.pk}", f"org:{ticket.organization_id}", "desk"):
        live.publish(channel, "ticket-changed", number=ticket.number)
