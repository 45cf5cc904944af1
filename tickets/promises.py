"""What a plan promises before a ticket is sent: the target and due time of each severity (spec page 4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from supportplans.catalogue import SeverityDefinition
from supportplans.entitlements import Entitlements
from tickets import timers
from tickets.timer_records import calendar_for
from tickets.timers import Target


@dataclass(frozen=True)
class Promise:
    """A severity as this plan answers it: filed at the instant asked about, an answer is due by `due_at`.

    `offered` False: the plan refuses it. `is_acceptance`: the ticket is accepted by then, not answered.
    """

    severity: SeverityDefinition
    offered: bool
    is_acceptance: bool
    minutes: int | None
    working_days: int | None
    due_at: datetime


def promises(held: Entitlements, *, at: datetime) -> list[Promise]:
    """All severities of the catalogue, most urgent first, as the plan answers them for a ticket filed at `at`."""
    found: list[Promise] = []
    due: dict[Target, datetime] = {}
    for definition in held.catalogue.severities:
        promised = held.target_for(definition.code)
        target = Target(promised.minutes, promised.working_days)
        if target not in due:
            due[target] = timers.due_at(at, target, calendar_for(target))
        found.append(
            Promise(
                severity=definition,
                offered=held.offers(definition.code),
                is_acceptance=held.accepts_only,
                minutes=target.minutes,
                working_days=target.working_days,
                due_at=due[target],
            )
        )
    return found
