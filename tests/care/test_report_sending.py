"""Sending: in time, once, to each address once, whatever dies in the middle (care/reports/sending.py)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection

from care.models import MonthlyReport, ReportFeed, ReportMail
from care.reports import addresses, archive, exclusions, planning, sending
from common import clock, outbox, tenancy
from common.models import AuditEntry, OutboxEvent
from common.problems import FieldErrors
from notifications.models import Notification
from tests.care.report_stage import (
    DUE,
    MADE,
    NOVEMBER,
    beijing,
    enterprise,
    feed,
    made,
    plan,
    report_of,
    work,
)
from tests.tickets.conftest import catalogue

__all__ = ["catalogue", "enterprise"]
ONCE = {"sent": 1, "made": 0, "failed": 0}
NOTHING = {"sent": 0, "made": 0, "failed": 0}


@pytest.fixture
def acme(people, enterprise, settings):
    """Gets a report of November, to two further addresses, one of them the registered mailbox again."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    enterprise(people.acme)
    with tenancy.everything():
        addresses.choose_addresses(
            organization=people.acme, addresses=["CIO@acme.example", "support@acme.example"], by=people.owner
        )
    people.acme.refresh_from_db()
    plan()
    return people.acme


def effects(organization) -> dict[str, object]:
    with tenancy.everything():
        report = report_of(organization)
        return {
            "status": report.status,
            "addresses": sorted(ReportMail.objects.filter(report=report).values_list("address", flat=True)),
            "events": OutboxEvent.objects.filter(
                topic="report.ready", organization_id=organization.pk, payload__month="2026-11"
            ).count(),
            "letters": OutboxEvent.objects.filter(topic="report.mail", organization_id=organization.pk).count(),
            "notices": Notification.objects.filter(kind="report.sent", organization=organization).count(),
            "feeds": ReportFeed.objects.filter(organization=organization).count(),
            "audit": AuditEntry.objects.filter(action="report.sent", organization_id=organization.pk).count(),
        }


SENT = {
    "status": "sent",
    "addresses": ["cio@acme.example", "support@acme.example"],
    "events": 1,
    "letters": 2,
    "notices": 4,
    "feeds": 0,
    "audit": 1,
}


def test_a_report_leaves_on_the_due_morning_and_not_before(acme):
    feed(acme)
    assert work(DUE - timedelta(seconds=1)) == {"sent": 0, "made": 1, "failed": 0}
    assert effects(acme) == {
        "status": "ready",
        "addresses": [],
        "events": 0,
        "letters": 0,
        "notices": 0,
        "feeds": 4,
        "audit": 0,
    }
    assert work() == ONCE
    assert effects(acme) == SENT
    assert report_of(acme).sent_at == DUE
    assert work() == work(DUE + timedelta(days=40)) == NOTHING
    assert effects(acme) == SENT


def test_a_report_that_nobody_made_is_made_and_sent_when_it_is_due(acme):
    assert work() == ONCE
    assert report_of(acme).sections[0]["data"]["not_collected"] == ["resources", "load", "security", "consumption"]


def test_after_months_of_downtime_each_month_is_sent_once(acme):
    """The portal stood still from November to February: three reports, each of its own month."""
    late = beijing("2027-02-20T10:00")
    with clock.at(late):
        assert planning.plan(at=late) == {"2026-11": 0, "2026-12": 1, "2027-01": 0, "2027-02": 0}
        assert work(late)["sent"] == 2  # the yearly plan ended with December
        assert planning.plan(at=late) == {"2026-12": 0, "2027-01": 0, "2027-02": 0}
        assert work(late) == NOTHING
    with tenancy.everything():
        rows = MonthlyReport.objects.filter(organization=acme).order_by("month")
        assert [(str(row.month), row.status) for row in rows] == [("2026-11-01", "sent"), ("2026-12-01", "sent")]


def test_mails_have_the_pdf_and_the_link_and_leave_once(acme):
    feed(acme)
    work()
    with clock.at(DUE):
        outbox.relay()
        with tenancy.everything():
            OutboxEvent.objects.filter(topic="report.mail").update(done_at=None)
        outbox.relay()
    letters = sorted((one for one in mail.outbox if one.attachments), key=lambda one: one.to)
    assert [one.to for one in letters] == [["cio@acme.example"], ["support@acme.example"]]
    assert letters[0].subject == "Service report for November 2026: Acme"
    assert "/o/acme/reports/2026-11" in letters[0].body
    name, pdf, kind = letters[0].attachments[0]
    assert (name, kind) == ("service-report-acme-2026-11.pdf", "application/pdf")
    with tenancy.organization(acme.pk):
        assert pdf == archive.pdf_of(report_of(acme))
    with tenancy.everything():
        assert ReportMail.objects.filter(sent_at=DUE).count() == 2


