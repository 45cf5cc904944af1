"""Unpaid settlement invoices: overdue, and what a plan loses by them (spec page 3, sections 3.3 and 3.7).

An invoice is overdue from 00:00 Beijing of the day after `due_on`; from 00:00 of `due_on` + 15 days the plan is
suspended: technical tickets and new bookings are refused with `account_overdue`. Nobody waits for a job: the instant is
kept with the plan as soon as there is an invoice, and taken away as soon as it is paid or credited.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Min, QuerySet

from accounts.models import Organization
from billing.models import Invoice
from common.beijing import date_of, midnight
from supportplans.suspending import set_suspension

PAYABLE_WITHIN = timedelta(days=10)
SUSPENDED_AFTER = timedelta(days=15)


def due_on(issued_on: date) -> date:
    """The last day on which a settlement invoice is paid in time."""
    return issued_on + PAYABLE_WITHIN


def suspended_from(due: date) -> datetime:
    """The instant from which the plan is suspended while an invoice that was due on `due` is unpaid."""
    return midnight(due + SUSPENDED_AFTER)


def unpaid_settlements() -> QuerySet[Invoice]:
    """Settlement invoices that still wait for money."""
    return Invoice.objects.filter(status=Invoice.Status.OPEN, settlement__isnull=False, credits=None)


def is_overdue(organization: Organization, at: datetime) -> bool:
    """Whether a settlement invoice was due before the Beijing date of `at` and still waits for money."""
    return unpaid_settlements().filter(organization=organization, due_on__lt=date_of(at)).exists()


def align(organization: Organization, at: datetime) -> None:
    """Keep with the plan from when on it is suspended, by what is unpaid now; under the organization's lock.

    Call it whenever a settlement invoice is paid or credited. A plan that is free again is told to its people.
    """
    from billing.settlement import overdue_notices

    oldest = unpaid_settlements().filter(organization=organization).aggregate(due=Min("due_on"))["due"]
    suspended_at = suspended_from(oldest) if oldest else None
    if set_suspension(organization=organization, suspended_at=suspended_at, at=at):
        overdue_notices.restored(organization, at)
