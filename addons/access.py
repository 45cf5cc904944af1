"""How the quota's rows are reached: through their organization, inside its tenant scope."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Organization
from addons.models import QuotaEntry
from addons.ticket_quota import TECHNICAL_TICKETS
from common.problems import NotFound

CODES = (TECHNICAL_TICKETS,)


def entries_of(organization: Organization, code: str) -> QuerySet[QuotaEntry]:
    """Every movement of one quota, newest first. Raises NotFound for a quota that does not exist."""
    if code not in CODES:
        raise NotFound
    return QuotaEntry.objects.filter(organization=organization, code=code).select_related("by").order_by("-pk")
