"""The mail server of demo and test, `EMAIL_URL=sandbox://`: keeps every mail, for the page /sandbox/mail."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from common import clock
from notifications.models import SentMail


class SandboxEmailBackend(BaseEmailBackend):
    """Stores instead of sending."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        SentMail.objects.bulk_create(_kept(message) for message in email_messages)
        return len(email_messages)


def _kept(message: EmailMessage) -> SentMail:
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    html = next((str(content) for content, mimetype in alternatives if mimetype == "text/html"), "")
    return SentMail(
        at=clock.now(),
        sender=message.from_email,
        recipients=message.recipients(),
        subject=str(message.subject)[:500],
        text=str(message.body),
        html=html,
        headers={name: str(value) for name, value in message.extra_headers.items()}
        | ({"Reply-To": ", ".join(message.reply_to)} if message.reply_to else {}),
    )
