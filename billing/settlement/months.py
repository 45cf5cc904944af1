"""Settling months: the incremental support fee of what was used (spec page 3, section 3.7).

On the 1st at 02:00 Beijing the month before is settled, and every month that is still missing, oldest first: one
settlement per organization and month, ever. What is missing is read from the rows, so that a run can be repeated,
stopped and resumed at any point. What is due is then charged to the stored method (billing/settlement/charges.py).
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from billing.settlement import charges as settlement_charges
from billing.settlement.batches import drop_idle_marks, next_span, settle_span
from common import audit, tenancy
from common.beijing import Month
from common.jobs import dates_documents
from common.problems import FieldErrors
from supportplans.paid_history import PAID_MONTHS, plans_with_usage_fees

log = structlog.get_logger(__name__)

_MISSED = f"""
SELECT DISTINCT paid.month FROM ({PAID_MONTHS}) AS paid
 WHERE paid.month <= %(last_month)s
   AND NOT EXISTS (SELECT 1 FROM billing_settlement AS settled
                    WHERE settled.organization_id = paid.organization_id AND settled.month = paid.month)
 ORDER BY paid.month
"""  # noqa: S608

_COUNT = "SELECT count(*) FROM billing_settlement WHERE month = %s"


@dates_documents
def settle_missed_months(*, at: datetime) -> dict[str, int]:
    """The monthly job: settle the month before `at` and whatever months before it are missing, oldest first.

    Opens its own transactions. Returns how many organizations were settled, by month.
    """
    return {str(month): settled for month, (settled, _already) in _settle_until(_last_over(at), at=at, by=None).items()}


def settle(month: Month, *, at: datetime, by: Person | None) -> tuple[int, int]:
    """Settle `month` for everybody, and before it the months that are still missing: (settled, already settled).

    Opens its own transactions where the caller has none. Raises FieldErrors for a month that is not over.
    """
    if month > _last_over(at):
        raise FieldErrors({"month": [_("%(month)s is not over yet.") % {"month": month}]})
    return _settle_until(month, at=at, by=by)[month]


def settle_month(month: Month, *, at: datetime, by: Person | None) -> tuple[int, int]:
    """Settle one month that is over, in batches: how many organizations it settled, how many were before.

    Accounts that somebody has locked are passed over first and waited for at the end. Opens its own transactions.
    """
    settled = 0
    for waits in (False, True):
        done, passed_over = _settle_all(month, at, waits=waits)
        settled += done
        if not passed_over:
            break
    with tenancy.everything():
        _record(month, settled, by)
        return settled, _settled_in(month) - settled


def _settle_until(last: Month, *, at: datetime, by: Person | None) -> dict[Month, tuple[int, int]]:
    """By month; `last` is run in any case: open adjustments are settled with it."""
    done = {month: settle_month(month, at=at, by=by) for month in [*_missed_before(last), last]}
    # After the commit of whatever transaction this is part of: a gateway is never asked inside one.
    transaction.on_commit(lambda: settlement_charges.charge_new(at=at), robust=True)
    return done


def _settle_all(month: Month, at: datetime, *, waits: bool) -> tuple[int, bool]:
    settled, passed_over = 0, False
    span = next_span(0)
    while span is not None:
        done, some_passed_over = settle_span(span, month, at=at, waits=waits)
        drop_idle_marks(span, month)
        settled += done
        passed_over = passed_over or some_passed_over
        if done:
            log.info("billing.settling", month=str(month), settled=settled, until=span.until)
        span = next_span(span.until)
    return settled, passed_over


def _missed_before(month: Month) -> list[Month]:
    """Months before `month` in which somebody had a paid-tier day that is not settled, oldest first."""
    before = month.previous()
    given = plans_with_usage_fees() | {"last_month": before.first_day, "ends_at": before.ends_at}
    with tenancy.everything(), connection.cursor() as cursor:
        cursor.execute(_MISSED, given)
        return [Month.of(first_day) for (first_day,) in cursor.fetchall()]


def _last_over(at: datetime) -> Month:
    return Month.of_instant(at).previous()


def _settled_in(month: Month) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [month.first_day])
        return cursor.fetchone()[0]


def _record(month: Month, settled: int, by: Person | None) -> None:
    if settled or by:
        audit.record(
            by=by, organization_id=None, action="settlement.run", object=str(month), after={"settled": settled}
        )
