"""A person's notices, reached through the reader only; an organization's addresses, reached through it only."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Organization, Person
from common.rows import by_id
from notifications.kinds import KINDS
from notifications.matters import matter_of
from notifications.models import Delivery, Endpoint, Notification, SentMail

# The bell shows "99+" above this, so nobody counts farther.
MOST_COUNTED = 100


def unread_count(person: Person) -> int:
    """How many notices wait for the person in all organizations, at most 100; one statement, in any tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT notifications_unread(%s, %s)", [person.pk, MOST_COUNTED])
        return cursor.fetchone()[0]


def notices_of(person: Person) -> QuerySet[Notification]:
    """All notices of the person; needs a scope that sees every organization (they may belong to several)."""
    return Notification.objects.filter(person=person, in_centre=True).select_related("organization").order_by("-pk")


def notices_about(rows: QuerySet[Notification], subject: str) -> QuerySet[Notification]:
    """Those of `rows` that are about a subject of notifications/matters.py; '' for all."""
    if not subject:
        return rows
    return rows.filter(kind__in=[kind for kind in KINDS if matter_of(kind).subject == subject])


def notices_in(organization: Organization, person: Person) -> QuerySet[Notification]:
    """The person's notices of one organization."""
    return Notification.objects.filter(person=person, organization=organization, in_centre=True).order_by("-pk")


def notice(rows: QuerySet[Notification], number: int) -> Notification:
    """One of `rows` by its id; raises NotFound."""
    return by_id(rows, number)


def sent_mails() -> QuerySet[SentMail]:
    """Mail kept by the sandbox, newest first."""
    return SentMail.objects.order_by("-pk")


def sent_mail(number: int) -> SentMail:
    """One mail; raises NotFound."""
    return by_id(sent_mails(), number)


def webhooks_of(organization: Organization) -> QuerySet[Endpoint]:
    """The organization's webhooks, newest first."""
    return _endpoints_of(organization).filter(kind=Endpoint.Kind.WEBHOOK)


def im_groups_of(organization: Organization) -> QuerySet[Endpoint]:
    """The organization's IM groups, newest first."""
    return _endpoints_of(organization).exclude(kind=Endpoint.Kind.WEBHOOK)


def _endpoints_of(organization: Organization) -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(organization=organization).select_related("organization").order_by("-pk")


def endpoint(rows: QuerySet[Endpoint], number: int) -> Endpoint:
    """One of `rows` by its id; raises NotFound."""
    return by_id(rows, number)


def deliveries_of(endpoint: Endpoint) -> QuerySet[Delivery]:
    """What was sent to an address, or is to be, newest first."""
    return Delivery.objects.filter(endpoint=endpoint).order_by("-pk")


def delivery(endpoint: Endpoint, number: int) -> Delivery:
    """One delivery of an address, which comes with it; raises NotFound."""
    rows = Delivery.objects.filter(endpoint=endpoint).select_related("endpoint__organization")
    return by_id(rows, number)
