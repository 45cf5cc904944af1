"""What stands around a ticket in few rows each: watchers, secret fields, follow-ups, a begun message.

Read in one statement, so that a ticket's page costs the same whatever it has of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from accounts.models import Person
from tickets.links import Linked, seen_from
from tickets.models import Draft, SecretField, Ticket, TicketLink, TicketWatcher

# What a page shows of the ticket at the end of a link.
_END = ("number", "subject", "status")


@dataclass(frozen=True)
class Watcher:
    """Who is kept informed."""

    email: str
    name: str

    @property
    def display_name(self) -> str:
        """As of a Person."""
        return _name(self.name, self.email)


@dataclass(frozen=True)
class Secret:
    """A secret field as everybody sees it: its value is not read here."""

    id: int
    label: str
    given_by: str
    given_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True)
class Neighbour:
    """A ticket that this one follows, or that follows it."""

    number: str
    subject: str


@dataclass(frozen=True)
class Surroundings:
    """`draft`: the fields of the reader's begun message, {} where there is none; `draft_saved_at` when."""

    watchers: list[Watcher]
    secrets: list[Secret]
    follows: list[Neighbour]
    followed_by: list[Neighbour]
    links: list[Linked]
    draft: Mapping[str, Any]
    draft_saved_at: datetime | None


def around(ticket: Ticket, *, reader: Person | None = None) -> Surroundings:
    """Everything around a ticket, in one statement; `reader` is whose begun message is looked for."""
    # Names with a line below: the model has its own of some.
    row = Ticket.objects.filter(pk=ticket.pk).values(
        watchers_=_rows(
            TicketWatcher.objects.filter(ticket=OuterRef("pk")), email="person__email", name="person__name"
        ),
        secrets_=_rows(
            SecretField.objects.filter(ticket=OuterRef("pk")),
            id="id",
            label="label",
            by_name="given_by__name",
            by_email="given_by__email",
            given_at="given_at",
            deleted_at="deleted_at",
        ),
        links_=_rows(
            TicketLink.objects.filter(Q(ticket=OuterRef("pk")) | Q(other=OuterRef("pk"))),
            kind="kind",
            upper_id="ticket_id",
            upper_number="ticket__number",
            upper_subject="ticket__subject",
            upper_status="ticket__status",
            other_number="other__number",
            other_subject="other__subject",
            other_status="other__status",
        ),
        follows_=_rows(_follow_ups(ticket=OuterRef("pk")), number="other__number", subject="other__subject"),
        followed_by_=_rows(_follow_ups(other=OuterRef("pk")), number="ticket__number", subject="ticket__subject"),
        drafts_=_rows(
            Draft.objects.filter(
                ticket=OuterRef("pk"), organization=OuterRef("organization"), person=reader and reader.pk
            ),
            fields="fields",
            saved_at="saved_at",
        ),
    )
    found = row.get()
    draft = found["drafts_"][0] if found["drafts_"] else None
    return Surroundings(
        watchers=[Watcher(**one) for one in found["watchers_"]],
        secrets=[_secret(one) for one in found["secrets_"]],
        follows=[Neighbour(**one) for one in found["follows_"]],
        followed_by=[Neighbour(**one) for one in found["followed_by_"]],
        links=[_link(ticket.pk, one) for one in found["links_"]],
        draft=draft["fields"] if draft else {},
        draft_saved_at=datetime.fromisoformat(draft["saved_at"]) if draft else None,
    )


def _link(pk: int, row: dict[str, Any]) -> Linked:
    ends = [SimpleNamespace(**{name: row[f"{end}_{name}"] for name in _END}) for end in ("upper", "other")]
    return seen_from(pk, row["kind"], row["upper_id"], *ends)


def _follow_ups(**where: Any) -> QuerySet[TicketLink]:
    return TicketLink.objects.filter(kind=TicketLink.Kind.FOLLOW_UP, **where)


def _rows(found: QuerySet[Any], **columns: str) -> ArraySubquery:
    fields = {name: F(column) for name, column in columns.items()}
    return ArraySubquery(found.order_by("id").values(row=JSONObject(**fields)))


def _secret(row: dict[str, Any]) -> Secret:
    return Secret(
        id=row["id"],
        label=row["label"],
        given_by=_name(row["by_name"], row["by_email"]),
        given_at=datetime.fromisoformat(row["given_at"]),
        deleted_at=datetime.fromisoformat(row["deleted_at"]) if row["deleted_at"] else None,
    )


def _name(name: str, email: str) -> str:
    return name or email.split("@", 1)[0]
