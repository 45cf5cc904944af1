"""Organizations on their tiers, and short ways to file, answer and look at tickets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organization, Person
from common import clock, tenancy
from common.beijing import BEIJING
from supportplans import versions
from supportplans.publishing import load_files
from supportplans.subscriptions import start_subscription
from tests.cast import Cast, browser_of
from tickets import access
from tickets.conversation import customer_message, staff_reply
from tickets.filing import file_ticket
from tickets.filing_fields import Draft
from tickets.models import ResponseTimer, Ticket, TicketEvent

# A Tuesday.
NOON = datetime(2026, 11, 24, 12, tzinfo=BEIJING)


def at(text: str) -> datetime:
    """Beijing time."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.fixture
def catalogue(db):
    load_files()
    yield versions.current(NOON.date())
    versions.forget()


@pytest.fixture
def on_tier(catalogue) -> Callable[..., Organization]:
    """`on_tier(organization, "standard")`: holds a yearly term from 1 November 2026 on."""

    def begin(organization: Organization, tier: str) -> Organization:
        since = at("2026-11-01 10:00")
        with tenancy.organization(organization.pk), clock.at(since):
            start_subscription(
                organization=organization, tier=tier, cycle="yearly", at=since, order_number="O-1", by=None
            )
        return organization

    return begin


@pytest.fixture
def browse(plans) -> Callable[..., Client]:
    """`browse(person)` is that person's browser; the organizations are on their plans."""
    return browser_of


@pytest.fixture
def plans(people: Cast, on_tier) -> Cast:
    """acme on basic, orbit on business, pine on standard, isvsoft on basic."""
    on_tier(people.orbit, "business")
    on_tier(people.pine, "standard")
    return people


FIELDS: dict[str, Any] = {
    "kind": "technical",
    "severity": "production_impaired",
    "subject": "Requests to the database time out",
    "body": "One in **twenty** requests fails since this morning.",
    "region": "cn-north-4",
}


def draft(**changes: Any) -> Draft:
    return Draft(**(FIELDS | changes))


def file(organization: Organization, by: Person, when: datetime = NOON, **changes: Any) -> Ticket:
    """File a ticket as the portal's form does."""
    with tenancy.organization(organization.pk), clock.at(when):
        return file_ticket(organization=organization, by=by, draft=draft(**changes), channel="portal", at=when)


def message(ticket: Ticket, by: Person, when: datetime, body: str = "Any news?", **more: Any):
    with tenancy.organization(ticket.organization_id), clock.at(when):
        organization = Organization.objects.get(pk=ticket.organization_id)
        return customer_message(ticket=ticket, organization=organization, by=by, body=body, at=when, **more)


def reply(ticket: Ticket, by: Person, when: datetime, body: str = "We look into it.", **more: Any):
    with tenancy.everything(), clock.at(when):
        return staff_reply(ticket=ticket, by=by, body=body, at=when, **more)


def act(action: Callable[..., Ticket], ticket: Ticket, by: Person, when: datetime, **more: Any) -> Ticket:
    """An action of handling.py, in the scope of the staff."""
    with tenancy.everything(), clock.at(when):
        return action(ticket=ticket, by=by, at=when, **more)


def own(action: Callable[..., Ticket], ticket: Ticket, by: Person, when: datetime) -> Ticket:
    """An action of closing.py, in the scope of the organization."""
    with tenancy.organization(ticket.organization_id), clock.at(when):
        organization = Organization.objects.get(pk=ticket.organization_id)
        return action(ticket=ticket, organization=organization, by=by, at=when)


def fresh(ticket: Ticket) -> Ticket:
    with tenancy.everything():
        return access.any_ticket(ticket.number)


def timers_of(ticket: Ticket) -> list[ResponseTimer]:
    with tenancy.everything():
        return access.timers_of(ticket)


def history_of(ticket: Ticket) -> list[TicketEvent]:
    """In the order in which it was written."""
    with tenancy.everything():
        return list(TicketEvent.objects.filter(ticket=ticket).order_by("id"))


def events_of(ticket: Ticket) -> list[str]:
    return [entry.event for entry in history_of(ticket)]