class _Break(DatabaseError):
    pass


def _breaks_at(statement: int):
    left = statement

    def wrapper(execute, sql, params, many, context):
        nonlocal left
        left -= 1
        if left == 0:
            raise _Break
        return execute(sql, params, many, context)

    return wrapper


def test_a_run_that_breaks_at_any_step_has_sent_nothing_and_the_next_one_sends_once(acme):
    feed(acme)
    untouched = effects(acme) | {"feeds": 4}
    broken = 0
    for statement in range(3, 300, 3):
        with connection.execute_wrapper(_breaks_at(statement)):
            try:
                done = work()
            except _Break:
                done = {"failed": 1, "sent": 0}
        if done["sent"]:
            break
        broken += 1
        now = effects(acme)
        assert now | {"status": ""} == untouched | {"status": ""}, statement
        assert now["status"] != "sent"
    assert broken > 12
    assert effects(acme) == SENT


def test_the_manager_may_release_it_earlier_and_hears_when_it_is_made(acme, people):
    report = made(acme)
    early = beijing("2026-12-03T15:00")
    with tenancy.everything(), clock.at(early):
        assert sending.release(report=report, at=early, by=people.tam).status == "sent"
        with pytest.raises(sending.ReportSent):
            sending.release(report=report, at=early, by=people.tam)
    assert effects(acme) == SENT
    assert work() == NOTHING


def test_the_month_must_be_over_before_it_is_released(acme, people):
    with tenancy.everything(), clock.at(beijing("2026-11-20T10:00")), pytest.raises(sending.ReportNotReady):
        sending.release(report=report_of(acme), at=clock.now(), by=people.tam)
    assert effects(acme)["status"] == "scheduled"


def test_an_excluded_organization_gets_nothing_and_one_that_is_taken_in_again_does(acme, people):
    feed(acme)
    made(acme)
    with tenancy.everything(), clock.at(MADE):
        exclusions.exclude(organization=acme, reason="dedicated_cloud", note="HCS", at=MADE, by=people.tam)
    assert (report_of(acme).status, report_of(acme).reason) == ("not_reportable", "dedicated_cloud")
    assert work() == NOTHING
    plan()
    plan(NOVEMBER.next())
    assert report_of(acme, NOVEMBER.next()).status == "not_reportable"
    with tenancy.everything(), clock.at(MADE):
        exclusions.include(organization=acme, at=MADE, by=people.tam)
    assert work() == ONCE
    assert effects(acme) == SENT


def test_a_broken_report_does_not_hold_up_the_others(acme, people, enterprise, monkeypatch):
    enterprise(people.orbit)
    plan()
    store = archive.store

    def broken(report):
        if report.organization_id == acme.pk:
            raise OSError("no room")
        store(report)

    monkeypatch.setattr(archive, "store", broken)
    assert work() == {"sent": 1, "made": 0, "failed": 1}
    assert (report_of(acme).status, report_of(people.orbit).status) == ("scheduled", "sent")
    monkeypatch.setattr(archive, "store", store)
    assert work() == ONCE


def test_a_lost_file_is_typeset_again(acme):
    work()
    report = report_of(acme)
    with tenancy.organization(acme.pk):
        sent = archive.pdf_of(report)
        archive.default_storage.delete(archive._stored_name(acme.pk, report.pdf_key))
        assert archive.pdf_of(report) == sent


def test_plans_without_the_report_are_not_planned(people, enterprise):
    enterprise(people.orbit, tier="business")
    enterprise(people.pine, tier="premium")
    plan()
    with tenancy.everything():
        assert not MonthlyReport.objects.exists()


def test_a_change_of_plan_schedules_the_running_month_at_once(people, enterprise):
    enterprise(people.acme, since="2026-11-20T10:00")
    with clock.at(beijing("2026-11-20T10:01")):
        outbox.relay()
    report = report_of(people.acme)
    assert (report.status, str(report.first_day), str(report.due_on)) == ("scheduled", "2026-11-20", "2026-12-10")


@pytest.mark.parametrize(
    ("listed", "places"),
    [
        (["nobody"], ["addresses.0"]),
        (["a@b.example", "A@b.example"], ["addresses.1"]),
        (["a@b.example\nBcc: c@d.example"], ["addresses.0"]),
        ([f"{n}@b.example" for n in range(21)], ["addresses"]),
        ([""], ["addresses.0"]),
    ],
)
def test_addresses_are_checked(people, listed, places):
    with tenancy.everything(), pytest.raises(FieldErrors) as refused:
        addresses.choose_addresses(organization=people.acme, addresses=listed, by=people.owner)
    assert sorted(refused.value.errors) == places
    people.acme.refresh_from_db()
    assert people.acme.report_addresses == []
