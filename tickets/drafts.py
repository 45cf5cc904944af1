"""What somebody has begun to write is kept on the server: it survives a closed tab and another device (spec page 4.1).

One draft for each form of a person: a new ticket, a follow-up of a ticket, a message on a ticket. Only the fields
named here are kept: never files, never secret fields. A discarded draft stays until the next look, to be undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Organization, Person
from common import tenancy
from tickets.models import Draft, Ticket

KEPT_FOR = timedelta(days=30)
# Of one draft; what is longer is not filed either.
LONGEST = 64_000
MOST_FIELDS = 100
ANSWER = "answer:"
DISCARDED = "discarded"
_TEXTS = ("subject", "body", "tried")
_FIELDS = {
    *("kind", "severity", "product", "region", "category_technical", "category_business", "software"),
    *("software_version", "end_customer", "watchers", "booking", *_TEXTS),
}


@dataclass(frozen=True)
class Kept:
    """A draft: lists of values by the name of the form's field. `is_discarded`: only its undoing is offered."""

    values: Mapping[str, list[str]]
    saved_at: datetime
    is_discarded: bool

    def first(self, name: str) -> str:
        return (self.values.get(name) or [""])[0]


def save(
    *,
    person: Person,
    organization: Organization,
    ticket: Ticket | None = None,
    typed: Mapping[str, Sequence[str]],
    at: datetime,
) -> bool:
    """Keep what is typed in place of what was; whether there is anything to keep. What says nothing is forgotten."""
    values = {name: list(texts) for name, texts in typed.items() if _is_kept(name) and any(texts)}
    size = sum(len(name) + sum(map(len, texts)) for name, texts in values.items())
    says_something = any(text.strip() for name in values if _is_text(name) for text in values[name])
    if not says_something or size > LONGEST or len(values) > MOST_FIELDS:
        forget(person=person, organization=organization, ticket=ticket)
        return False
    Draft.objects.bulk_create(
        [Draft(person=person, organization=organization, ticket=ticket, fields=values, saved_at=at)],
        update_conflicts=True,
        unique_fields=["person", "organization", "ticket"],
        update_fields=["fields", "saved_at"],
    )
    return True


def kept(*, person: Person, organization: Organization, ticket: Ticket | None = None) -> Kept | None:
    """What is kept for this form; None where there is nothing."""
    row = _rows(person, organization, ticket).first()
    return read(row.fields, row.saved_at) if row else None


def read(fields: Mapping[str, Any], saved_at: datetime) -> Kept:
    """A draft from its row's columns."""
    discarded = fields.get(DISCARDED)
    return Kept(discarded if discarded is not None else fields, saved_at, discarded is not None)


def discard(*, person: Person, organization: Organization, ticket: Ticket | None = None, at: datetime) -> None:
    """Put it away; `undo` brings it back until the form is looked at again."""
    row = _rows(person, organization, ticket).first()
    if row is not None and DISCARDED not in row.fields:
        row.fields, row.saved_at = {DISCARDED: row.fields}, at
        row.save(update_fields=["fields", "saved_at"])


def undo(*, person: Person, organization: Organization, ticket: Ticket | None = None) -> None:
    """Bring back what was discarded last."""
    row = _rows(person, organization, ticket).first()
    if row is not None and DISCARDED in row.fields:
        row.fields = row.fields[DISCARDED]
        row.save(update_fields=["fields"])


def forget(*, person: Person, organization: Organization, ticket: Ticket | None = None) -> None:
    """Delete it: it was sent."""
    _rows(person, organization, ticket).delete()


def forget_old(*, at: datetime) -> int:
    """Delete drafts that nobody has touched for 30 days; returns how many."""
    with tenancy.everything():
        return Draft.objects.filter(saved_at__lt=at - KEPT_FOR).delete()[0]


def _rows(person: Person, organization: Organization, ticket: Ticket | None) -> Any:
    return Draft.objects.filter(person=person, organization=organization, ticket=ticket)


def _is_kept(name: str) -> bool:
    return name in _FIELDS or name.startswith(ANSWER)


def _is_text(name: str) -> bool:
    return name in _TEXTS or name.startswith(ANSWER)
