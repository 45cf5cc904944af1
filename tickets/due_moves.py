"""A running timer's due time moves: by regrading, by merging, by a correction of the calendar (spec page 4.3).

Nothing else moves it, and nothing does after a breach. Steps that have fired stay fired; the next one is armed anew
around the new due time. The caller holds the ticket's row lock, then the timer's, and stores the ticket.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from accounts.models import Person
from tickets import history, timers
from tickets.models import ResponseTimer, Ticket, TicketEvent
from tickets.timer_records import calendar_for, target_of

_FIELDS = (
    "tier",
    "severity",
    "target_minutes",
    "target_working_days",
    "due_at",
    "excluded",
    "next_step",
    "next_step_at",
)


def arm(ticket: Ticket, timer: ResponseTimer, due: datetime) -> None:
    """Set the due time (after a breach it stays) and the instant of the next step, by the target the timer has now.

    A ticket that was marked as about to breach stays marked: its step has fired and will not fire again.
    """
    if timer.breached_at is None:
        timer.due_at = due
        ticket.response_due_at = ticket.sort_due = due
    if timer.next_step is not None:
        target = target_of(timer)
        timer.next_step_at = timers.step_at(timer.next_step, timer.due_at, target, calendar_for(target))
    timer.save(update_fields=_FIELDS)


def entry(
    ticket: Ticket,
    timer: ResponseTimer | None,
    event: str,
    *,
    before: datetime | None,
    at: datetime,
    by: Person | None,
    **details: Any,
) -> TicketEvent:
    """The row of a move: everything a timer is rebuilt from (tickets/rebuilding.py)."""
    facts: dict[str, Any] = dict(details)
    facts["due_before"] = before.astimezone(UTC).isoformat() if before else None
    facts["due_after"] = timer.due_at.astimezone(UTC).isoformat() if timer is not None and before else None
    if timer is not None:
        facts |= {
            "timer": timer.kind,
            "tier": timer.tier,
            "severity": timer.severity,
            "target_minutes": timer.target_minutes,
            "target_working_days": timer.target_working_days,
            "excluded": timer.excluded,
        }
        if timer.target_working_days:
            skipped = calendar_for(target_of(timer)).skipped_days(timer.started_at, timer.due_at)
            facts["skipped_days"] = [day.isoformat() for day in skipped]
    return history.entry(ticket, event, at=at, by=by, timer=timer, details=facts)
