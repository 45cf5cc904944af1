"""Plans that renew by themselves (spec page 3, section 3.1).

From seven days before the end a renewal is ordered every day and charged to the default stored method, until one is
paid; each try is a new order. Owner and billing hear of each outcome. What is missing is worked out from the rows: run
twice on a day it tries once, run late it goes on with the day it is.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from accounts.models import Organization
from billing import access, locks
from billing.actions.base import Wish
from billing.buying import cancellation, renewal_notices
from billing.buying.orders import place_order
from billing.buying.quotes import make_quote
from billing.models import Order
from billing.paying.ways_to_pay import Choice
from common import clock, tenancy
from common.beijing import date_of, midnight
from common.jobs import dates_documents
from common.problems import Problem
from supportplans import access as plans
from supportplans.models import Term

DAYS_BEFORE = 7
log = structlog.get_logger(__name__)


@dates_documents
def renew_plans(*, at: datetime) -> dict[str, int]:
    """The daily job; returns how many tries there were, by their outcome. One transaction for each organization."""
    with tenancy.everything():
        due = plans.ending_terms(at, days=DAYS_BEFORE, renews=True).order_by("organization_id")
        waiting = list(due.values_list("organization_id", flat=True))
    report: dict[str, int] = {}
    for organization_id in waiting:
        try:
            outcome = _try(organization_id, at)
        except Exception:
            # One bad row must not keep the others waiting: it is tried again tomorrow.
            log.exception("billing.auto_renewal_failed", organization=organization_id)
            outcome = "failed"
        if outcome:
            report[outcome] = report.get(outcome, 0) + 1
    return report


def drop_automatic_orders(*, organization_id: int) -> int:
    """Cancel the unpaid orders that the portal placed: the plan is not to renew any more. Returns how many."""
    locks.hold_account(organization_id)
    dropped = [order for order in locks.hold_open_orders(organization_id) if renewal_notices.is_automatic(order)]
    for order in dropped:
        cancellation.cancel(order, reason=Order.CancelReason.ASKED, at=clock.now(), by=None)
    return len(dropped)


def _try(organization_id: int, at: datetime) -> str:
    """Order and charge one renewal; '' where there is nothing to do any more."""
    with tenancy.organization(organization_id):
        organization = locks.hold_account(organization_id)
        term = plans.ending_terms(at, days=DAYS_BEFORE, renews=True).filter(organization=organization).first()
        if term is None or _tried_today(organization, at):
            return ""
        term.organization = organization
        method = access.default_method_of(organization)
        if method is None:
            renewal_notices.without_method(term, str(date_of(at)))
            return "no_method"
        return _order(organization, term, Choice(method=str(method.pk)), at)


def _order(organization: Organization, term: Term, pay_with: Choice, at: datetime) -> str:
    try:
        with transaction.atomic():
            quote = make_quote(organization=organization, wish=Wish("renew"), at=at, by=None)
            place_order(organization=organization, quote_id=quote.pk, at=at, by=None, pay_with=pay_with)
    except Problem as problem:
        log.warning("billing.auto_renewal_not_possible", organization=organization.pk, because=problem.code)
        renewal_notices.not_possible(term, str(date_of(at)))
        return "not_possible"
    return "ordered"


def _tried_today(organization: Organization, at: datetime) -> bool:
    placed = Order.objects.filter(organization=organization, action="renew", placed_by=None)
    return placed.filter(placed_at__gte=midnight(date_of(at))).exists()
