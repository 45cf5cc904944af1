"""The monthly quota of technical tickets: taking a unit, giving it back, what is left (spec page 4, section 4.2).

The counter belongs to an organization and a Beijing month. The month starts by its date: its row is made by the
first movement, nobody waits for the rollover job. Unlimited tiers count too. Every movement is an entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, Person
from addons import quota_notices
from addons.allowance import Allowance
from addons.models import QuotaCounter
from common import live, money, readings
from common.beijing import BEIJING, Month
from common.problems import Refusal
from supportplans.entitlements import Entitlements

TECHNICAL_TICKETS = "technical_tickets"


class QuotaExhausted(Refusal):
    code = "quota_exhausted"
    title = gettext_lazy("No technical ticket is left this month")


@dataclass(frozen=True)
class Balance:
    """A month's account in tickets: `allowance` and `remaining` are None where the tier is unlimited."""

    month: Month
    of: Allowance

    @property
    def allowance(self) -> int | None:
        return self.of.total

    @property
    def used(self) -> int:
        return self.of.used

    @property
    def remaining(self) -> int | None:
        return self.of.remaining


# The row is made or the unit is taken, and the entry is written, in one statement: two takers of the last unit
# meet at the row, and the second sees what the first left. No row comes back when nothing was left.
_TAKE = """
WITH counter AS (
    INSERT INTO addons_quotacounter AS held (organization_id, code, period_start, used, packs_granted,
                                             packs_lapsed, metered_plan, told_low, told_exhausted)
    SELECT %(organization)s, %(code)s, %(period)s, 1, 0, 0, %(plan)s::int, false, false
    WHERE %(anyway)s OR %(plan)s::int IS NULL OR %(plan)s::int > 0
    ON CONFLICT (organization_id, code, period_start) DO UPDATE
       SET used = held.used + 1, metered_plan = COALESCE(NULLIF(EXCLUDED.metered_plan, 0), held.metered_plan)
     WHERE %(anyway)s OR %(plan)s::int IS NULL OR held.used < %(plan)s::int + held.packs_granted
    RETURNING used, packs_granted, told_low, told_exhausted
), entry AS (
    INSERT INTO addons_quotaentry (organization_id, code, period_start, quantity, kind, reason,
                                   ticket_number, order_number, by_id, at)
    SELECT %(organization)s, %(code)s, %(period)s, -1,
           CASE WHEN used > %(plan)s::int + CASE WHEN %(plan)s::int > 0 THEN packs_granted ELSE 0 END
                THEN 'overdraw' ELSE 'use' END,
           %(reason)s, %(ticket)s, '', %(by)s, %(at)s
      FROM counter
)
SELECT used, packs_granted, told_low, told_exhausted FROM counter
"""


def take(
    *,
    organization: Organization,
    entitlements: Entitlements,
    at: datetime,
    ticket_number: str,
    by: Person | None,
) -> Balance:
    """Take one unit of the month of `at` for a ticket being filed; in the caller's transaction.

    Raises QuotaExhausted when the allowance is used up; then nothing was written.
    """
    if entitlements.monthly_quota == 0:
        raise exhausted(organization, entitlements, balance(organization, at, entitlements))
    row = _take(organization, entitlements, at, ticket_number, by, reason="ticket_filed", anyway=False)
    if row is None:
        raise exhausted(organization, entitlements, balance(organization, at, entitlements))
    return _taken(organization, entitlements, at, row)


def take_anyway(
    *,
    organization: Organization,
    entitlements: Entitlements,
    at: datetime,
    ticket_number: str,
    by: Person | None,
    reason: str = "reclassified",
) -> Balance:
    """Take a unit because staff decided it (business -> technical): allowed to overdraw."""
    row = _take(organization, entitlements, at, ticket_number, by, reason=reason, anyway=True)
    assert row is not None
    return _taken(organization, entitlements, at, row)


