"""Who would renew into a catalogue version (spec page 3.1: a renewal picks up a newer version, and only a renewal).

Counted in one statement: of each organization the last paid term that runs or is queued; what follows it begins where
it ends and is sold under the version that is effective on that day. Nothing is loaded per organization.

Worked number, which also stands in the test: a yearly business term that ends on 2027-03-01 renews at 9,000.00 instead
of 8,400.00 under a version that takes effect on 2027-01-01: 600.00 more in March 2027.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from supportplans.catalogue import Catalogue, Tier, UnknownCode
from supportplans.document_reading import Text
from supportplans.models import CatalogueVersion
from supportplans.price_book import price_of

# A wish is for the term that follows; what is queued has taken it up already. Whoever is disabled renews nothing.
_COUNT = """
WITH last AS (
  SELECT DISTINCT ON (term.organization_id) term.organization_id, term.family, term.tier, term.cycle, term.ends_on
    FROM supportplans_term AS term
   WHERE term.left_at IS NULL AND term.ends_on > %(today)s
   ORDER BY term.organization_id, term.began_at DESC
)
SELECT date_trunc('month', last.ends_on)::date AS month, last.family,
       COALESCE(NULLIF(plan.next_tier, ''), last.tier) AS tier,
       COALESCE(NULLIF(plan.next_cycle, ''), last.cycle) AS cycle,
       count(*), count(*) FILTER (WHERE plan.auto_renew)
  FROM last
  JOIN accounts_organization AS organization ON organization.id = last.organization_id
  LEFT JOIN supportplans_subscription AS plan ON plan.organization_id = last.organization_id
 WHERE organization.disabled_at IS NULL
   AND last.ends_on >= %(from)s AND (%(until)s::date IS NULL OR last.ends_on < %(until)s)
 GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True)
class Renewals:
    """Organizations whose next term begins in a month, at one tier and cycle; `automatic` of them renew by themselves.

    `price_before` and `price_after` are of one term; None where that version does not sell it.
    """

    month: date
    name: Text
    family: str
    tier: str
    cycle: str
    organizations: int
    automatic: int
    price_before: Decimal | None
    price_after: Decimal | None

    @property
    def before(self) -> Decimal:
        return self.organizations * (self.price_before or Decimal(0))

    @property
    def after(self) -> Decimal:
        return self.organizations * (self.price_after or Decimal(0))

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True)
class Ahead:
    """All of them by month and rank, and what they add up to."""

    rows: Sequence[Renewals]

    @property
    def organizations(self) -> int:
        return sum(row.organizations for row in self.rows)

    @property
    def automatic(self) -> int:
        return sum(row.automatic for row in self.rows)

    @property
    def before(self) -> Decimal:
        return sum((row.before for row in self.rows), Decimal(0))

    @property
    def after(self) -> Decimal:
        return sum((row.after for row in self.rows), Decimal(0))

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


def renewals_into(new: Catalogue, *, before: Catalogue, today: date) -> Ahead:
    """Who renews into `new`, published today, and what they would pay under `before`; in the scope of all tenants."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"today": today, "from": new.effective_on, "until": _superseded_on(new)})
        found = cursor.fetchall()
    rows = [
        Renewals(
            month,
            _name(before, new, family, tier),
            family,
            tier,
            cycle,
            count,
            automatic,
            price_of(before, family, tier, cycle),
            price_of(new, family, tier, cycle),
        )
        for month, family, tier, cycle, count, automatic in found
    ]
    return Ahead(sorted(rows, key=lambda row: (row.month, row.family, _rank(before, new, row), row.cycle)))


def followed(version: CatalogueVersion) -> CatalogueVersion | None:
    """The published version that this one takes the place of; None of the first.

    It applies on the day this one takes effect where this one is left out of account; of several of one day the one
    that was published last before it.
    """
    rows = CatalogueVersion.objects.filter(published_at__isnull=False, effective_on__lte=version.effective_on)
    if version.published_at is not None:
        rows = rows.exclude(effective_on=version.effective_on, published_at__gte=version.published_at)
    return rows.order_by("-effective_on", "-published_at").first()


def _superseded_on(new: Catalogue) -> date | None:
    """The day on which a version that is published already takes its place."""
    later = CatalogueVersion.objects.filter(published_at__isnull=False, effective_on__gt=new.effective_on)
    return later.order_by("effective_on").values_list("effective_on", flat=True).first()


def _known(before: Catalogue, new: Catalogue, family: str, tier: str) -> Tier | None:
    for catalogue in (new, before):
        try:
            return catalogue.family(family).tier(tier)
        except UnknownCode:
            continue
    return None


def _name(before: Catalogue, new: Catalogue, family: str, tier: str) -> Text:
    known = _known(before, new, family, tier)
    return known.name if known else Text(tier, tier)


def _rank(before: Catalogue, new: Catalogue, row: Renewals) -> tuple[int, str]:
    known = _known(before, new, row.family, row.tier)
    return known.rank if known else 0, row.tier
