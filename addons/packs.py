"""Ticket packs: technical tickets bought on top of a month's quota (spec page 5, section 5.1).

Valid from the payment until the end of that Beijing month; only for tiers with a metered quota; what is left lapses.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, Person
from addons.allowance import Allowance
from addons.ticket_quota import TECHNICAL_TICKETS, Balance
from common.beijing import Month
from common.problems import Refusal
from supportplans.entitlements import Entitlements


class NotMetered(Refusal):
    code = "not_metered"
    title = gettext_lazy("Ticket packs do not apply to this plan")


def check_metered(entitlements: Entitlements) -> None:
    """Raises NotMetered unless the tier counts technical tickets against a monthly number."""
    if entitlements.metered:
        return
    detail = (
        _("Your plan includes unlimited technical tickets: there is nothing to add.")
        if entitlements.monthly_quota is None
        else _("Your plan does not include technical tickets, so a pack would be of no use. Choose a plan first.")
    )
    raise NotMetered(detail, action_url=reverse("supportplans:plans"), action_label=_("Compare plans"))


# In one statement: the row made or raised, and its entry. A larger allowance may be low or exhausted anew, so the
# notices are armed again where the new allowance is not.
_ADD = """
WITH counter AS (
    INSERT INTO addons_quotacounter AS held (organization_id, code, period_start, used, packs_granted,
                                             packs_lapsed, metered_plan, told_low, told_exhausted)
    VALUES (%(organization)s, %(code)s, %(period)s, 0, %(tickets)s, 0, %(plan)s, false, false)
    ON CONFLICT (organization_id, code, period_start) DO UPDATE
       SET packs_granted = held.packs_granted + EXCLUDED.packs_granted, metered_plan = EXCLUDED.metered_plan,
           told_low = held.told_low AND held.used * 100 >= 80 * (EXCLUDED.metered_plan + held.packs_granted
                                                                 + EXCLUDED.packs_granted),
           told_exhausted = false
    RETURNING used, packs_granted
), entry AS (
    INSERT INTO addons_quotaentry (organization_id, code, period_start, quantity, kind, reason,
                                   ticket_number, order_number, by_id, at)
    SELECT %(organization)s, %(code)s, %(period)s, %(tickets)s, 'pack', 'pack_bought', '', %(order)s, %(by)s, %(at)s
)
SELECT used, packs_granted FROM counter
"""


def add_packs(
    *,
    organization: Organization,
    entitlements: Entitlements,
    quantity: int,
    month: Month,
    at: datetime,
    order_number: str,
    by: Person | None,
) -> Balance:
    """Grant `quantity` packs to `month`; in the caller's transaction, once per order (the database refuses a second).

    Raises NotMetered when the tier does not count (any more): then nothing was written.
    """
    check_metered(entitlements)
    values: dict[str, Any] = {
        "organization": organization.pk,
        "code": TECHNICAL_TICKETS,
        "period": month.first_day,
        "tickets": quantity * entitlements.catalogue.ticket_pack.tickets,
        "plan": entitlements.monthly_quota,
        "order": order_number,
        "by": by.pk if by else None,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values)
        used, packs = cursor.fetchone()
    return Balance(month, Allowance(plan=entitlements.monthly_quota, packs=packs, used=used))
