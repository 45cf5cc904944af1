"""Travelling with the test clock: every job that would have run in between runs at its own instant (page 7 'Time')."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from common import clock, jobs
from common.problems import Refusal
from portal.celery import jobs as table

LOCK_NUMBER = 8_202_612


class ClockBackwards(Refusal):
    code = "clock_backwards"
    title = _("The clock only goes forward")
    default_detail = _("Send an instant that is later than the portal's now.")


def travel(to: datetime) -> datetime:
    """Move the portal's clock to `to` (aware) and run the jobs due on the way, in order; returns the new now.

    Each job commits on its own. Two travellers take turns. Raises ClockBackwards when `to` lies before now.
    """
    with _turn():
        start = clock.now()
        if to < start:
            raise ClockBackwards
        for instant, job in _due(start, to):
            jobs.run(job, instant)
            if not isinstance(job.rule, jobs.Every):
                jobs.mark_run(job, instant)
                _arrive(instant)
        _arrive(to)
    return to


def _arrive(instant: datetime) -> None:
    """The clock ticks on while jobs run; it is not put back to the instant of the next one."""
    if instant > clock.now():
        clock.move_to(instant)


def _due(start: datetime, to: datetime) -> Iterator[tuple[datetime, jobs.Job]]:
    """All (instant, job) in (start, to], by instant, then by the order of the table."""
    roads = [_road(order, job, start, to) for order, job in enumerate(table())]
    for instant, _order, job in heapq.merge(*roads, key=lambda road: road[:2]):
        yield instant, job


def _road(order: int, job: jobs.Job, start: datetime, to: datetime) -> Iterator[tuple[datetime, int, jobs.Job]]:
    """The instants of one job. A function of its own: a generator in a loop would end up with the last job's name."""
    for instant in job.rule.due_in(start, to):
        yield instant, order, job


@contextmanager
def _turn() -> Iterator[None]:
    """Held by the session, not by a transaction: a year of jobs must not be one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_NUMBER])
    try:
        clock.look_again()
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_NUMBER])
