"""One of each thing that an address can name, all of acme, and a person for every role."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings

from accounts import invitations
from accounts.models import EndCustomer, Person
from accounts.tokens import create_token
from billing.actions.base import Wish
from billing.fapiao import requests as fapiao
from billing.models import Invoice, Order, Payment
from billing.usage import loads as usage_loads
from common import clock, tenancy
from notifications.models import Notification, SentMail
from portal.demo.plans import buy
from tests import cast
from tests.access import (
    samples_of_advisories,
    samples_of_bookings,
    samples_of_help,
    samples_of_mail,
    samples_of_notifications,
    samples_of_operators,
    samples_of_payments,
    samples_of_provisioning,
    samples_of_reports,
    samples_of_training,
)
from tickets.desk import bulk_actions, rosters
from tickets.filing import file_ticket
from tickets.filing_fields import Draft
from tickets.models import Attachment, CannedReply, Macro, SavedView, SecretField
from tickets.secrets import Given


@dataclass
class Stage:
    """`values` fill an address by its whole path's part or by the name in braces; `own` differ per person."""

    people: dict[str, Person]
    tokens: dict[str, str]
    # Keys of open sessions.
    sessions: dict[str, str]
    values: dict[str, Any]
    own: dict[str, dict[str, Any]]

    def fill(self, path: str, role: str) -> str:
        """The path with things that exist: `/o/{slug}/orders/{number}` names acme's order."""
        own = self.own.get(role, {})
        for part, value in (self.values | own).items():
            path = path.replace(part, str(value))
        assert "{" not in path, f"no sample for {path}"
        return path


@contextmanager
def standing(blocker: Any) -> Iterator[Stage]:
    """Set up once for a module of tests, and undone after it."""
    with (
        blocker.unblock(),
        override_settings(PORTAL_TEST_CLOCK="1", RATE_LIMITS="off", PAYMENT_GATEWAYS=("sandbox", "bank_transfer")),
        transaction.atomic(),
    ):
        yield stage()
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    """What a request writes is undone after it: every request meets the same things."""
    mark = transaction.savepoint()
    yield
    transaction.savepoint_rollback(mark)


def stage() -> Stage:
    """Everybody, with a write token each, and one of each thing."""
    call_command("load_catalogue", verbosity=0)
    everybody = cast.gather()
    people = {
        "viewer": everybody.viewer,
        "member": everybody.member,
        "billing": everybody.billing,
        "owner": everybody.owner,
        "other": everybody.outsider,
        "engineer": everybody.engineer,
        "tam": everybody.tam,
        "lead": everybody.lead,
        "billing_operator": everybody.billing_operator,
        "admin": everybody.admin,
    }
    tokens, own = {}, {}
    for role, person in people.items():
        _token, plain = create_token(person=person, name="test", scope="write", by=person)
        spare, _plain = create_token(person=person, name="spare", scope="read", by=person)
        tokens[role] = plain
        notice = _notice(person, everybody.orbit if role == "other" else everybody.acme)
        view = SavedView.objects.create(person=person, name="Mine", view="mine")
        own[role] = {
            "desk/views/{number}": f"desk/views/{view.pk}",
            "tokens/{number}": f"tokens/{spare.pk}",
            "notifications/{number}": f"notifications/{notice.pk}",
        }
    own["nobody"] = own["viewer"]
    return Stage(people, tokens, {role: _session(person) for role, person in people.items()}, _things(everybody), own)


def _session(person: Person) -> str:
    client = Client()
    client.force_login(person)
    return client.session.session_key


