"""What an organization wants to spend at most on incremental fees in a month, and who is told (spec page 3.8).

Owner and billing are told when 80 and when 100 % are used: each once a month, and again when the budget is changed.
Who reaches both at once is told of the second alone.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import people_with_role
from accounts.models import Organization, Person
from billing.models import Budget
from billing.pricing.spending_forecast import ALERTS_AT_PERCENT, alerts_due
from billing.settlement.month_fees import fees_of_month, incremental_of
from common import audit, tenancy
from common.beijing import Month, date_of
from common.money import LARGEST, Money, plain, round_fen
from common.problems import FieldErrors, OrganizationDisabled
from notifications.notices import notify

BATCH = 500
LAST_ALERT = max(ALERTS_AT_PERCENT)


def budget_of(organization: Organization) -> Money | None:
    """The monthly budget; None where none is set."""
    return Budget.objects.filter(organization=organization).values_list("amount", flat=True).first()


def set_budget(*, organization: Organization, amount: Money | None, by: Person) -> Money | None:
    """Set the monthly budget, None: none any more; in the caller's transaction and scope.

    Raises FieldErrors for an amount of nothing or less, OrganizationDisabled.
    """
    if amount is not None and not 0 < amount <= LARGEST:
        raise FieldErrors({"amount": [_("Give an amount above 0.00, or none to have no budget.")]})
    if organization.is_disabled:
        raise OrganizationDisabled
    before = budget_of(organization)
    after = None if amount is None else round_fen(amount)
    if before == after:
        return after
    if after is None:
        Budget.objects.filter(organization=organization).delete()
    else:
        told_nothing = {"told_month": None, "told_percent": 0}
        Budget.objects.update_or_create(organization=organization, defaults={"amount": after} | told_nothing)
    audit.record(
        by=by,
        organization_id=organization.pk,
        action="budget.set",
        object=organization.slug,
        before={"amount": _text(before)},
        after={"amount": _text(after)},
    )
    return after


def tell_of_budgets(*, at: datetime) -> dict[str, int]:
    """The hourly job: tell who has reached 80 or 100 % of the month's budget; returns how many were told."""
    month, told, after = Month.of_instant(at), 0, 0
    while True:
        with tenancy.everything():
            last_told = Q(told_month=month.first_day, told_percent__gte=LAST_ALERT)
            open_ones = Budget.objects.exclude(last_told).filter(pk__gt=after).order_by("pk")
            budgets = list(open_ones.select_for_update(of=("self",)).select_related("organization")[:BATCH])
            told += sum(_tell_some(budgets, month, date_of(at)))
        if len(budgets) < BATCH:
            return {"told": told}
        after = budgets[-1].pk


def _tell_some(budgets: list[Budget], month: Month, today: date) -> list[bool]:
    spent = fees_of_month(month, [budget.pk for budget in budgets], day_after=today + timedelta(days=1))
    return [_tell(budget, month, incremental_of(spent.get(budget.pk, []))) for budget in budgets]


def _tell(budget: Budget, month: Month, spent: Decimal) -> bool:
    told = budget.told_percent if budget.told_month == month.first_day else 0
    reached = max(alerts_due(spent, budget.amount), default=0)
    if reached <= told:
        return False
    organization = budget.organization
    notify(
        people=people_with_role(organization.pk, "owner", "billing"),
        kind="budget.reached",
        params={
            "organization": organization.name,
            "month": str(month),
            "percent": reached,
            "budget": plain(budget.amount),
            "amount": plain(spent),
        },
        url=reverse("portal:organization", args=[organization.slug]),
        key=f"budget.reached:{organization.pk}:{month}:{reached}:{plain(budget.amount)}",
        organization=organization,
    )
    budget.told_month, budget.told_percent = month.first_day, reached
    budget.save(update_fields=["told_month", "told_percent"])
    return True


def _text(amount: Money | None) -> str | None:
    return None if amount is None else plain(amount)
