"""Whom an advisory reaches, by the criteria of criteria.py: the preview, and the organizations batch by batch.

Disabled organizations are never reached; those that the expert panel marked as affected always are. Whether somebody
uses a product is known from the cloud's usage records of the last 90 days, from tickets and from bookings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connection

from care.advisories import criteria as written
from care.advisories.criteria import Criteria
from care.models import Advisory, AdvisoryAffected
from common.beijing import date_of
from supportplans import versions
from supportplans.standing import organizations_with

CARE = "enterprise_care"
NAMES_SHOWN = 50
USED_WITHIN = timedelta(days=90)
NOT_REGIONAL = "none"

_MEANT = """
  FROM accounts_organization AS organization
  LEFT JOIN supportplans_term AS held
         ON held.organization_id = organization.id AND held.began_at <= %(at)s AND held.ends_on > %(day)s
        AND (held.left_at IS NULL OR held.left_at > %(at)s)
 WHERE organization.disabled_at IS NULL
   AND (organization.id = ANY(%(affected)s)
        OR (organization.slug <> ALL(%(without)s) AND (organization.slug = ANY(%(named)s) {others})))
"""
_BY_PLAN = """
   (organization.kind, COALESCE(held.tier, ''), COALESCE(held.catalogue_version_id, 0)) IN
   (SELECT * FROM unnest(%(kinds)s::text[], %(tiers)s::text[], %(versions)s::bigint[]))
"""
_USES = """
   (EXISTS (SELECT FROM billing_usagerecord AS used WHERE used.organization_id = organization.id
               AND used.starts_on >= %(since)s AND lower(used.product) = ANY(%(products)s))
    OR EXISTS (SELECT FROM tickets_ticket AS asked WHERE asked.organization_id = organization.id
                  AND asked.product = ANY(%(products)s))
    OR EXISTS (SELECT FROM addons_booking AS booked WHERE booked.organization_id = organization.id
                  AND lower(booked.details ->> 'products') ~ %(product_words)s))
"""
# Where nobody knows an organization's regions it stays: better told in vain than not told.
_IS_THERE = """
   (NOT EXISTS (SELECT FROM tickets_ticket AS asked WHERE asked.organization_id = organization.id
                   AND asked.region NOT IN ('', %(not_regional)s))
    OR EXISTS (SELECT FROM tickets_ticket AS asked WHERE asked.organization_id = organization.id
                  AND asked.region = ANY(%(regions)s))
    OR EXISTS (SELECT FROM addons_booking AS booked WHERE booked.organization_id = organization.id
                  AND lower(booked.details ->> 'regions') ~ %(region_words)s))
