"""Handing out that dies in the middle, by an error at any statement and by kill -9: everybody in the end, nobody twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
from django.db import connection, transaction

from care.advisories import publishing
from care.models import Advisory, AdvisoryReceipt, AdvisoryTask
from common import clock, tenancy
from common.models import AuditEntry, OutboxEvent
from notifications.models import Notification
from supportplans import versions
from supportplans.publishing import load_files
from tests import cast
from tests.care.advisory_stage import NOON, enterprise, look_after, publish, write
from tests.faults.conftest import dying
from tests.running_portal import ROOT
from tests.tickets.conftest import catalogue

__all__ = ["catalogue", "dying", "enterprise"]
PEOPLE = 8


class Died(Exception):
    pass


class Fuse:
    """Raises after so many statements; `was_hit` tells whether it came so far."""

    def __init__(self, length: int) -> None:
        self.left, self.was_hit = length, False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        self.left -= 1
        if self.left == 0:
            self.was_hit = True
            raise Died
        return result


def assert_everybody_once(advisory: Advisory) -> None:
    """Each organization its receipt, each person one notice and one letter, the TAM of two of them one notice."""
    with tenancy.everything():
        advisory.refresh_from_db()
        assert (advisory.status, advisory.told, advisory.audience_size) == ("published", 4, 4)
        assert AdvisoryReceipt.objects.filter(advisory=advisory).count() == 4
        assert AdvisoryTask.objects.filter(advisory=advisory).count() == 2
        notices = Notification.objects.filter(key=f"advisory:{advisory.pk}").values_list("person", flat=True)
        assert set(Counter(notices).values()) == {1}
        letters = OutboxEvent.objects.filter(topic="advisory.letter", payload__advisory=advisory.pk)
        assert Counter(one.payload["person"] for one in letters) == Counter(notices)
        assert len(notices) == PEOPLE
        assert Notification.objects.filter(key=f"advisory.tasks:{advisory.pk}").count() == 1
        told = OutboxEvent.objects.filter(topic="advisory.published", payload__advisory=advisory.pk)
        reached = [pk for one in told for pk in one.payload["organizations"]]
        assert (len(reached), len(set(reached))) == (4, 4)
        assert AuditEntry.objects.filter(action="advisory.handed_out", object=advisory.number).count() == 1


def test_an_error_at_any_statement_leaves_whole_batches(people, catalogue, enterprise, monkeypatch):
    monkeypatch.setattr(publishing, "BATCH", 3)
    for organization in (people.acme, people.orbit):
        look_after(enterprise(organization), people.tam)
    advisory = publish(write(people.tam), people.tam)
    statement, was_hit = 0, True
    while was_hit:
        statement += 1
        with transaction.atomic(), clock.at(NOON):
            fuse = Fuse(statement)
            try:
                with connection.execute_wrapper(fuse):
                    publishing.hand_out_waiting(at=NOON)
            except Died:
                advisory.refresh_from_db()
                with tenancy.everything():
                    receipts = AdvisoryReceipt.objects.filter(advisory=advisory).count()
                assert receipts == advisory.told
                assert receipts in (0, 3, 4)
            was_hit = fuse.was_hit
            publishing.hand_out_waiting(at=NOON)
            publishing.hand_out_waiting(at=NOON)
            assert_everybody_once(advisory)
            transaction.set_rollback(True)
    assert statement > 40


@pytest.fixture
def lasting(transactional_db):
    """The cast in a database that other processes see."""
    load_files()
    yield cast.gather()
    versions.forget()


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_killed_is_finished_by_the_next(lasting, dying):
    """kill -9 after every fifth statement or commit of the job; each time a new advisory."""
    for statement in range(1, 150, 5):
        advisory = publish(write(lasting.tam), lasting.tam)
        ended, _status = dying(statement, "job:care.advisories", "", "", {"at": NOON.isoformat()})
        assert ended in (0, signal.SIGKILL)
        with clock.at(NOON):
            publishing.hand_out_waiting(at=NOON)
        assert_told_once(advisory)
        if ended == 0:
            break
    assert statement > 20


def assert_told_once(advisory: Advisory) -> None:
    with tenancy.everything():
        advisory.refresh_from_db()
        assert (advisory.status, advisory.told) == ("published", 4)
        assert AdvisoryReceipt.objects.filter(advisory=advisory).count() == 4
        assert Notification.objects.filter(key=f"advisory:{advisory.pk}").count() == PEOPLE
        letters = OutboxEvent.objects.filter(topic="advisory.letter", payload__advisory=advisory.pk)
        assert len({one.payload["person"] for one in letters}) == len(letters) == PEOPLE


# Hands out in a process of its own, one organization a batch, and dies in the middle of the third.
KILLED = """
import os, signal
import django
django.setup()
from datetime import datetime
from care.advisories import publishing, telling
calls, tell = [], telling.tell
publishing.BATCH = 1
def dies(advisory, organizations):
    tell(advisory, organizations)
    calls.append(1)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
telling.tell = dies
publishing.hand_out_waiting(at=datetime.fromisoformat(os.environ["WHEN"]))
"""


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_batch_that_is_killed_in_the_middle_vanishes_whole(lasting):
    advisory = publish(write(lasting.tam), lasting.tam)
    settings = connection.settings_dict
    host = settings["HOST"] or settings["OPTIONS"]["host"]
    url = f"postgresql://{settings['USER']}:@/{settings['NAME']}?host={host}"
    more = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings", "WHEN": NOON.isoformat()}
    done = subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, env=os.environ | more, timeout=240, check=False)
    assert done.returncode == -signal.SIGKILL
    advisory.refresh_from_db()
    with tenancy.everything():
        assert (advisory.told, advisory.status) == (2, "publishing")
        assert AdvisoryReceipt.objects.count() == 2
        # acme's four and orbit's one.
        assert Notification.objects.filter(key=f"advisory:{advisory.pk}").count() == 5
    with clock.at(NOON):
        publishing.hand_out_waiting(at=NOON)
    assert_told_once(advisory)
