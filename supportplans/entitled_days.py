"""Who held a plan with an entitlement in a month, and on which of its days, for many organizations at once.

Every day on which the plan was held at some instant counts, the day of a purchase and the day of leaving as well. What
is only announced ("coming soon") is not held. Inside the scope of all tenants, or of one that asks for itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from common.beijing import Month, date_of
from supportplans import versions
from supportplans.catalogue import Catalogue, Tier

_HELD = """
SELECT term.organization_id, min(GREATEST(term.began_at, %(starts_at)s)), max(LEAST(term.ended_at, %(ends_at)s))
  FROM (SELECT *, COALESCE(left_at, ends_on::timestamp AT TIME ZONE 'Asia/Shanghai') AS ended_at
          FROM supportplans_term
         WHERE left_because <> 'not_begun' AND began_at < %(ends_at)s {of_organizations}) AS term
 WHERE (term.catalogue_version_id, term.family, term.tier)
       IN (SELECT * FROM unnest(%(versions)s::bigint[], %(families)s::text[], %(tiers)s::text[]))
   AND term.ended_at > %(starts_at)s AND term.ended_at > term.began_at
 GROUP BY term.organization_id
 ORDER BY term.organization_id
"""
_OF_ORGANIZATIONS = "AND organization_id = ANY(%(organizations)s)"
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class EntitledDays:
    """Beijing days, both included, of one month; `last_at` is the last instant at which it was held in it."""

    organization_id: int
    first_day: date
    last_day: date
    last_at: datetime


def entitled_days(entitlement: str, month: Month, organizations: Collection[int] | None = None) -> list[EntitledDays]:
    """Who held a plan with `entitlement` in `month`, by organization; of `organizations` where given. One statement."""
    plans = _plans_with(entitlement)
    if not plans:
        return []
    given: dict[str, Any] = {
        "starts_at": month.starts_at,
        "ends_at": month.ends_at,
        "versions": [version for version, _tier in plans],
        "families": [tier.family for _version, tier in plans],
        "tiers": [tier.code for _version, tier in plans],
        "organizations": list(organizations or ()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_HELD.format(of_organizations="" if organizations is None else _OF_ORGANIZATIONS), given)
        return [
            EntitledDays(organization_id, date_of(began), date_of(ended - _INSTANT), ended - _INSTANT)
            for organization_id, began, ended in cursor.fetchall()
        ]


def _plans_with(entitlement: str) -> list[tuple[int, Tier]]:
    return [
        (version, tier)
        for version, catalogue in versions.all_published().items()
        for tier in _tiers(catalogue)
        if (included := tier.entitlement(entitlement)) is not None and not included.coming_soon
    ]


def _tiers(catalogue: Catalogue) -> list[Tier]:
    return [tier for family in catalogue.families for tier in family.tiers]
