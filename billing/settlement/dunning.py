"""Unpaid settlement invoices (spec page 3, section 3.7), looked at every day at 09:00 Beijing.

Overdue from the day after `due_on`: told to webhooks once. Reminders 3 and 7 days after it; 15 days after it the plan
is suspended (by the date itself, billing/settlement/suspension.py) and its people are told. Each step once: after
downtime only the latest one that is still true is told.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import structlog
from django.db.models import QuerySet

from billing.models import Invoice
from billing.settlement import overdue_notices, suspension
from common import outbox, tenancy
from common.beijing import date_of
from common.jobs import dates_documents
from common.money import plain
from supportplans.suspending import announce_suspension

# Days after `due_on` on which something is told.
OVERDUE, REMINDERS, SUSPENDED = 1, (3, 7), suspension.SUSPENDED_AFTER.days
STEPS = (OVERDUE, *REMINDERS, SUSPENDED)
BATCH = 200
log = structlog.get_logger(__name__)


@dates_documents
def remind(*, at: datetime) -> dict[str, int]:
    """The daily job; returns how many invoices were told of. Opens its own transactions."""
    today, told = date_of(at), 0
    for step, longest in zip(STEPS, (*STEPS[1:], None), strict=True):
        while done := _tell_some(today, step, longest, at):
            told += done
    if told:
        log.info("billing.dunned", invoices=told)
    return {"told": told}


def _tell_some(today: date, step: int, longest: int | None, at: datetime) -> int:
    """One transaction: a batch of the invoices that stand at `step` today and have not been told of it.

    Only the invoices are locked: who pays one holds the account, waits here, and is not waited for.
    """
    with tenancy.everything():
        due = _at_step(today, step, longest).select_for_update(of=("self",), no_key=True).order_by("pk")
        batch = list(due.select_related("organization", "settlement")[:BATCH])
        for invoice in batch:
            _tell(invoice, step, at)
    return len(batch)


def _at_step(today: date, step: int, longest: int | None) -> QuerySet[Invoice]:
    unpaid = suspension.unpaid_settlements().filter(due_on__lte=today - timedelta(days=step), dunned__lt=step)
    return unpaid if longest is None else unpaid.filter(due_on__gt=today - timedelta(days=longest))


def _tell(invoice: Invoice, step: int, at: datetime) -> None:
    if invoice.dunned < OVERDUE:
        _emit_overdue(invoice)
    if step in REMINDERS:
        overdue_notices.reminder(invoice, step)
    elif step == SUSPENDED:
        overdue_notices.suspended(invoice)
        if _is_the_oldest(invoice):
            announce_suspension(invoice.organization, "suspended", at)
    invoice.dunned = step
    invoice.save(update_fields=["dunned"])


def _is_the_oldest(invoice: Invoice) -> bool:
    """A plan that an older invoice has suspended is suspended already."""
    earlier = suspension.unpaid_settlements().filter(organization_id=invoice.organization_id, dunned__gte=SUSPENDED)
    return not earlier.exclude(pk=invoice.pk).exists()


def _emit_overdue(invoice: Invoice) -> None:
    outbox.emit(
        "invoice.overdue",
        organization_id=invoice.organization_id,
        payload={
            "number": invoice.number,
            "due_on": invoice.due_on.isoformat(),
            "outstanding": plain(invoice.outstanding),
            "currency": invoice.currency,
        },
        key=invoice.number,
    )