"""


@dataclass(frozen=True)
class Preview:
    """Whom an advisory would reach now.

    `organizations` how many; `people` their active members, each once, whatever they switched off; `by_tier` counts by
    `family/tier`, the most first; `names` the first 50 by name; `tasks` how many get a task for their TAM.
    """

    organizations: int
    people: int
    by_tier: dict[str, int]
    names: list[str]
    tasks: int


class Audience:
    """The organizations that are meant, at the instant `at`; inside the scope of all tenants.

    `affected`: ids of those that the expert panel marked.
    """

    def __init__(
        self,
        wanted: Criteria,
        *,
        products: Sequence[str],
        regions: Sequence[str],
        affected: Sequence[int],
        at: datetime,
    ) -> None:
        self._wanted, self._at, self.affected = wanted, at, list(affected)
        self._products, self._regions = list(products), list(regions)

    @classmethod
    def of(cls, advisory: Advisory, *, at: datetime) -> Audience:
        """Whom a stored advisory is for; once it is published, as plans stood then."""
        marked = AdvisoryAffected.objects.filter(advisory=advisory).values_list("organization_id", flat=True)
        return cls(
            written.read(advisory.audience),
            products=advisory.products,
            regions=advisory.regions,
            affected=list(marked),
            at=advisory.published_at or at,
        )

    def count(self) -> int:
        """How many organizations."""
        return self._ask(f"SELECT count(*) {self._meant}")[0][0]

    def after(self, cursor: int, limit: int) -> list[int]:
        """Ids of the next `limit` organizations with ids above `cursor`, ascending."""
        sql = f"SELECT organization.id {self._meant} AND organization.id > %(after)s ORDER BY 1 LIMIT %(limit)s"
        return [pk for (pk,) in self._ask(sql, after=cursor, limit=limit)]

    def preview(self, kind: str) -> Preview:
        """The figures of a preview for an advisory of `kind`: four statements, however many organizations."""
        catalogue = versions.current(date_of(self._at))
        by_tier: Counter[str] = Counter()
        with_care = 0
        plan = "organization.kind, COALESCE(held.tier, ''), COALESCE(held.catalogue_version_id, 0)"
        marked = "count(*) FILTER (WHERE organization.id = ANY(%(affected)s))"
        for of_kind, code, row, count, affected in self._ask(
            f"SELECT {plan}, count(*), {marked} {self._meant} GROUP BY 1, 2, 3"
        ):
            family = (versions.version_of_row(row) if row else catalogue).family_for(of_kind)
            tier = family.tier(code) if code else family.base
            by_tier[written.tier_code(family, tier)] += count
            held = tier.entitlement(CARE)
            if held is not None and not held.coming_soon:
                with_care += affected if kind == Advisory.Kind.PLATFORM_CHANGE else count
        people = self._ask(f"SELECT count(DISTINCT member.person_id) {_MEMBERS} (SELECT organization.id {self._meant})")
        names = self._ask(f"SELECT organization.name {self._meant} ORDER BY 1 LIMIT {NAMES_SHOWN}")
        return Preview(
            organizations=sum(by_tier.values()),
            people=people[0][0],
            by_tier=dict(by_tier.most_common()),
            names=[name for (name,) in names],
            tasks=with_care,
        )

    @cached_property
    def _meant(self) -> str:
        if self._wanted.names_alone:
            return _MEANT.format(others="")
        parts = [_BY_PLAN] if self._wanted.narrows_by_plan else []
        if self._wanted.users_only and self._products:
            parts.append(_USES)
        if self._wanted.users_only and self._regions:
            parts.append(_IS_THERE)
        return _MEANT.format(others="OR (" + (" AND ".join(parts) or "true") + ")")

    @cached_property
    def _values(self) -> dict[str, Any]:
        wanted, day = self._wanted, date_of(self._at)
        fitting = written.plans_that_fit(wanted, versions.current(day)) if wanted.narrows_by_plan else []
        return {
            "at": self._at,
            "day": day,
            "since": day - USED_WITHIN,
            "without": list(wanted.without),
            "named": list(wanted.organizations),
            "affected": self.affected,
            "kinds": [kind for kind, _tier, _row in fitting],
            "tiers": [tier for _kind, tier, _row in fitting],
            "versions": [row for _kind, _tier, row in fitting],
            "products": self._products,
            "regions": self._regions,
            "product_words": _words(self._products),
            "region_words": _words(self._regions),
            "not_regional": NOT_REGIONAL,
        }

    def _ask(self, sql: str, **more: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, self._values | more)
            return cursor.fetchall()


_MEMBERS = """
  FROM accounts_membership AS member JOIN accounts_person AS person ON person.id = member.person_id
 WHERE person.is_active AND member.organization_id IN
"""


def to_look_after(advisory: Advisory, organization_ids: Sequence[int], *, at: datetime) -> set[int]:
    """Those of the organizations whose TAM gets a task: with enterprise care, and of a change the affected alone."""
    asked: Sequence[int] = organization_ids
    if advisory.kind == Advisory.Kind.PLATFORM_CHANGE:
        marked = AdvisoryAffected.objects.filter(advisory=advisory, organization_id__in=organization_ids)
        asked = list(marked.values_list("organization_id", flat=True))
    return organizations_with(CARE, asked, at) if asked else set()


def _words(codes: Sequence[str]) -> str:
    """A pattern for texts that name one of the codes as a word."""
    return r"\m(" + "|".join(re.escape(code) for code in codes) + r")\M"
