"""The service of a month: plan, quotas, bookings, advisories, what the TAM did (spec page 6, section 6.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Sum

from accounts.models import Organization
from addons.models import Booking, QuotaEntry
from addons.quota_listing import Quota, quotas_of
from care.models import AdvisoryReceipt, AdvisoryTask
from care.reports.period import Period
from common.beijing import date_of
from supportplans.access import tams_of
from supportplans.entitlements import Entitlements, entitlements

MOST_ADVISORIES = 20
_MOVES = (QuotaEntry.Kind.USE, QuotaEntry.Kind.OVERDRAW, QuotaEntry.Kind.RETURN)
_REPLIES = """
SELECT count(*) FROM tickets_message AS message
  JOIN tickets_ticket AS ticket ON ticket.id = message.ticket_id
 WHERE ticket.organization_id = %(organization)s AND message.author_id = ANY(%(people)s) AND message.public
   AND message.side = 'staff' AND message.at >= %(starts_at)s AND message.at < %(ends_at)s
   AND ticket.created_at < %(ends_at)s
"""


def data(organization: Organization, period: Period, last_at: datetime) -> dict[str, Any]:
    """The section; `last_at` is the last instant of the period at which the plan was held."""
    held = entitlements(organization, last_at)
    return {
        "plan": _plan(held),
        "quotas": _quotas(organization, period, quotas_of(organization, last_at, held)),
        "bookings": _bookings(organization, period),
        "advisories": _advisories(organization, period),
        "tam": _tam(organization, period),
    }


def _plan(held: Entitlements) -> dict[str, Any]:
    term = held.term
    return {
        "family": held.family.code,
        "tier": held.tier.code,
        "name": {"en": held.tier.name.en, "zh": held.tier.name.zh},
        "cycle": term.cycle if term else None,
        "starts_on": term.starts_on.isoformat() if term else None,
        "ends_on": term.ends_on.isoformat() if term else None,
    }


def _quotas(organization: Organization, period: Period, quotas: list[Quota]) -> list[dict[str, Any]]:
    """As they stood when the period ended: what was taken or given back since then is left out."""
    since = QuotaEntry.objects.filter(organization=organization, at__gte=period.ends_at, kind__in=_MOVES).order_by()
    moved = {
        (code, day): total for code, day, total in since.values_list("code", "period_start").annotate(Sum("quantity"))
    }
    return [_quota(quota, moved.get((quota.code, date_of(quota.starts_at)), 0)) for quota in quotas]


def _quota(quota: Quota, moved: int) -> dict[str, Any]:
    """`allowance` and `remaining` null: unlimited. `moved`: less than 0 where more was taken afterwards."""
    return {
        "code": quota.code,
        "name": {"en": quota.name.en, "zh": quota.name.zh} if quota.name else None,
        "unit": quota.unit,
        "allowance": quota.allowance,
        "used": quota.used + moved,
        "remaining": None if quota.remaining is None else quota.remaining - moved,
        "last_day": quota.last_day.isoformat(),
    }


def _bookings(organization: Organization, period: Period) -> list[dict[str, Any]]:
    """Those with a day in the period, and those that were asked for in it."""
    touched = Q(starts_on__lte=period.last_day, ends_on__gte=period.first_day)
    asked = Q(created_at__gte=period.starts_at, created_at__lt=period.ends_at)
    rows = Booking.objects.filter(touched | asked, organization=organization).order_by("starts_on", "pk")
    return [
        {
            "service": booking.service,
            "starts_on": booking.starts_on.isoformat(),
            "ends_on": booking.ends_on.isoformat(),
            "days": booking.days,
            "unit": booking.unit,
            "status": booking.status,
        }
        for booking in rows
    ]


def _advisories(organization: Organization, period: Period) -> dict[str, Any]:
    rows = AdvisoryReceipt.objects.filter(
        organization=organization, at__gte=period.starts_at, at__lt=period.ends_at
    ).select_related("advisory")
    counted = rows.aggregate(total=Count("pk"), acknowledged=Count("pk", filter=Q(acknowledged_at__isnull=False)))
    return counted | {
        "advisories": [
            {
                "number": receipt.advisory.number,
                "kind": receipt.advisory.kind,
                "severity": receipt.advisory.severity,
                "title": {"en": receipt.advisory.title_en, "zh": receipt.advisory.title_zh},
                "acknowledged": receipt.acknowledged_at is not None,
            }
            for receipt in rows.order_by("at", "pk")[:MOST_ADVISORIES]
        ]
    }


def _tam(organization: Organization, period: Period) -> dict[str, Any]:
    """Who the technical service managers are and what is on record of their work; their own notes stay theirs."""
    people = tams_of(organization.pk)
    tasks = AdvisoryTask.objects.filter(organization=organization)
    given: dict[str, Any] = {
        "organization": organization.pk,
        "people": [person.pk for person in people],
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
    }
    replies = 0
    if people:
        with connection.cursor() as cursor:
            cursor.execute(_REPLIES, given)
            replies = cursor.fetchone()[0]
    completed = Booking.objects.filter(
        organization=organization, completed_at__gte=period.starts_at, completed_at__lt=period.ends_at
    )
    return {
        "names": [person.display_name() for person in people],
        "replies": replies,
        "advisories_discussed": tasks.filter(
            contacted_at__gte=period.starts_at, contacted_at__lt=period.ends_at
        ).count(),
        "advisories_done": tasks.filter(ended_at__gte=period.starts_at, ended_at__lt=period.ends_at).count(),
        "services_completed": completed.count(),
    }
