"""Sends a report: once, to each of the organization's addresses once (spec page 6, section 6.2).

Sent is one transaction: the PDF's name, the status, a row and an event of the outbox for each address, the notices, and
the end of the feeds. A crash before its commit leaves a report that is sent by the next run, after it one that is sent.
Mails leave by the outbox; the row of an address says whether its mail has left.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Person
from care.models import MonthlyReport, ReportFeed, ReportMail
from care.reports import addresses, archive, making, news
from care.reports.refusals import NotReportable, ReportNotReady, ReportSent
from care.reports.schedule import sent_from
from common import audit, outbox, tenancy
from common.beijing import Month, date_of
from notifications import mail

MAIL_TOPIC = "report.mail"
READY_TOPIC = "report.ready"


def send_due(report_id: int, *, at: datetime) -> bool:
    """Send a report that is due, made now where it is not; False when it is not to be sent (any more), or is held."""
    with tenancy.everything():
        found = _due(at).filter(pk=report_id).values_list("organization_id", flat=True).first()
    if found is None:
        return False
    with tenancy.organization(found):
        report = _held(_due(at).select_for_update(skip_locked=True, of=("self",)), report_id)
        if report is None:
            return False
        if report.made_at is None:
            making.fill(report, at=at)
        _send(report, at=at, by=None)
        return True


def release(*, report: MonthlyReport, at: datetime, by: Person) -> MonthlyReport:
    """Send a report before it is due, as its technical service manager decides; in the open transaction.

    What arrived since it was made is taken in first. Raises ReportSent, NotReportable, ReportNotReady.
    """
    held = _held(MonthlyReport.objects.select_for_update(of=("self",)), report.pk)
    assert held is not None
    require_unsent(held)
    if Month.of(held.month).ends_at > at:
        raise ReportNotReady(_("The month is not over yet."))
    with tenancy.organization(held.organization_id):
        if held.made_at is None:
            making.fill(held, at=at)
        _send(held, at=at, by=by)
    return held


def require_unsent(report: MonthlyReport) -> None:
    """Raises ReportSent, NotReportable."""
    if report.status == MonthlyReport.Status.SENT:
        raise ReportSent
    if report.status == MonthlyReport.Status.NOT_REPORTABLE:
        raise NotReportable(reason=report.reason)


def due(at: datetime) -> list[int]:
    """Reports that should leave at `at`, the longest due first."""
    return list(_due(at).order_by("due_on", "pk").values_list("pk", flat=True))


def deliver(mail_id: int, *, at: datetime) -> None:
    """Hand the mail of one address to the mail server; what has left already does not leave again.

    In the open transaction, in the scope of all tenants. Whatever the server raises is raised.
    """
    row = (
        ReportMail.objects.select_for_update(of=("self",))
        .select_related("report__organization")
        .filter(pk=mail_id, sent_at=None)
        .first()
    )
    if row is None:
        return
    report = row.report
    with tenancy.organization(report.organization_id):
        pdf = archive.pdf_of(report)
    mail.send(
        mail.Letter(
            to=row.address,
            language=report.language,
            kind="report.sent",
            url=news.path_of(report),
            number=f"report-{report.pk}-{row.pk}",
            params=news.params_of(report),
            attachments=((archive.filename(report), pdf, "application/pdf"),),
        )
    )
    row.sent_at = at
    row.save(update_fields=["sent_at"])


def _due(at: datetime) -> QuerySet[MonthlyReport]:
    today = date_of(at)
    rows = MonthlyReport.objects.filter(status__in=making.UNSENT, month__lt=today.replace(day=1))
    return rows.filter(due_on__lte=today) if at >= sent_from(today) else rows.filter(due_on__lt=today)


def _held(rows: QuerySet[MonthlyReport], report_id: int) -> MonthlyReport | None:
    return rows.select_related("organization").filter(pk=report_id).first()


def _send(report: MonthlyReport, *, at: datetime, by: Person | None) -> None:
    """Everything that sending is; the report is locked, in the scope of its organization."""
    organization, month = report.organization, Month.of(report.month)
    report.status, report.sent_at = MonthlyReport.Status.SENT, at
    archive.store(report)
    report.save(update_fields=["status", "sent_at", "pdf_key", "pdf_size"])
    for address in addresses.recipients(organization):
        row = ReportMail.objects.create(report=report, organization_id=organization.pk, address=address, queued_at=at)
        outbox.emit(MAIL_TOPIC, organization_id=organization.pk, payload={"mail": row.pk}, key=f"report-mail-{row.pk}")
    outbox.emit(
        READY_TOPIC,
        organization_id=organization.pk,
        payload={"month": str(month), "url": mail.absolute(news.path_of(report))},
        key=f"report-{report.pk}",
    )
    news.tell_readers(report)
    ReportFeed.objects.filter(organization=organization, month=report.month).delete()
    audit.record(
        by=by,
        organization_id=organization.pk,
        action="report.sent",
        object=str(month),
        after={"addresses": addresses.recipients(organization)},
    )
