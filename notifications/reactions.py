"""What this app does when it hears of an outbox event: mail leaves.

A handler may run twice; the mail's Message-ID is the same then, and mail programs show it once.
"""

from __future__ import annotations

from common import outbox
from common.models import OutboxEvent
from notifications import mail
from notifications.models import Notification
from notifications.notices import MAIL_TOPIC


@outbox.handles(MAIL_TOPIC)
def mail_notice(event: OutboxEvent) -> None:
    """One notice to one person; nobody is written to who has left meanwhile."""
    told = (
        Notification.objects.select_related("person", "organization")
        .filter(person_id=event.payload["person"], key=event.payload["key"], person__is_active=True)
        .first()
    )
    if told is None:
        return
    mail.send(
        mail.Letter(
            to=told.person.email,
            name=told.person.display_name(),
            language=mail.language_for(told.person, told.organization),
            kind=told.kind,
            params=told.params,
            url=told.url,
            number=f"notice.{told.pk}",
        )
    )
