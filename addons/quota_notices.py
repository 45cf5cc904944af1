"""Owners and billing are told when 80 and 100 % of a metered quota are used, once per month and allowance."""

from __future__ import annotations

from django.urls import reverse

from accounts.access import people_with_role
from accounts.models import Organization
from addons.allowance import Allowance
from addons.models import QuotaCounter
from common import outbox
from common.beijing import Month
from notifications.notices import notify


def tell(
    *,
    organization: Organization,
    code: str,
    month: Month,
    allowance: Allowance,
    told_low: bool,
    told_exhausted: bool,
) -> None:
    """Tell what was crossed and not told yet; the caller's transaction holds the counter's row."""
    if allowance.is_exhausted and not told_exhausted:
        # Who jumps over both steps at once is told the last one only.
        _tell(organization, code, month, allowance, topic="quota.exhausted", told_low=True, told_exhausted=True)
    elif allowance.is_low and not told_low:
        _tell(
            organization,
            code,
            month,
            allowance,
            topic="quota.low",
            told_low=True,
            told_exhausted=told_exhausted,
        )


def _tell(
    organization: Organization, code: str, month: Month, allowance: Allowance, *, topic: str, **told: bool
) -> None:
    QuotaCounter.objects.filter(organization=organization, code=code, period_start=month.first_day).update(**told)
    facts = {"code": code, "month": str(month), "used": allowance.used, "allowance": allowance.total}
    key = f"{organization.pk}:{code}:{month}:{allowance.total}"
    outbox.emit(topic, organization_id=organization.pk, payload=facts, key=key)
    notify(
        people=people_with_role(organization.pk, "owner", "billing"),
        kind=topic,
        params=facts | {"organization": organization.name},
        url=reverse("addons:quotas", args=[organization.slug]),
        key=f"{topic}:{key}",
        organization=organization,
    )
