"""When periodic jobs are due. The one table of jobs is in portal/celery.py; this module knows rules and runs.

A job is a function `job(*, at)`: it works out from rows what is missing at the instant `at`, so that a late or
double run changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, TypeVar

import structlog
from django.db import transaction
from django.db.models import Q

from common import clock
from common.beijing import BEIJING, Month, date_of
from common.models import JobRun

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=15)
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Every:
    """At regular distances of time; `travel` is the distance while a test clock is moved (at most an hour)."""

    seconds: int
    travel: timedelta = timedelta(hours=1)

    def due_in(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """The instants in (after, until] at which a travelling clock runs the job, and always `until`."""
        instant = after + self.travel
        while instant < until:
            yield instant
            instant += self.travel
        yield until


@dataclass(frozen=True)
class Daily:
    """Every day at a Beijing time."""

    at: time

    def due_in(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """The instants in (after, until]."""
        day = date_of(after)
        while True:
            instant = datetime.combine(day, self.at, tzinfo=BEIJING)
            if instant > until:
                return
            if instant > after:
                yield instant
            day += timedelta(days=1)


@dataclass(frozen=True)
class Monthly:
    """Every month on `day` (1 to 28) at a Beijing time."""

    day: int
    at: time

    def due_in(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """The instants in (after, until]."""
        month = Month.of(date_of(after))
        while True:
            instant = datetime.combine(month.first_day + timedelta(days=self.day - 1), self.at, tzinfo=BEIJING)
            if instant > until:
                return
            if instant > after:
                yield instant
            month = month.next()


@dataclass(frozen=True)
class Job:
    """A row of the table of periodic jobs."""

    name: str
    rule: Every | Daily | Monthly
    function: Callable[..., Any]


def dates_documents(function: Function) -> Function:
    """Mark a job whose documents bear the day they are made on: run late, it runs for the present instant.

    An invoice of a run that is three weeks late is not due before anybody could have paid it.
    """
    function.dates_documents = True  # type: ignore[attr-defined]
    return function


def run(job: Job, at: datetime) -> Any:
    """Run a job for its instant; the clock stands at `at` inside."""
    with clock.at(at):
        return job.function(at=at)


def run_if_due(job: Job) -> bool:
    """Run a calendar job when an instant of its rule has passed since its last run; True when it ran.

    Of several missed instants only the latest is run: the job itself works out what is missing. Two callers at
    once: one holds the lease. A run that dies leaves the lease to end and is then repeated.
    """
    now = clock.now()
    run_row, _created = JobRun.objects.get_or_create(name=job.name)
    since = run_row.last_due_at or now - timedelta(days=32)
    due = list(job.rule.due_in(since, now))
    if not due or not _hold(job.name, due[-1]):
        return False
    report = run(job, now if getattr(job.function, "dates_documents", False) else due[-1])
    JobRun.objects.filter(name=job.name).update(
        last_due_at=due[-1], held_until=None, finished_at=clock.real_now(), report=_reportable(report)
    )
    log.info("job.finished", job=job.name, due=due[-1].isoformat(), report=_reportable(report))
    return True


def mark_run(job: Job, due: datetime) -> None:
    """Remember that a travelling clock ran the job for `due`."""
    with transaction.atomic():
        JobRun.objects.update_or_create(
            name=job.name, defaults={"last_due_at": due, "held_until": None, "finished_at": clock.real_now()}
        )


def _hold(name: str, due: datetime) -> bool:
    real = clock.real_now()
    free = Q(held_until=None) | Q(held_until__lt=real)
    waiting = Q(last_due_at=None) | Q(last_due_at__lt=due)
    return JobRun.objects.filter(free, waiting, name=name).update(held_until=real + LEASE) == 1


def _reportable(report: Any) -> dict[str, Any]:
    return report if isinstance(report, dict) else {"result": repr(report)}
