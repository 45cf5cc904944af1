"""The yearly quotas of value-added services: what is granted, used and left (spec page 5, section 5.2).

What is granted is worked out from the rows of the term and the date: nobody waits for a job, nothing is carried
over. Only what was taken is stored, in the counter of organization × service × first day of the period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from addons.models import Booking, QuotaCounter
from addons.refusals import QuotaInsufficient
from addons.service_allowance import Account, QuotaPeriod, TierHeld, granted_by, service_year
from common import live
from common.beijing import date_of
from supportplans import versions
from supportplans.catalogue import Catalogue, Entitlement, Tier
from supportplans.entitlements import Entitlements, entitlements
from supportplans.models import Term

SERVICE_YEAR = "service_year"


@dataclass(frozen=True)
class ServiceBalance:
    """One quota in the period of an instant, in units of the service (days or occasions).

    `included`: the tier held has the service, though this term may grant none of it.
    """

    service: Entitlement
    period: QuotaPeriod
    account: Account
    included: bool

    @property
    def code(self) -> str:
        return self.service.code

    @property
    def unit(self) -> str:
        return self.service.unit or ""

    @property
    def granted(self) -> int:
        return self.account.granted

    @property
    def allowance(self) -> int:
        return self.account.allowance

    @property
    def used(self) -> int:
        return self.account.used

    @property
    def remaining(self) -> int:
        return self.account.remaining


def services_of(catalogue: Catalogue) -> list[Entitlement]:
    """The services with a yearly quota, as the catalogue has them."""
    return [entitlement for entitlement in catalogue.entitlements if entitlement.unit is not None]


def standard_quota(tier: Tier, code: str) -> int:
    """What a term ordered at the tier grants; 0 where it has none or only announces it."""
    entitlement = tier.entitlement(code)
    return 0 if entitlement is None or entitlement.coming_soon else entitlement.quota or 0


def balances(
    organization: Organization, at: datetime, held: Entitlements | None = None, *, after: Tier | None = None
) -> list[ServiceBalance]:
    """The quotas that the plan of `at` has or that something was taken of; [] on the free tier.

    Three statements, two where `held` is known; inside the tenant scope. `after`: as a change to this tier at `at`
    would leave them.
    """
    held = held or entitlements(organization, at)
    return balances_by_organization({organization.pk: held}, at, after=after)[organization.pk]


def balances_by_organization(
    held_by: Mapping[int, Entitlements], at: datetime, *, after: Tier | None = None
) -> dict[int, list[ServiceBalance]]:
    """The same for many, {organization's id: its quotas}; two statements, in a scope that sees them all."""
    paying = {pk: held for pk, held in held_by.items() if held.term is not None}
    if not paying:
        return {pk: [] for pk in held_by}
    tiers = _tiers_of_terms(paying, at)
    periods = {pk: _periods(held, date_of(at)) for pk, held in paying.items()}
    used = _used(periods)
    more = [after] if after else []
    return {
        pk: _balances(held, [*tiers[pk], *more], periods[pk], used[pk]) if (held := paying.get(pk)) else []
        for pk in held_by
    }


def _balances(
    held: Entitlements, tiers: Sequence[Tier], periods: Mapping[str, QuotaPeriod], used: Mapping[str, int]
) -> list[ServiceBalance]:
    assert held.term is not None
    found = []
    for service in services_of(held.catalogue):
        account = Account(_granted(service, tiers, held.term.cycle), used.get(service.code, 0))
        included = standard_quota(tiers[-1], service.code) > 0
        if included or account.allowance:
            found.append(ServiceBalance(service, periods[service.code], account, included))
    return found


def balance(
    organization: Organization, code: str, at: datetime, held: Entitlements | None = None
) -> ServiceBalance | None:
    """One of them; None where the plan has nothing of it."""
    return next((each for each in balances(organization, at, held) if each.code == code), None)


def _periods(held: Entitlements, day: date) -> dict[str, QuotaPeriod]:
    return {service.code: _period(service, held, day) for service in services_of(held.catalogue)}


def _period(service: Entitlement, held: Entitlements, day: date) -> QuotaPeriod:
    """The term, or the service year of `day`; only of who holds a paid term."""
    assert held.term is not None
    paid_since = held.standing.paid_since
    if service.period == SERVICE_YEAR and paid_since is not None:
        return service_year(paid_since, day)
    return QuotaPeriod(held.term.starts_on, held.term.ends_on)


def _tiers_of_terms(paying: Mapping[int, Entitlements], at: datetime) -> dict[int, list[Tier]]:
    """{organization: the tiers held in its term of `at` until then}, in order of time; the last one is held now.

    A queued row that was replaced before its term began was never held.
    """
    terms = {pk: held.term for pk, held in paying.items() if held.term is not None}
    rows = Term.objects.filter(
        organization_id__in=list(terms), bought_by__in={term.bought_by for term in terms.values()}, began_at__lte=at
    )
    found: dict[int, list[Tier]] = {pk: [] for pk in terms}
    for row in rows.exclude(left_because=Term.Left.NOT_BEGUN).order_by("began_at", "pk"):
        term = terms[row.organization_id]
        if (row.bought_by, row.starts_on) == (term.bought_by, term.starts_on):
            catalogue = versions.version_of_row(row.catalogue_version_id)
            found[row.organization_id].append(catalogue.family(row.family).tier(row.tier))
    return found


def _granted(service: Entitlement, tiers: Sequence[Tier], cycle: str) -> int:
    return granted_by(
        [TierHeld(tier.rank, standard_quota(tier, service.code)) for tier in tiers],
        cycle=cycle,
        binds_plan=service.binds_plan,
        yearly_orders_only=service.yearly_orders_only,
    )


def _used(periods: Mapping[int, Mapping[str, QuotaPeriod]]) -> dict[int, dict[str, int]]:
    """{organization: {service: what was taken of it in its period}}."""
    own = [period for each in periods.values() for period in each.items()]
    rows = QuotaCounter.objects.filter(
        organization_id__in=list(periods),
        code__in={code for code, _period in own},
        period_start__in={period.starts_on for _code, period in own},
    )
    found: dict[int, dict[str, int]] = {pk: {} for pk in periods}
    for pk, code, period_start, used in rows.values_list("organization_id", "code", "period_start", "used"):
        period = periods[pk].get(code)
        if period is not None and period.starts_on == period_start:
            found[pk][code] = used
    return found


# The row is made or raised, and the entry is written, in one statement: two takers of the last day meet at the row,
# and the second sees what the first left. No row comes back when not enough was left.
_TAKE = """
WITH counter AS (
    INSERT INTO addons_quotacounter AS held (organization_id, code, period_start, used, packs_granted, packs_lapsed,
                                             told_low, told_exhausted)
    SELECT %(organization)s, %(code)s, %(period)s, %(quantity)s, 0, 0, false, false
     WHERE %(quantity)s <= %(granted)s
    ON CONFLICT (organization_id, code, period_start) DO UPDATE SET used = held.used + EXCLUDED.used
     WHERE held.used + EXCLUDED.used <= %(granted)s
    RETURNING used
)
INSERT INTO addons_quotaentry (organization_id, code, period_start, quantity, kind, reason,
                               ticket_number, order_number, booking_id, by_id, at)
SELECT %(organization)s, %(code)s, %(period)s, -%(quantity)s, 'use', %(reason)s, '', '', %(booking)s, %(by)s, %(at)s
  FROM counter
"""
_GIVE_BACK = """
WITH counter AS (
    UPDATE addons_quotacounter SET used = used - %(quantity)s
     WHERE organization_id = %(organization)s AND code = %(code)s AND period_start = %(period)s
    RETURNING used
)
INSERT INTO addons_quotaentry (organization_id, code, period_start, quantity, kind, reason,
                               ticket_number, order_number, booking_id, by_id, at)
SELECT %(organization)s, %(code)s, %(period)s, %(quantity)s, 'return', %(reason)s, '', '', %(booking)s, %(by)s, %(at)s
  FROM counter
"""


def take(*, booking: Booking, of: ServiceBalance, quantity: int, reason: str, at: datetime, by: Person | None) -> None:
    """Take `quantity` units for a booking, in the caller's transaction and under the organization's lock.

    `of`: the quota as it was read under that lock. Raises QuotaInsufficient; then nothing was written.
    """
    values = _movement(booking, of.period.starts_on, quantity, reason, at, by) | {"granted": of.granted}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        if cursor.rowcount == 0:
            raise insufficient(of, quantity)
    live.publish(f"org:{booking.organization_id}", "quota-changed")


def give_back(*, booking: Booking, quantity: int, reason: str, at: datetime, by: Person | None) -> None:
    """Return `quantity` units of a booking to the period they were taken from; the caller has locked the booking."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, _movement(booking, booking.period_start, quantity, reason, at, by))
    live.publish(f"org:{booking.organization_id}", "quota-changed")


def insufficient(of: ServiceBalance, requested: int, *, own: int = 0) -> QuotaInsufficient:
    """The refusal, with a pointer to the edition that is sold by itself, where the service has one.

    `own`: units that the booking holds already while it is being moved; they count as left.
    """
    url = settings.PAID_EDITIONS.get(of.code, "")
    remaining = of.remaining + own
    detail = _("%(remaining)s left, %(requested)s asked for.") % {"remaining": remaining, "requested": requested}
    if url:
        detail += " " + _("More of it is sold by itself: the standard edition.")
    return QuotaInsufficient(
        detail,
        action_url=url,
        action_label=_("See the standard edition") if url else "",
        remaining=remaining,
        requested=requested,
    )


def _movement(
    booking: Booking, period_start: date, quantity: int, reason: str, at: datetime, by: Person | None
) -> dict[str, Any]:
    return {
        "organization": booking.organization_id,
        "code": booking.service,
        "period": period_start,
        "quantity": quantity,
        "reason": reason,
        "booking": booking.pk,
        "by": by.pk if by else None,
        "at": at,
    }
