"""Who hears of a booking: the audit trail, webhooks and open pages always, people where it asks something of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.access import memberships_of, staff_with_role
from accounts.models import Organization, Person
from addons.desk.access import roster_of
from addons.models import Booking
from common import audit, live, outbox
from notifications.notices import notify
from supportplans import access as plans
from supportplans.catalogue import Catalogue

# Roles that may book.
DECIDING = ("owner", "billing")


def announce(
    booking: Booking,
    change: str,
    *,
    organization: Organization,
    at: datetime,
    by: Person | None,
    before: dict[str, Any] | None = None,
) -> None:
    """Write what happened, in the open transaction. `change`: "requested", "moved", "confirmed", "withdrawn"…"""
    after = facts(booking)
    audit.record(
        by=by,
        organization_id=booking.organization_id,
        action=f"booking.{change}",
        object=f"booking {booking.pk}",
        before=before,
        after=after,
    )
    outbox.emit(
        "booking.updated",
        organization_id=booking.organization_id,
        key=f"booking-{booking.pk}-{change}-{at.isoformat()}",
        payload=after | {"booking": booking.pk, "change": change, "at": at.isoformat()},
    )
    live.publish(f"org:{booking.organization_id}", "booking-changed")
    live.publish("desk", "booking-changed")


def tell_staff(
    booking: Booking, kind: str, *, organization: Organization, catalogue: Catalogue, at: datetime, key: str = ""
) -> None:
    """Tell who answers for it: the organization's technical service managers, the leads, service manager and roster.

    `key` makes repeats of it one notice; without it every instant is news.
    """
    named = [booking.service_manager] if booking.service_manager else []
    people = [*plans.tams_of(organization.pk), *staff_with_role("lead"), *named, *roster_of(booking)]
    tell_people(booking, kind, people, organization=organization, catalogue=catalogue, key=key or at.isoformat())


def tell_organization(
    booking: Booking, kind: str, *, organization: Organization, catalogue: Catalogue, at: datetime, key: str = ""
) -> None:
    """Tell its owners and billing, and who asked for the booking while that is one of its people."""
    people = [
        membership.person
        for membership in memberships_of(organization)
        if membership.person.is_active
        and (membership.role in DECIDING or membership.person_id == booking.requested_by_id)
    ]
    url = url_of(booking, organization)
    _tell(booking, kind, people, organization, catalogue, key or at.isoformat(), url=url)


def tell_people(
    booking: Booking,
    kind: str,
    people: list[Person],
    *,
    organization: Organization,
    catalogue: Catalogue,
    key: str,
    **params: Any,
) -> None:
    """Tell these people of the staff, with a way to the desk's page of the booking; `params` fill the sentence."""
    _tell(booking, kind, people, organization, catalogue, key, url=desk_url_of(booking), **params)


def facts(booking: Booking) -> dict[str, Any]:
    """A booking as the audit trail and webhooks say it."""
    return {
        "service": booking.service,
        "status": booking.status,
        "starts_on": booking.starts_on.isoformat(),
        "ends_on": booking.ends_on.isoformat(),
        "days": booking.days,
        "short_notice": booking.short_notice,
        "reason": booking.reason,
    }


def url_of(booking: Booking, organization: Organization) -> str:
    """The page on which the booking is found."""
    return reverse("addons:booking", args=[organization.slug, booking.pk])


def desk_url_of(booking: Booking) -> str:
    """The desk's page of the booking."""
    return reverse("addons:desk_booking", args=[booking.pk])


def _tell(
    booking: Booking,
    kind: str,
    people: list[Person],
    organization: Organization,
    catalogue: Catalogue,
    key: str,
    *,
    url: str,
    **params: Any,
) -> None:
    name = catalogue.name_of("entitlements", booking.service)
    notify(
        people=people,
        kind=kind,
        params={
            "service": {"en": name.en, "zh": name.zh},
            "organization": organization.name,
            "starts_on": booking.starts_on.isoformat(),
            "ends_on": booking.ends_on.isoformat(),
            "reason": booking.reason,
        }
        | params,
        url=url,
        key=f"{kind}:{booking.pk}:{key}",
        organization=organization,
    )
