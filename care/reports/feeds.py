"""What the provider's systems say of an organization for its report (spec page 6, section 6.2).

One feed of an organization, month and kind; a later one replaces it, and the report is made again. The same feed again
changes nothing. A feed is refused for who gets no report of that month and once the report was sent: nothing would ever
use it, and nothing would delete it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from care.models import MonthlyReport, ReportFeed
from care.reports import planning
from care.reports.access import ENTITLEMENT, exclusion_of
from care.reports.feed_fields import MOST_ITEMS, read_items
from care.reports.feed_wording import sentences
from care.reports.refusals import NotReportable, ReportComingSoon, ReportNotIncluded, ReportSent
from common import audit
from common.beijing import Month
from common.problems import FieldErrors
from supportplans.entitlements import entitlements


def checked_items(kind: str, items: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """The items as they are stored, and the names of fields that are not kept.

    Raises FieldErrors that name each mistake by its index and field.
    """
    if not isinstance(items, list):
        raise FieldErrors({"items": [_("Give a list of objects.")]})
    if len(items) > MOST_ITEMS:
        raise FieldErrors({"items": [_("Give at most %(most)s items.") % {"most": MOST_ITEMS}]})
    read, mistakes, ignored = read_items(kind, items)
    if mistakes:
        raise FieldErrors(sentences(mistakes))
    return read, ignored


def take_feed(
    *, organization: Organization, month: Month, kind: str, items: list[dict[str, Any]], at: datetime, by: Person
) -> tuple[ReportFeed, bool]:
    """Keep checked items, in the open transaction; returns the feed and whether it is the first of its kind.

    Raises FieldErrors for a month to come, NotReportable, ReportNotIncluded (also where the report is only announced)
    and ReportSent.
    """
    if month > Month.of_instant(at):
        raise FieldErrors({"month": [_("%(month)s has not begun yet.") % {"month": month}]})
    report = _reportable(organization, month, at)
    feed = ReportFeed.objects.filter(organization=organization, month=month.first_day, kind=kind).first()
    if feed is not None and feed.items == items:
        return feed, False
    made = feed is None
    feed = feed or ReportFeed(organization=organization, month=month.first_day, kind=kind)
    feed.items, feed.received_at, feed.received_from = items, at, by
    feed.save()
    # To be made again; what the TAM wrote stays.
    MonthlyReport.objects.filter(pk=report.pk).update(made_at=None)
    audit.record(
        by=by,
        organization_id=organization.pk,
        action="report_feed.received",
        object=f"{month} {kind}",
        after={"items": len(items), "replaced": not made},
    )
    return feed, made


def _reportable(organization: Organization, month: Month, at: datetime) -> MonthlyReport:
    """The month's report, locked; planned now where the plan was only just bought."""
    exclusion = exclusion_of(organization)
    if exclusion is not None:
        raise NotReportable(reason=exclusion.reason)
    planning.plan_month(month, [organization.pk])
    rows = MonthlyReport.objects.select_for_update().filter(organization=organization, month=month.first_day)
    report = rows.first()
    if report is None:
        held = entitlements(organization, at).tier.entitlement(ENTITLEMENT)
        raise ReportComingSoon if held is not None and held.coming_soon else ReportNotIncluded
    if report.status == MonthlyReport.Status.SENT:
        raise ReportSent
    if report.status == MonthlyReport.Status.NOT_REPORTABLE:
        raise NotReportable(reason=report.reason)
    return report
