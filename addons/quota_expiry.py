"""Owners and billing are told 60 and 30 days before a yearly quota expires unused (spec page 5, section 5.2).

The counter of the period remembers the last step that was looked at, so that each is told once and a run after days
of downtime tells only the step that is true then.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse

from accounts.access import people_with_role
from accounts.models import Organization
from addons.models import QuotaCounter
from addons.service_quotas import SERVICE_YEAR, ServiceBalance, balances, services_of, standard_quota
from common import tenancy
from common.beijing import date_of
from notifications.notices import notify
from supportplans import access as plans
from supportplans import versions
from supportplans.entitlements import entitlements

FIRST_STEP, LAST_STEP = 60, 30
BATCH = 200

# Whoever holds a tier with yearly quotas and has a period that ends within 60 days and whose step was not looked at.
# A term of a month is no period to be told of. The exact day is decided by the quota itself.
_DUE = f"""
WITH held AS (
    SELECT term.organization_id, term.starts_on, term.ends_on, chain.paid_since
      FROM supportplans_term AS term
      JOIN supportplans_subscription AS chain ON chain.organization_id = term.organization_id
     WHERE term.began_at <= %(at)s AND (term.left_at IS NULL OR term.left_at > %(at)s) AND term.ends_on > %(day)s
       AND (term.catalogue_version_id, term.tier) IN (SELECT * FROM unnest(%(versions)s::bigint[], %(tiers)s::text[]))
), periods AS (
    SELECT organization_id, starts_on, ends_on FROM held WHERE ends_on - starts_on > {FIRST_STEP}
    UNION
    SELECT organization_id, (paid_since + make_interval(years => years - 1))::date,
           (paid_since + make_interval(years => years))::date
      FROM held, generate_series(date_part('year', %(day)s::date)::int - date_part('year', paid_since)::int,
                                 date_part('year', %(day)s::date)::int - date_part('year', paid_since)::int + 1)
        AS years
)
SELECT DISTINCT organization_id
  FROM periods
 WHERE ends_on - %(day)s::date BETWEEN 1 AND {FIRST_STEP} AND organization_id > %(after)s
   AND NOT EXISTS (SELECT FROM addons_quotacounter AS counter
                    WHERE counter.organization_id = periods.organization_id AND counter.period_start = starts_on
                      AND told_days_before <= CASE WHEN ends_on - %(day)s::date <= {LAST_STEP}
                                                   THEN {LAST_STEP} ELSE {FIRST_STEP} END)
 ORDER BY organization_id LIMIT {BATCH}
"""  # noqa: S608


def tell_of_unused(*, at: datetime) -> dict[str, int]:
    """The daily job; returns how many quotas were told of."""
    told, after = 0, 0
    while True:
        with tenancy.everything():
            due = _due(at, after)
            for organization in Organization.objects.filter(pk__in=due).order_by("pk"):
                told += _tell(organization, at)
        if len(due) < BATCH:
            return {"told": told}
        after = due[-1]


def _due(at: datetime, after: int) -> list[int]:
    having = [
        (version.pk, tier.code)
        for version in plans.published_versions()
        for family in versions.version_of_row(version.pk).families
        for tier in family.tiers
        if any(standard_quota(tier, service.code) for service in services_of(versions.version_of_row(version.pk)))
    ]
    values: dict[str, Any] = {
        "at": at,
        "day": date_of(at),
        "after": after,
        "versions": [pk for pk, _tier in having],
        "tiers": [tier for _pk, tier in having],
    }
    with connection.cursor() as cursor:
        cursor.execute(_DUE, values)
        return [organization_id for (organization_id,) in cursor.fetchall()]


def _tell(organization: Organization, at: datetime) -> int:
    told = 0
    for balance in balances(organization, at, held := entitlements(organization, at)):
        step = _step(balance, at)
        if step is None or not _is_new(organization, balance, step):
            continue
        if balance.remaining:
            name = held.catalogue.name_of("entitlements", balance.code)
            _notify(organization, balance, step, {"en": name.en, "zh": name.zh})
            told += 1
    return told


def _step(balance: ServiceBalance, at: datetime) -> int | None:
    """60 or 30, whichever the days left have reached last; None while there are more, or for a short term."""
    period = balance.period
    if balance.service.period != SERVICE_YEAR and (period.ends_on - period.starts_on).days <= FIRST_STEP:
        return None
    left = (period.ends_on - date_of(at)).days
    return None if left > FIRST_STEP else LAST_STEP if left <= LAST_STEP else FIRST_STEP


def _is_new(organization: Organization, balance: ServiceBalance, step: int) -> bool:
    """Mark the step as looked at; False where it was before."""
    counter, _made = QuotaCounter.objects.select_for_update().get_or_create(
        organization=organization, code=balance.code, period_start=balance.period.starts_on
    )
    if counter.told_days_before is not None and counter.told_days_before <= step:
        return False
    counter.told_days_before = step
    counter.save(update_fields=["told_days_before"])
    return True


def _notify(organization: Organization, balance: ServiceBalance, step: int, name: dict[str, str]) -> None:
    period = balance.period
    notify(
        people=people_with_role(organization.pk, "owner", "billing"),
        kind="quota.expiring",
        params={
            "service": name,
            "organization": organization.name,
            "remaining": balance.remaining,
            "allowance": balance.allowance,
            "ends_on": period.ends_on.isoformat(),
        },
        url=f"{reverse('addons:quotas', args=[organization.slug])}?code={balance.code}",
        key=f"quota.expiring:{organization.pk}:{balance.code}:{period.starts_on}:{step}",
        organization=organization,
    )
