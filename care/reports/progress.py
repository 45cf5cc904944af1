"""Makes what is to be made and sends what is due, report by report, each in a transaction of its own (spec page 6.2).

What waits is read from the rows, so that a run can be stopped anywhere and repeated: a report that another worker holds
is passed over, one that fails does not hold up the others and is tried again by the next run. Workers get one task for
each report (portal/tasks.py); the job of the table does the same in one go, for a clock that travels and for what a
lost task left behind.
"""

from __future__ import annotations

import time
from datetime import datetime

import structlog

from care.reports import making, sending
from common import clock, tenancy

log = structlog.get_logger(__name__)
# A worker stops here and leaves the rest to the next run, so that other jobs get their turn.
BATCH_SECONDS = 60.0
MOST_AT_ONCE = 500


def work(*, at: datetime, seconds: float = BATCH_SECONDS) -> dict[str, int]:
    """The periodic job: go on with everything that waits, for a while; how many were made, sent, and failed."""
    began = time.monotonic()
    done = {"made": 0, "sent": 0, "failed": 0}
    for report_id in waiting(at):
        if time.monotonic() >= began + seconds:
            break
        for name, count in step(report_id, at=at).items():
            done[name] += count
    return done


def waiting(at: datetime) -> list[int]:
    """Reports that are to be made or sent at `at`, those that are due first, at most 500."""
    with tenancy.everything():
        due = sending.due(at)
        return list(dict.fromkeys([*due, *making.waiting(at)]))[:MOST_AT_ONCE]


def step(report_id: int, *, at: datetime) -> dict[str, int]:
    """Make a report, and send it when it is due; what was done of "made" and "sent", or "failed"."""
    done: dict[str, int] = {}
    try:
        with clock.at(at):
            if sending.send_due(report_id, at=at):
                done["sent"] = 1
            elif making.make(report_id, at=at):
                done["made"] = 1
    except Exception as error:
        log.exception("report.failed", report=report_id, error=repr(error))
        done["failed"] = 1
    return done
