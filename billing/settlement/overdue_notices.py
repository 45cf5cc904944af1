"""Owner and billing hear of settlement invoices: issued, unpaid, the plan suspended and free again (page 3.7)."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from accounts.access import people_with_role
from accounts.models import Organization
from billing.models import Invoice
from billing.settlement.suspension import suspended_from
from common.beijing import Month, date_of
from common.money import plain
from notifications.notices import notify


def issued(invoice: Invoice, *, is_charged: bool) -> None:
    """A month was settled: what it comes to, and whether it is to be paid or is charged to the stored method."""
    kind = "invoice.charged" if is_charged else "invoice.payable"
    _tell(invoice, kind, key=f"invoice.settled:{invoice.number}")


def reminder(invoice: Invoice, days: int) -> None:
    """It is `days` days overdue; each reminder is told once."""
    _tell(invoice, "invoice.reminder", key=f"invoice.reminder:{invoice.number}:{days}")


def suspended(invoice: Invoice) -> None:
    """The plan is suspended because of it."""
    _tell(invoice, "plan.suspended", key=f"plan.suspended:{invoice.number}")


def restored(organization: Organization, at: datetime) -> None:
    """Nothing is long overdue any more: everything is open again."""
    notify(
        people=people_with_role(organization.pk, "owner", "billing"),
        kind="plan.restored",
        params={"organization": organization.name},
        url=reverse("supportplans:plan", args=[organization.slug]),
        key=f"plan.restored:{organization.pk}:{at.isoformat()}",
        organization=organization,
    )


def _tell(invoice: Invoice, kind: str, *, key: str) -> None:
    organization = invoice.organization
    assert invoice.settlement is not None
    notify(
        people=people_with_role(organization.pk, "owner", "billing"),
        kind=kind,
        params={
            "number": invoice.number,
            "organization": organization.name,
            "month": str(Month.of(invoice.settlement.month)),
            "total": plain(invoice.total),
            "amount": plain(invoice.outstanding),
            "due_on": invoice.due_on.isoformat(),
            "suspended_on": date_of(suspended_from(invoice.due_on)).isoformat(),
        },
        url=reverse("billing:invoice", args=[organization.slug, invoice.number]),
        key=key,
        organization=organization,
    )
