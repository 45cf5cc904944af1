"""Celery tasks are shells: they take names and ids, and call."""

from __future__ import annotations

from celery import shared_task

from care.reports import progress as reports
from common import clock, jobs, outbox
from common.models import Heartbeat
from notifications.outbound import sending
from portal import bell

SLOW_SECONDS = 20
SENDING_KEY = "portal:sending"


@shared_task(name="portal.run_job")
def run_job(name: str) -> None:
    """Run one interval job now."""
    from portal.celery import job_named

    jobs.run(job_named(name), clock.now())


@shared_task(name="portal.run_calendar_jobs")
def run_calendar_jobs() -> None:
    """Send each calendar job to a worker of its own: a long settlement does not hold up the others."""
    from portal.celery import jobs as table

    for job in table():
        if not isinstance(job.rule, jobs.Every):
            run_calendar_job.apply_async(args=[job.name], expires=15, retry=False)


@shared_task(name="portal.run_calendar_job")
def run_calendar_job(name: str) -> None:
    """Run one calendar job if it is due."""
    from portal.celery import job_named

    jobs.run_if_due(job_named(name))


@shared_task(name="portal.relay")
def relay() -> None:
    """Hand waiting outbox events to their handlers; what talks to servers outside goes by a task of its own."""
    bell.heard()
    if outbox.relay(slow=False):
        bell.ring()  # more may wait than one run takes
    if outbox.is_waiting(slow=True):
        relay_slow.apply_async(expires=5, retry=False)


@shared_task(name="portal.relay_slow")
def relay_slow() -> None:
    """The slow lane, for 20 seconds: a mail server that hangs costs one worker, not all."""
    if outbox.relay(slow=True, seconds=SLOW_SECONDS):
        bell.ring()


@shared_task(name="portal.deliver")
def deliver() -> None:
    """Send to addresses outside what is due: one of these at a time, so that receivers which hang cost one worker."""
    bell.heard(bell.SENDERS)
    if not bell.alone(SENDING_KEY, seconds=30):
        return
    try:
        sending.deliver_due(at=clock.now())
    finally:
        bell.heard(SENDING_KEY)
    if sending.is_due(at=clock.now()):
        bell.ring_for_senders()


@shared_task(name="portal.work_on_reports")
def work_on_reports() -> None:
    """Send each report that is to be made or sent to a worker of its own; one that gets lost is sent again."""
    for report_id in reports.waiting(clock.now()):
        work_on_report.apply_async(args=[report_id], expires=60, retry=False)


@shared_task(name="portal.work_on_report")
def work_on_report(report_id: int) -> None:
    """Make one organization's report, and send it when it is due."""
    reports.step(report_id, at=clock.now())


@shared_task(name="portal.heartbeat")
def heartbeat() -> None:
    """A sign of life: sent by beat, done by a worker, so its age speaks for both."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": clock.real_now()})
