"""Writing one mail: a sentence, a link, text and HTML alike, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Organization, Person
from notifications.kinds import KINDS, subject_of, text_of


@dataclass(frozen=True)
class Letter:
    """What is to be told to one mailbox. `number` makes the Message-ID, so that a repeat is the same mail."""

    to: str
    language: str
    kind: str
    url: str
    number: str
    params: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    # (file's name, its text or bytes, its type)
    attachments: tuple[tuple[str, str | bytes, str], ...] = ()


def language_for(person: Person | None, organization: Organization | None) -> str:
    """The person's choice, else the organization's, else the portal's."""
    return (person.language if person else "") or (organization.language if organization else "") or "en"


def send(letter: Letter) -> None:
    """Hand the mail to the mail server; whatever it raises is raised."""
    with translation.override(letter.language):
        kind = KINDS[letter.kind]
        context = {
            "sentence": text_of(letter.kind, letter.params),
            "name": letter.name,
            "action": str(kind.action),
            "address": absolute(letter.url),
            "brand": translation.gettext(settings.BRAND_NAME),
            "portal": settings.PUBLIC_URL,
            "language": letter.language,
        }
        send_page(
            "notifications/mail",
            context,
            subject=subject_of(letter.kind, letter.params),
            to=letter.to,
            number=letter.number,
            attachments=letter.attachments,
        )


def send_page(
    template: str,
    context: dict[str, Any],
    *,
    subject: str,
    to: str,
    number: str,
    attachments: tuple[tuple[str, str | bytes, str], ...] = (),
) -> None:
    """Hand over what `template`.txt and `template`.html say, in the active language; `number` makes the Message-ID."""
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"{template}.txt", context),
        to=[to],
        headers={
            "Message-ID": f"<{number}@{urlsplit(settings.PUBLIC_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    for name, content, mimetype in attachments:
        mail.attach(name, content, mimetype)
    mail.send()


def absolute(url: str) -> str:
    """A path of the portal as an address that works in a mail; absolute addresses stay."""
    return settings.PUBLIC_URL + url if url.startswith("/") else url
