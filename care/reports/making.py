"""Makes the report of one organization and month out of what is known (spec page 6, section 6.2).

One transaction in the scope of that organization alone: no other tenant's row exists while its report is made. What the
database holds is counted there; the rest comes from the feeds. It can be made again at any time until it is sent: what
the TAM wrote, edited, left out and ordered stays, and rules that no longer fit take their recommendation along.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Max
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from care.models import MonthlyReport, Recommendation
from care.reports import access, advice, news
from care.reports.feed_fields import CONSUMPTION, LOAD, RESOURCES, SECURITY
from care.reports.period import Period
from care.reports.recommending import Facts, findings
from care.reports.sections import consumption_trend, overview, resources, security, service_summary, service_tickets
from common import tenancy
from common.beijing import Month, date_of
from supportplans.entitled_days import entitled_days

# In the order of spec page 6.2.
TITLES: dict[str, Promise] = {
    "overview": _("Overview"),
    "service_summary": _("Service summary"),
    "resources": _("Resources"),
    "service_tickets": _("Service tickets"),
    "security": _("Security"),
    "recommendations": _("Recommendations"),
    "consumption_trend": _("Consumption trend"),
}
Section = dict[str, Any]
UNSENT = (MonthlyReport.Status.SCHEDULED, MonthlyReport.Status.READY)

# Of earlier reports only what is compared with, not their lists of tickets.
_EARLIER = """
SELECT report.month, jsonb_object_agg(section ->> 'code', section -> 'data')
  FROM care_monthlyreport AS report, jsonb_array_elements(report.sections) AS section
 WHERE report.organization_id = %(organization)s AND report.month >= %(since)s AND report.month < %(month)s
   AND (section ->> 'code' = 'consumption_trend'
        OR report.month = %(before)s AND section ->> 'code' IN ('resources', 'security'))
 GROUP BY report.month ORDER BY report.month
"""


def make(report_id: int, *, at: datetime) -> bool:
    """Make a report, or make it again; False when it is not to be made (any more), or somebody else is at it."""
    with tenancy.everything():
        organization_id = MonthlyReport.objects.filter(pk=report_id).values_list("organization_id", flat=True).first()
    if organization_id is None:
        return False
    with tenancy.organization(organization_id):
        report = (
            MonthlyReport.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("organization")
            .filter(pk=report_id, status__in=UNSENT)
            .first()
        )
        if report is None or Period.of(report).month.ends_at > at:
            return False
        fill(report, at=at)
        return True


def fill(report: MonthlyReport, *, at: datetime) -> None:
    """Write sections and recommendations of a locked report; in the scope of its organization."""
    organization = report.organization
    with translation.override(organization.language):
        report.sections = _sections(organization, Period.of(report), at)
        report.language = organization.language
        _recommend(report)
    first_time = report.status == MonthlyReport.Status.SCHEDULED
    report.made_at, report.status = at, MonthlyReport.Status.READY
    report.save(update_fields=["sections", "language", "made_at", "status"])
    if first_time:
        news.tell_managers(report)


def _sections(organization: Organization, period: Period, at: datetime) -> list[Section]:
    feeds = {kind: feed.items for kind, feed in access.feeds_of(organization, period.month).items()}
    earlier = _earlier(organization, period.month)
    before = dict(earlier).get(period.month.previous(), {})
    found: dict[str, Any] = {
        "service_summary": service_summary.data(organization, period, _last_at(organization, period)),
        "resources": resources.data(feeds, period, before.get("resources")),
        "service_tickets": service_tickets.data(organization, period, at),
        "security": security.data(feeds.get(SECURITY), before.get("security")),
        "consumption_trend": consumption_trend.data(
            feeds.get(CONSUMPTION),
            period.month,
            [(month, parts["consumption_trend"]) for month, parts in earlier if "consumption_trend" in parts],
        ),
    }
    found["overview"] = overview.data(organization, period, found)
    found["recommendations"] = {"findings": _findings(found, feeds, date_of(at))}
    return [{"code": code, "title": str(title), "data": found[code]} for code, title in TITLES.items()]


def _last_at(organization: Organization, period: Period) -> datetime:
    """The last instant of the period at which the plan was held."""
    held = entitled_days(access.ENTITLEMENT, period.month, [organization.pk])
    return held[0].last_at if held else period.ends_at - timedelta(microseconds=1)


def _earlier(organization: Organization, month: Month) -> list[tuple[Month, Mapping[str, Any]]]:
    """Parts of the year's reports before, oldest first."""
    since = month
    for _turn in range(consumption_trend.MONTHS_SHOWN - 1):
        since = since.previous()
    given: dict[str, Any] = {
        "organization": organization.pk,
        "since": since.first_day,
        "month": month.first_day,
        "before": month.previous().first_day,
    }
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, given)
        return [(Month.of(day), _parsed(parts)) for day, parts in cursor.fetchall()]


def _parsed(parts: Any) -> Mapping[str, Any]:
    return json.loads(parts) if isinstance(parts, str) else parts


def _findings(found: Mapping[str, Any], feeds: Mapping[str, Any], today: Any) -> list[dict[str, Any]]:
    facts = Facts(
        last_day=today,
        instances=feeds.get(RESOURCES),
        load=feeds.get(LOAD),
        security=found["security"] if found["security"]["collected"] else None,
        tickets=found["service_tickets"],
        quotas=found["service_summary"]["quotas"],
        consumption=found["consumption_trend"],
    )
    return [
        {"rule": one.rule, "text": advice.text_of(one), "count": one.count, "evidence": one.evidence}
        for one in findings(facts)
    ]


def _recommend(report: MonthlyReport) -> None:
    """Bring the rows in line with what the rules found; what a person touched keeps its text and place."""
    data = next(section["data"] for section in report.sections if section["code"] == "recommendations")
    found = {each["rule"]: each for each in data.pop("findings")}
    rows = Recommendation.objects.filter(report=report)
    rows.filter(edited_by=None).exclude(rule="").exclude(rule__in=found).delete()
    known = {row.rule: row for row in rows.exclude(rule="")}
    last = rows.aggregate(last=Max("position"))["last"] or 0
    new = [
        Recommendation(
            report=report,
            organization_id=report.organization_id,
            rule=rule,
            text=each["text"],
            evidence=each["evidence"],
            position=last + place,
        )
        for place, (rule, each) in enumerate(found.items(), 1)
        if rule not in known
    ]
    Recommendation.objects.bulk_create(new)
    for rule, row in known.items():
        if rule in found:
            row.evidence = found[rule]["evidence"]
            row.text = row.text if row.edited_by_id else found[rule]["text"]
    Recommendation.objects.bulk_update([row for rule, row in known.items() if rule in found], ["text", "evidence"])


def waiting(at: datetime) -> list[int]:
    """Reports of months that are over and are to be made, or made again, the most urgent first."""
    over = Month.of_instant(at).first_day
    rows = MonthlyReport.objects.filter(status__in=UNSENT, made_at=None, month__lt=over)
    return list(rows.order_by(F("due_on"), "pk").values_list("pk", flat=True))
