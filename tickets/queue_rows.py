"""The rows of the queue as HTML: each is drawn once per process and kept while it reads the same.

Fifty rows cost more than all else on the page, and every open desk asks for them again whenever a ticket changes
anywhere; of a kept row only the clock is new. What a row shows is its key, so that nothing stale can be shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zlib import crc32

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from accounts.models import Person
from common.templatetags.portal import in_language
from supportplans.catalogue import Catalogue
from tickets.addresses import desk_path
from tickets.desk_reading import tier_of
from tickets.models import Ticket
from tickets.queue_order import NEVER_DUE

# About 2 KB each.
ROWS_KEPT = 4096
_CLOCK = "<!--clock-->"


@dataclass(frozen=True)
class Shown:
    """Everything that a row reads of a ticket, for one kind of reader; of the clock only when it ends."""

    pk: int
    number: str
    subject: str
    severity: str
    status: str
    organization: str
    tier: str
    tier_rank: int
    product: str
    product_name: str
    assignee: str
    due_at: datetime | None
    is_mine: bool
    can_work: bool
    language: str
    tags: tuple[str, ...]
    phone: str
    call_when: str

    @property
    def version(self) -> str:
        """Another text whenever the row reads differently: an open page then draws it anew."""
        return f"{crc32(repr(self).encode()):x}"


@dataclass(frozen=True)
class Row:
    """A row around its clock; `owed_since` is when the running timer began."""

    shown: Shown
    before: SafeString
    after: SafeString
    owed_since: datetime | None


def rows(tickets: Sequence[Ticket], catalogue: Catalogue, *, reader: Person, can_work: bool) -> list[Row]:
    """The rows of a page of the queue (tickets/queue.py), in its order, as `reader` sees them; no statement."""
    found = []
    for ticket in tickets:
        shown = _shown(ticket, catalogue, reader, can_work)
        found.append(Row(shown, *_drawn(shown), ticket.owed_since))  # type: ignore[attr-defined]
    return found


def _shown(ticket: Ticket, catalogue: Catalogue, reader: Person, can_work: bool) -> Shown:
    callback: dict[str, str] = ticket.callback or {}  # type: ignore[attr-defined]
    language = get_language() or "en"
    tier = tier_of(ticket, catalogue)
    product = catalogue.name_of("products", ticket.product).in_language(language) if ticket.product else ""
    return Shown(
        pk=ticket.pk,
        number=ticket.number,
        subject=ticket.subject,
        severity=ticket.severity,
        status=ticket.status,
        organization=ticket.organization.name,
        tier=in_language(getattr(tier, "name", tier)),
        tier_rank=getattr(tier, "rank", 0),
        product=ticket.product,
        product_name=product,
        assignee=ticket.assignee.display_name() if ticket.assignee else "",
        due_at=ticket.sort_due if ticket.sort_due != NEVER_DUE else None,
        is_mine=ticket.assignee_id == reader.pk,
        can_work=can_work,
        language=language,
        tags=tuple(ticket.tags),
        phone=callback.get("phone", ""),
        call_when=callback.get("when", ""),
    )


@lru_cache(maxsize=ROWS_KEPT)
def _drawn(shown: Shown) -> tuple[SafeString, SafeString]:
    drawn = {"row": shown, "url": desk_path(shown.number), "is_desk": True}
    html = render_to_string("tickets/desk/_queue_row.html", drawn)
    before, _clock, after = html.partition(_CLOCK)
    return mark_safe(before), mark_safe(after)  # noqa: S308
