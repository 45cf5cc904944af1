"""Timers as their record tells them: every row of a timer rebuilt from its history (spec page 4.3).

The history is only ever added to (tickets/history.py); a timer's row is its sum, kept ready for the sweep and the
queue. `manage.py rebuild_timers --check` holds one against the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from common import clock, tenancy
from supportplans import versions
from tickets import timers
from tickets.models import ResponseTimer, Ticket, TicketEvent
from tickets.queue_order import NEVER_DUE
from tickets.timer_records import calendar_for
from tickets.timers import Target

BATCH = 1000
STARTED = "timer_started"
ENDED = ("timer_answered", "timer_cancelled", "timer_merged")


@dataclass
class Facts:
    """The columns of a timer that its record tells; those of spec page 4.3."""

    kind: str
    tier: str
    severity: str
    started_at: datetime
    target_minutes: int | None
    target_working_days: int | None
    due_at: datetime
    state: str = timers.RUNNING
    answered_at: datetime | None = None
    answered_by_id: int | None = None
    breached_at: datetime | None = None
    ended_at: datetime | None = None
    excluded: bool = False
    next_step: int | None = None
    next_step_at: datetime | None = None


@dataclass(frozen=True)
class Difference:
    """A timer whose row is not what its record tells: {column: (stored, recorded)}; empty: nothing is recorded."""

    timer: ResponseTimer
    number: str
    columns: dict[str, tuple[Any, Any]]

    def __str__(self) -> str:
        if not self.columns:
            return f"{self.number} timer {self.timer.pk}: nothing is recorded"
        told = ", ".join(f"{name} is {was}, recorded {now}" for name, (was, now) in self.columns.items())
        return f"{self.number} timer {self.timer.pk}: {told}"


def rebuilt(events: Iterable[TicketEvent], percents: Sequence[int]) -> Facts | None:
    """What the rows about one timer, in the order they were written, say it is; None without its beginning.

    `percents` is the ladder in force: the step that is waited for is the first one above the last recorded.
    """
    facts: Facts | None = None
    last_step = 0
    for event in events:
        details = event.details or {}
        if event.event == STARTED:
            facts = _started(event, details)
        elif facts is None:
            continue
        elif event.step is not None:
            last_step = max(last_step, event.step)
            if event.step == timers.BREACH_PERCENT:
                facts.breached_at, facts.state = facts.due_at, timers.BREACHED
        elif event.event in ENDED:
            _ended(facts, event, details)
        elif "due_after" in details:
            _moved(facts, details)
    if facts is not None and facts.ended_at is None:
        target = Target(facts.target_minutes, facts.target_working_days)
        facts.next_step = next((percent for percent in percents if percent > last_step), None)
        if facts.next_step is not None:
            facts.next_step_at = timers.step_at(facts.next_step, facts.due_at, target, calendar_for(target))
    return facts


def _started(event: TicketEvent, details: dict[str, Any]) -> Facts:
    started_at = details.get("started_at")
    return Facts(
        kind=details["timer"],
        tier=details["tier"],
        severity=details["severity"],
        started_at=datetime.fromisoformat(started_at) if started_at else event.at,
        target_minutes=details["target_minutes"],
        target_working_days=details["target_working_days"],
        due_at=datetime.fromisoformat(details["due_at"]),
        excluded=details.get("excluded", False),
    )


def _moved(facts: Facts, details: dict[str, Any]) -> None:
    if details["due_after"]:
        facts.due_at = datetime.fromisoformat(details["due_after"])
    facts.tier, facts.severity = details["tier"], details["severity"]
    facts.target_minutes, facts.target_working_days = details["target_minutes"], details["target_working_days"]
    facts.excluded = details["excluded"]


def _ended(facts: Facts, event: TicketEvent, details: dict[str, Any]) -> None:
    facts.state, facts.ended_at = details["state"], event.at
    facts.breached_at = timers.breach_instant(event.at, facts.due_at)
    if event.event == "timer_answered":
        facts.answered_at, facts.answered_by_id = event.at, event.by_id


def differences(*, batch: int = BATCH) -> Iterator[Difference]:
    """Every timer whose row differs from its record, oldest first, read in batches of tickets."""
    percents = versions.current(clock.today()).step_percents()
    after = 0
    while True:
        with tenancy.everything():
            tickets = list(Ticket.objects.filter(pk__gt=after).order_by("pk").only("pk", "number")[:batch])
            found = _differences_of({ticket.pk: ticket.number for ticket in tickets}, percents)
        yield from found
        if len(tickets) < batch:
            return
        after = tickets[-1].pk


def _differences_of(numbers: dict[int, str], percents: Sequence[int]) -> list[Difference]:
    events: dict[int, list[TicketEvent]] = {}
    for event in TicketEvent.objects.filter(ticket__in=numbers, timer__isnull=False).order_by("id"):
        events.setdefault(event.timer_id or 0, []).append(event)
    found = []
    for timer in ResponseTimer.objects.filter(ticket__in=numbers).order_by("id"):
        columns = compare(timer, rebuilt(events.get(timer.pk, ()), percents))
        if columns is None or columns:
            found.append(Difference(timer, numbers[timer.ticket_id], columns or {}))
    return found


def compare(timer: ResponseTimer, facts: Facts | None) -> dict[str, tuple[Any, Any]] | None:
    """The columns that differ: {name: (stored, recorded)}; None where nothing is recorded."""
    if facts is None:
        return None
    return {
        name: (getattr(timer, name), value) for name, value in asdict(facts).items() if getattr(timer, name) != value
    }


def mend(difference: Difference) -> bool:
    """Write what is recorded into the timer and what its ticket shows of it; False where nothing is recorded.

    Read anew under the ticket's lock: what happened since the difference was seen is not lost.
    """
    if not difference.columns:
        return False
    percents = versions.current(clock.today()).step_percents()
    with tenancy.everything():
        ticket = Ticket.objects.select_for_update(no_key=True).get(pk=difference.timer.ticket_id)
        timer = ResponseTimer.objects.select_for_update(no_key=True).get(pk=difference.timer.pk)
        facts = rebuilt(TicketEvent.objects.filter(ticket=ticket, timer=timer).order_by("id"), percents)
        if facts is None:
            return False
        for name, value in asdict(facts).items():
            setattr(timer, name, value)
        timer.save(update_fields=[name.removesuffix("_id") for name in asdict(facts)])
        latest = ResponseTimer.objects.filter(ticket=ticket).order_by("-id").first()
        if latest is not None and latest.pk == timer.pk:
            ticket.response_due_at, ticket.response_state = timer.due_at, timer.state
            ticket.sort_due = timer.due_at if timer.ended_at is None else NEVER_DUE
            ticket.save(update_fields=["response_due_at", "response_state", "sort_due"])
    return True
