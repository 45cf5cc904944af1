"""Rows that have served: answers of old keys, events that left long ago, ended sessions, quotes nobody ordered, drafts,
mail that was handled.

And loads of usage whose command was killed: they are called failed.
"""

from __future__ import annotations

from datetime import datetime

from accounts.sessions import SessionStore
from billing.buying import quotes
from billing.usage import loads as usage_loads
from common import idempotency, outbox
from notifications.outbound import recording
from tickets import drafts
from tickets.mail import retention


def sweep_old_rows(*, at: datetime) -> dict[str, int]:
    """The daily clean-up; returns how many rows of each kind went."""
    SessionStore.clear_expired()
    return {
        "idempotency_records": idempotency.sweep_old(),
        "outbox_events": outbox.sweep_done(),
        "quotes": quotes.forget_old(at=at),
        "deliveries": recording.forget_old(at=at),
        "drafts": drafts.forget_old(at=at),
        "mails": retention.forget_old(at=at),
        "usage_loads": usage_loads.close_abandoned(at=at),
    }
