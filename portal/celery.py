"""Celery, and the one table of periodic jobs (spec page 8.2).

Interval jobs are sent by beat; calendar jobs are looked after every 15 seconds and run when their Beijing
instant has passed since their last run, whatever happened in between. A travelling test clock
(portal/clock_travel.py) runs the same table.
"""

from __future__ import annotations

import os
from datetime import time, timedelta
from importlib import import_module
from typing import Any

import django
from celery import Celery
from django.apps import apps
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
if not apps.models_ready:  # `celery -A portal` begins here; in every other process Django has begun before
    django.setup()

from common.jobs import Daily, Every, Job, Monthly

# name: (rule, function). Order matters within one instant: what frees or closes comes before what opens.
TABLE: list[tuple[str, Every | Daily | Monthly, str]] = [
    ("tickets.sweep", Every(15), "tickets.sweep.sweep"),
    # People wait for it in real time: a clock that is moved changes nothing for it.
    ("tickets.bulk", Every(5, travel=timedelta(days=400)), "tickets.desk.bulk_work.work"),
    ("tickets.lifecycle", Every(300, travel=timedelta(hours=6)), "tickets.quiet_tickets.advance_quiet_tickets"),
    ("tickets.mailbox", Every(60, travel=timedelta(days=400)), "tickets.mail.mailbox.look"),
    ("billing.reconcile", Every(15, travel=timedelta(hours=6)), "billing.paying.reconciliation.reconcile"),
    ("supportplans.lapse", Daily(time(0, 0)), "supportplans.subscriptions.lapse_ended_terms"),
    ("addons.bookings", Daily(time(0, 0)), "addons.booking_progress.begin_due_bookings"),
    ("tickets.events", Daily(time(0, 0)), "tickets.event_places.place_tickets_of_events"),
    ("billing.recognition", Daily(time(0, 5)), "billing.ledger.recognition.recognize"),
    ("billing.auto_renewal", Daily(time(0, 10)), "billing.buying.auto_renewal.renew_plans"),
    ("addons.rollover", Monthly(1, time(0, 0)), "addons.rollover.month_rollover"),
    ("billing.settlement", Monthly(1, time(2, 0)), "billing.settlement.months.settle_missed_months"),
    ("billing.charges", Every(300, travel=timedelta(hours=12)), "billing.settlement.charges.charge_new"),
    ("billing.renewal_reminders", Daily(time(9, 0)), "billing.buying.renewal_reminders.remind_of_ends"),
    ("billing.dunning", Daily(time(9, 0)), "billing.settlement.dunning.remind"),
    ("billing.budgets", Every(3600, travel=timedelta(hours=12)), "billing.usage.budgets.tell_of_budgets"),
    ("addons.reminders", Daily(time(9, 0)), "addons.booking_reminders.remind"),
    ("addons.training", Daily(time(9, 0)), "addons.training.duties.remind"),
    ("addons.training_survey", Monthly(1, time(9, 0)), "addons.training.duties.invite_to_survey"),
    ("addons.training_offer", Monthly(20, time(9, 0)), "addons.training.duties.warn_of_next_month"),
    ("addons.unused_quotas", Daily(time(9, 0)), "addons.quota_expiry.tell_of_unused"),
    ("care.advisories", Every(15, travel=timedelta(hours=6)), "care.advisories.publishing.hand_out_waiting"),
    ("care.late_tasks", Daily(time(9, 0)), "care.advisories.tasks.remind_of_late"),
    ("care.plan_reports", Daily(time(0, 20)), "care.reports.planning.plan"),
    ("care.reports", Every(300, travel=timedelta(hours=12)), "care.reports.progress.work"),
    ("notifications.digests", Daily(time(9, 0)), "notifications.digest.send_digests"),
    ("notifications.deliveries", Every(15, travel=timedelta(hours=6)), "notifications.outbound.sending.deliver_due"),
    ("common.housekeeping", Daily(time(4, 0)), "portal.housekeeping.sweep_old_rows"),
]

app = Celery("portal")
app.config_from_object(
    {
        "broker_url": settings.CELERY_BROKER_URL,
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_time_limit": 1800,
        "task_soft_time_limit": 1740,
        "broker_transport_options": {"visibility_timeout": 3600, "socket_connect_timeout": 1, "socket_timeout": 2},
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "task_serializer": "json",
        "accept_content": ["json"],
        "worker_hijack_root_logger": False,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "timezone": "UTC",
        "beat_scheduler": "portal.beat:OneBeat",
    }
)
app.autodiscover_tasks(["portal"])


def jobs() -> list[Job]:
    """The table with its functions imported."""
    return [Job(name, rule, _function(path)) for name, rule, path in TABLE]


def job_named(name: str) -> Job:
    """One row of the table; KeyError for a name it does not have."""
    rule, path = {row[0]: (row[1], row[2]) for row in TABLE}[name]
    return Job(name, rule, _function(path))


def _function(path: str) -> Any:
    module, _dot, name = path.rpartition(".")
    return getattr(import_module(module), name)


app.conf.beat_schedule = {
    name: {
        "task": "portal.run_job",
        "schedule": rule.seconds,
        "args": [name],
        "options": {"expires": rule.seconds},
    }
    for name, rule, _path in TABLE
    if isinstance(rule, Every)
} | {
    "calendar-jobs": {"task": "portal.run_calendar_jobs", "schedule": 15, "options": {"expires": 15}},
    "reports": {"task": "portal.work_on_reports", "schedule": 60, "options": {"expires": 60}},
    "relay": {"task": "portal.relay", "schedule": 5, "options": {"expires": 5}},
    "heartbeat": {"task": "portal.heartbeat", "schedule": 5, "options": {"expires": 5}},
}
