"""A person's notices: reached through the reader only, and inside an organization through both."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Organization, Person
from common.problems import NotFound
from notifications.models import Notification, SentMail

# The bell shows "99+" above this, so nobody counts farther.
MOST_COUNTED = 100


def unread_count(person: Person) -> int:
    """How many notices wait for the person in all organizations, at most 100; one statement, in any tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT notifications_unread(%s, %s)", [person.pk, MOST_COUNTED])
        return cursor.fetchone()[0]


def notices_of(person: Person) -> QuerySet[Notification]:
    """All notices of the person; needs a scope that sees every organization (they may belong to several)."""
    return Notification.objects.filter(person=person).select_related("organization").order_by("-pk")


def notices_in(organization: Organization, person: Person) -> QuerySet[Notification]:
    """The person's notices of one organization."""
    return Notification.objects.filter(person=person, organization=organization).order_by("-pk")


def notice(rows: QuerySet[Notification], number: int) -> Notification:
    """One of `rows` by its id; raises NotFound."""
    found = rows.filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise NotFound
    return found


def sent_mails() -> QuerySet[SentMail]:
    """Mail kept by the sandbox, newest first."""
    return SentMail.objects.order_by("-pk")


def sent_mail(number: int) -> SentMail:
    """One mail; raises NotFound."""
    found = SentMail.objects.filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise NotFound
    return found
