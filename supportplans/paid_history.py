"""Who held paid tiers in a month, for many organizations at once (spec page 3, sections 3.6 and 3.7).

Instants are compared with instants that Python made, so that no time zone of a session matters. A queued term that was
replaced or cancelled before it began was never held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from common.beijing import Month
from supportplans import versions
from supportplans.catalogue import Catalogue, Tier

# Terms of plans whose fee depends on usage, as (catalogue version, family); and not those that never began.
_COUNTS = """
(term.catalogue_version_id, term.family) IN (SELECT * FROM unnest(%(versions)s::bigint[], %(families)s::text[]))
AND term.left_because <> 'not_begun'
"""
# Left at the month's first instant still counts: the day of a change belongs to the tier before it.
_IN_MONTH = f"""
{_COUNTS} AND term.began_at < %(ends_at)s AND term.ends_on > %(first_day)s
AND (term.left_at IS NULL OR term.left_at >= %(starts_at)s)
"""

_HOLDERS = f"""
SELECT DISTINCT term.organization_id FROM supportplans_term AS term
 WHERE term.organization_id > %(after)s AND term.organization_id <= %(until)s AND {_IN_MONTH}
"""  # noqa: S608

_HELD = f"""
SELECT term.organization_id, term.catalogue_version_id, term.family, term.tier,
       term.began_at, term.left_at, term.ends_on
  FROM supportplans_term AS term
 WHERE term.organization_id = ANY(%(organizations)s) AND {_IN_MONTH}
 ORDER BY term.organization_id, term.began_at, term.id
"""  # noqa: S608

# Which month a term's days lie in, in Beijing: its dates, or its instants eight hours on.
PAID_MONTHS = f"""
SELECT term.organization_id, month::date AS month
  FROM supportplans_term AS term
 CROSS JOIN LATERAL generate_series(
         date_trunc('month', (term.began_at AT TIME ZONE 'UTC') + interval '8 hours'),
         LEAST(term.ends_on::timestamp - interval '1 day',
               (term.left_at AT TIME ZONE 'UTC') + interval '8 hours', %(last_month)s::timestamp),
         interval '1 month') AS month
 WHERE {_COUNTS} AND term.began_at < %(ends_at)s
"""  # noqa: S608


@dataclass(frozen=True)
class PaidTerm:
    """A paid tier held in the month that was asked for; `left_at` None where it runs until `ends_on`."""

    organization_id: int
    catalogue: Catalogue
    tier: Tier
    began_at: datetime
    left_at: datetime | None
    ends_on: date


def organizations_with_paid_terms(month: Month, *, after: int, until: int) -> list[int]:
    """Organizations with an id in (after, until] that held a paid tier with a usage fee in `month`."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, _given(month) | {"after": after, "until": until})
        return [organization_id for (organization_id,) in cursor.fetchall()]


def paid_terms(month: Month, organizations: Sequence[int]) -> list[PaidTerm]:
    """The tiers that these organizations held in `month`, by organization and in order of time."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, _given(month) | {"organizations": list(organizations)})
        rows = cursor.fetchall()
    return [
        PaidTerm(
            organization_id, catalogue := versions.version_of_row(version), catalogue.family(family).tier(tier), *held
        )
        for organization_id, version, family, tier, *held in rows
    ]


def plans_with_usage_fees() -> dict[str, Any]:
    """The (catalogue version, family) pairs in which some tier has usage brackets, as two lists of equal length.

    In such a family every paid tier is settled, also one whose own fee is nothing.
    """
    pairs = [
        (version, family.code)
        for version, catalogue in versions.all_published().items()
        for family in catalogue.families
        if any(tier.usage_brackets for tier in family.tiers)
    ]
    return {"versions": [version for version, _family in pairs], "families": [family for _version, family in pairs]}


def _given(month: Month) -> dict[str, Any]:
    instants = {"starts_at": month.starts_at, "ends_at": month.ends_at, "first_day": month.first_day}
    return plans_with_usage_fees() | instants
