"""What organizations can be told of: the webhook events of spec page 2.7, and the public facts of each.

An app above this one that emits such a topic may say how it is put for the organization: `describes(type)` for the
facts, `splits(topic)` where one outbox event stands for many happenings. Without either, the fields named in
`_FIELDS` are taken from the event's payload. Nothing else leaves: what is internal is never named here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from common.models import OutboxEvent

EVENTS: dict[str, str | Promise] = {
    "ticket.created": _("A ticket is filed"),
    "ticket.replied": _("The support team answers a ticket"),
    "ticket.updated": _("A ticket changes, or your own people write on it"),
    "ticket.breached": _("An answer is overdue"),
    "ticket.resolved": _("A ticket is resolved"),
    "subscription.changed": _("The support plan changes"),
    "quota.low": _("80 % of a quota are used"),
    "quota.exhausted": _("A quota is used up"),
    "invoice.issued": _("An invoice is issued"),
    "invoice.overdue": _("An invoice is overdue"),
    "payment.succeeded": _("A payment has arrived"),
    "refund.completed": _("A refund was sent"),
    "booking.updated": _("A booking changes"),
    "advisory.published": _("An advisory concerns you"),
    "report.ready": _("A service report is ready"),
}
TEST = "test"
_FIELDS: dict[str, tuple[str, ...]] = {
    "subscription.changed": ("change", "family", "tier", "cycle", "status", "starts_on", "ends_on", "at"),
    "quota.low": ("code", "month", "used", "allowance"),
    "quota.exhausted": ("code", "month", "used", "allowance"),
    "invoice.issued": ("number", "total", "currency", "due_on"),
    "invoice.overdue": ("number", "outstanding", "currency", "due_on"),
    "payment.succeeded": ("reference", "amount", "currency", "occurred_at"),
    "refund.completed": ("reference", "payment", "amount"),
    "booking.updated": (
        *("id", "booking", "change", "service", "status", "starts_on", "ends_on", "days", "short_notice", "at"),
    ),
    "advisory.published": ("id", "number", "kind", "severity", "title", "status", "published_at", "url"),
    "report.ready": ("month", "url"),
}


@dataclass(frozen=True)
class Happening:
    """One thing that happened in one organization; `key` tells apart those of one outbox event."""

    organization_id: int
    payload: dict[str, Any]
    key: str = ""


Describe = Callable[[Happening, Organization], dict[str, Any] | None]
Split = Callable[[OutboxEvent], Iterable[Happening]]
_describers: dict[str, Describe] = {}
_splitters: dict[str, Split] = {}


def describes(*types: str) -> Callable[[Describe], Describe]:
    """Register who puts these events into public facts; None from it: nothing of this is the organization's to know."""

    def register(function: Describe) -> Describe:
        for type_ in types:
            _describers[type_] = function
        return function

    return register


def splits(topic: str) -> Callable[[Split], Split]:
    """Register who takes a batch of happenings apart."""

    def register(function: Split) -> Split:
        _splitters[topic] = function
        return function

    return register


def happenings(event: OutboxEvent) -> list[Happening]:
    """What happened, by organization."""
    split = _splitters.get(event.topic)
    if split is not None:
        return list(split(event))
    if event.organization_id is None:
        return []
    return [Happening(event.organization_id, event.payload)]


def facts(type_: str, happening: Happening, organization: Organization) -> dict[str, Any] | None:
    """The `data` of a delivery, None where the organization is told nothing."""
    describe = _describers.get(type_)
    if describe is not None:
        said = describe(happening, organization)
    else:
        said = {name: happening.payload[name] for name in _FIELDS.get(type_, ()) if name in happening.payload}
    return None if said is None else {"organization": organization.slug} | said
