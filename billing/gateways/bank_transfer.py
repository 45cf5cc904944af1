"""Payment by bank transfer: no gateway reports, operators record what arrived (billing/paying/bank_transfers.py)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy

from billing.gateways.interface import Event, Gateway, Offer
from billing.gateways.plain_words import read_event

WAITS = timedelta(days=10)


class BankTransferGateway(Gateway):
    code = "bank_transfer"

    def offer(self) -> Offer:
        return Offer(
            label=gettext_lazy("Bank transfer"),
            note=gettext_lazy("You get a proforma with our account and a reference to transfer to."),
            # A change costs by its day and a pack counts in its month: neither can wait for a bank.
            actions=frozenset({"subscribe", "renew"}),
            waits=WAITS,
            refunds_itself=False,
            has_proforma=True,
        )

    def is_set_up(self) -> bool:
        return bool(settings.BANK_ACCOUNT["number"])

    def reread(self, raw: str) -> Event:
        return read_event(raw.encode())
