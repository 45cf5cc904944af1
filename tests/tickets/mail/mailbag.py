"""Mails for the tests, and the ticket that those of the corpus are about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import mail
from django.db import transaction

from accounts.models import Person
from common import clock, outbox, tenancy
from supportplans import versions
from supportplans.publishing import load_files
from supportplans.subscriptions import start_subscription
from tests import cast
from tests.tickets.conftest import NOON, at, file
from tickets.handling import claim
from tickets.mail import addressing
from tickets.mail.taking import receive
from tickets.models import Message, ReceivedMail, Ticket, TicketWatcher

CORPUS = Path(__file__).parent / "corpus"
LATER = at("2026-11-24 12:10")


@dataclass
class Stage:
    """orbit's ticket, filed by its owner, watched by mei and a viewer, worked on by the engineer."""

    people: cast.Cast
    ticket: Ticket
    mei: Person
    viewer: Person
    former: Person

    def fill(self, raw: bytes) -> bytes:
        """A mail of the corpus with the addresses of this stage."""
        named = {
            "OWNER": self.people.outsider,
            "MEI": self.mei,
            "VIEWER": self.viewer,
            "FORMER": self.former,
            "ENGINEER": self.people.engineer,
            "EXPERT": self.people.expert,
        }
        for name, person in named.items():
            token = token_of(self.ticket, person)
            raw = raw.replace(f"{name}-TOKEN-IN-CAPITALS".encode(), token.upper().encode())
            raw = raw.replace(f"{name}-TOKEN".encode(), token.encode())
        return raw.replace(b"FORGED-TOKEN", b"a" * addressing.TOKEN_LENGTH)


def stage(people: cast.Cast) -> Stage:
    """Set on top of the cast; orbit is on its plan already."""
    mei = cast.person("mei@orbit.example", people.orbit)
    viewer = cast.person("viewer@orbit.example", people.orbit, "viewer")
    former = cast.person("former@orbit.example", people.orbit)
    ticket = file(people.orbit, people.outsider, severity="production_down")
    with tenancy.everything(), clock.at(NOON):
        for watcher in (mei, viewer):
            TicketWatcher.objects.create(ticket=ticket, organization=people.orbit, person=watcher)
        claim(ticket=ticket, by=people.engineer, at=NOON)
    return Stage(people, ticket, mei, viewer, former)


@contextmanager
def standing(blocker: Any) -> Iterator[Stage]:
    """One stage for a module of tests, undone after it."""
    with blocker.unblock(), transaction.atomic():
        load_files()
        people = cast.gather()
        with tenancy.organization(people.orbit.pk), clock.at(at("2026-11-01 10:00")):
            start_subscription(
                organization=people.orbit, tier="business", cycle="yearly", at=clock.now(), order_number="O-1", by=None
            )
        yield stage(people)
        transaction.set_rollback(True)
    versions.forget()


def token_of(ticket: Ticket, person: Person) -> str:
    return addressing.token(ticket.pk, person.pk, addressing.key_of(settings.SECRET_KEY))


def reply_address(ticket: Ticket, person: Person) -> str:
    return f"reply+{token_of(ticket, person)}@support.example"


def written(
    sender: str, to: str, text: str = "It still fails.", *, name: str = "<1@mail.example>", **headers: str
) -> bytes:
    """A plain mail; `headers` are written with underscores."""
    lines = [f"From: {sender}", f"To: {to}", "Subject: Re: a ticket"]
    lines += [f"Message-ID: {name}"] if name else []
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in headers.items()]
    return "\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", text, ""]).encode()


def take(raw: bytes, when: Any = LATER, **more: Any) -> ReceivedMail:
    with clock.at(when):
        return receive(raw=raw, at=when, **more)


def messages(ticket: Ticket) -> list[Message]:
    """In order, the opening one included."""
    with tenancy.everything():
        return list(Message.objects.filter(ticket=ticket).select_related("author").order_by("pk"))


def letters() -> list[Any]:
    """What leaves now."""
    mail.outbox.clear()
    while outbox.relay():
        pass
    return list(mail.outbox)
