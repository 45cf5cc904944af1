"""The rows of response timers: starting one, answering it, ending it (rules: tickets/timers.py, spec page 4.3).

These functions change the ticket and the timer in memory and return what to store beside them; the caller holds
the ticket's row lock and stores everything in its own transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Organization, Person
from addons.event_targets import event_minutes, running_event
from common.calendar_days import calendar
from common.working_days import WorkingCalendar
from supportplans.entitlements import Entitlements, entitlements
from tickets import history, timers
from tickets.models import Kind, ResponseTimer, Ticket, TicketEvent
from tickets.queue_order import NEVER_DUE, queue_rank
from tickets.timers import Target

# Round-the-clock targets ask no calendar: they need not read the corrections.
_ANY_CALENDAR = WorkingCalendar()
# What starting, answering and ending a timer changes on the ticket.
TICKET_FIELDS = ("response_due_at", "response_state", "sort_due", "at_risk")
_TIMER_FIELDS = ("state", "answered_at", "answered_by", "breached_at", "ended_at", "next_step", "next_step_at")


def calendar_for(target: Target) -> WorkingCalendar:
    """The calendar a target is counted in."""
    return calendar() if target.working_days is not None else _ANY_CALENDAR


def target_of(timer: ResponseTimer) -> Target:
    """The target a stored timer was started with."""
    return Target(timer.target_minutes, timer.target_working_days)


def rank_of(held: Entitlements, severity: str, *, priority: str = "", in_event: bool = False) -> int:
    """The ticket's place in the queue by severity and resolution priority (tickets/queue_order.py).

    `priority`: the one it was filed under, by default what is held now; `in_event`: a ticket of a running event.
    """
    catalogue = held.catalogue
    order = catalogue.severity(held.sorts_as(severity)).order
    # The catalogue lists priorities from none upwards.
    priorities = [one.code for one in reversed(catalogue.resolution_priorities)]
    return queue_rank(order, priorities.index(priority or held.resolution_priority), in_event=in_event)


def promised_target(ticket: Ticket, severity: str, *, held: Entitlements, at: datetime) -> Target:
    """What an answer to the ticket with this severity is promised in at `at`; a running event makes it faster."""
    promised = held.target_for(severity)
    own = Target(promised.minutes, promised.working_days)
    minutes = event_minutes(severity, held.catalogue) if ticket.booking_id and ticket.kind == Kind.TECHNICAL else None
    return timers.faster(own, minutes) if minutes is not None and is_in_event(ticket, held=held, at=at) else own


def is_in_event(ticket: Ticket, *, held: Entitlements, at: datetime) -> bool:
    """Whether the booking that the ticket belongs to runs; no statement for a ticket without one."""
    return running_event(
        organization_id=ticket.organization_id, booking_id=ticket.booking_id, catalogue=held.catalogue, at=at
    )


def start(ticket: Ticket, kind: str, *, held: Entitlements, at: datetime, timer_id: int | None = None) -> ResponseTimer:
    """An unsaved timer for an answer owed since `at`, by the tier of this moment; the ticket shows it."""
    target = promised_target(ticket, ticket.severity, held=held, at=at)
    counted_in = calendar_for(target)
    due = timers.due_at(at, target, counted_in)
    first_step = held.ladder[0].percent
    timer = ResponseTimer(
        id=timer_id,
        ticket_id=ticket.pk,
        organization_id=ticket.organization_id,
        kind=kind,
        tier=held.tier.code,
        severity=ticket.severity,
        started_at=at,
        target_minutes=target.minutes,
        target_working_days=target.working_days,
        due_at=due,
        next_step=first_step,
        next_step_at=timers.step_at(first_step, due, target, counted_in),
    )
    ticket.response_due_at = ticket.sort_due = due
    ticket.response_state = timers.RUNNING
    ticket.at_risk = False
    return timer


def started_entry(ticket: Ticket, timer: ResponseTimer, *, by: Person | None) -> TicketEvent:
    """The row that says why the timer is due when it is."""
    details: dict[str, Any] = {
        "timer": timer.kind,
        "tier": timer.tier,
        "severity": timer.severity,
        "target_minutes": timer.target_minutes,
        "target_working_days": timer.target_working_days,
        "due_at": timer.due_at.isoformat(),
    }
    if ticket.booking_id:
        details["booking"] = ticket.booking_id
    if timer.target_working_days:
        skipped = calendar_for(target_of(timer)).skipped_days(timer.started_at, timer.due_at)
        details["skipped_days"] = [day.isoformat() for day in skipped]
    return history.entry(ticket, "timer_started", at=timer.started_at, by=by, timer=timer, details=details)


def start_next(ticket: Ticket, organization: Organization, *, at: datetime, by: Person) -> list[TicketEvent]:
    """Start a `next` timer by the tier of this moment unless an answer is owed already; returns its history."""
    if owed(ticket) is not None:
        return []
    timer = start(ticket, timers.NEXT, held=entitlements(organization, at), at=at)
    timer.save(force_insert=True)
    return [started_entry(ticket, timer, by=by)]


def owed(ticket: Ticket) -> ResponseTimer | None:
    """The timer of the answer we owe, locked; None when none is owed. The ticket's row is locked before it."""
    return ResponseTimer.objects.select_for_update(no_key=True).filter(ticket=ticket, ended_at=None).first()


def answer(ticket: Ticket, timer: ResponseTimer, *, at: datetime, by: Person) -> TicketEvent:
    """A person of the staff has answered (or accepted): ends the timer as met or breached.

    A breach that a sweep recorded first stands; such an answer counts from the due time at the earliest.
    """
    if timer.breached_at is not None:
        at = max(at, timer.due_at)
    timer.answered_at, timer.answered_by = at, by
    return _end(ticket, timer, timers.answered_state(at, timer.due_at), at=at, by=by, event="timer_answered")


def cancel(ticket: Ticket, timer: ResponseTimer, *, at: datetime, by: Person | None) -> TicketEvent:
    """Nothing is owed any more: the customer ended the ticket. After the due time the breach is recorded."""
    if timer.breached_at is not None:
        at = max(at, timer.due_at)
    return _end(ticket, timer, timers.CANCELLED, at=at, by=by, event="timer_cancelled")


def merge_away(ticket: Ticket, timer: ResponseTimer, *, at: datetime, by: Person) -> TicketEvent:
    """What was owed is owed on the ticket that this one is merged into. After the due time the breach is recorded."""
    if timer.breached_at is not None:
        at = max(at, timer.due_at)
    return _end(ticket, timer, timers.MERGED, at=at, by=by, event="timer_merged")


def _end(
    ticket: Ticket, timer: ResponseTimer, state: str, *, at: datetime, by: Person | None, event: str
) -> TicketEvent:
    timer.state = ticket.response_state = state
    timer.breached_at = timers.breach_instant(at, timer.due_at)
    timer.ended_at = at
    timer.next_step = timer.next_step_at = None
    timer.save(update_fields=_TIMER_FIELDS)
    ticket.sort_due = NEVER_DUE
    ticket.at_risk = False
    details = {"timer": timer.kind, "state": state}
    return history.entry(ticket, event, at=at, by=by, timer=timer, details=details)
