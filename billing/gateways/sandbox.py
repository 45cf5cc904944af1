"""The sandbox gateway, as the portal sees it: like a real one behind HTTP, signatures and its own books.

Its payer's page and its notifications are in billing/gateways/sandbox_desk.py.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.gateways.interface import (
    BadSignature,
    Charge,
    Event,
    Gateway,
    Offer,
    Outcome,
    PaidCharge,
    StoredMethod,
    StoreRequest,
)
from billing.gateways.plain_words import read_event, write_event
from billing.models import SandboxCharge
from common import clock, money
from common.money import Money
from common.problems import FieldErrors

SIGNATURE_HEADER = "X-Sandbox-Signature"
# What a stored method of the sandbox does when it is charged, and how its owner knows it.
BEHAVIOURS = {"succeed": "Test card ···· 4242", "decline": "Test card ···· 0002, always declined"}


def signature_of(raw: bytes) -> str:
    """Hex HMAC-SHA256 of the raw body under SANDBOX_SECRET."""
    return hmac.new(settings.SANDBOX_SECRET.encode(), raw, hashlib.sha256).hexdigest()


class SandboxGateway(Gateway):
    code = "sandbox"

    def offer(self) -> Offer:
        return Offer(
            label=gettext_lazy("Demo payment"),
            note=gettext_lazy("No real money moves: you choose whether it succeeds."),
            stores=True,
        )

    def is_set_up(self) -> bool:
        # Without the setting nobody may pay with it, not even what was ordered before.
        return self.code in settings.PAYMENT_GATEWAYS

    def create(self, charge: Charge) -> None:
        SandboxCharge.objects.get_or_create(
            reference=charge.reference,
            defaults={
                "amount": charge.amount,
                "currency": charge.currency,
                "title": charge.title,
                "return_url": charge.return_url,
                "created_at": clock.now(),
            },
        )

    def page_url(self, reference: str) -> str:
        return settings.PUBLIC_URL + reverse("billing:sandbox-payment", args=[reference])

    def read(self, raw: bytes, headers: Mapping[str, str]) -> Event:
        given = headers.get(SIGNATURE_HEADER, "").strip().lower()
        if not hmac.compare_digest(given.encode(), signature_of(raw).encode()):
            raise BadSignature
        return read_event(raw)

    def reread(self, raw: str) -> Event:
        return read_event(raw.encode())

    def query(self, reference: str) -> tuple[Event, str] | None:
        charge = SandboxCharge.objects.filter(reference=reference).first()
        if charge is None or not (charge.succeeded_at or charge.declined_at):
            return None
        outcome: Outcome = "succeeded" if charge.succeeded_at else "declined"
        return _told(event_of(charge, event_id=f"query-{reference}-{outcome}", outcome=outcome))

    def refund(self, *, paid: PaidCharge, refund_reference: str, amount: Money) -> None:
        with transaction.atomic():
            charge = SandboxCharge.objects.select_for_update().get(reference=paid.reference)
            if refund_reference not in charge.refunds:
                charge.refunds[refund_reference] = money.plain(amount)
                charge.save(update_fields=["refunds"])

    def store(self, request: StoreRequest) -> StoredMethod | str:
        behaviour = request.fields.get("behaviour") or "succeed"
        if behaviour not in BEHAVIOURS:
            raise FieldErrors({"behaviour": [_("Give succeed or decline.")]})
        return StoredMethod(token=f"{behaviour}-{secrets.token_hex(12)}", label=BEHAVIOURS[behaviour])

    def charge_stored(self, token: str, charge: Charge) -> tuple[Event, str] | None:
        outcome: Outcome = "succeeded" if token.startswith("succeed-") else "declined"
        decided = f"{outcome}_at"
        with transaction.atomic():
            self.create(charge)
            row = SandboxCharge.objects.select_for_update().get(reference=charge.reference)
            if not (row.succeeded_at or row.declined_at):
                setattr(row, decided, clock.now())
                row.save(update_fields=[decided])
        return self.query(charge.reference)


def event_of(charge: SandboxCharge, *, event_id: str, outcome: Outcome) -> Event:
    """What the sandbox says of a charge that was decided."""
    occurred_at = charge.succeeded_at if outcome == "succeeded" else charge.declined_at
    assert occurred_at is not None
    return Event(event_id, charge.reference, outcome, charge.amount, charge.currency, occurred_at)


def _told(event: Event) -> tuple[Event, str]:
    return event, write_event(event)