def _take(
    organization: Organization,
    entitlements: Entitlements,
    at: datetime,
    ticket_number: str,
    by: Person | None,
    *,
    reason: str,
    anyway: bool,
) -> tuple[int, int, bool, bool] | None:
    values: dict[str, Any] = {
        "organization": organization.pk,
        "code": TECHNICAL_TICKETS,
        "period": Month.of_instant(at).first_day,
        "plan": entitlements.monthly_quota,
        "anyway": anyway,
        "reason": reason,
        "ticket": ticket_number,
        "by": by.pk if by else None,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        return cursor.fetchone()


def _taken(
    organization: Organization, entitlements: Entitlements, at: datetime, row: tuple[int, int, bool, bool]
) -> Balance:
    used, packs, told_low, told_exhausted = row
    left = Balance(Month.of_instant(at), Allowance(plan=entitlements.monthly_quota, packs=packs, used=used))
    quota_notices.tell(
        organization=organization,
        code=TECHNICAL_TICKETS,
        month=left.month,
        allowance=left.of,
        told_low=told_low,
        told_exhausted=told_exhausted,
    )
    live.publish(f"org:{organization.pk}", "quota-changed")
    return left


_LOCK_TAKEN = """
SELECT counter.id, counter.period_start
  FROM addons_quotacounter AS counter
 WHERE counter.organization_id = %(organization)s AND counter.code = %(code)s
   AND counter.period_start IN (SELECT period_start FROM addons_quotaentry
                                 WHERE organization_id = %(organization)s AND ticket_number = %(ticket)s)
 ORDER BY counter.id
   FOR UPDATE
"""
_GIVE_BACK = """
WITH taken AS (
    SELECT period_start FROM addons_quotaentry
     WHERE organization_id = %(organization)s AND code = %(code)s AND ticket_number = %(ticket)s
     GROUP BY period_start HAVING sum(quantity) < 0
     ORDER BY period_start DESC LIMIT 1
), counter AS (
    UPDATE addons_quotacounter AS held SET used = held.used - 1
      FROM taken
     WHERE held.organization_id = %(organization)s AND held.code = %(code)s
       AND held.period_start = taken.period_start
    RETURNING held.period_start
)
INSERT INTO addons_quotaentry (organization_id, code, period_start, quantity, kind, reason,
                               ticket_number, order_number, by_id, at)
SELECT %(organization)s, %(code)s, period_start, 1, 'return', %(reason)s, %(ticket)s, '', %(by)s, %(at)s
  FROM counter
"""


def give_back(*, organization: Organization, ticket_number: str, at: datetime, reason: str, by: Person | None) -> bool:
    """Return the ticket's unit to the month it was taken from; in the caller's transaction.

    `reason`: "withdrawn", "merged" or "reclassified". False when the ticket holds no unit (never took one, or
    gave it back already): then nothing changes.
    """
    values: dict[str, Any] = {
        "organization": organization.pk,
        "code": TECHNICAL_TICKETS,
        "ticket": ticket_number,
        "reason": reason,
        "by": by.pk if by else None,
        "at": at,
    }
    with connection.cursor() as cursor:
        # Two returns of one unit wait for each other here; the second finds the entry of the first.
        cursor.execute(_LOCK_TAKEN, values)
        cursor.execute(_GIVE_BACK, values)
        returned = cursor.rowcount == 1
    if returned:
        live.publish(f"org:{organization.pk}", "quota-changed")
    return returned


def balance(organization: Organization, at: datetime, entitlements: Entitlements) -> Balance:
    """The account of the month of `at`, in one statement; a month without movements needs no row."""
    month = Month.of_instant(at)
    row = (
        QuotaCounter.objects.filter(organization=organization, code=TECHNICAL_TICKETS, period_start=month.first_day)
        .values_list("packs_granted", "used")
        .first()
    )
    packs, used = row or (0, 0)
    return Balance(month, Allowance(plan=entitlements.monthly_quota, packs=packs, used=used))


def exhausted(organization: Organization, entitlements: Entitlements, left: Balance) -> QuotaExhausted:
    """The refusal, with the way out: a pack where the tier counts, else the plan that includes tickets."""
    resets_at = left.month.ends_at.astimezone(BEIJING)
    pack = entitlements.catalogue.ticket_pack
    members: dict[str, Any] = {
        "used": left.used,
        "allowance": left.allowance,
        "resets_at": resets_at.isoformat(),
        "pack_price": money.plain(pack.price),
        "currency": money.CURRENCY,
    }
    if not left.of.metered:
        return QuotaExhausted(
            _("Your plan does not include technical tickets. Choose a plan that does."),
            action_url=reverse("supportplans:plans"),
            action_label=_("Compare plans"),
            **members,
        )
    detail = _(
        "All %(allowance)s technical tickets of this month are used. Buy a pack of %(tickets)s for %(price)s and "
        "go on at once, or wait until %(date)s, when the new month starts."
    ) % {
        "allowance": left.allowance,
        "tickets": pack.tickets,
        "price": money.shown(pack.price),
        "date": readings.day(resets_at),
    }
    url = reverse("billing:checkout", args=[organization.slug])
    return QuotaExhausted(detail, action_url=f"{url}?action=buy_pack", action_label=_("Buy a ticket pack"), **members)
