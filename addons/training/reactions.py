"""What training does when it hears of an outbox event: mail to who comes leaves."""

from __future__ import annotations

from addons.models import TrainingPlace
from addons.training import news
from common import outbox
from common.models import OutboxEvent


@outbox.handles(news.MAIL_TOPIC, slow=True)
def mail_attendee(event: OutboxEvent) -> None:
    """One mail to who comes; none to who gave the place back meanwhile."""
    place = (
        TrainingPlace.objects.select_related("session", "organization", "registered_by")
        .filter(pk=event.payload["place"])
        .exclude(state=TrainingPlace.State.CANCELLED)
        .first()
    )
    if place is not None:
        news.mail_attendee(place, event.payload["kind"], number=f"training.{place.pk}.{event.pk}")
