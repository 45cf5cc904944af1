"""How reports and what belongs to them are reached: through their organization, inside a tenant scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.models import Organization, Person
from care.models import MonthlyReport, Recommendation, ReportExclusion, ReportFeed
from common.beijing import Month
from common.problems import NotFound
from common.rows import by_id
from supportplans.entitlements import entitlements
from supportplans.models import ProvisioningTask
from tickets.models import Ticket

ENTITLEMENT = "monthly_report"
Availability = Literal["included", "coming_soon", "not_included", "not_reportable"]


@dataclass(frozen=True)
class Standing:
    """Whether an organization gets reports now; `exclusion` says why not where it is not reportable."""

    availability: Availability
    exclusion: ReportExclusion | None = None


def standing_of(organization: Organization, at: datetime) -> Standing:
    """Whether reports are included in the plan, announced, not included, or not made for this organization."""
    exclusion = exclusion_of(organization)
    held = entitlements(organization, at).tier.entitlement(ENTITLEMENT)
    if held is None:
        return Standing("not_included", exclusion)
    if held.coming_soon:
        return Standing("coming_soon", exclusion)
    return Standing("not_reportable" if exclusion else "included", exclusion)


def reports_of(organization: Organization) -> QuerySet[MonthlyReport]:
    """The archive of an organization and what is on its way, newest first."""
    return MonthlyReport.objects.filter(organization=organization).select_related("organization").order_by("-month")


def report_of(organization: Organization, month: str) -> MonthlyReport:
    """The report of "2026-11"; raises NotFound, for what is no month as well."""
    try:
        first_day = Month.parse(month).first_day
    except ValueError:
        raise NotFound from None
    found = reports_of(organization).filter(month=first_day).first()
    if found is None:
        raise NotFound
    return found


def all_reports() -> QuerySet[MonthlyReport]:
    """Everybody's, newest first, for staff; with `left` recommendations that will be sent."""
    kept = Count("recommendations")
    return MonthlyReport.objects.select_related("organization", "edited_by").annotate(found=kept).order_by("-pk")


def reports_at_desk(
    *, status: str = "", month: Month | None = None, slug: str = "", tam: Person | None = None
) -> QuerySet[MonthlyReport]:
    """The same, narrowed; `tam`: of organizations whose technical service manager or deputy that is."""
    rows = all_reports()
    if status:
        rows = rows.filter(status=status)
    if month is not None:
        rows = rows.filter(month=month.first_day)
    if slug:
        rows = rows.filter(organization__slug=slug)
    if tam is not None:
        tasks = ProvisioningTask.objects.filter(
            organization_id=OuterRef("organization_id"), kind="tam", state=ProvisioningTask.State.DONE
        )
        rows = rows.filter(Exists(tasks.filter(person=tam)) | Exists(tasks.filter(deputy=tam)))
    return rows


def any_report(number: int | str) -> MonthlyReport:
    """One of everybody's by its id, for staff; raises NotFound."""
    return by_id(MonthlyReport.objects.select_related("organization", "edited_by"), number)


def recommendations_of(report: MonthlyReport) -> QuerySet[Recommendation]:
    """In their order, also those that are left out."""
    return Recommendation.objects.filter(report=report).select_related("edited_by").order_by("position", "pk")


def recommendation_of(report: MonthlyReport, number: int | str) -> Recommendation:
    """One of them; raises NotFound."""
    return by_id(recommendations_of(report), number)


def feeds_of(organization: Organization, month: Month) -> dict[str, ReportFeed]:
    """What has arrived for a month, by kind; nothing once the report was sent."""
    rows = ReportFeed.objects.filter(organization=organization, month=month.first_day)
    return {feed.kind: feed for feed in rows}


def exclusion_of(organization: Organization) -> ReportExclusion | None:
    """Why an organization gets no reports; None where it does."""
    return ReportExclusion.objects.filter(organization=organization).select_related("by").first()


def exclusions() -> QuerySet[ReportExclusion]:
    """Everybody's, for staff."""
    return ReportExclusion.objects.select_related("organization", "by").order_by("-pk")


def tickets_of_report(report: MonthlyReport) -> QuerySet[Ticket]:
    """All tickets that were filed on the days of a report, whatever its list shows."""
    from care.reports.period import Period

    period = Period.of(report)
    rows = Ticket.objects.filter(
        organization_id=report.organization_id, created_at__gte=period.starts_at, created_at__lt=period.ends_at
    )
    return rows.select_related("organization", "reporter", "assignee", "end_customer")
