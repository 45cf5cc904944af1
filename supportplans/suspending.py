"""From when an organization's plan is suspended: decided by billing (spec page 3, section 3.7), kept here.

The instant may be to come; the plan is suspended from it on by itself, and free again as soon as it is taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from accounts.models import Organization
from common import audit, outbox
from supportplans.announcing import tell_open_pages
from supportplans.models import Subscription
from supportplans.standing import Standing, standing

# In one statement, and only where it comes earlier than what is kept: the oldest unpaid invoice counts.
_SUSPEND_FROM = """
UPDATE supportplans_subscription AS chain SET suspended_at = given.suspended_at
  FROM unnest(%s::bigint[], %s::timestamptz[]) AS given(organization_id, suspended_at)
 WHERE chain.organization_id = given.organization_id
   AND (chain.suspended_at IS NULL OR chain.suspended_at > given.suspended_at)
"""


def set_suspension(*, organization: Organization, suspended_at: datetime | None, at: datetime) -> bool:
    """Keep from when on the plan is suspended, None: not at all; whether it was suspended at `at` and is free now.

    In the caller's transaction, under the organization's lock. A plan that is free again is told to others.
    """
    kept = Subscription.objects.filter(organization=organization)
    before = kept.values_list("suspended_at", flat=True).first()
    if before == suspended_at:
        return False
    kept.update(suspended_at=suspended_at)
    was, is_now = _has_come(before, at), _has_come(suspended_at, at)
    if was and not is_now:
        announce_suspension(organization, "restored", at)
    return was and not is_now


def suspend_from(instants: Mapping[int, datetime]) -> None:
    """Plans of many organizations are suspended from these instants on, all to come, unless an earlier one is kept."""
    if not instants:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SUSPEND_FROM, [list(instants), list(instants.values())])


def announce_suspension(organization: Organization, change: str, at: datetime) -> None:
    """Put on record and tell others that a plan is now `suspended` or `restored`."""
    held = standing(organization, at)
    audit.record(
        by=None,
        organization_id=organization.pk,
        action=f"subscription.{change}",
        object=organization.slug,
        after={"status": held.status},
    )
    outbox.emit("subscription.changed", organization_id=organization.pk, payload=_payload(held, change, at))
    tell_open_pages(organization)


def _payload(held: Standing, change: str, at: datetime) -> dict[str, object]:
    term = held.term
    return {
        "change": change,
        "family": held.family.code,
        "tier": held.tier.code,
        "cycle": term.cycle if term else None,
        "starts_on": term.starts_on.isoformat() if term else None,
        "ends_on": term.ends_on.isoformat() if term else None,
        "at": at.isoformat(),
    }


def _has_come(instant: datetime | None, at: datetime) -> bool:
    return instant is not None and instant <= at
