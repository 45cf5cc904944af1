"""New settlement invoices are charged to the stored payment method, each once (spec page 3, section 3.7).

Which ones were not tried yet is read from the rows: whoever dies in between leaves them to the next run. A charge that
is declined is told (billing/paying/outcomes.py), and the invoice stays payable within its ten days.
"""

from __future__ import annotations

import time
from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet

from billing import locks
from billing.models import Invoice, Payment, PaymentMethod
from billing.paying.payments import charge_default
from billing.settlement import suspension
from common import tenancy
from common.beijing import date_of

BATCH = 200
# Real seconds that one run charges for: a gateway may be slow, and the job comes again.
LONGEST_RUN = 60


def charge_new(*, at: datetime) -> dict[str, int]:
    """Charge what was not tried yet, for a minute at most; opens its own transactions. Returns how many were begun."""
    began, after, charged = time.monotonic(), 0, 0
    while time.monotonic() - began < LONGEST_RUN:
        with tenancy.everything():
            batch = list(_untried(at).filter(pk__gt=after).order_by("pk").values_list("pk", "organization_id")[:BATCH])
        if not batch:
            break
        for invoice_id, organization_id in batch:
            charged += _charge(invoice_id, organization_id, at)
        after = batch[-1][0]
    return {"charged": charged}


def is_charged(invoice: Invoice) -> bool:
    """Whether a new settlement invoice is one that is charged, now or in a moment."""
    return _untried(invoice.issued_at).filter(pk=invoice.pk).exists() or invoice.payments.exists()


def _untried(at: datetime) -> QuerySet[Invoice]:
    """Settlement invoices that can be paid in time, of organizations that had a default method when they came."""
    methods = PaymentMethod.objects.filter(
        organization_id=OuterRef("organization_id"),
        is_default=True,
        removed_at=None,
        created_at__lte=OuterRef("issued_at"),
    )
    tried = Payment.objects.filter(invoice_id=OuterRef("pk"), method__isnull=False)
    unpaid = suspension.unpaid_settlements().filter(due_on__gte=date_of(at), credited=0, paid=F("refunded"))
    return unpaid.filter(Exists(methods), ~Exists(tried))


def _charge(invoice_id: int, organization_id: int, at: datetime) -> bool:
    """One invoice; the gateway is asked after the commit (billing/paying/payments.py)."""
    with tenancy.organization(organization_id):
        locks.hold_account(organization_id)
        invoice = locks.hold_invoice(invoice_id)
        if not _untried(at).filter(pk=invoice_id).exists():
            return False
        return charge_default(invoice=invoice, at=at) is not None
