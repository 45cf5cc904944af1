"""Messages as letters: the whole text to each reader, threaded, to be answered by mail (spec page 4.6).

A message is told once to each of its readers: reporter and watchers, and of what customers write also who works on
the ticket; never to who wrote it. One outbox event for each reader, so that a mailbox that refuses holds up nobody
else; whether the reader may still read it, and wants mail, is looked up when the letter leaves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from accounts.models import Membership, Organization, Person
from accounts.roles import allows, staff_role_key
from common import outbox
from notifications.kinds import KINDS
from notifications.mail import language_for
from notifications.matters import EMAIL, wanted
from notifications.models import NoticeChoice
from tickets import speakers
from tickets.addresses import absolute, desk_path, ticket_path
from tickets.mail import addressing
from tickets.mail.trimming import OWN_LINES
from tickets.message_rendering import rendered
from tickets.models import Attachment, Message, Side, Status, Ticket, TicketWatcher

TOPIC = "ticket.mail"
QUOTED_MESSAGES = 2
QUOTED_LETTERS = 1500
# Whom a message is told as: the kind of notice that people switch (notifications/kinds.py).
_KINDS = {Side.STAFF: "ticket.replied", Side.SYSTEM: "ticket.replied", Side.CUSTOMER: "ticket.replied_within"}
_STAFF_KIND = "ticket.message"


def address_readers(message: Message) -> int:
    """Write the outbox events of a public message's letters; two statements however many readers. Returns how many."""
    ticket = message.ticket
    readers = {ticket.reporter_id, *TicketWatcher.objects.filter(ticket=ticket).values_list("person_id", flat=True)}
    if message.side == Side.CUSTOMER and ticket.assignee_id:
        readers.add(ticket.assignee_id)
    readers.discard(message.author_id or 0)
    outbox.emit_all(
        [
            (TOPIC, ticket.organization_id, {"message": message.pk, "person": reader}, f"{message.pk}:{reader}")
            for reader in sorted(readers)
        ]
    )
    return len(readers)


def send_copy(message_id: int, person_id: int) -> bool:
    """Send the letter of one message to one reader; False when there is no such reader any more, or no wish for it.

    Whatever the mail server's refusal raises is raised, and the outbox tries again.
    """
    found = Message.objects.filter(pk=message_id, public=True)
    message = found.select_related("author", "ticket__organization").first()
    reader = Person.objects.select_related("staff").filter(pk=person_id, is_active=True).first()
    if message is None or reader is None:
        return False
    part = part_of(reader, message.ticket)
    kind = _STAFF_KIND if part == "staff" else _KINDS[Side(message.side)]
    if part == "none" or not wants_mail(reader, kind):
        return False
    with translation.override(language_for(reader, message.ticket.organization)):
        _letter(message, reader, part=part).send()
    return True


def wants_mail(person: Person, kind: str) -> bool:
    """Whether the person's settings let mail of this kind through."""
    rows = NoticeChoice.objects.filter(person=person, channel=EMAIL).values_list("matter", "channel", "wanted")
    choices = {(matter, channel): is_on for matter, channel, is_on in rows}
    return wanted(kind, EMAIL, mailed=KINDS[kind].mailed, choices=choices)


def part_of(person: Person, ticket: Ticket) -> Any:
    """What the person is to the ticket today: "writer", "reader" (may not write), "staff" (who has it), or "none"."""
    if not person.is_active:
        return "none"
    role = person.staff_role()
    if role:
        works = ticket.assignee_id == person.pk and allows(staff_role_key(role), "tickets", "W")
        return "staff" if works else "none"
    belongs = Membership.objects.filter(person=person, organization_id=ticket.organization_id).first()
    if belongs is None or not _takes_part(person, ticket):
        return "none"
    return "writer" if allows(belongs.role, "tickets", "W") else "reader"


def _takes_part(person: Person, ticket: Ticket) -> bool:
    """Reporter or watcher of the ticket, or of the one that it was merged into."""
    seen: set[int] = set()
    at: Ticket | None = ticket
    while at is not None and at.pk not in seen:
        if at.reporter_id == person.pk or TicketWatcher.objects.filter(ticket=at, person=person).exists():
            return True
        seen.add(at.pk)
        at = at.merged_into
    return False


@dataclass(frozen=True)
class Names:
    """The addresses and names of a ticket's letters."""

    ticket: Ticket

    @property
    def key(self) -> bytes:
        return addressing.key_of(settings.SECRET_KEY)

    @property
    def domain(self) -> str:
        return settings.REPLY_ADDRESS.rpartition("@")[2] or urlsplit(settings.PUBLIC_URL).hostname or "localhost"

    def of(self, message_id: int) -> str:
        """The Message-ID of a message's letters."""
        return addressing.message_name(self.ticket.number, message_id, self.domain, self.key)

    @property
    def thread(self) -> str:
        return addressing.thread_name(self.ticket.number, self.domain, self.key)

    def reply_to(self, person: Person) -> list[str]:
        """Where that person answers to; [] where the portal takes no mail."""
        base = settings.REPLY_ADDRESS
        return [addressing.reply_address(base, self.ticket.pk, person.pk, self.key)] if base else []

    def headers(self, message_id: int, before: int | None) -> dict[str, str]:
        """What threads a letter, and keeps programs from answering it."""
        earlier = self.of(before) if before else self.thread
        return {
            "Message-ID": self.of(message_id),
            "In-Reply-To": earlier,
            "References": self.thread if earlier == self.thread else f"{self.thread} {earlier}",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "List-Id": f"<{self.ticket.organization.slug}.tickets.{self.domain}>",
        }


