"""What an organization holds at an instant: a paid term or its family's free tier (spec page 3.1).

Answered by the date itself: nobody waits for a job at the end of a term.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.db import connection

from accounts.models import Organization
from common.beijing import date_of
from supportplans import versions
from supportplans.catalogue import Catalogue, Family, Tier
from supportplans.terms import Bounds

Status = Literal["active", "suspended", "none"]


@dataclass(frozen=True)
class HeldTerm:
    """The paid term an organization is in."""

    id: int
    cycle: str
    bounds: Bounds
    began_at: datetime
    order_number: str
    # Of the whole term at this tier; and the order that bought the term, the same through all changes inside it.
    price: Decimal
    bought_by: str

    @property
    def starts_on(self) -> date:
        return self.bounds.starts_on

    @property
    def ends_on(self) -> date:
        return self.bounds.ends_on


@dataclass(frozen=True)
class Standing:
    """`term` None: on the free tier, which has no term; then `status` is "none".

    `suspended_at` is set while a settlement invoice is long overdue (spec page 3.7), also on the free tier.
    """

    organization_id: int
    # The version that its plan is of, and the one that is in force for everybody: a term keeps its own to its end.
    catalogue: Catalogue
    in_force: Catalogue
    family: Family
    tier: Tier
    term: HeldTerm | None
    auto_renew: bool
    # What was asked for the next term while none is queued; "": as this one.
    next_tier: str
    next_cycle: str
    suspended_at: datetime | None
    anchor_day: int | None
    paid_since: date | None

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None

    @property
    def status(self) -> Status:
        if self.term is None:
            return "none"
        return "suspended" if self.is_suspended else "active"


# Plain SQL: every ticket asks this once, and building the same query by the ORM costs more than running it. Few
# joins, because planning them costs more than reading the rows.
_COLUMNS = f"""
       held.id, held.tier, held.cycle, held.starts_on, held.ends_on, held.began_at, held.order_number,
       held.price, held.bought_by, held.catalogue_version_id, {versions.APPLYING},
       chain.auto_renew, chain.next_tier, chain.next_cycle, chain.suspended_at, chain.anchor_day, chain.paid_since
"""
_STANDING = f"""
SELECT {_COLUMNS}
  FROM (SELECT 1) AS one
  LEFT JOIN supportplans_subscription AS chain ON chain.organization_id = %(organization)s
  LEFT JOIN supportplans_term AS held
         ON held.organization_id = %(organization)s AND held.began_at <= %(at)s AND held.ends_on > %(day)s
        AND (held.left_at IS NULL OR held.left_at > %(at)s)
"""  # noqa: S608


def standing(organization: Organization, at: datetime) -> Standing:
    """What `organization` holds at `at` (aware), in one query; inside its tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"organization": organization.pk, "at": at, "day": date_of(at)})
        return _standing_of(organization, cursor.fetchone(), at)


# The same for many, in the scope of all tenants.
_STANDINGS = f"""
SELECT organization.id, {_COLUMNS}
  FROM unnest(%(ids)s::bigint[]) AS organization(id)
  LEFT JOIN supportplans_subscription AS chain ON chain.organization_id = organization.id
  LEFT JOIN supportplans_term AS held
         ON held.organization_id = organization.id AND held.began_at <= %(at)s AND held.ends_on > %(day)s
        AND (held.left_at IS NULL OR held.left_at > %(at)s)
"""  # noqa: S608


def standings(organizations: Iterable[Organization], at: datetime) -> dict[int, Standing]:
    """{organization's id: what it holds at `at`} in one statement; inside the scope of all tenants."""
    named = {organization.pk: organization for organization in organizations}
    values: dict[str, Any] = {"ids": list(named), "at": at, "day": date_of(at)}
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, values)
        rows = cursor.fetchall()
    return {pk: _standing_of(named[pk], row, at) for pk, *row in rows}


def _standing_of(organization: Organization, row: Sequence[Any], at: datetime) -> Standing:
    term_id, tier, cycle, starts_on, ends_on, began_at, order_number, price, bought_by, *more = row
    bought_under, applying, auto_renew, next_tier, next_cycle, suspended_at, anchor_day, paid_since = more
    in_force = versions.applying(applying)
    catalogue = versions.version_of_row(bought_under) if bought_under else in_force
    family = catalogue.family_for(organization.kind)
    term = None
    if term_id is not None:
        term = HeldTerm(term_id, cycle, Bounds(starts_on, ends_on), began_at, order_number, price, bought_by)
    return Standing(
        organization_id=organization.pk,
        catalogue=catalogue,
        in_force=in_force,
        family=family,
        tier=family.tier(tier) if term else family.base,
        term=term,
        auto_renew=bool(auto_renew) and term is not None,
        next_tier=(next_tier or "") if term else "",
        next_cycle=(next_cycle or "") if term else "",
        suspended_at=suspended_at if suspended_at is not None and suspended_at <= at else None,
        anchor_day=anchor_day if term else None,
        paid_since=paid_since,
    )


_TIERS = """
SELECT organization.id, organization.kind, held.tier, held.catalogue_version_id
  FROM accounts_organization AS organization
  LEFT JOIN supportplans_term AS held
         ON held.organization_id = organization.id AND held.began_at <= %(at)s AND held.ends_on > %(day)s
        AND (held.left_at IS NULL OR held.left_at > %(at)s)
 WHERE organization.id = ANY(%(ids)s)
"""


def organizations_with(entitlement: str, organization_ids: Iterable[int], at: datetime) -> set[int]:
    """Those of the organizations whose plan includes an entitlement at `at`; inside the scope of all tenants."""
    in_force = versions.current(date_of(at))
    with connection.cursor() as cursor:
        cursor.execute(_TIERS, {"at": at, "day": date_of(at), "ids": list(organization_ids)})
        rows = cursor.fetchall()
    found = set()
    for pk, kind, code, bought_under in rows:
        family = (versions.version_of_row(bought_under) if bought_under else in_force).family_for(kind)
        included = (family.tier(code) if code else family.base).entitlement(entitlement)
        if included is not None and not included.coming_soon:
            found.add(pk)
    return found