def _things(everybody: cast.Cast) -> dict[str, Any]:
    acme, owner, now = everybody.acme, everybody.owner, clock.now()
    buy(organization=acme, by=owner, wish=Wish("subscribe", tier="developer", cycle="monthly"), at=now)
    with tenancy.everything():
        draft = Draft(
            kind="technical",
            severity="guidance",
            subject="A question of a canary",
            body="How does the canary sing?",
            region="none",
            watchers=("viewer@acme.example",),
            secrets=(Given("Key", "s3cret"),),
            attachments=(
                SimpleUploadedFile("canary.txt", b"canary: all well", "text/plain"),
                SimpleUploadedFile("canary.pdf", b"%PDF-1.7", "application/pdf"),
            ),
        )
        macro = Macro.objects.create(name="Take it", steps=[{"do": "claim"}])
        ticket = file_ticket(organization=acme, by=owner, draft=draft, channel="portal", at=now)
        attachment, pdf = Attachment.objects.order_by("pk")
        bulk = bulk_actions.begin(
            action="claim", params={}, numbers=[ticket.number], by=everybody.engineer, at=clock.now()
        )
        shift = rosters.add(
            person="lead@support.example", starts_at=now, ends_at=now + timedelta(hours=8), by=everybody.lead
        )
        # Acme is no partner: only what it does not have is refused, not its reading.
        customer = EndCustomer.objects.create(organization=acme, name="Canary shop", created_at=now)
        colleague = cast.person("colleague@acme.example", acme)
        invitation = invitations.invite(organization=acme, email="new@acme.example", role="viewer", by=owner)
        mail = SentMail.objects.create(at=now, sender="a@b.example", subject="Hello", text="Hello", html="<p>Hello</p>")
        asked = fapiao.ask(
            invoice=Invoice.objects.get(),
            title="Acme Ltd",
            taxpayer_number="91110000000000000X",
            email="tax@acme.example",
            at=now,
            by=owner,
        )
        load = usage_loads.begin(source="november.csv", total_bytes=0, at=now, by=everybody.billing_operator)
        parts = samples_of_payments.things(acme, owner, everybody.billing_operator, now)
        parts |= samples_of_operators.things(everybody.billing_operator, now)
        parts |= samples_of_help.things(everybody.engineer, now)
        parts |= samples_of_notifications.things(acme, owner, now)
        parts |= samples_of_mail.things(now)
        parts |= samples_of_provisioning.things(acme, everybody.tam, now)
        parts |= samples_of_training.things(acme, owner, everybody.tam, now)
        parts |= samples_of_advisories.things(acme, everybody.tam, now)
        parts |= samples_of_reports.things(acme, everybody.tam, now)
        return (
            parts
            | samples_of_bookings.things(acme, owner, now)
            | {
                "fapiao-requests/{number}": f"fapiao-requests/{asked.pk}",
                "fapiao/{number}": f"fapiao/{asked.pk}",
                "usage-loads/{number}": f"usage-loads/{load.pk}",
                "{slug}/card": "acme/card",
                "{slug}": "acme",
                "macros/{number}": f"macros/{macro.pk}",
                "shifts/{number}": f"shifts/{shift.pk}",
                "{macro}": macro.pk,
                "canned-replies/{number}": f"canned-replies/{CannedReply.objects.create(title='Hello', body_en='Hi').pk}",
                "end-customers/{number}": f"end-customers/{customer.pk}",
                "desk/bulk/{number}": f"desk/bulk/{bulk.pk}",
                "tickets/{number}": f"tickets/{ticket.number}",
                "orders/{number}": f"orders/{Order.objects.earliest('pk').number}",
                "invoices/{number}": f"invoices/{Invoice.objects.earliest('pk').number}",
                "mail/{number}": f"mail/{mail.pk}",
                "own/{number}": f"own/{invitation.pk}",
                "secrets/{secret}": f"secrets/{SecretField.objects.get().pk}",
                "watchers/{email}": "watchers/viewer@acme.example",
                "{key}/frame": f"{pdf.key}/frame",
                "{key}": attachment.key,
                "{code}": "technical_tickets",
                "{day}": "2026-12-01",
                "{gateway}": "sandbox",
                "{reference}": Payment.objects.earliest("pk").reference,
                "{token}": invitations.link(invitation).rstrip("/").rsplit("/", 1)[1],
                "{email}/resend": f"{invitation.email}/resend",
                "{email}/revoke": f"{invitation.email}/revoke",
                "{email}": colleague.email,
            }
        )


_keys = itertools.count()


def _notice(person: Person, organization: Any) -> Notification:
    with tenancy.everything():
        return Notification.objects.create(
            person=person,
            organization=organization,
            kind="ticket.replied",
            params={"number": "T-2026-0000001", "subject": "A question"},
            url="/",
            key=f"sample-{next(_keys)}",
            created_at=clock.now(),
        )
