"""Marking notices as read and unread, and taking them out of the centre."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Person
from common import clock, live
from notifications.models import Notification


def mark_read(*, notice: Notification, by: Person) -> Notification:
    """The reader has seen it; a second time changes nothing."""
    if notice.read_at is None:
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])
        live.publish(f"person:{by.pk}", "notice")
    return notice


def mark_unread(*, notice: Notification, by: Person) -> Notification:
    """The reader wants to come back to it; a second time changes nothing."""
    if notice.read_at is not None:
        notice.read_at = None
        notice.save(update_fields=["read_at"])
        live.publish(f"person:{by.pk}", "notice")
    return notice


def remove(*, notice: Notification, by: Person) -> None:
    """Out of the reader's centre; the row stays, so that a repeat of the same thing is not told again."""
    notice.in_centre, notice.read_at = False, notice.read_at or clock.now()
    notice.save(update_fields=["in_centre", "read_at"])
    live.publish(f"person:{by.pk}", "notice")


def mark_all_read(*, notices: QuerySet[Notification], by: Person) -> int:
    """All of `notices` (the reader's own, from access.py) are read; returns how many were not before."""
    changed = notices.filter(read_at=None).update(read_at=clock.now())
    if changed:
        live.publish(f"person:{by.pk}", "notice")
    return changed
