"""An organization says that it has read an advisory (spec page 6.1)."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from care.models import AdvisoryReceipt
from common import audit, live
from common.problems import OrganizationDisabled


def acknowledge(*, receipt: AdvisoryReceipt, by: Person, at: datetime) -> AdvisoryReceipt:
    """Record who read it and when; the first one stays. Raises OrganizationDisabled. In the tenant's scope."""
    rows = AdvisoryReceipt.objects.select_for_update(of=("self",))
    receipt = rows.select_related("advisory", "organization", "acknowledged_by").get(pk=receipt.pk)
    if receipt.acknowledged_at is not None:
        return receipt
    if receipt.organization.is_disabled:
        raise OrganizationDisabled
    receipt.acknowledged_at, receipt.acknowledged_by = at, by
    receipt.save(update_fields=["acknowledged_at", "acknowledged_by"])
    number = receipt.advisory.number
    audit.record(by=by, organization_id=receipt.organization_id, action="advisory.acknowledged", object=number)
    live.publish(f"org:{receipt.organization_id}", "advisories-changed")
    live.publish("desk", "advisories-changed", advisory=receipt.advisory_id)
    return receipt
