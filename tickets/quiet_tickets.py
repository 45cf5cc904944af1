"""Tickets on which nobody says a word (spec page 4.5).

While we wait for the customer: reminders 3 and 6 days after we asked, resolved on day 7. A resolved ticket is
closed after 7 days. Each is due at a column (`quiet_at`), done at its own instant however late it is noticed;
after days of downtime only the last step due is taken, and no old reminder is sent.
"""

from __future__ import annotations

from datetime import datetime

from common import tenancy
from common.beijing import date_of
from tickets import history, status_changes
from tickets.models import Status, Ticket, TicketEvent
from tickets.status_changes import CLOSED_AFTER, REMINDED_AFTER, RESOLVED_AFTER

BATCH = 200


def advance_quiet_tickets(*, at: datetime) -> dict[str, int]:
    """Take the steps that are due at `at`; returns how many reminders were sent, tickets resolved and closed."""
    counts = {"reminded": 0, "resolved": 0, "closed": 0}
    while _advance_batch(at, counts) == BATCH:
        pass
    return counts


def _advance_batch(at: datetime, counts: dict[str, int]) -> int:
    with tenancy.everything():
        quiet = Ticket.objects.select_for_update(skip_locked=True, no_key=True).filter(quiet_at__lte=at)
        due = list(quiet.order_by("quiet_at")[:BATCH])
        for ticket in due:
            counts[_advance(ticket, at)] += 1
    return len(due)


def _advance(ticket: Ticket, at: datetime) -> str:
    if ticket.status == Status.RESOLVED:
        return _close(ticket)
    asked_at = ticket.waiting_since or ticket.quiet_at or at
    if at < asked_at + RESOLVED_AFTER:
        return _remind(ticket, asked_at, at)
    return _resolve(ticket, asked_at, at)


def _remind(ticket: Ticket, asked_at: datetime, at: datetime) -> str:
    passed = [after for after in REMINDED_AFTER if asked_at + after <= at]
    still_to_come = [after for after in (*REMINDED_AFTER, RESOLVED_AFTER) if asked_at + after > at]
    ticket.quiet_at = asked_at + still_to_come[0]
    reminded_at = asked_at + passed[-1]
    entry = history.entry(ticket, "reminded", at=reminded_at, by=None, details={"days": passed[-1].days})
    _store(ticket, [entry])
    status_changes.announce(
        ticket,
        "ticket.quiet",
        key=f"{ticket.pk}:{reminded_at.isoformat()}",
        days=passed[-1].days,
        resolves_on=date_of(asked_at + RESOLVED_AFTER).isoformat(),
    )
    return "reminded"


def _resolve(ticket: Ticket, asked_at: datetime, at: datetime) -> str:
    resolved_at = asked_at + RESOLVED_AFTER
    entries = status_changes.resolve(ticket, at=resolved_at, by=None)
    _store(ticket, entries)
    status_changes.announce(ticket, "ticket.resolved", key=f"{ticket.pk}:{resolved_at.isoformat()}")
    # Both ends may have passed during a long downtime.
    if ticket.quiet_at is not None and ticket.quiet_at <= at:
        return _close(ticket)
    return "resolved"


def _close(ticket: Ticket) -> str:
    assert ticket.resolved_at is not None
    closed_at = ticket.resolved_at + CLOSED_AFTER
    ticket.closed_at = closed_at
    entries = status_changes.change(ticket, Status.CLOSED, at=closed_at, by=None, event="closed")
    _store(ticket, entries)
    status_changes.announce(ticket, "ticket.updated", key=f"event:{entries[0].pk}", change=str(Status.CLOSED))
    return "closed"


def _store(ticket: Ticket, entries: list[TicketEvent]) -> None:
    ticket.save(update_fields=status_changes.FIELDS)
    history.write(*entries)
