"""A session as a calendar file (RFC 5545), for any calendar program."""

from __future__ import annotations

from datetime import UTC
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation

from addons.models import TrainingSession
from addons.training import wording
from common import clock

FILE_NAME = "training.ics"


def calendar_file(session: TrainingSession, *, with_meeting: bool, language: str = "") -> str:
    """The file's text in `language` ("": the reader's). `with_meeting`: how to get in, for who has a seat."""
    # Only whoever asks for a file pays for the library.
    from icalendar import Calendar, Event

    with translation.override(language or translation.get_language()):
        calendar, event = Calendar(), Event()
        calendar.add("prodid", f"-//{settings.BRAND_NAME}//training//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        event.add("uid", f"training-{session.pk}@{urlsplit(settings.PUBLIC_URL).hostname}")
        event.add("dtstamp", clock.now().astimezone(UTC).replace(microsecond=0))
        event.add("dtstart", session.starts_at.astimezone(UTC))
        event.add("dtend", session.ends_at.astimezone(UTC))
        event.add("summary", wording.in_reader_language(session, "title"))
        if about := wording.in_reader_language(session, "about"):
            event.add("description", about)
        place = session.place or (session.meeting if with_meeting else "")
        if place:
            event.add("location", place)
        event.add("status", "CANCELLED" if session.cancelled_at else "CONFIRMED")
        calendar.add_component(event)
        text: str = calendar.to_ical().decode()
        return text
