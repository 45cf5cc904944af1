"""The sandbox gateway, as the portal sees it: like a real one behind HTTP, signatures and its own books.

Its payer's page and its notifications are in billing/gateways/sandbox_desk.py.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.gateways.interface import BadSignature, Charge, Event
from billing.models import SandboxCharge
from common import clock, money
from common.money import Money
from common.problems import FieldErrors

SIGNATURE_HEADER = "X-Sandbox-Signature"
MAX_TEXT = 100


def signature_of(raw: bytes) -> str:
    """Hex HMAC-SHA256 of the raw body under SANDBOX_SECRET."""
    return hmac.new(settings.SANDBOX_SECRET.encode(), raw, hashlib.sha256).hexdigest()


class SandboxGateway:
    code = "sandbox"

    def create(self, charge: Charge) -> None:
        SandboxCharge.objects.create(
            reference=charge.reference,
            amount=charge.amount,
            currency=charge.currency,
            title=charge.title,
            return_url=charge.return_url,
            created_at=clock.now(),
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
        outcome = "succeeded" if charge.succeeded_at else "declined"
        body = event_body(
            charge,
            event_id=f"query-{reference}-{outcome}",
            outcome=outcome,
            occurred_at=charge.succeeded_at or charge.declined_at,
        )
        return read_event(body.encode()), body

    def refund(self, *, reference: str, refund_reference: str, amount: Money) -> None:
        charge = SandboxCharge.objects.select_for_update().get(reference=reference)
        if refund_reference not in charge.refunds:
            charge.refunds[refund_reference] = money.plain(amount)
            charge.save(update_fields=["refunds"])


def event_body(charge: SandboxCharge, *, event_id: str, outcome: str, occurred_at: datetime | None) -> str:
    """The notification's body as spec page 7 writes it."""
    assert occurred_at is not None
    return json.dumps(
        {
            "event_id": event_id,
            "reference": charge.reference,
            "outcome": outcome,
            "amount": money.plain(charge.amount),
            "currency": charge.currency,
            "occurred_at": occurred_at.isoformat(),
        }
    )


def read_event(raw: bytes) -> Event:
    """The event of a notification's body; raises FieldErrors naming each field that cannot be read."""
    try:
        data = json.loads(raw.decode("utf-8"), parse_float=Decimal)
    except (ValueError, RecursionError) as unreadable:
        raise FieldErrors({"body": [_("This is not valid JSON: check quotes, commas and brackets.")]}) from unreadable
    if not isinstance(data, dict):
        raise FieldErrors({"body": [_("Send an object.")]})
    errors: dict[str, list[Any]] = {}
    event = Event(
        event_id=_text(data, "event_id", errors),
        reference=_text(data, "reference", errors),
        outcome=_outcome(data, errors),  # type: ignore[arg-type]
        amount=_amount(data, errors),
        currency=_text(data, "currency", errors),
        occurred_at=_instant(data, errors),
    )
    if errors:
        raise FieldErrors(errors)
    return event


def _text(data: dict[str, Any], name: str, errors: dict[str, list[Any]]) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT or not value.isprintable():
        errors[name] = [_("Give a text of 1 to 100 characters.")]
        return ""
    return value


def _outcome(data: dict[str, Any], errors: dict[str, list[Any]]) -> str:
    value = data.get("outcome")
    if value not in ("succeeded", "declined"):
        errors["outcome"] = [_("Give succeeded or declined.")]
    return str(value)


def _amount(data: dict[str, Any], errors: dict[str, list[Any]]) -> Money:
    """Read exactly as sent: an amount with parts of a fen is a mismatch, not a mistake in form."""
    value = data.get("amount")
    try:
        amount = Decimal(value) if isinstance(value, (str, int, Decimal)) else None
    except InvalidOperation:
        amount = None
    if amount is None or isinstance(value, bool) or not amount.is_finite() or abs(amount) > money.LARGEST:
        errors["amount"] = [_("Give an amount.")]
        return money.ZERO
    return amount


def _instant(data: dict[str, Any], errors: dict[str, list[Any]]) -> datetime:
    value = data.get("occurred_at")
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
        # Instants at the edge of the calendar have no Beijing date.
        if instant is not None and instant.tzinfo is not None and 1970 < instant.year < 9000:
            return instant
    except ValueError:
        pass
    errors["occurred_at"] = [_("Give an ISO instant with an offset, such as 2026-11-01T09:00:00+08:00.")]
    return clock.now()
