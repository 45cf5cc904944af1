"""What this app does when it hears of an outbox event: mail about signing in leaves."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.sign_in import MAIL_TOPIC
from common import outbox
from common.models import OutboxEvent


@outbox.handles(MAIL_TOPIC, slow=True)
def send_account_mail(event: OutboxEvent) -> None:
    """A code or link to one mailbox; it is wiped from the event in the same transaction."""
    letter = event.payload
    EmailMessage(
        subject=letter["subject"],
        body=letter["text"],
        to=letter["to"],
        headers={
            "Message-ID": f"<account.{event.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    ).send()
    OutboxEvent.objects.filter(pk=event.pk).update(payload={"to": letter["to"]})
