"""Who hears of a report: its technical service managers when it is made, the organization's people when it is sent."""

from __future__ import annotations

from accounts.access import memberships_of
from accounts.roles import allows
from care.models import MonthlyReport
from common.beijing import Month
from notifications.notices import notify
from supportplans.access import tams_of


def path_of(report: MonthlyReport) -> str:
    """The path of a report's page for the people of its organization."""
    return f"/o/{report.organization.slug}/reports/{Month.of(report.month)}"


def desk_path_of(report: MonthlyReport) -> str:
    """The path of a report's page for the staff."""
    return f"/desk/reports/{report.organization.slug}/{Month.of(report.month)}"


def params_of(report: MonthlyReport) -> dict[str, str]:
    """What the sentences of notifications/report_kinds.py name."""
    return {
        "organization": report.organization.name,
        "month": str(Month.of(report.month)),
        "due_on": report.due_on.isoformat(),
    }


def tell_readers(report: MonthlyReport) -> None:
    """A notice for everybody who may read it; the mail goes to the addresses that the organization listed."""
    readers = [
        membership.person
        for membership in memberships_of(report.organization)
        if membership.person.is_active and allows(membership.role, "reports", "R")
    ]
    notify(
        people=readers,
        kind="report.sent",
        params=params_of(report),
        url=path_of(report),
        key=f"report.sent:{report.pk}",
        organization=report.organization,
    )


def tell_managers(report: MonthlyReport) -> None:
    """A notice for who may edit it until it is sent."""
    notify(
        people=tams_of(report.organization_id),
        kind="report.drafted",
        params=params_of(report),
        url=desk_path_of(report),
        key=f"report.drafted:{report.pk}",
        organization=report.organization,
    )
