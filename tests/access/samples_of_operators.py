"""What billing operators decide: a refund that waits for a second person, and a version of the price book."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.test import override_settings

from accounts.models import Person
from billing.invoices import refund_proposals
from billing.models import Invoice
from supportplans.models import CatalogueVersion


def things(operator: Person, now: datetime) -> dict[str, str]:
    """Parts of addresses and what they stand for."""
    with override_settings(REFUND_SECOND_PERSON_ABOVE=Decimal("0.01")):
        proposal = refund_proposals.propose(
            invoice=Invoice.objects.earliest("pk"), amount=Decimal("1.00"), reason="Goodwill", at=now, by=operator
        )
    version = CatalogueVersion.objects.earliest("pk")
    return {"refunds/{number}": f"refunds/{proposal.pk}", "price-book/{number}": f"price-book/{version.pk}"}
