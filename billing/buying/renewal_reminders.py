"""Reminders that a plan ends (spec page 3, section 3.1): 30, 7 and 1 days before a yearly term does, 7 and 1 before a
monthly one; not for who renews by itself or has renewed.

A term keeps at how many days its people were told last, so that each reminder goes out once; after downtime only the
latest one that is still true does.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from billing.buying import renewal_notices
from common import tenancy
from common.beijing import date_of
from common.jobs import dates_documents
from supportplans import access as plans
from supportplans.models import Term

# Days before the end, by cycle; the latest first.
REMINDERS = {Term.Cycle.YEARLY: (1, 7, 30), Term.Cycle.MONTHLY: (1, 7)}
BATCH = 200


@dates_documents
def remind_of_ends(*, at: datetime) -> dict[str, int]:
    """The daily job; returns how many terms were told of. Opens its own transactions."""
    told = 0
    for cycle, steps in REMINDERS.items():
        for earlier, days in zip((0, *steps), steps, strict=False):
            while done := _tell_some(at, cycle, days, earlier):
                told += done
    return {"told": told}


def _tell_some(at: datetime, cycle: str, days: int, earlier: int) -> int:
    with tenancy.everything():
        due = _due(at, cycle, days, earlier).select_for_update(of=("self",), no_key=True).order_by("pk")
        batch = list(due.select_related("organization")[:BATCH])
        for term in batch:
            renewal_notices.ends_soon(term, days)
            term.reminded_days = days
            term.save(update_fields=["reminded_days"])
    return len(batch)


def _due(at: datetime, cycle: str, days: int, earlier: int) -> QuerySet[Term]:
    """Terms with at most `days` and more than `earlier` days left whose people have not been told of that."""
    ending = plans.ending_terms(at, days=days, renews=False)
    later = ending.filter(ends_on__gt=date_of(at) + timedelta(days=earlier), cycle=cycle)
    return later.filter(Q(reminded_days=None) | Q(reminded_days__gt=days))
