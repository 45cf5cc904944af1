"""Why an answer is due when it is: each timer told from its record, to staff and customers alike (spec page 4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from supportplans.catalogue import Catalogue
from tickets import access, history_words, rebuilding, timers
from tickets.models import ResponseTimer, Ticket, TicketEvent
from tickets.rebuilding import Facts


@dataclass(frozen=True)
class Step:
    """One thing that happened to the timer; `text` says it in the reader's language."""

    event: TicketEvent
    text: str


@dataclass(frozen=True)
class Explained:
    """A timer: what its record tells (`facts`), the state a reader sees at the instant asked about, and its steps.

    `skipped_days`: dates between start and due time that were not counted, of a target in working days.
    """

    timer: ResponseTimer
    facts: Facts
    state: str
    skipped_days: list[date]
    steps: list[Step]

    @property
    def target(self) -> str:
        return history_words.target_words(self.facts.target_minutes, self.facts.target_working_days)


def explain(ticket: Ticket, at: datetime, catalogue: Catalogue) -> list[Explained]:
    """Every timer of the ticket, oldest first, each from its record alone; two statements."""
    events: dict[int, list[TicketEvent]] = {}
    for event in access.timer_events_of(ticket):
        events.setdefault(event.timer_id or 0, []).append(event)
    found = []
    for timer in access.timers_of(ticket):
        rows = events.get(timer.pk, [])
        facts = rebuilding.rebuilt(rows, catalogue.step_percents())
        if facts is None:
            continue
        found.append(
            Explained(
                timer=timer,
                facts=facts,
                state=timers.shown_state(facts.state, facts.due_at, at=at),
                skipped_days=_skipped(rows),
                steps=[Step(row, history_words.sentence(row, catalogue)) for row in rows],
            )
        )
    return found


def _skipped(rows: list[TicketEvent]) -> list[date]:
    """As the last row that says which days counted has it."""
    told = [row.details["skipped_days"] for row in rows if "skipped_days" in (row.details or {})]
    return [date.fromisoformat(day) for day in told[-1]] if told else []
