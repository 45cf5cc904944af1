"""A correction of the calendar and the answers that are owed in working days (spec page 4.3).

A correction never makes a running timer due earlier and moves none after its breach; a later due time is taken at
once, in the correction's own transaction, with a row in the ticket's history. `moves` says what a correction would do,
for the preview (tickets/what_if.py) and for the correction itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import Person
from common import audit, calendar_days, clock, live, tenancy
from common.beijing import midnight
from common.working_days import WorkingCalendar
from tickets import due_moves, history, timers
from tickets.models import ResponseTimer, Ticket
from tickets.timer_records import target_of

BATCH = 500
CORRECTED = "calendar_corrected"


@dataclass(frozen=True)
class Move:
    """A running timer and when it would be due by the corrected calendar; `due` earlier than now's is not taken."""

    timer: ResponseTimer
    due: datetime

    @property
    def is_later(self) -> bool:
        return self.due > self.timer.due_at

    @property
    def is_earlier(self) -> bool:
        return self.due < self.timer.due_at


def moves(day: date, corrected: WorkingCalendar, *, at: datetime) -> Iterator[Move]:
    """Running timers not in breach at `at` that the day has to do with and that `corrected` would move.

    Inside the scope of all tenants; nothing is locked.
    """
    found = ResponseTimer.objects.filter(
        ended_at=None,
        breached_at=None,
        target_working_days__isnull=False,
        due_at__gt=at,
        started_at__lt=midnight(day + timedelta(days=1)),
    )
    for timer in found.select_related("ticket", "ticket__organization").order_by("ticket_id").iterator(BATCH):
        due = timers.due_at(timer.started_at, target_of(timer), corrected)
        if due != timer.due_at:
            yield Move(timer, due)


@calendar_days.follows_correction
def follow(day: date, by: audit.Acting) -> None:
    """Move what is due later now; tickets are locked by ascending id, each with its timer."""
    at = clock.now()
    with tenancy.everything():
        changed = calendar_days.calendar()
        ids = [move.timer.ticket_id for move in moves(day, changed, at=at) if move.is_later]
        for start in range(0, len(ids), BATCH):
            _move(ids[start : start + BATCH], changed, at, by)
        _arm_steps(day, changed)
        if ids:
            live.publish("desk", "queue-changed")


def _move(ids: Sequence[int], changed: WorkingCalendar, at: datetime, by: audit.Acting) -> None:
    tickets = Ticket.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    rows = []
    for ticket in tickets:
        owed = ResponseTimer.objects.select_for_update(no_key=True).filter(ticket=ticket, ended_at=None).first()
        if owed is None or owed.target_working_days is None or owed.breached_at is not None or owed.due_at <= at:
            continue
        due = timers.due_at(owed.started_at, target_of(owed), changed)
        if due <= owed.due_at:
            continue
        before = owed.due_at
        due_moves.arm(ticket, owed, due)
        ticket.save(update_fields=["response_due_at", "sort_due"])
        person = by if isinstance(by, Person) else None
        rows.append(due_moves.entry(ticket, owed, CORRECTED, before=before, at=at, by=person))
        live.publish(f"ticket:{ticket.pk}", "ticket-changed", number=ticket.number)
    history.write(*rows)


def _arm_steps(day: date, changed: WorkingCalendar) -> None:
    """Steps of timers whose due time stays lie elsewhere in the corrected calendar."""
    waiting = ResponseTimer.objects.filter(
        ended_at=None, target_working_days__isnull=False, next_step__isnull=False
    ).filter(started_at__lt=midnight(day + timedelta(days=1)))
    locked = waiting.select_for_update(no_key=True, of=("self",), skip_locked=True).order_by("ticket_id")
    for timer in locked.iterator(BATCH):
        instant = timers.step_at(timer.next_step or 0, timer.due_at, target_of(timer), changed)
        if instant != timer.next_step_at:
            ResponseTimer.objects.filter(pk=timer.pk).update(next_step_at=instant)
