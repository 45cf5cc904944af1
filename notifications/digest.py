"""The daily digest: at 09:00 Beijing, one mail with what was not mailed at once and is not read yet (spec page 4.6).

The job writes one row a reader and day and an event with it; the mail leaves by the outbox. Run late, twice or
killed in the middle, nobody gets a day's digest twice, and nothing is left out: each digest begins behind the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from accounts.models import Person
from common import outbox, tenancy
from common.beijing import date_of
from notifications.kinds import text_of
from notifications.mail import absolute, language_for, send_page
from notifications.models import Digest, NoticeSettings, Notification

TOPIC = "notice.digest"
BATCH = 500
MOST_LINES = 50


def send_digests(*, at: datetime) -> dict[str, int]:
    """The daily job: a digest for everybody who wants one and has something to read in it; returns how many."""
    day, made = date_of(at), 0
    for person_id in _readers(day):
        with tenancy.everything():
            made += _make(person_id, day, at)
    return {"digests": made}


def mail_digest(number: int) -> None:
    """Write the mail of one digest; what was read meanwhile is left out, and with nothing left nothing is sent."""
    row = Digest.objects.select_related("person").filter(pk=number, person__is_active=True).first()
    if row is None:
        return
    notices = list(_unmailed(row.person_id, row.after).filter(pk__lte=row.up_to).order_by("pk"))
    if not notices:
        return
    with translation.override(language_for(row.person, None)):
        subject = ngettext(
            "%(count)s notification of %(brand)s", "%(count)s notifications of %(brand)s", len(notices)
        ) % {"count": len(notices), "brand": gettext(settings.BRAND_NAME)}
        send_page(
            "notifications/digest",
            _context(row.person, notices),
            subject=subject,
            to=row.person.email,
            number=f"digest.{row.pk}",
        )


def _readers(day: date) -> Iterator[int]:
    """Who wants a digest and has none of `day`, in batches, so that a long run holds nothing."""
    after = 0
    while True:
        readers = NoticeSettings.objects.filter(daily_digest=True, person_id__gt=after, person__is_active=True)
        done = Digest.objects.filter(person_id=OuterRef("person_id"), day=day)
        batch = list(readers.exclude(Exists(done)).order_by("person_id").values_list("person_id", flat=True)[:BATCH])
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1]


def _make(person_id: int, day: date, at: datetime) -> int:
    last = Digest.objects.filter(person_id=person_id).aggregate(last=Max("up_to"))["last"] or 0
    up_to = _unmailed(person_id, last).filter(created_at__lte=at).aggregate(last=Max("pk"))["last"]
    if up_to is None:
        return 0
    try:
        with transaction.atomic():
            row = Digest.objects.create(person_id=person_id, day=day, after=last, up_to=up_to, made_at=at)
    except IntegrityError:  # another run has made it
        return 0
    outbox.emit(TOPIC, organization_id=None, payload={"digest": row.pk}, key=str(row.pk))
    return 1


def _unmailed(person_id: int, after: int) -> QuerySet[Notification]:
    return Notification.objects.filter(
        person_id=person_id, pk__gt=after, mailed=False, in_centre=True, read_at=None
    ).select_related("organization")


def _context(person: Person, notices: list[Notification]) -> dict[str, Any]:
    shown = [
        {
            "text": text_of(notice.kind, notice.params),
            "address": absolute(notice.url) if notice.url else "",
            "at": notice.created_at,
        }
        for notice in notices[-MOST_LINES:]
    ]
    return {
        "name": person.display_name(),
        "notices": shown,
        "left_out": len(notices) - len(shown),
        "brand": gettext(settings.BRAND_NAME),
        "portal": settings.PUBLIC_URL,
        "address": absolute(reverse("notifications:list")),
        "settings_address": absolute(reverse("notifications:settings")),
        "language": translation.get_language(),
    }
