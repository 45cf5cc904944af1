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


def _record_breach(ticket: Ticket, timer: ResponseTimer, at: datetime) -> None:
    if at >= timer.due_at and timer.breached_at is None:
        record_crossings([Waiting.of(timer)], at=at)
