"""The portal's own way of writing down a gateway's word (spec page 7): the sandbox's notifications, bank transfers."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from billing.gateways.interface import Event
from common import clock, money
from common.money import Money
from common.problems import FieldErrors

MAX_TEXT = 100


def write_event(event: Event) -> str:
    """The body as spec page 7 writes it, `gateway_id` where there is one."""
    body = {
        "event_id": event.event_id,
        "reference": event.reference,
        "outcome": event.outcome,
        "amount": money.plain(event.amount),
        "currency": event.currency,
        "occurred_at": event.occurred_at.isoformat(),
    }
    return json.dumps(body | ({"gateway_id": event.gateway_id} if event.gateway_id else {}))


def read_event(raw: bytes) -> Event:
    """The event of a body; raises FieldErrors naming each field that cannot be read."""
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
        gateway_id=_text(data, "gateway_id", errors) if "gateway_id" in data else "",
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
