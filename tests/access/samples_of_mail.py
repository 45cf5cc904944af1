"""A mail that waits for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tickets.mail import parking
from tickets.models import ReceivedMail


def things(at: datetime) -> dict[str, Any]:
    """To be asked for in the scope of all tenants."""
    row = ReceivedMail.objects.create(key="sample", sender="eve@else.example", subject="Hello", outcome="parked", at=at)
    parked = parking.park(row, b"From: eve@else.example\r\nSubject: Hello\r\n\r\nPlease help.\r\n")
    return {"{mail}": parked.pk}
