"""What the portal asks of a gateway, and what a gateway says. A gateway never decides what a payment is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from django.utils.translation import gettext_lazy as _

from common.money import Money
from common.problems import Problem

Outcome = Literal["succeeded", "declined"]


class BadSignature(Problem):
    code = "bad_signature"
    status = 400
    title = _("The signature does not fit")
    default_detail = _("This notification was not signed with the gateway's secret. It was not taken.")


@dataclass(frozen=True)
class Charge:
    """What is to be collected: `reference` is ours and unique, `title` is for the payer's eyes."""

    reference: str
    amount: Money
    currency: str
    title: str
    return_url: str


@dataclass(frozen=True)
class Event:
    """Verified word of a gateway about one payment; `event_id` names it, a repeat has the same one."""

    event_id: str
    reference: str
    outcome: Outcome
    amount: Money
    currency: str
    occurred_at: datetime


class Gateway(Protocol):
    code: str

    def create(self, charge: Charge) -> None:
        """Announce a charge; in the transaction that records the payment."""

    def page_url(self, reference: str) -> str:
        """Where the payer pays."""

    def read(self, raw: bytes, headers: Mapping[str, str]) -> Event:
        """Verify a notification and read it; raises BadSignature, or FieldErrors for a body that says nothing."""

    def reread(self, raw: str) -> Event:
        """Read a notification that was verified when it came."""

    def query(self, reference: str) -> tuple[Event, str] | None:
        """What became of a charge, with the answer as received; None while it is undecided or unknown."""

    def refund(self, *, reference: str, refund_reference: str, amount: Money) -> None:
        """Send money back to the payer; the same `refund_reference` again changes nothing."""
