"""kill -9 in the middle of making and sending a report: it is sent whole by the next run, and once (page 9.2)."""

from __future__ import annotations

import signal

import pytest

from care.models import ReportMail
from common import clock, tenancy
from common.models import OutboxEvent
from supportplans import versions
from supportplans.publishing import load_files
from supportplans.subscriptions import start_subscription
from tests import cast
from tests.care.report_stage import DUE, beijing, feed, plan, report_of, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

BEGUN = beijing("2026-11-01T10:00")


@pytest.fixture
def tenant(transactional_db):
    """Has the plan, four feeds and a report to be made and sent at once."""
    load_files()
    organization = cast.organization("tenant")
    cast.person("owner@tenant.example", organization, "owner")
    with tenancy.organization(organization.pk), clock.at(BEGUN):
        start_subscription(
            organization=organization, tier="enterprise", cycle="yearly", at=BEGUN, order_number="O-1", by=None
        )
    plan()
    feed(organization, at=BEGUN)
    yield organization
    versions.forget()


def test_a_killed_worker_leaves_a_report_that_is_sent_once(tenant, dying):
    def killed_at(statement: int) -> bool:
        """False: it got through."""
        ended, _status = dying(statement, "job:care.reports", "", "", {"at": DUE.isoformat()})
        return ended == signal.SIGKILL

    statement, killed = 12, 0
    while killed_at(statement):
        killed += 1
        statement += 12
        report = report_of(tenant)
        with tenancy.everything():
            mails = ReportMail.objects.filter(report=report).count()
        assert (report.status == "sent") is (mails == 1), f"half a report after statement {statement}"
        if report.status == "sent":
            break
    assert killed >= 4
    work()
    work()
    with tenancy.everything():
        assert report_of(tenant).status == "sent"
        assert list(ReportMail.objects.values_list("address", flat=True)) == ["support@tenant.example"]
        assert OutboxEvent.objects.filter(topic="report.ready").count() == 1
        assert OutboxEvent.objects.filter(topic="report.mail").count() == 1