def subject_of(ticket: Ticket) -> str:
    """The same for every letter of a ticket, on one line."""
    return " ".join(f"[{ticket.number}] {ticket.subject}".split())


def from_address(name: str) -> str:
    """The portal's address under a person's name."""
    brand = translation.gettext(settings.BRAND_NAME)
    shown = " ".join(f"{name} ({brand})".split()) if name else brand
    return formataddr((shown, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]), charset="utf-8")


def _letter(message: Message, reader: Person, *, part: str) -> EmailMultiAlternatives:
    ticket, is_staff = message.ticket, part == "staff"
    names = Names(ticket)
    earlier = Message.objects.filter(ticket=ticket, public=True, pk__lt=message.pk).select_related("author")
    history = list(earlier.order_by("-pk")[:QUOTED_MESSAGES])
    path = desk_path(ticket.number) if is_staff else ticket_path(ticket.organization.slug, ticket.number)
    author = message.author.display_name() if message.author else ""
    context = {
        "ticket": ticket,
        "message": message,
        "author": author,
        "from_staff": message.side != Side.CUSTOMER,
        "body_html": mark_safe(message.body_html),  # noqa: S308 -- cleaned when it was written
        "files": [
            {"name": file.name, "size": file.size, "address": absolute(f"{path}/attachments/{file.key}")}
            for file in Attachment.objects.filter(message=message).order_by("id")
        ],
        "quotes": [_quote(old, ticket.organization.name) for old in history],
        "resolves": message.side == Side.STAFF
        and ticket.status == Status.RESOLVED
        and ticket.resolved_at == message.at,
        "address": absolute(path),
        "rating_address": absolute(f"{path}#rating") if part == "writer" else "",
        "reply_to": names.reply_to(reader),
        "write_above": _own_line(),
        "brand": translation.gettext(settings.BRAND_NAME),
        "language": translation.get_language(),
    }
    letter = EmailMultiAlternatives(
        subject=subject_of(ticket),
        body=_tidy(render_to_string("tickets/mail/message.txt", context)),
        from_email=from_address(author),
        to=[reader.email],
        reply_to=names.reply_to(reader),
        headers=names.headers(message.pk, history[0].pk if history else None),
    )
    letter.attach_alternative(render_to_string("tickets/mail/message.html", context), "text/html")
    return letter


def _tidy(text: str) -> str:
    """Without spaces at the ends of lines, except the one that marks a signature."""
    return re.sub(r"(?m)(?<!^--)[ \t]+$", "", text)


def _quote(message: Message, organization: str) -> dict[str, Any]:
    body = message.body
    if len(body) > QUOTED_LETTERS:
        body = body[:QUOTED_LETTERS].rstrip() + " …"
    html = message.body_html if body is message.body else rendered(body)
    return {
        "by": speakers.name_of(message, organization),
        "at": message.at,
        "text": "\n".join(f"> {line}".rstrip() for line in body.split("\n")),
        "html": mark_safe(html),  # noqa: S308 -- cleaned by message_rendering
    }


def _own_line() -> str:
    """The line above which people write, in the reader's language: trimming.py knows all of them."""
    return OWN_LINES[1] if (translation.get_language() or "").startswith("zh") else OWN_LINES[0]


def send_refusal(*, person: Person, ticket: Ticket, organization: Organization, reason: str, answers: str) -> None:
    """Tell who wrote to a finished ticket that the mail was not added, and what to do instead.

    `reason` is the refusal's own sentence; `answers` is the Message-ID of their mail, '' where it had none.
    """
    with translation.override(language_for(person, organization)):
        context = {
            "ticket": ticket,
            "name": person.display_name(),
            "reason": reason,
            "address": absolute(ticket_path(organization.slug, ticket.number)),
            "new_address": absolute(f"/o/{organization.slug}/tickets/new?follow_up_of={ticket.number}"),
            "brand": translation.gettext(settings.BRAND_NAME),
            "language": translation.get_language(),
        }
        names = Names(ticket)
        headers = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", "References": names.thread}
        if addressing.is_safe_reference(answers):
            headers["In-Reply-To"] = answers
        letter = EmailMultiAlternatives(
            subject=subject_of(ticket),
            body=render_to_string("tickets/mail/refusal.txt", context),
            from_email=from_address(""),
            to=[person.email],
            headers=headers,
        )
        letter.attach_alternative(render_to_string("tickets/mail/refusal.html", context), "text/html")
        letter.send()
