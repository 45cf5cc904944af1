"""An owed answer is given or falls away; what a late one crossed before the sweep came is recorded first."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from tickets import timer_records
from tickets.escalation import Waiting, record_crossings
from tickets.models import ResponseTimer, Ticket, TicketEvent


def answered(ticket: Ticket, timer: ResponseTimer, *, at: datetime, by: Person) -> TicketEvent:
    """End the timer with an answer of the staff; a late one is a breach all the same, told as the sweep tells."""
    _record_breach(ticket, timer, at)
    return timer_records.answer(ticket, timer, at=at, by=by)


def cancelled(ticket: Ticket, *, at: datetime, by: Person | None) -> list[TicketEvent]:
    """End the timer of a ticket that the customer ended, if one is owed; [] else."""
    timer = timer_records.owed(ticket)
    if timer is None:
        return []
    _record_breach(ticket, timer, at)
    return [timer_records.cancel(ticket, timer, at=at, by=by)]


def merged_away(ticket: Ticket, timer: ResponseTimer, *, at: datetime, by: Person) -> TicketEvent:
    """End the timer of a ticket that is merged into another one."""
    _record_breach(ticket, timer, at)
    return timer_records.merge_away(ticket, timer, at=at, by=by)


def settled(ticket: Ticket, *, at: datetime) -> ResponseTimer | None:
    """The timer of the answer we owe, as it is when every step until `at` is recorded; None when none is owed."""
    timer = timer_records.owed(ticket)
    if timer is not None and at >= timer.due_at and timer.breached_at is None:
        _record_breach(ticket, timer, at)
        timer.refresh_from_db(fields=("state", "breached_at", "next_step", "next_step_at"))
    return timer


def _record_breach(ticket: Ticket, timer: ResponseTimer, at: datetime) -> None:
    if at >= timer.due_at and timer.breached_at is None:
        record_crossings([Waiting.of(timer)], at=at)
