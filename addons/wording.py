"""The ledger's movements in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from addons.models import QuotaEntry

REASONS: dict[str, Promise] = {
    "ticket_filed": _("Technical ticket filed"),
    "reclassified": _("Reclassified by our staff"),
    "withdrawn": _("Ticket withdrawn, its unit given back"),
    "merged": _("Ticket merged, its unit given back"),
    "pack_bought": _("Ticket pack bought"),
    "month_ended": _("The month ended: what was left of the packs lapsed"),
}


def describe(entry: QuotaEntry) -> str:
    """Why the quota moved."""
    return str(REASONS.get(entry.reason, entry.get_kind_display()))
