"""What the portal asks of a gateway, and what a gateway says. A gateway never decides what a payment is for.

Nothing here is called with a lock held but `create`, which therefore stays off the network.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.pricing.deadlines import ORDER_WAITS
from common.money import Money
from common.problems import NotFound, Problem

Outcome = Literal["succeeded", "declined"]


class BadSignature(Problem):
    code = "bad_signature"
    status = 400
    title = _("The signature does not fit")
    default_detail = _("This notification was not signed with the gateway's secret. It was not taken.")


class GatewayUnreachable(Problem):
    """The gateway did not answer, or with a fault of its own: nothing is known, ask again later."""

    code = "gateway_unreachable"
    status = 503
    title = _("The payment gateway does not answer")
    default_detail = _("Nothing was charged. Try again in a moment.")


class GatewayRefused(Exception):
    """The gateway understood and will not do it: a person has to look."""


@dataclass(frozen=True)
class Charge:
    """What is to be collected: `reference` is ours and unique, `title` is for the payer's eyes."""

    reference: str
    amount: Money
    currency: str
    title: str
    return_url: str


@dataclass(frozen=True)
class PaidCharge:
    """A charge that was collected, by our reference and by the gateway's own number."""

    reference: str
    gateway_id: str
    amount: Money
    currency: str


@dataclass(frozen=True)
class Event:
    """Verified word of a gateway about one payment; `event_id` names it, a repeat has the same one."""

    event_id: str
    reference: str
    outcome: Outcome
    amount: Money
    currency: str
    occurred_at: datetime
    gateway_id: str = ""


@dataclass(frozen=True)
class MethodStored:
    """Verified word that a payer lets us charge again: `reference` is our set-up's, `token` the gateway's."""

    event_id: str
    reference: str
    token: str
    label: str
    occurred_at: datetime


@dataclass(frozen=True)
class Unrelated:
    """Verified word about something that no payment of ours waits for."""

    event_id: str
    reference: str = ""


Word = Event | MethodStored | Unrelated


@dataclass(frozen=True)
class Offer:
    """What a gateway can do, as data: rules ask these facts and never a gateway's or a tier's name."""

    label: Any
    note: Any
    # It takes no payment above this; None: any amount.
    largest: Money | None = None
    # Which kinds of order it serves, beside invoices; None: all of them.
    actions: frozenset[str] | None = None
    # How long an unpaid order waits for it.
    waits: timedelta = ORDER_WAITS
    # Whether a method can be stored and charged again.
    stores: bool = False
    # Whether it sends refunds itself; else a billing operator does, and says so.
    refunds_itself: bool = True
    # Paid by a proforma: the portal's own page says how to pay.
    has_proforma: bool = False


class Gateway(ABC):
    """Base of the adaptors; a gateway overrides what it can do."""

    code: ClassVar[str]
    # What the gateway wants to hear when its notification was taken: content type and body; None: our own JSON.
    thanks: ClassVar[tuple[str, str] | None] = None

    @abstractmethod
    def offer(self) -> Offer:
        """What it can do, under the settings of this portal."""

    def is_set_up(self) -> bool:
        """Whether this portal has what it takes to talk to it."""
        return True

    def create(self, charge: Charge) -> None:  # noqa: B027
        """Announce a charge; in the transaction that records the payment."""

    def page_url(self, reference: str) -> str:
        """Where the payer is sent: a page of ours, which leads on to the gateway's."""
        return settings.PUBLIC_URL + reverse("billing:payment-page", args=[reference])

    def open_page(self, charge: Charge) -> str:
        """The gateway's own page for a charge, the same however often it is asked; may raise GatewayUnreachable."""
        raise NotFound

    def read(self, raw: bytes, headers: Mapping[str, str]) -> Word:
        """Verify a notification and read it; raises BadSignature, or FieldErrors for a body that says nothing."""
        raise NotFound

    def reread(self, raw: str) -> Word:
        """Read what was verified when it came: a notification or an answer."""
        raise NotFound

    def query(self, reference: str) -> tuple[Event, str] | None:
        """What became of a charge, with the answer as received; None while it is undecided or unknown."""
        return None

    def refund(self, *, paid: PaidCharge, refund_reference: str, amount: Money) -> None:
        """Send money back to the payer; the same `refund_reference` again changes nothing."""
        raise NotFound

    def store(self, request: StoreRequest) -> StoredMethod | str:
        """Begin to store a method: the method itself, or the address where the payer allows it."""
        raise NotFound

    def confirm_stored(self, session: str) -> tuple[MethodStored, str] | None:
        """What became of a set-up, with the answer as received; None while the payer has not finished."""
        return None

    def label_of(self, token: str) -> str:
        """What its owner knows a stored method by, where the word that it is stored did not say."""
        return ""

    def charge_stored(self, token: str, charge: Charge) -> tuple[Event, str] | None:
        """Charge a stored method without the payer. The same `reference` again charges nothing more.

        The gateway's word with the answer as received; None while it is undecided: `query` tells later.
        """
        raise NotFound

    def forget(self, token: str) -> None:  # noqa: B027
        """Drop a stored method at the gateway; one that is gone already is no error."""


@dataclass(frozen=True)
class StoreRequest:
    """`reference` comes back with the gateway's word; `behaviour` is the sandbox's wish."""

    reference: str
    return_url: str
    email: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredMethod:
    token: str
    label: str
