"""An organization's tickets as rows of CSV, in two voices: for people, and for programs.

People get names and titles in their language; programs get the API's field names and codes. Rows are read in parts by
their keys, each part in a transaction and scope of its own: memory stays flat however many there are, and each part
costs one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import EndCustomer, Organization
from common import tenancy
from common.api import api_time
from supportplans.catalogue import Catalogue, Family, UnknownCode
from supportplans.catalogue_names import name_for_reader
from tickets.addresses import absolute, ticket_path
from tickets.models import ResponseTimer, Ticket
from tickets.timers import shown_state

OF_A_PART = 1000
Row = list[Any]


@dataclass(frozen=True)
class Voice:
    """In whose words cells are written; `family` None: in codes."""

    catalogue: Catalogue
    family: Family | None
    at: datetime

    def name(self, list_name: str, code: str) -> str:
        """A code of the catalogue, by its name for people."""
        return code if self.family is None else name_for_reader(self.catalogue, list_name, code)

    def tier(self, code: str) -> str:
        """The plan by its name; its code where the catalogue has it no more."""
        try:
            return self.family.tier(code).name.in_language(get_language() or "en") if self.family else code
        except UnknownCode:
            return code

    def category(self, code: str) -> str:
        """The category by the family's name for it."""
        found = [one.name for one in self.family.categories if one.code == code] if self.family else []
        return found[0].in_language(get_language() or "en") if found else code

    def choice(self, ticket: Ticket, field: str) -> str:
        """A field with choices, by its label for people."""
        value: str = getattr(ticket, field) if self.family is None else getattr(ticket, f"get_{field}_display")()
        return value

    def answer(self, ticket: Ticket) -> str:
        """What became of the latest answer that was owed; a running timer past its due time is breached."""
        due = ticket.response_due_at
        state = shown_state(ticket.response_state, due, at=self.at) if due is not None else ticket.response_state
        return state if self.family is None else str(ResponseTimer.State(state).label)


@dataclass(frozen=True)
class Column:
    """`field` is the API's name of it, `title` what people read above it."""

    field: str
    title: str | Promise
    cell: Callable[[Ticket, Voice], Any]


def _end_customer(attribute: str, ticket: Ticket, voice: Voice) -> str:
    found: EndCustomer | None = ticket.end_customer
    return getattr(found, attribute) if found else ""


COLUMNS = (
    Column("number", _("Number"), lambda ticket, voice: ticket.number),
    Column("subject", _("Subject"), lambda ticket, voice: ticket.subject),
    Column("kind", _("Kind"), lambda ticket, voice: voice.choice(ticket, "kind")),
    Column("severity", _("Severity"), lambda ticket, voice: voice.name("severities", ticket.severity)),
    Column("status", _("Status"), lambda ticket, voice: voice.choice(ticket, "status")),
    Column("product", _("Product"), lambda ticket, voice: voice.name("products", ticket.product)),
    Column("category", _("Category"), lambda ticket, voice: voice.category(ticket.category)),
    Column("region", _("Region"), lambda ticket, voice: voice.name("regions", ticket.region)),
    Column("software", _("Software"), lambda ticket, voice: voice.name("third_party_software", ticket.software)),
    Column("software_version", pgettext_lazy("of software", "Version"), lambda ticket, voice: ticket.software_version),
    Column("end_customer", _("End customer"), partial(_end_customer, "name")),
    Column("end_customer_reference", _("End customer's reference"), partial(_end_customer, "reference")),
    Column("tier", _("Plan"), lambda ticket, voice: voice.tier(ticket.tier)),
    Column("channel", _("Channel"), lambda ticket, voice: voice.choice(ticket, "channel")),
    Column("reporter", _("Filed by"), lambda ticket, voice: ticket.reporter.display_name()),
    Column("assignee", _("Worked on by"), lambda ticket, voice: ticket.assignee and ticket.assignee.display_name()),
    Column("created_at", _("Filed"), lambda ticket, voice: ticket.created_at),
    Column("response_due_at", _("Answer due"), lambda ticket, voice: ticket.response_due_at),
    Column("response_state", _("Answer"), lambda ticket, voice: voice.answer(ticket)),
    Column("first_reply_at", _("First answer"), lambda ticket, voice: ticket.first_reply_at),
    Column("resolved_at", _("Resolved"), lambda ticket, voice: ticket.resolved_at),
    Column("closed_at", _("Closed"), lambda ticket, voice: ticket.closed_at),
    Column(
        "out_of_scope_reason",
        _("Out of scope because"),
        lambda ticket, voice: voice.name("out_of_scope_reasons", ticket.out_of_scope_reason),
    ),
    Column("satisfaction", _("Rating"), lambda ticket, voice: ticket.satisfaction),
    Column("satisfaction_comment", _("Comment on the rating"), lambda ticket, voice: ticket.satisfaction_comment),
    Column(
        "url",
        _("Address"),
        lambda ticket, voice: absolute(ticket_path(ticket.organization.slug, ticket.number)),
    ),
)


def header(*, for_people: bool) -> list[str]:
    """What stands above the columns."""
    return [str(column.title) if for_people else column.field for column in COLUMNS]


def parts(
    found: QuerySet[Ticket], organization: Organization, catalogue: Catalogue, *, for_people: bool, at: datetime
) -> Iterator[list[Row]]:
    """The tickets of access.tickets_of as rows, newest first; read later, in the language of now."""
    family = catalogue.family_for(organization.kind) if for_people else None
    return _parts(found, organization.pk, Voice(catalogue, family, at), get_language() or "en")


def _parts(found: QuerySet[Ticket], organization: int, voice: Voice, language: str) -> Iterator[list[Row]]:
    below: int | None = None
    while True:
        with translation.override(language), tenancy.organization(organization):
            older = found if below is None else found.filter(pk__lt=below)
            tickets = list(older.order_by("-id")[:OF_A_PART])
            rows = [[column.cell(ticket, voice) for column in COLUMNS] for ticket in tickets]
        if rows:
            yield rows
        if len(tickets) < OF_A_PART:
            return
        below = tickets[-1].pk


def filename(organization: Organization, at: datetime) -> str:
    """ "tickets-orbit-2026-11-24.csv"."""
    return f"tickets-{organization.slug}-{str(api_time(at))[:10]}.csv"
